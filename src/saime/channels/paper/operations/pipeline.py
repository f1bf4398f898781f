"""From the queue to readings: file by file, page by page, each page in a transaction of its own.

Cut off anywhere, it goes on where it was: a page has its row together with its forms and what was submitted from them,
or it is read again and comes to the same. One reader a file, held by a lock that goes with the reader.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from saime.channels.paper.intake.keeping import full
from saime.channels.paper.intake.pages import UnableToOpenFile
from saime.channels.paper.models import FileState, ScannedFile, ScannedPage
from saime.channels.paper.operations.pages import keep_page
from saime.channels.paper.reading.readers import Readers

logger = logging.getLogger(__name__)
_READING = 0x5A30  # the advisory locks of files that are being read; the second key is the file
_REST = 300.0  # seconds before this process tries a file again that it could not read to its end
_resting: dict[int, float] = {}


@dataclass(slots=True)
class ReadFile:
    """What one reading of a file did."""

    file_id: int
    state: str
    reason: str = ""
    pages: int = 0  # read now
    forms: int = 0  # new ones
    accepted: int = 0  # readings submitted
    review: int = 0  # forms for a person


def read_waiting(
    *, readers: Readers, clock: Callable[[], datetime], keep_on: Callable[[], bool] = lambda: True
) -> Iterator[ReadFile]:
    """Read all files that wait, oldest first; what another process is reading is left to it."""
    last = 0
    while keep_on():
        waiting = ScannedFile.objects.filter(state__in=[FileState.QUEUED, FileState.READING], id__gt=last)
        file_id = waiting.order_by("id").values_list("id", flat=True).first()
        if file_id is None:
            return
        last = file_id
        if time.monotonic() < _resting.get(file_id, 0.0):
            continue
        try:
            done = read_file(file_id=file_id, readers=readers, clock=clock, keep_on=keep_on)
        except Exception:  # this file waits for another try; those behind it do not wait for this one
            logger.exception("Scan %s could not be read to its end", file_id)
            _resting[file_id] = time.monotonic() + _REST
            done = ReadFile(file_id, FileState.READING, "cut_off")
        if done is not None:
            yield done


def read_file(
    *,
    file_id: int,
    readers: Readers,
    clock: Callable[[], datetime],
    keep_on: Callable[[], bool] = lambda: True,
) -> ReadFile | None:
    """Read what has not been read of a file. None: another process is at it, or it has been read."""
    with _alone(file_id) as is_mine:
        file = ScannedFile.objects.get(id=file_id)
        if not is_mine or file.state not in (FileState.QUEUED, FileState.READING):
            return None
        done = ReadFile(file_id, FileState.READING)
        try:
            count = readers.count(full(file.kept_as))
        except UnableToOpenFile as error:
            return _ended(file, done, FileState.FAILED, error.reason, clock())
        ScannedFile.objects.filter(id=file_id).update(state=FileState.READING, page_count=count)
        known = set(ScannedPage.objects.filter(file_id=file_id).values_list("number", flat=True))
        missing = [index for index in range(count) if index + 1 not in known]
        for index, found in readers.read(full(file.kept_as), missing):
            kept = keep_page(file, index + 1, found, now=clock())
            done.pages, done.forms = done.pages + 1, done.forms + kept.forms
            done.accepted, done.review = done.accepted + kept.accepted, done.review + kept.review
            if not keep_on():
                return done
        return _ended(file, done, FileState.DONE, "", clock())


def _ended(file: ScannedFile, done: ReadFile, state: FileState, reason: str, now: datetime) -> ReadFile:
    ScannedFile.objects.filter(id=file.id).update(state=state, reason=reason, finished_at=now)
    done.state, done.reason = state, reason
    return done


@contextmanager
def _alone(file_id: int) -> Iterator[bool]:
    """Whether this process reads the file alone. The lock is the connection's: it ends with whoever is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_READING, file_id % 2**31])
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_READING, file_id % 2**31])
