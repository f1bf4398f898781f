"""What is wrong with a file, row by row, and what would be right: on the screen and in FILE.errors.csv."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

SCHEMA = {"line": pl.Int64, "column": pl.String, "wrong": pl.String, "right": pl.String}
_HEADER = "file,line,column,wrong,right"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. Line 0: the file as a whole; column empty: the row as a whole."""

    line: int
    column: str
    wrong: str
    right: str


class UnreadableFile(Exception):
    """The file cannot be read as a table of this kind: nothing of it is taken. Carries what is wrong."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.wrong for problem in problems))
        self.problems = problems


def frame_of(problems: Iterable[Problem]) -> pl.DataFrame:
    rows = [(p.line, p.column, p.wrong, p.right) for p in problems]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def errors_path(path: Path) -> Path:
    return path.with_name(path.name + ".errors.csv")


def write_errors(path: Path, problems: pl.DataFrame) -> Path:
    """Write FILE.errors.csv beside the file."""
    target = errors_path(path)
    listed = problems.sort("line", maintain_order=True).select(pl.lit(path.name).alias("file"), *SCHEMA)
    listed.write_csv(target)
    return target


def remove_errors(path: Path) -> None:
    """Take away the list of an earlier import of this file, so that nobody reads it as this one's."""
    target = errors_path(path)
    with suppress(OSError, UnicodeDecodeError):
        with target.open(encoding="utf-8") as file:
            ours = file.readline().strip() == _HEADER
        if ours:
            target.unlink()
