"""One file into the company: every row checked first, then all of it written in one transaction, or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import polars as pl
from django.db import transaction

from saime.interchange.checks import Rows
from saime.interchange.kinds import importer
from saime.interchange.kinds.base import Context, Importer
from saime.interchange.problems import UnreadableFile, frame_of
from saime.interchange.reading.table import read_table
from saime.platform.bulk import Loaded, analyze, bulk_load

_MANY = 10_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: `step` is "reading" or "writing", `done` 0–1, `rows` read so far."""

    step: str
    done: float
    rows: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file. `problems`: line, column, wrong, right."""

    kind: str
    rows: int
    loaded: Loaded
    rejected: int
    seconds: float
    problems: pl.DataFrame

    def counts(self) -> dict[str, str | int | float]:
        """The line that the command prints (interchange.md)."""
        loaded = self.loaded
        return {
            "kind": self.kind, "rows": self.rows, "created": loaded.created, "updated": loaded.updated,
            "unchanged": loaded.unchanged, "rejected": self.rejected, "seconds": round(self.seconds, 3),
        }  # fmt: skip


def import_file(
    *, kind: str, path: Path, partial: bool, history: bool, now: datetime,
    progress: Callable[[Progress], None] = lambda _progress: None,
) -> Imported:  # fmt: skip
    """Check a file's rows and write the good ones: all if all are good, with `partial` those that are.

    OSError where the file cannot be opened; everything else that is wrong with it stands in the result.
    """
    started = time.monotonic()
    try:
        rows, count, loaded = _import(
            kind, path, partial=partial, context=Context(now, history), progress=progress
        )
    except UnreadableFile as unreadable:
        return Imported(kind, 0, Loaded(), 0, time.monotonic() - started, frame_of(unreadable.problems))
    problems = rows.all_problems()
    return Imported(kind, count, loaded, problems["line"].n_unique(), time.monotonic() - started, problems)


def _import(
    kind: str, path: Path, *, partial: bool, context: Context, progress: Callable[[Progress], None]
) -> tuple[Rows, int, Loaded]:
    with bulk_load():
        work = importer(kind, context)
        rows, count = _checked(work, path, progress)
        writing = replace(context, progress=lambda done: progress(Progress("writing", done, count)))
        work.context = writing
        loaded = _written(work, rows, partial=partial)
    if loaded.created > _MANY:
        analyze(*work.tables)
    progress(Progress("writing", 1.0, count))
    return rows, count, loaded


def _checked(work: Importer, path: Path, progress: Callable[[Progress], None]) -> tuple[Rows, int]:
    parts: list[pl.DataFrame] = []
    whole = Rows(pl.DataFrame())
    count = 0
    for chunk in read_table(path, work.columns):
        part = Rows(chunk.frame, whole.problems)
        part.refuse_lines(chunk.problems)
        work.check_rows(part)
        parts.append(part.frame)
        count += len(chunk.frame) + len(chunk.problems)
        progress(Progress("reading", chunk.done, count))
    whole.frame = pl.concat(parts)
    work.check_whole(whole)
    return whole, count


def _written(work: Importer, rows: Rows, *, partial: bool) -> Loaded:
    if _bad(rows) and not partial:
        return Loaded()
    good = rows.good()
    loaded = work.write(rows, good) if len(good) else Loaded()
    if _bad(rows) and not partial:
        transaction.set_rollback(True)
        return Loaded()
    return loaded


def _bad(rows: Rows) -> bool:
    return any(map(len, rows.problems))
