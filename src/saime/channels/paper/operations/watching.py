"""The watched folder: what a scanner leaves there is taken, put away, and read; and whatever else waits is read too."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from saime.channels.paper.contracts import TakenFile
from saime.channels.paper.intake.folder import Look, chunks_of, files_in, put_away, whole
from saime.channels.paper.models import Source
from saime.channels.paper.operations.taking import UnableToTakeFile, take_file
from saime.platform.periods import RIGA

logger = logging.getLogger(__name__)
_OLDEST = timedelta(
    days=7
)  # a file's own date is believed so far back: a weekend without a watch costs nobody a day


class Folder:
    """A folder between two looks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seen: dict[Path, Look] = {}

    def take_whole(
        self, *, now: datetime, received_on: date | None = None
    ) -> Iterator[tuple[Path, TakenFile | str]]:
        """Take every file that has not changed since the last look; each with what became of it, or why not.

        A file is in the installation before it leaves the folder; cut off in between, it is taken again and is the
        same. One that is not taken at all is put beside the others, among the refused.
        """
        found = files_in(self.path)
        ready = whole(self.seen, found, clock=time.time())
        self.seen = found
        for path in ready:
            day = received_on or _day_of(found[path], now)
            try:
                taken: TakenFile | str = take_file(
                    chunks=chunks_of(path), name=path.name, source=Source.FOLDER, now=now, received_on=day
                )
            except UnableToTakeFile as error:
                taken = error.reason
            except OSError as error:
                logger.warning("A file in the watched folder cannot be read: %s", error.strerror)
                continue
            put_away(path, day=now.astimezone(RIGA).date(), refused=isinstance(taken, str))
            yield path, taken

    @property
    def is_settling(self) -> bool:
        """Whether files are there that may still be written to."""
        return any(path.exists() for path in self.seen)


def _day_of(look: Look, now: datetime) -> date:
    """The day the scanner wrote the file, as far as that can be believed."""
    written = datetime.fromtimestamp(look.changed_at, RIGA)
    is_credible = now - _OLDEST <= written <= now
    return (written if is_credible else now).astimezone(RIGA).date()


def take_settled(
    folder: Folder, *, clock: Callable[[], datetime], received_on: date | None = None, patience: float = 30.0
) -> Iterator[tuple[Path, TakenFile | str]]:
    """Everything that is in the folder now, waiting for what is still being written as long as `patience` (seconds)."""
    end = time.monotonic() + patience
    while True:
        yield from folder.take_whole(now=clock(), received_on=received_on)
        if not folder.is_settling or time.monotonic() >= end:
            return
        time.sleep(0.5)
