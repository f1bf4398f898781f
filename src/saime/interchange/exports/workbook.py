"""CSV as a workbook: the same columns, figures as numbers, one row after the other without holding them all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import xlsxwriter

# Figures of the exports: they have decimals. Numbers of things (accounts, meters) stay texts, leading zeros and all.
_FIGURE = re.compile(r"-?\d{1,12}\.\d{1,6}")
_LARGEST = 1_048_575


class TooManyRows(ValueError):
    """A sheet holds 1,048,576 rows."""


def write_workbook(blocks: Iterable[bytes], target: BinaryIO, *, sheet: str, scratch: Path) -> None:
    """Write the CSV as XLSX. `scratch`: a directory for what is on its way. TooManyRows where a sheet is too small."""
    options = {"constant_memory": True, "in_memory": False, "tmpdir": str(scratch), "strings_to_formulas": False,
               "strings_to_urls": False}  # fmt: skip
    book = xlsxwriter.Workbook(target, options)
    page = book.add_worksheet(sheet[:31])
    bold = book.add_format({"bold": True})
    for number, row in enumerate(csv.reader(_lines(blocks))):
        if number > _LARGEST:
            raise TooManyRows("a sheet holds 1,048,576 rows; export fewer (--building), or as CSV")
        for column, text in enumerate(row):
            if number and _FIGURE.fullmatch(text):
                page.write_number(number, column, float(text))
            else:
                page.write_string(number, column, text, None if number else bold)
    page.freeze_panes(1, 0)
    book.close()


def _lines(blocks: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        yield from (line.decode() + "\n" for line in whole)
    if rest:
        yield io.TextIOWrapper(io.BytesIO(rest), "utf-8").read()
