"""What a meter is expected to show in a month: for whoever has to make out what somebody wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from saime.metering import loading
from saime.metering.contracts import Int64
from saime.metering.models import Meter
from saime.metering.register import Nearest, Register, limits_of
from saime.metering.rules.validation import Evidence
from saime.platform.money import from_milli
from saime.platform.periods import Period
from saime.platform.policies import PolicyBook


@dataclass(frozen=True, slots=True)
class Expectation:
    """A meter and what is known of it up to a month. Readings and m³ with three decimals."""

    meter_id: int
    meter_no: str
    building_id: int
    unit_id: int | None
    medium: str
    digits: int  # whole ones on the dial
    previous_period: Period  # of the nearest earlier registered reading, or the month before it was installed
    previous: Decimal
    months: int  # from then to the month asked for, at least 1
    monthly_mean: Decimal | None  # of the last twelve months; None: nothing known yet
    plausible_to: Decimal  # what lies above is doubted; may be beyond the dial's end, which then rolled over


def expectations(meter_nos: Sequence[str], period: Period) -> dict[str, Expectation]:
    """By meter number; numbers that are no meter's are left out. Three queries, however many meters."""
    fields = ("id", "meter_no", "building_id", "unit_id", "medium", "digits")
    known = {row[0]: row for row in Meter.objects.filter(meter_no__in=meter_nos).values_list(*fields)}
    if not known:
        return {}
    book = PolicyBook.recent()
    ids = np.array(sorted(known), np.int64)
    register = Register(
        loading.meters_with_ids(ids), loading.registered_of(ids), months=np.array([period.index], np.int64)
    )
    nearest = Nearest(register, book)
    nearest.advance_to(period.index)
    everyone = np.arange(len(register.meters["id"]))
    evidence = nearest.evidence(everyone, period.index, nearest.earlier_value)
    most = _most(evidence, book, register.meters["building_id"], period)
    found = (_expectation(known[int(id_)], evidence, most, i) for i, id_ in enumerate(register.meters["id"]))
    return {expected.meter_no: expected for expected in found}


def _most(evidence: Evidence, book: PolicyBook, building: Int64, period: Period) -> Int64:
    """m³ that may be used since the previous reading without being doubted (see rules.validation.implausible)."""
    limits = limits_of(book, building, period)
    months = np.maximum(evidence.month - evidence.earlier_month, 1)
    by_mean = limits.factor_percent * evidence.mean_m3 * months // (100 * np.maximum(evidence.mean_months, 1))
    result: Int64 = np.maximum(limits.m3 * months, by_mean)
    return result


def _expectation(
    row: tuple[int, str, int, int | None, str, int], evidence: Evidence, most: Int64, i: int
) -> Expectation:
    id_, number, building, unit, medium, digits = row
    months, mean = int(evidence.mean_months[i]), int(evidence.mean_m3[i])
    return Expectation(
        id_, number, building, unit, medium, digits,
        previous_period=Period(int(evidence.earlier_month[i])),
        previous=from_milli(int(evidence.earlier_value[i])),
        months=max(int(evidence.month[i] - evidence.earlier_month[i]), 1),
        monthly_mean=from_milli(mean // months) if months else None,
        plausible_to=from_milli(int(evidence.earlier_value[i] + most[i])),
    )  # fmt: skip
