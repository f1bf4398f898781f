"""CSV, UTF-8: a row is a line of the file. Read in blocks of some megabytes, so that a file of any size fits.

No value of ours holds a line break, so a line is judged by itself: a quote that is never closed spoils its own line and
not the rest of the file, and the number of a row is the number of its line. Lines without quotes are counted and cut in
columns (NumPy, Polars); blocks with quotes go through Python's csv.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl
from django.utils.translation import gettext as _

from saime.interchange.problems import Problem, UnreadableFile
from saime.interchange.reading.table import Chunk, Column, check_header, empty_file, finish, no_rows

BLOCK = 32 * 1024 * 1024
LONGEST_LINE = 64 * 1024  # bytes
_BOM = b"\xef\xbb\xbf"
_NEWLINE, _RETURN, _COMMA = 10, 13, 44


def read_csv(path: Path, columns: Sequence[Column]) -> Iterator[Chunk]:
    """The file in chunks. UnreadableFile where it is not CSV in UTF-8 with these columns."""
    size = max(path.stat().st_size, 1)
    with path.open("rb") as file:
        names = _header(file, columns)
        yield Chunk(no_rows(columns), [], file.tell() / size)
        line = 2
        for block in _blocks(file, line):
            part = _Part(block, line, names)
            frame, problems = part.rows()
            line += part.lines
            yield Chunk(finish(frame, columns), problems, file.tell() / size)


def _header(file: BinaryIO, columns: Sequence[Column]) -> list[str]:
    first = file.readline(LONGEST_LINE)
    if b"\0" in first or first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableFile(_encoding(1, _("The file is UTF-16 or not text at all.")))
    text = _decoded(first.removeprefix(_BOM), 1).strip("\r\n")
    if not text.strip():
        raise empty_file(columns)
    try:
        header = next(csv.reader([text], strict=True))
    except csv.Error:
        raise UnreadableFile(_broken_quotes(1)) from None
    return check_header(header, columns, 1)


def _blocks(file: BinaryIO, line: int) -> Iterator[bytes]:
    """The rest of the file in pieces of whole lines."""
    rest = b""
    while data := file.read(BLOCK):
        block = rest + data
        end = block.rfind(b"\n") + 1
        if end == 0 and len(block) >= 2 * BLOCK:
            raise UnreadableFile(_too_long(line, len(block)))
        if end:
            yield block[:end]
            line += block.count(b"\n", 0, end)
        rest = block[end:]
    if rest:
        yield rest + b"\n"


@dataclass(slots=True)
class _Part:
    """A block of whole lines, the first of which is line `first` of the file."""

    block: bytes
    first: int
    names: list[str]
    lines: int = 0

    def rows(self) -> tuple[pl.DataFrame, list[Problem]]:
        _decoded(self.block, self.first)
        characters = np.frombuffer(self.block, np.uint8)
        ends = np.flatnonzero(characters == _NEWLINE)
        starts = np.r_[0, ends[:-1] + 1]
        self.lines = len(ends)
        lengths = ends - starts
        lengths = lengths - ((lengths > 0) & (characters[np.maximum(ends - 1, 0)] == _RETURN))
        problems, usable = self._unusable(characters, starts, lengths)
        if b'"' in self.block:
            frame, broken = self._quoted(np.flatnonzero(usable))
            return frame, problems + broken
        return self._plain(characters, starts, ends, usable, problems), problems

    def _unusable(
        self, characters: np.ndarray, starts: np.ndarray, lengths: np.ndarray
    ) -> tuple[list[Problem], np.ndarray]:
        """Lines that are no rows whatever their columns: blank ones, and those that are a problem."""
        long = lengths > LONGEST_LINE
        problems = [_too_long(self.first + int(i), int(lengths[i])) for i in np.flatnonzero(long)]
        usable = (lengths > 0) & ~long
        if b"\0" in self.block:
            at = np.unique(np.searchsorted(starts, np.flatnonzero(characters == 0), side="right") - 1)
            problems += [_nul(self.first + int(i)) for i in at if usable[i]]
            usable[at] = False
        return problems, usable

    def _plain(
        self,
        characters: np.ndarray,
        starts: np.ndarray,
        ends: np.ndarray,
        usable: np.ndarray,
        problems: list[Problem],
    ) -> pl.DataFrame:
        commas = np.flatnonzero(characters == _COMMA)
        found = np.searchsorted(commas, ends) - np.searchsorted(commas, starts) + 1
        ragged = usable & (found != len(self.names))
        problems += [self._ragged(int(i), int(found[i])) for i in np.flatnonzero(ragged)]
        rows = usable & ~ragged
        block = self.block if rows.all() else characters[np.repeat(rows, ends - starts + 1)].tobytes()
        if not rows.any():
            return self._frame([[] for _name in self.names], rows)
        if len(self.names) == 1:  # Polars takes an empty line of a single column for nothing
            return self._frame([block.decode().replace("\r\n", "\n").split("\n")[:-1]], rows)
        texts = pl.read_csv(
            block,
            has_header=False,
            new_columns=self.names,
            infer_schema=False,
            quote_char=None,
            empty_string_is_null=True,
        )
        return texts.with_columns(pl.Series("line", np.flatnonzero(rows) + self.first))

    def _quoted(self, usable: np.ndarray) -> tuple[pl.DataFrame, list[Problem]]:
        lines = self.block.decode().split("\n")
        good: list[list[str]] = []
        at: list[int] = []
        problems: list[Problem] = []
        for index, row in _parsed([lines[i].removesuffix("\r") for i in usable]):
            line = int(usable[index])
            if row is None:
                problems.append(_broken_quotes(self.first + line))
            elif len(row) != len(self.names):
                problems.append(self._ragged(line, len(row)))
            else:
                good.append(row)
                at.append(line)
        mask = np.zeros(self.lines, bool)
        mask[at] = True
        return self._frame(
            list(map(list, zip(*good, strict=True))) or [[] for _name in self.names], mask
        ), problems

    def _frame(self, columns: list[list[str]], rows: np.ndarray) -> pl.DataFrame:
        frame = pl.DataFrame(
            dict(zip(self.names, columns, strict=True)), schema=dict.fromkeys(self.names, pl.String)
        )
        return frame.with_columns(pl.Series("line", np.flatnonzero(rows) + self.first))

    def _ragged(self, index: int, found: int) -> Problem:
        wrong = _("The line has {found} values, the header {wanted}.").format(
            found=found, wanted=len(self.names)
        )
        return Problem(
            self.first + index,
            "",
            wrong,
            _("One value a column; a value with a comma in it stands in double quotes."),
        )


def _parsed(lines: list[str]) -> Iterator[tuple[int, list[str] | None]]:
    """Each line's values; None where its quotes are broken. Blank lines do not come."""
    at = 0
    while at < len(lines):
        reader = csv.reader((lines[i] for i in range(at, len(lines))), strict=True)
        begun = at
        try:
            for row in reader:
                if begun + reader.line_num != at + 1:  # a quote that was left open took the next line in
                    break
                yield at, row
                at += 1
            else:
                return
        except csv.Error:
            pass
        yield at, None
        at += 1


def _decoded(data: bytes, first: int) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = first + data.count(b"\n", 0, error.start)
        wrong = _("The file is not UTF-8 (byte {byte} on this line; perhaps it is windows-1257).")
        raise UnreadableFile(_encoding(line, wrong.format(byte=f"0x{data[error.start]:02X}"))) from None


def _encoding(line: int, wrong: str) -> Problem:
    return Problem(line, "", wrong, _("Save it as CSV UTF-8."))


def _too_long(line: int, length: int) -> Problem:
    wrong = _("The line is {length} bytes long.").format(length=length)
    return Problem(
        line,
        "",
        wrong,
        _("At most {most} bytes a line; perhaps a line break is missing.").format(most=LONGEST_LINE),
    )


def _nul(line: int) -> Problem:
    return Problem(line, "", _("The line holds NUL bytes."), _("Plain text; the file is damaged or no CSV."))


def _broken_quotes(line: int) -> Problem:
    wrong = _("A double quote on this line is not closed, or text follows it.")
    return Problem(
        line, "", wrong, _('A quoted value begins and ends with " on one line; a " inside it is written "".')
    )
