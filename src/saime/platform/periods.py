"""Calendar months: the periods by which a house is read and billed.

A `Period` is a month. In the database it is an integer YYYYMM (202611), readable in SQL and small; in
arithmetic it is a month's index (year × 12 + month − 1), so that "three months earlier" is a subtraction.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

RIGA = ZoneInfo("Europe/Riga")

_TEXT = re.compile(r"(\d{4})-(\d{2})")
_FIRST_YEAR, _LAST_YEAR = 1990, 2199


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """One calendar month. `index` = year × 12 + month − 1."""

    index: int

    @classmethod
    def of(cls, year: int, month: int) -> Period:
        """The period of a year and a month 1–12. ValueError outside 1990–2199."""
        if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12):
            raise ValueError(f"no such month: {year}-{month}")
        return cls(year * 12 + month - 1)

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period written "YYYY-MM". ValueError for anything else."""
        match = _TEXT.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"a period is written YYYY-MM, not {text!r}")
        return cls.of(int(match[1]), int(match[2]))

    @classmethod
    def from_number(cls, number: int) -> Period:
        """The period stored as YYYYMM."""
        return cls.of(*divmod(number, 100))

    @classmethod
    def containing(cls, moment: date | datetime) -> Period:
        """The month of a date, or of an aware moment as the clock shows it in Riga."""
        day = moment.astimezone(RIGA) if isinstance(moment, datetime) else moment
        return cls.of(day.year, day.month)

    @property
    def year(self) -> int:
        return self.index // 12

    @property
    def month(self) -> int:
        return self.index % 12 + 1

    @property
    def number(self) -> int:
        """As stored: YYYYMM."""
        return self.year * 100 + self.month

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, self.days)

    @property
    def days(self) -> int:
        return calendar.monthrange(self.year, self.month)[1]

    def __add__(self, months: int) -> Period:
        return Period(self.index + months)

    def __sub__(self, months: int) -> Period:
        return Period(self.index - months)

    def months_since(self, earlier: Period) -> int:
        return self.index - earlier.index

    def through(self, last: Period) -> Iterator[Period]:
        """This period and all that follow up to and including `last`."""
        return (Period(index) for index in range(self.index, last.index + 1))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
