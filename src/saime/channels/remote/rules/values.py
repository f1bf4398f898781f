"""Whether a delivered value can be kept at all, and which day it is of. A column at a time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from saime.channels.remote.contracts import Int64
from saime.metering.contracts import NONE

CLOCK_DIFFERENCE = 5 * 60 * 1_000_000
"""Microseconds that a sender's clock may be ahead of ours."""
OLDEST_DAYS = 62
"""A value older than that belongs to a month that is billed, or to a clock that is wrong."""


class Fault(IntEnum):
    """What is wrong with a value; codes of `reasons`."""

    FINE = 0
    IN_FUTURE = 1
    TOO_OLD = 2
    TOO_MANY_DIGITS = 3
    NOT_INSTALLED_YET = 4
    REMOVED = 5


@dataclass(frozen=True, slots=True)
class Dials:
    """The meters of the values, row by row. Days since 1970; removed: NONE where it is in use."""

    modulus: Int64
    installed: Int64
    removed: Int64


def faults(*, day: Int64, value: Int64, read_at: Int64, now: int, today: int, dials: Dials) -> Int64:
    """A `Fault` for each value."""
    conditions = [
        (read_at > now + CLOCK_DIFFERENCE, Fault.IN_FUTURE),
        (day < today - OLDEST_DAYS, Fault.TOO_OLD),
        (value >= dials.modulus, Fault.TOO_MANY_DIGITS),
        (day < dials.installed, Fault.NOT_INSTALLED_YET),
        ((dials.removed != NONE) & (day > dials.removed), Fault.REMOVED),
    ]
    return np.select([c for c, _ in conditions], [int(f) for _, f in conditions], Fault.FINE).astype(np.int64)
