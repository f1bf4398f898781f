"""A reader in a process of its own, to be killed: `python -m tests.channels.paper.reading.killed MEDIA_ROOT`.

Says "begun" once it reads, so that its parent may choose the moment.
"""

from __future__ import annotations

import sys

import django


def main(media_root: str) -> None:
    django.setup()
    from django.conf import settings

    settings.MEDIA_ROOT = media_root
    from tests.channels.paper.reading.conftest import RECEIVED

    from saime.channels.paper.operations import read_waiting
    from saime.channels.paper.reading.readers import Readers

    with Readers(2) as readers:
        print("begun", flush=True)
        for done in read_waiting(readers=readers, clock=lambda: RECEIVED):
            print(done.pages, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
