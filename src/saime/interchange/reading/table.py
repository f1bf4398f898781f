"""A file as a table of texts: one row a line, every cell a string or null, with what could not be read as a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _

from saime.interchange.problems import Problem, UnreadableFile

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a kind. `optional`: it may lack. `may_be_empty`: its cells may be empty."""

    name: str
    optional: bool = False
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of the file: `line` and each column of the kind as text, null where empty or lacking."""

    frame: pl.DataFrame
    problems: list[Problem]
    done: float  # how much of the file this was the end of, 0–1


def read_table(path: Path, columns: Sequence[Column]) -> Iterator[Chunk]:
    """The file's rows, some at a time. UnreadableFile where it is no table with these columns."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_ZIP):
        from saime.interchange.reading.xlsx import read_xlsx

        return read_xlsx(path, columns)
    if start.startswith(_OLD_EXCEL) or path.suffix.lower() in (".xlsx", ".xls"):
        raise UnreadableFile(
            Problem(
                0,
                "",
                _("This is not an XLSX workbook."),
                _("Save it as XLSX (Excel 2007 and later) or as CSV UTF-8."),
            )
        )
    from saime.interchange.reading.csv import read_csv

    return read_csv(path, columns)


def check_header(header: Sequence[str], columns: Sequence[Column], line: int) -> list[str]:
    """The header's names, trimmed. UnreadableFile for unknown, repeated and lacking columns."""
    names = [name.strip() for name in header]
    known = [column.name for column in columns]
    right = _("The columns are: {names}.").format(names=_described(columns))
    if len(names) == 1 and any(mark in names[0] for mark in ";\t"):
        raise UnreadableFile(
            Problem(
                line, "", _("The columns are not separated by commas."), _("Separate columns by a comma (,).")
            )
        )
    found = [Problem(line, name, _("Unknown column {name}.").format(name=repr(name)), right)
             for name in names if name not in known]  # fmt: skip
    found += [Problem(line, name, _("Column {name} stands twice.").format(name=name), right)
              for name in dict.fromkeys(names) if name in known and names.count(name) > 1]  # fmt: skip
    found += [Problem(line, column.name, _("Column {name} is missing.").format(name=column.name), right)
              for column in columns if not column.optional and column.name not in names]  # fmt: skip
    if found:
        raise UnreadableFile(*found)
    return names


def finish(frame: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """Cells trimmed, empty ones null, lacking columns added, in the kind's order behind `line`."""
    trimmed = [
        pl.col(column.name).str.strip_chars().replace("", None)
        if column.name in frame.columns
        else pl.lit(None, pl.String).alias(column.name)
        for column in columns
    ]
    return frame.select(pl.col("line").cast(pl.Int64), *trimmed)


def no_rows(columns: Sequence[Column]) -> pl.DataFrame:
    return pl.DataFrame(schema={"line": pl.Int64} | {column.name: pl.String for column in columns})


def empty_file(columns: Sequence[Column]) -> UnreadableFile:
    right = _("The first line names the columns: {names}.").format(names=_described(columns))
    return UnreadableFile(Problem(0, "", _("The file is empty."), right))


def _described(columns: Sequence[Column]) -> str:
    return ", ".join(column.name + "?" * column.optional for column in columns)
