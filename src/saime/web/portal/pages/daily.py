"""Remotely read meters day by day: bars for the chart, and what looks wrong in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language

from saime.channels.remote.contracts import DayUse, MeterDays, SuspicionView
from saime.web.design.charts import Bar
from saime.web.design.formats import date_text

SPREAD = "~"
"""The mark of a day whose value is missing: what ran through meanwhile is shared out evenly."""
WRONG = "!"
"""The mark of a day on which more ran through than can be usual."""


@dataclass(frozen=True, slots=True)
class DailyChart:
    """A meter's days. `total`: what ran through on the days shown."""

    meter_no: str
    medium: str
    bars: tuple[Bar, ...]
    total: Decimal
    first: date
    last: date
    suspicions: tuple[SuspicionView, ...]
    has_spread: bool


def daily_charts(meters: Iterable[MeterDays]) -> tuple[DailyChart, ...]:
    """A chart for each meter with days to show, in the order given."""
    return tuple(_chart(meter) for meter in meters if any(day.m3 is not None for day in meter.days))


def _chart(meter: MeterDays) -> DailyChart:
    language = (get_language() or "en")[:2]
    return DailyChart(
        meter_no=meter.meter_no,
        medium=meter.medium,
        bars=tuple(_bar(day, language, is_wrong=_is_wrong(day, meter.suspicions)) for day in meter.days),
        total=sum((day.m3 for day in meter.days if day.m3 is not None), Decimal(0)),
        first=meter.days[0].day,
        last=meter.days[-1].day,
        suspicions=meter.suspicions,
        has_spread=any(day.is_spread for day in meter.days),
    )


def _is_wrong(day: DayUse, suspicions: Iterable[SuspicionView]) -> bool:
    """A standstill has no bars that could be marked: its words say since when."""
    return any(
        found.kind != "standstill" and found.since <= day.day <= found.last_day for found in suspicions
    )


def _bar(day: DayUse, language: str, *, is_wrong: bool) -> Bar:
    mark = WRONG if is_wrong else SPREAD if day.is_spread else ""
    title = date_text(day.day, language)
    return Bar(label=str(day.day.day), value=day.m3, mark=mark, title=title, warn=is_wrong)
