"""A file comes in: kept as it is, once however often it is sent, and put in the queue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction

from saime.channels.paper.contracts import TakenFile
from saime.channels.paper.intake.keeping import FileTooLarge, Incoming
from saime.channels.paper.models import FileState, ScannedFile, Source
from saime.channels.paper.operations.background import read_soon
from saime.platform.periods import RIGA

MOST_BYTES = 500 * 1024 * 1024  # a scan of 500 pages at 300 dpi in grey has some 200 MB
_LONGEST_NAME = 200


class UnableToTakeFile(Exception):
    """The file is not taken, and nothing of it is kept. `reason` is the code of a sentence: empty, file_too_large,
    received_in_future."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def take_file(
    *, chunks: Iterable[bytes], name: str, source: str, now: datetime, received_on: date | None = None,
    sent_by: int | None = None,
) -> TakenFile:  # fmt: skip
    """Keep a file and put it in the queue, whatever is in it; what cannot be read is said at once, and kept too.

    `chunks`: its bytes, piece by piece. `received_on`: the day the paper came in (default: today), by which its
    readings count. The same bytes again are the file there is. Raises UnableToTakeFile.
    """
    today = now.astimezone(RIGA).date()
    if received_on is not None and received_on > today:
        raise UnableToTakeFile("received_in_future")
    try:
        incoming = Incoming(chunks, most=MOST_BYTES)
    except FileTooLarge as error:
        raise UnableToTakeFile("file_too_large") from error
    if incoming.size == 0:
        incoming.path.unlink()
        raise UnableToTakeFile("empty")
    # In its place before there is a row: a row without its file would be a file that is lost.
    place = incoming.settle()
    failed = "" if incoming.content_type else "not_a_scan"
    row = ScannedFile(
        sha256=incoming.sha256, name=_plain(name), size=incoming.size, content_type=incoming.content_type,
        source=Source(source), sent_by_id=sent_by, received_at=now, received_on=received_on or today, kept_as=place,
        state=FileState.FAILED if failed else FileState.QUEUED, reason=failed,
        finished_at=now if failed else None,
    )  # fmt: skip
    return _kept(row)


def _kept(row: ScannedFile) -> TakenFile:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "sha256" not in str(error):
            raise
        known = ScannedFile.objects.get(sha256=row.sha256)
        return TakenFile(known.id, False, known.state, known.reason)
    if row.source != Source.FOLDER:  # whoever watches a folder reads what it takes
        transaction.on_commit(read_soon)
    return TakenFile(row.id, True, row.state, row.reason)


def _plain(name: str) -> str:
    """The name without folders and without what a page or a terminal would not show."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable()).strip()[:_LONGEST_NAME] or "scan"
