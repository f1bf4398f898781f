"""Pages read by several processes at a time. A page that kills its process or takes for ever costs that page alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any

from saime.channels.paper.intake.pages import UnableToOpenFile
from saime.channels.paper.reading.found import FoundPage

PATIENCE = 90.0  # seconds for a page; an honest one takes a third of a second
_TRIES = 2  # a worker may have been ended by somebody else: once more before the page is blamed


@dataclass(eq=False, slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    connection: Connection[Any, Any]
    asked: tuple[str, int | None] | None = None
    since: float = 0.0

    @classmethod
    def start(cls) -> _Worker:
        ours, theirs = Pipe()
        number = theirs.fileno()
        words = [sys.executable, "-m", "saime.channels.paper.reading.worker", str(number)]
        process = subprocess.Popen(
            words, pass_fds=[number], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        theirs.close()
        return cls(process, ours)

    def ask(self, path: str, index: int | None) -> None:
        self.asked, self.since = (path, index), time.monotonic()
        self.connection.send((path, index))

    def answer(self) -> Any:
        """What it says; None where it has died over the question."""
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            return None
        finally:
            self.asked = None

    def end(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.wait()


@dataclass(slots=True)
class _Work:
    """Pages of a file on their way: what is still to be asked, what has come, what has to be given out next."""

    indexes: Sequence[int]
    asked: int = 0
    given: int = 0
    again: list[int] = field(default_factory=list)
    tries: dict[int, int] = field(default_factory=dict)
    come: dict[int, FoundPage] = field(default_factory=dict)

    def next_index(self, ahead: int) -> int | None:
        """The next page to ask for, not too far ahead of what has been given out."""
        if self.again:
            return self.again.pop()
        if self.asked < len(self.indexes) and self.asked - self.given < ahead:
            self.asked += 1
            return self.indexes[self.asked - 1]
        return None

    def lost(self, index: int, reason: str) -> None:
        """The page's worker died or was too slow."""
        self.tries[index] = self.tries.get(index, 0) + 1
        if self.tries[index] < _TRIES and reason != "took_too_long":
            self.again.append(index)
        else:
            self.come[index] = FoundPage("unreadable", reason)


class Readers:
    """Worker processes, started when they are first needed and ended with the block."""

    def __init__(self, workers: int | None = None, *, patience: float = PATIENCE) -> None:
        self.most = workers or os.cpu_count() or 1
        self.patience = patience
        self.workers: list[_Worker] = []

    def __enter__(self) -> Readers:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for worker in self.workers:
            worker.end()
        self.workers = []

    def count(self, path: Path) -> int:
        """How many pages the file has. UnableToOpenFile."""
        worker = self._idle() or self._start()
        worker.ask(str(path), None)
        answer = worker.answer() if worker.connection.poll(self.patience) else None
        if answer is None:
            self._replace(worker)
        if not isinstance(answer, int):
            raise UnableToOpenFile(answer or "broken")
        return answer

    def read(self, path: Path, indexes: Sequence[int]) -> Iterator[tuple[int, FoundPage]]:
        """These pages (from 0), in their order; few are in memory at a time."""
        work = _Work(indexes)
        try:
            while work.given < len(indexes):
                self._hand_out(work, str(path))
                self._gather(work)
                while work.given < len(indexes) and (found := work.come.pop(indexes[work.given], None)):
                    work.given += 1
                    yield indexes[work.given - 1], found
        finally:
            for worker in [w for w in self.workers if w.asked]:  # the block was left in the middle
                self._replace(worker)

    def _hand_out(self, work: _Work, path: str) -> None:
        while (worker := self._idle()) or len(self.workers) < self.most:
            index = work.next_index(ahead=2 * self.most)
            if index is None:
                return
            (worker or self._start()).ask(path, index)

    def _gather(self, work: _Work) -> None:
        busy = {worker.connection: worker for worker in self.workers if worker.asked}
        for connection in wait(list(busy), timeout=1.0):
            worker = busy[connection]  # type: ignore[index]
            index = self._index(worker)
            found = worker.answer()
            if found is None:
                self._replace(worker)
                work.lost(index, "broken_page")
            else:
                work.come[index] = found
        for worker in busy.values():
            if worker.asked and time.monotonic() - worker.since > self.patience:
                index = self._index(worker)
                self._replace(worker)
                work.lost(index, "took_too_long")

    @staticmethod
    def _index(worker: _Worker) -> int:
        return (worker.asked[1] if worker.asked else None) or 0

    def _idle(self) -> _Worker | None:
        return next((worker for worker in self.workers if worker.asked is None), None)

    def _start(self) -> _Worker:
        worker = _Worker.start()
        self.workers.append(worker)
        return worker

    def _replace(self, worker: _Worker) -> None:
        worker.end()
        self.workers.remove(worker)
