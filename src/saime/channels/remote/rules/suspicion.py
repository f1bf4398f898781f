"""Leak and standstill, from the days of a meter. Rows: meters; columns: days, oldest first. All of it thousandths.

- leak: every one of the last n days at least so much: water that nobody uses does not pause.
- sudden: the last day at least f times the mean of the days before, and not less than a bath.
- standstill: nothing at all for n days where there was water before: somebody is away, or the meter has stopped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from saime.channels.remote.contracts import Int64
from saime.metering.contracts import NONE

Bool = NDArray[np.bool_]
FEWEST_DAYS = 7
"""Known days without which there is no mean to compare with."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A value a meter (policies leak_*, standstill_*); m³ in thousandths, the factor in percent."""

    leak_m3: Int64
    leak_days: Int64
    factor_percent: Int64
    factor_m3: Int64
    standstill_days: Int64


@dataclass(frozen=True, slots=True)
class Found:
    """For each meter the column since which it holds, -1: it does not."""

    leak: Int64
    sudden: Int64
    standstill: Int64


def daily_use(value: Int64, modulus: Int64) -> tuple[Int64, Bool]:
    """What ran through on each day (NONE: not known), and which days were shared out over a gap.

    A day's use is its value less the one before it. Where values are missing, what ran through meanwhile is shared out
    evenly, the rest on the last day. A dial that rolled over goes on; one that ran backwards by more is not known.
    """
    meters, days = value.shape
    known = value != NONE
    column = np.arange(days)
    before = _last_known(known, column)
    after = _next_known(known, column)
    inside = (before >= 0) & (after >= 0) & (column > 0)
    row = np.arange(meters)[:, None]
    start, end = np.where(inside, before, 0), np.where(inside, after, 0)
    used = value[row, end] - value[row, start]
    used = np.where(used < 0, used + modulus[:, None], used)
    inside &= used * 2 < modulus[:, None]
    length = np.maximum(end - start, 1)
    share = np.where(known, used - used // length * (length - 1), used // length)
    return np.where(inside, share, NONE), inside & (length > 1)


def _last_known(known: Bool, column: Int64) -> Int64:
    """The latest column before each that has a value; -1: none."""
    upto = np.maximum.accumulate(np.where(known, column, -1), axis=1)
    return np.concatenate([np.full((len(known), 1), -1), upto[:, :-1]], axis=1)


def _next_known(known: Bool, column: Int64) -> Int64:
    """The first column from each on that has a value; -1: none."""
    days = known.shape[1]
    back = np.minimum.accumulate(np.where(known, column, days)[:, ::-1], axis=1)[:, ::-1]
    return np.where(back == days, -1, back)


def find(use: Int64, limits: Limits, *, mean_days: int) -> Found:
    """What holds as of each meter's last known day. `mean_days`: how many days before make the mean."""
    known = use != NONE
    last = _last_column(known)
    water = np.where(known, use, 0)
    flowing = known & (use >= limits.leak_m3[:, None])
    leak = _since(flowing, last, limits.leak_days)
    still = _since(known & (use == 0), last, limits.standstill_days)
    total, count = _before(water, known, mean_days)
    sudden = _sudden(water, known, total, count, limits)
    return Found(leak, _since(sudden, last, np.ones_like(last)), _inhabited(still, total, count))


def _sudden(water: Int64, known: Bool, total: Int64, count: Int64, limits: Limits) -> Bool:
    enough = count >= FEWEST_DAYS
    over = water * 100 * count >= limits.factor_percent[:, None] * total
    result: Bool = known & enough & (total > 0) & over & (water >= limits.factor_m3[:, None])
    return result


def _inhabited(since: Int64, total: Int64, count: Int64) -> Int64:
    """Standstills before which there was water."""
    row, at = np.arange(len(since)), np.maximum(since, 0)
    lived_in = (total[row, at] > 0) & (count[row, at] >= FEWEST_DAYS)
    return np.where(lived_in, since, -1)


def _last_column(known: Bool) -> Int64:
    days = known.shape[1]
    return np.where(known.any(axis=1), days - 1 - known[:, ::-1].argmax(axis=1), -1)


def _since(condition: Bool, last: Int64, least: Int64) -> Int64:
    """Where the run of `condition` that ends at `last` begins, if it is at least `least` long; else -1."""
    column = np.arange(condition.shape[1])
    broken = np.maximum.accumulate(np.where(condition, -1, column), axis=1)
    row, at = np.arange(len(last)), np.maximum(last, 0)
    start = broken[row, at] + 1
    long_enough = (last >= 0) & (at - start + 1 >= np.maximum(least, 1))
    return np.where(long_enough, start, -1)


def _before(water: Int64, known: Bool, days: int) -> tuple[Int64, Int64]:
    """Sum and number of the known days among the `days` before each column."""
    return _window(water, days), _window(known.astype(np.int64), days)


def _window(values: Int64, days: int) -> Int64:
    sums = np.concatenate([np.zeros((len(values), 1), np.int64), values.cumsum(axis=1)], axis=1)
    column = np.arange(values.shape[1])
    result: Int64 = sums[:, column] - sums[:, np.maximum(column - days, 0)]
    return result
