"""The value of the month's end becomes a submitted reading, by the channel remote: the same way as every other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
from django.db import connection, transaction

from saime.channels.remote.contracts import Int64
from saime.channels.remote.rules.month_end import chosen
from saime.metering.bulk import ReadingRows, take_readings
from saime.metering.contracts import CHANNEL_CODES
from saime.platform.bulk import fetch_frame, unhurried
from saime.platform.periods import RIGA, Period
from saime.platform.policies import CATALOGUE, PolicyBook

_EPOCH = date(1970, 1, 1)
_FURTHEST = 31
_REMOTE = CHANNEL_CODES.index("remote")
_VALUES = {"meter_id": pl.Int64, "building_id": pl.Int64, "day": pl.Int64, "value": pl.Decimal(12, 3),
           "read_at": pl.Int64}  # fmt: skip


class MonthNotOver(Exception):
    """The month goes on: its last day's value is still to come."""


@dataclass(frozen=True, slots=True)
class Registered:
    """How many meters had a value near enough to the month's end, and what became of it."""

    meters: int
    created: int
    unchanged: int
    fates: dict[str, int] = field(default_factory=dict)


def register_month(
    *, period: Period, now: datetime, meter_ids: Sequence[int] | None = None, on_last_day: bool = False
) -> Registered:
    """Submit each meter's last value of the month, if it is near enough to its end (policy remote_month_end_days).

    `on_last_day`: only values of the last day itself, which may be submitted before the month is over; else
    MonthNotOver while it goes on. Running it again changes nothing: the reference names meter and day.
    """
    if not on_last_day and now.astimezone(RIGA).date() <= period.last_day:
        raise MonthNotOver
    with transaction.atomic():
        _alone()
        return _registered(_values_of(period, meter_ids), period, on_last_day=on_last_day, now=now)


def _alone() -> None:
    """One at a time: two at once would both find a reading missing, and one of them could not write it."""
    with connection.cursor() as cursor:
        unhurried(cursor)
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('saime.remote.register'))")


def _registered(values: pl.DataFrame, period: Period, *, on_last_day: bool, now: datetime) -> Registered:
    if not len(values):
        return Registered(0, 0, 0)
    within = np.zeros(len(values), np.int64) if on_last_day else _within(values, period)
    rows = chosen(
        day=values["day"].to_numpy(), meter=values["meter_id"].to_numpy(),
        last_day=(period.last_day - _EPOCH).days, within=within,
    )  # fmt: skip
    taken = take_readings(_as_readings(values[rows.tolist()], period), now=now)
    return Registered(len(rows), taken.created, taken.unchanged, taken.fates)


def _values_of(period: Period, meter_ids: Sequence[int] | None) -> pl.DataFrame:
    return fetch_frame(
        """SELECT d.meter_id, m.building_id, d.day - date '1970-01-01', d.value,
                  (extract(epoch FROM d.read_at) * 1000000)::bigint
             FROM remote_dailyvalue d JOIN metering_meter m ON m.id = d.meter_id
            WHERE d.day BETWEEN %(first)s AND %(last)s AND (%(all)s OR d.meter_id = ANY(%(meters)s))
            ORDER BY d.meter_id, d.day""",
        _VALUES,
        {
            "first": max(period.first_day, period.last_day - timedelta(days=_most_days())),
            "last": period.last_day, "all": meter_ids is None, "meters": list(meter_ids or ()),
        },
    )  # fmt: skip


def _most_days() -> int:
    """How far back any building looks. Few decide for themselves; the company's value is among them."""
    from saime.platform.models import Policy

    decided = Policy.objects.filter(policy="remote_month_end_days").values_list("value", flat=True)
    default = CATALOGUE["remote_month_end_days"].defaults[-1][1]
    return min(max(int(text) for text in (*decided, default)), _FURTHEST)


def _within(values: pl.DataFrame, period: Period) -> Int64:
    buildings = values["building_id"].to_list()
    book = PolicyBook.load()
    return np.array(book.values("remote_month_end_days", period.last_day, buildings), np.int64)


def _as_readings(values: pl.DataFrame, period: Period) -> ReadingRows:
    day = values.select(pl.col("day").cast(pl.Int32).cast(pl.Date))["day"]
    midnight = day.cast(pl.Datetime("us")).dt.offset_by("1d").dt.replace_time_zone("Europe/Riga")
    # A value of midnight closes its day: as a reading it is of that day's last second, and so of its month.
    received = np.minimum(values["read_at"].to_numpy(), midnight.dt.epoch("us").to_numpy() - 1_000_000)
    reference = pl.select(
        pl.format("remote:{}:{}", values["meter_id"], day.dt.strftime("%Y%m%d"))
    ).to_series()
    return ReadingRows(
        meter_id=values["meter_id"].to_numpy(),
        period_index=np.full(len(values), period.index, np.int64),
        value_milli=(values["value"] * 1000).cast(pl.Int64).to_numpy(),
        received_at=received,
        channel=np.full(len(values), _REMOTE, np.int8),
        reference=reference,
    )
