"""XLSX: the first sheet of a workbook, cells as the texts that a CSV file would hold."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from saime.interchange.problems import Problem, UnreadableFile
from saime.interchange.reading.table import Chunk, Column, check_header, empty_file, finish, no_rows

LARGEST = 2 * 1024**3  # bytes of the unpacked workbook


def read_xlsx(path: Path, columns: Sequence[Column]) -> Iterator[Chunk]:
    """The sheet as one chunk. UnreadableFile where it is no workbook with these columns."""
    rows = [(number, row) for number, row in enumerate(_sheet(path), 1) if any(cell != "" for cell in row)]
    if not rows:
        raise empty_file(columns)
    (line, header), *body = rows
    texts = [_text(cell) for cell in header]
    while texts and not texts[-1].strip():
        texts.pop()
    names = check_header(texts, columns, line)
    problems = [
        _ragged(number, len(names)) for number, row in body if any(cell != "" for cell in row[len(names) :])
    ]
    spoiled = {problem.line for problem in problems}
    good = [(number, row) for number, row in body if number not in spoiled]
    data: dict[str, list[Any]] = {
        name: [_text(row[i]) for _line, row in good] for i, name in enumerate(names)
    }
    data["line"] = [number for number, _row in good]
    schema = dict.fromkeys(names, pl.String) | {"line": pl.Int64}
    yield Chunk(no_rows(columns), [], 0.5)
    yield Chunk(finish(pl.DataFrame(data, schema=schema), columns), problems, 1.0)


def _sheet(path: Path) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > LARGEST:
            raise UnreadableFile(Problem(0, "", _("The workbook is too large."), _("Save it as CSV UTF-8.")))
        return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile, IndexError, OSError) as error:
        wrong = _("This is not an XLSX workbook ({error}).").format(error=error)
        raise UnreadableFile(
            Problem(0, "", wrong, _("Save it as XLSX (Excel 2007 and later) or as CSV UTF-8."))
        ) from error


def _text(cell: Any) -> str:
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float():
            return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
    return str(cell)


def _ragged(line: int, wanted: int) -> Problem:
    wrong = _("The row has values beyond the header's {wanted} columns.").format(wanted=wanted)
    return Problem(line, "", wrong, _("One value a column."))
