"""The water of 92 real households (data/daiad, CC BY-SA 4.0), made to last as many months as are wanted."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from saime.platform.money import to_milli
from saime.platform.periods import Period

DATA = Path(__file__).parent / "data" / "daiad"
READINGS = DATA / "daiad_alicante_month_start_readings_m3.csv"
NO_READING = -1

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Households:
    """Real households, a row each; a column for each month of `months`. m³ in thousandths.

    `used[h, j]`: the water of month j; in a gap the difference of the readings around it, spread evenly, at the ends
    the household's own mean. `was_read[h, j]`: a reading was taken at the end of month j.
    """

    months: tuple[Period, ...]
    used: Int
    was_read: Bool


@cache
def readings() -> tuple[tuple[str, ...], tuple[Period, ...], Int]:
    """Names, the months at whose end each column was read, and the readings in thousandths of m³ (NO_READING: none)."""
    with READINGS.open(newline="") as file:
        head, *rows = csv.reader(file)
    # A reading of the 1st is what the meter showed at the end of the month before.
    ends = tuple(Period.parse(day[:7]) - 1 for day in head[1:])
    values = [[to_milli(Decimal(text)) if text else NO_READING for text in row[1:]] for row in rows]
    return tuple(row[0] for row in rows), ends, np.array(values, dtype=np.int64)


@cache
def households() -> Households:
    """Those of the 92 with at least two readings."""
    _, ends, values = readings()
    last = int(np.flatnonzero((values != NO_READING).any(axis=0))[-1])
    values, months = values[:, : last + 1], ends[1 : last + 1]
    values = values[(values != NO_READING).sum(axis=1) >= 2]
    used = np.array([_spread(row) for row in values], dtype=np.int64)
    return Households(months, used, values[:, 1:] != NO_READING)


def _spread(row: Int) -> Int:
    """The water of each month between the readings of a row: the difference to the next reading, shared out evenly."""
    known = np.flatnonzero(row != NO_READING)
    mean = max(int(row[known[-1]] - row[known[0]]) // int(known[-1] - known[0]), 0)
    used = np.full(len(row) - 1, mean, dtype=np.int64)
    for start, end in pairwise(known):
        total, months = max(int(row[end] - row[start]), 0), int(end - start)
        used[start:end] = total // months
        used[end - 1] += total % months
    return used


def month_columns(months: list[Period]) -> Int:
    """For each wanted month, the real month that stands for it: of the same name, so that seasons stay seasons."""
    real = households().months
    same = [[j for j, period in enumerate(real) if period.month == month.month] for month in months]
    return np.array(
        [choices[month.year % len(choices)] for choices, month in zip(same, months, strict=True)],
        dtype=np.int64,
    )
