"""saime paper watch: a scanner's folder, taken in and read as it fills. One line of JSON a file."""

from __future__ import annotations

import signal
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from saime.interchange.cli import FAILED, WrongUsage
from saime.interchange.commands.session import open_installation, say

if TYPE_CHECKING:
    from saime.channels.paper.contracts import TakenFile
    from saime.channels.paper.operations.pipeline import ReadFile

_PAUSE = 2.0  # seconds between two looks at the folder


def paper_watch(arguments: Namespace) -> int:
    """For ever, or once. 1: with --once, where a file could not be taken or read."""
    folder: Path = arguments.folder
    if not folder.is_dir():
        raise WrongUsage(f"there is no folder {folder}")
    open_installation()
    with _until_asked_to_end() as keep_on:
        return _once(arguments, keep_on) if arguments.once else _for_ever(arguments, keep_on)


def _once(arguments: Namespace, keep_on: _KeepOn) -> int:
    from django.utils import timezone

    from saime.channels.paper.operations.pipeline import read_waiting
    from saime.channels.paper.operations.watching import Folder, take_settled
    from saime.channels.paper.reading.readers import Readers

    all_well = True
    taken = take_settled(Folder(arguments.folder), clock=timezone.now, received_on=arguments.received_on)
    for path, outcome in taken:
        all_well &= _say_taken(path, outcome)
    with Readers() as readers:
        for done in read_waiting(readers=readers, clock=timezone.now, keep_on=keep_on):
            all_well &= _say_read(done)
    return 0 if all_well else FAILED


def _for_ever(arguments: Namespace, keep_on: _KeepOn) -> int:
    from django.db import close_old_connections
    from django.utils import timezone

    from saime.channels.paper.operations.pipeline import read_waiting
    from saime.channels.paper.operations.watching import Folder
    from saime.channels.paper.reading.readers import Readers

    folder = Folder(arguments.folder)
    print(f"Watching {arguments.folder} (Ctrl-C stops it).", file=sys.stderr, flush=True)
    while keep_on():
        close_old_connections()
        for path, outcome in folder.take_whole(now=timezone.now(), received_on=arguments.received_on):
            _say_taken(path, outcome)
        with Readers() as readers:
            for done in read_waiting(readers=readers, clock=timezone.now, keep_on=keep_on):
                _say_read(done)
        if keep_on():
            time.sleep(_PAUSE)
    return 0


class _KeepOn:
    """True until somebody asked to end; the page at hand is finished first."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        return not self.asked

    def end(self, *_signal: object) -> None:
        self.asked = True


@contextmanager
def _until_asked_to_end() -> Iterator[_KeepOn]:
    keep_on = _KeepOn()
    former = signal.signal(signal.SIGTERM, keep_on.end)
    try:
        yield keep_on
    finally:
        signal.signal(signal.SIGTERM, former)


def _say_taken(path: Path, outcome: TakenFile | str) -> bool:
    if isinstance(outcome, str):
        say({"file": path.name, "state": "refused", "reason": outcome})
        return False
    say({"file": path.name, "id": outcome.file_id, "new": outcome.is_new, "state": outcome.state,
         "reason": outcome.reason or None})  # fmt: skip
    return outcome.state != "failed"


def _say_read(done: ReadFile) -> bool:
    say({"id": done.file_id, "state": done.state, "reason": done.reason or None, "pages": done.pages,
         "forms": done.forms, "accepted": done.accepted, "review": done.review})  # fmt: skip
    return done.state == "done"
