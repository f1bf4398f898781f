"""A process that reads pages, one at a time, for `reading.readers`: what a hostile file breaks is this alone.

Run as `python -m saime.channels.paper.reading.worker FD`. It has no database and no network, limited memory, and steps
back behind the pages that people wait for.
"""

from __future__ import annotations

import os
import resource
import sys
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

MOST_MEMORY = 4 * 1024**3


def main() -> None:
    _limit()
    connection = Connection(int(sys.argv[1]))
    reader = _Reader()
    while True:
        try:
            path, index = connection.recv()
            connection.send(reader.answer(path, index))
        except (EOFError, ConnectionError):  # whoever asked has gone
            return


def _limit() -> None:
    import cv2
    from PIL import Image

    from saime.channels.paper.intake.pages import MOST_PIXELS

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
    cv2.setNumThreads(1)  # as many workers as cores
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class _Reader:
    """Keeps the last file open: its pages come one after the other."""

    def __init__(self) -> None:
        self.path, self.opened = "", ExitStack()
        self.pages: Any = None

    def answer(self, path: str, index: int | None) -> Any:
        """`index` None: how many pages the file has, or the reason why it cannot be read. Otherwise a FoundPage."""
        from saime.channels.paper.intake.pages import UnableToOpenFile, UnableToReadPage
        from saime.channels.paper.reading.found import FoundPage
        from saime.channels.paper.reading.page import find_forms

        try:
            pages = self._open(path)
            return len(pages) if index is None else find_forms(pages.picture(index))
        except UnableToOpenFile as error:
            return error.reason if index is None else FoundPage("unreadable", error.reason)
        except UnableToReadPage as error:
            return FoundPage("unreadable", error.reason)
        except MemoryError:
            return "too_large" if index is None else FoundPage("unreadable", "too_large")

    def _open(self, path: str) -> Any:
        from saime.channels.paper.intake.pages import open_pages

        if path != self.path or self.pages is None:
            self.opened.close()
            self.path, self.pages = path, None
            self.pages = self.opened.enter_context(open_pages(Path(path)))
        return self.pages


if __name__ == "__main__":
    main()
