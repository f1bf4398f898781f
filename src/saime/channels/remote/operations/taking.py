"""Values of a delivery are kept: the first of a meter's day stays, whatever comes later. By COPY, a day of a company
in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from django.db import connection, transaction

from saime.channels.remote.contracts import Conflict, Int64, TakenValues, ValueRows
from saime.channels.remote.models import Delivery
from saime.channels.remote.rules.values import Dials, faults
from saime.metering.contracts import NONE
from saime.platform.bulk import fetch_frame, unhurried
from saime.platform.columns import copy_frame
from saime.platform.periods import RIGA

_EPOCH = date(1970, 1, 1)
_FEW = 10_000  # more are looked up by reading the whole table
_METERS = {"meter_id": pl.Int64, "digits": pl.Int64, "installed": pl.Int64, "removed": pl.Int64}


@dataclass(frozen=True, slots=True)
class Judged:
    """The day of each value, and what is wrong with it (`rules.values.Fault`)."""

    day: Int64
    fault: Int64


def judge_values(*, meter_id: Int64, value_milli: Int64, read_at: Int64, now: datetime) -> Judged:
    """Which day each value is of, and whether it can be kept. Meters are known ones. One query."""
    day = days_of(read_at)
    today = (now.astimezone(RIGA).date() - _EPOCH).days
    moment = int(now.timestamp() * 1_000_000)
    return Judged(
        day,
        faults(day=day, value=value_milli, read_at=read_at, now=moment, today=today, dials=_dials(meter_id)),
    )


def days_of(read_at: Int64) -> Int64:
    """The day that a moment closes, in Riga, as days since 1970. Midnight is the end of the day before."""
    local = (
        pl.Series(read_at - 1, dtype=pl.Int64)
        .cast(pl.Datetime("us", "UTC"))
        .dt.convert_time_zone("Europe/Riga")
    )
    result: Int64 = local.dt.date().cast(pl.Int32).cast(pl.Int64).to_numpy()
    return result


def _dials(meter_id: Int64) -> Dials:
    asked = pl.DataFrame({"meter_id": meter_id})
    ids = asked["meter_id"].unique()
    known = fetch_frame(
        """SELECT id, digits, installed_on - date '1970-01-01', COALESCE(removed_on - date '1970-01-01', -2000000000)
             FROM metering_meter WHERE %(all)s OR id = ANY(%(ids)s)""",
        _METERS, {"all": len(ids) > _FEW, "ids": ids.head(_FEW).to_list()},
    )  # fmt: skip
    found = asked.join(known, on="meter_id", how="left", maintain_order="left")
    removed = found["removed"].to_numpy()
    return Dials(
        10 ** found["digits"].to_numpy() * 1000, found["installed"].to_numpy(),
        np.where(removed < -1_000_000_000, NONE, removed),
    )  # fmt: skip


_INSERT = """
    INSERT INTO remote_dailyvalue (meter_id, day, value, read_at, source_id, recorded_at)
    SELECT meter_id, day, value, read_at, %(source)s, %(now)s FROM (
        SELECT DISTINCT ON (meter_id, day) * FROM incoming ORDER BY meter_id, day, row
    ) firsts ORDER BY meter_id, day
    ON CONFLICT (meter_id, day) DO NOTHING"""
_DIFFERING = """
    SELECT i.row, d.value FROM incoming i JOIN remote_dailyvalue d USING (meter_id, day)
     WHERE d.value <> i.value ORDER BY i.row"""
_KEEP_CONFLICTS = """
    INSERT INTO remote_valueconflict (meter_id, day, value, read_at, source_id, received_at)
    SELECT DISTINCT ON (i.meter_id, i.day, i.value) i.meter_id, i.day, i.value, i.read_at, %(source)s, %(now)s
      FROM incoming i JOIN remote_dailyvalue d USING (meter_id, day) WHERE d.value <> i.value
     ORDER BY i.meter_id, i.day, i.value
    ON CONFLICT (meter_id, day, value) DO NOTHING"""


def take_values(
    *, source_id: int, rows: ValueRows, name: str, way: str, digest: bytes, refused: int, now: datetime
) -> TakenValues:
    """Keep a delivery's values. Those whose day has a value stay out: equal ones in silence, others as conflicts.

    Safe to repeat and to race: two of the same at once are one. `refused`: how many more it had that were no values.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        unhurried(cursor)
        taken = _taken(cursor, source_id, rows, now)
        Delivery.objects.bulk_create(
            [_delivery(source_id, rows, taken, name, way, digest, refused, now)], ignore_conflicts=True
        )
    return taken


def _taken(cursor: Any, source_id: int, rows: ValueRows, now: datetime) -> TakenValues:
    if not len(rows):
        return TakenValues(0, 0)
    cursor.execute(
        """CREATE TEMP TABLE incoming (row int, meter_id bigint, day date, value numeric(12,3), read_at timestamptz)
           ON COMMIT DROP"""
    )
    copy_frame(cursor, "incoming", _frame(rows))
    values = {"source": source_id, "now": now}
    cursor.execute(_INSERT, values)
    created = int(cursor.rowcount)
    cursor.execute(_DIFFERING)
    conflicts = [Conflict(row, stands) for row, stands in cursor.fetchall()]
    if conflicts:
        cursor.execute(_KEEP_CONFLICTS, values)
    cursor.execute("DROP TABLE incoming")
    last_day = _EPOCH + timedelta(days=int(rows.day.max()))
    return TakenValues(created, len(rows) - created - len(conflicts), conflicts, last_day)


def _frame(rows: ValueRows) -> pl.DataFrame:
    return pl.DataFrame({
        "row": np.arange(len(rows)),
        "meter_id": rows.meter_id,
        "day": pl.Series(rows.day).cast(pl.Int32).cast(pl.Date).dt.strftime("%Y-%m-%d"),
        "value": pl.Series(rows.value_milli).cast(pl.Decimal(18, 3)) / 1000,
        "read_at": pl.Series(rows.read_at).cast(pl.Datetime("us", "UTC")).dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"),
    })  # fmt: skip


def _delivery(
    source_id: int, rows: ValueRows, taken: TakenValues, name: str, way: str, digest: bytes, refused: int,
    now: datetime,
) -> Delivery:  # fmt: skip
    first = _EPOCH + timedelta(days=int(rows.day.min())) if len(rows) else None
    return Delivery(
        source_id=source_id, digest=digest, way=way, name=name[:200], received_at=now, value_count=len(rows),
        created=taken.created, conflicts=len(taken.conflicts), refused=refused, first_day=first,
        last_day=taken.last_day,
    )  # fmt: skip
