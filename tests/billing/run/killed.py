"""A run in a process of its own that is killed: `python -m tests.billing.run.killed CHUNK STAGE`, or by its parent.

Says "begun" as soon as the run begins, so that the parent may choose its moment.
"""

from __future__ import annotations

import os
import signal
import sys

import django


def main(chunk: int, stage: str) -> None:
    django.setup()
    from tests.billing.run.houses import ISSUED, MONTH, NOW

    from saime.billing.operations import issue_bills
    from saime.billing.run.contracts import Progress

    def at(progress: Progress) -> None:
        if (progress.chunk, progress.stage) == (chunk, stage):
            os.kill(os.getpid(), signal.SIGKILL)

    print("begun", flush=True)
    issue_bills(MONTH, now=NOW, issued_on=ISSUED, progress=at, buildings_at_once=1)
    print("finished", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
