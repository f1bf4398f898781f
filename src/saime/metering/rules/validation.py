"""Whether a reading can be taken (domain.md, Readings 5): the same on every channel, a column at a time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from saime.metering.contracts import NONE, Bool, Int8, Int64


class Finding(IntEnum):
    """What is wrong with a reading; codes of `metering.reasons`."""

    FINE = 0
    NEGATIVE = 1
    TOO_MANY_DIGITS = 2
    NOT_INSTALLED_YET = 3
    REMOVED = 4
    LOWER_THAN_EARLIER = 5
    HIGHER_THAN_LATER = 6
    IMPLAUSIBLE = 7
    OUTSIDE_WINDOW = 8
    CHANNEL_OFF = 9
    PERIOD_CLOSED = 10


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a column of readings is held against. Months: indexes, readings and m³: thousandths, NONE: there is none."""

    month: Int64
    value: Int64
    modulus: Int64
    installed: Int64
    removed: Int64  # NONE: in use
    earlier_month: (
        Int64  # the nearest earlier registered reading (the initial one, in the month before installation)
    )
    earlier_value: Int64
    m3_to_later: Int64  # from the earlier to the nearest later registered reading; NONE: no later one
    mean_m3: (
        Int64  # m³ of the last twelve months up to the earlier reading, and how many months that is (0: none)
    )
    mean_months: Int64


@dataclass(frozen=True, slots=True)
class Limits:
    """Implausible: above `factor_percent` of the mean and above `m3` a month (policy, a value a row)."""

    factor_percent: Int64
    m3: Int64


def used_since(evidence: Evidence) -> Int64:
    """m³ since the earlier reading, a dial that rolled over included."""
    difference = evidence.value - evidence.earlier_value
    return np.where(difference < 0, difference + evidence.modulus, difference)


def find(evidence: Evidence, limits: Limits) -> Int8:
    """A `Finding` for each reading; IMPLAUSIBLE is the only one that a confirmation or a person can overrule."""
    used = used_since(evidence)
    doubtful = implausible(evidence, used, limits)
    beyond_later = (evidence.m3_to_later != NONE) & (used > evidence.m3_to_later)
    lower = evidence.value < evidence.earlier_value
    conditions = [
        (evidence.value < 0, Finding.NEGATIVE),
        (evidence.value >= evidence.modulus, Finding.TOO_MANY_DIGITS),
        (evidence.month < evidence.installed, Finding.NOT_INSTALLED_YET),
        ((evidence.removed != NONE) & (evidence.month > evidence.removed), Finding.REMOVED),
        # A dial that rolled over shows less than before; anything else that does is a mistake.
        (lower & (doubtful | beyond_later), Finding.LOWER_THAN_EARLIER),
        (beyond_later, Finding.HIGHER_THAN_LATER),
        (doubtful, Finding.IMPLAUSIBLE),
    ]
    return np.select([c for c, _ in conditions], [int(f) for _, f in conditions], Finding.FINE).astype(
        np.int8
    )


def implausible(evidence: Evidence, used: Int64, limits: Limits) -> Bool:
    """Whether that much is above both limits. A meter that has no mean yet is held against the m³ alone."""
    months = np.maximum(evidence.month - evidence.earlier_month, 1)
    over_m3 = used > limits.m3 * months
    mean_months = np.maximum(evidence.mean_months, 1)
    over_mean = used * 100 * mean_months > limits.factor_percent * evidence.mean_m3 * months
    result: Bool = over_m3 & over_mean
    return result
