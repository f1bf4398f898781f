"""Days and suspicions for a resident's page; sources, suspicions and conflicts for staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from saime.channels.remote.contracts import (
    ConflictView,
    MeterDays,
    SourceHealth,
    SuspectMeter,
    SuspicionView,
)
from saime.channels.remote.loading import Watched, days_needed, table_of, watch
from saime.channels.remote.models import Source
from saime.platform.columns import ids
from saime.platform.periods import RIGA, Period
from saime.platform.policies import PolicyBook

_EPOCH = date(1970, 1, 1)
_SPOKEN_OF = timedelta(days=7)
"""A suspicion is spoken of while its meter still reports."""


def source_id_of(code: str) -> int | None:
    return Source.objects.filter(code=code).values_list("id", flat=True).first()


# Only days on which the account paid for the unit: what was before is the neighbour's who moved out.
_DAYS = """
    SELECT m.id, m.meter_no, m.medium, m.digits, m.building_id, d.day, d.value, s.since
      FROM (SELECT DISTINCT a.unit_id, a.from_date, a.to_date FROM estate_account a WHERE a.id = ANY(%(accounts)s)) a
      JOIN metering_meter m ON m.unit_id = a.unit_id
      JOIN remote_dailyvalue d ON d.meter_id = m.id AND d.day BETWEEN %(first)s AND %(last)s
       AND d.day >= a.from_date AND (a.to_date IS NULL OR d.day <= a.to_date)
      LEFT JOIN remote_suspicion s ON s.meter_id = m.id AND s.kind = 'standstill' AND s.since >= a.from_date
     ORDER BY m.medium, m.meter_no, m.id, d.day"""


def days_of_accounts(account_ids: Sequence[int], *, now: datetime) -> list[MeterDays]:
    """The accounts' remotely read meters, cold first: this month's days (at its very beginning the last month's too).

    Empty where no meter is read remotely. One query.
    """
    book, today = PolicyBook.recent(), now.astimezone(RIGA).date()
    first = today - timedelta(days=max(days_needed(book, today), 45))
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"accounts": ids(account_ids), "first": first, "last": today})
        rows = cursor.fetchall()
    return _meter_days(rows, first, today, book) if rows else []


def _meter_days(rows: list[Any], first: date, today: date, book: PolicyBook) -> list[MeterDays]:
    meters = {row[0]: row for row in rows}
    order = sorted(meters)
    columns = {
        "id": np.array(order), "digits": np.array([meters[m][3] for m in order]),
        "building_id": np.array([meters[m][4] for m in order]),
    }  # fmt: skip
    values = {
        "meter_id": np.array([row[0] for row in rows]),
        "day": np.array([(row[5] - _EPOCH).days for row in rows]),
        "value": np.array([int(row[6] * 1000) for row in rows]),
    }
    watched = watch(table_of(columns, values, first, today), book)
    shown = _shown_from(today)
    return [
        MeterDays(
            meter_id, meters[meter_id][1], meters[meter_id][2], watched.uses(order.index(meter_id), shown),
            _spoken_of(_suspicions(watched, order.index(meter_id), meters[meter_id][7]), today),
        )
        for meter_id in meters
    ]  # fmt: skip


def _suspicions(watched: Watched, row: int, still_since: date | None) -> tuple[SuspicionView, ...]:
    goes_on = watched.standstill_since(row, still_since) if still_since else None
    return watched.suspicions(row) + ((goes_on,) if goes_on else ())


def _shown_from(today: date) -> date:
    """The month's first day; in its first week the last month's, for a chart of three bars says nothing."""
    month = Period.containing(today)
    return month.first_day if today.day > _SPOKEN_OF.days else (month - 1).first_day


def _spoken_of(found: tuple[SuspicionView, ...], today: date) -> tuple[SuspicionView, ...]:
    return tuple(view for view in found if view.last_day >= today - _SPOKEN_OF)


def suspect_meters(*, today: date, building_no: str | None = None, limit: int = 500) -> list[SuspectMeter]:
    """What looks wrong now, the most water first, then what stands still. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT m.id, m.meter_no, m.medium, b.building_no, b.address, COALESCE(u.unit_no, ''),
                      s.kind, s.since, s.last_day, s.m3_a_day
                 FROM remote_suspicion s JOIN metering_meter m ON m.id = s.meter_id
                 JOIN estate_building b ON b.id = m.building_id LEFT JOIN estate_unit u ON u.id = m.unit_id
                WHERE s.last_day >= %(since)s AND (%(building)s::text IS NULL OR b.building_no = %(building)s)
                ORDER BY s.kind = 'standstill', s.m3_a_day DESC, s.since, m.id LIMIT %(limit)s""",
            {"since": today - _SPOKEN_OF, "building": building_no, "limit": limit},
        )
        return [_suspect(*row) for row in cursor.fetchall()]


def _suspect(
    meter_id: int, meter_no: str, medium: str, building: str, address: str, unit: str, *found: Any
) -> SuspectMeter:
    return SuspectMeter(meter_id, meter_no, medium, building, address, unit, SuspicionView(*found))


def source_health(*, now: datetime) -> list[SourceHealth]:
    """Every source, the one that has been silent longest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s.code, s.name, d.received_at, d.last_day, COALESCE(d.value_count, 0),
                      (SELECT count(*) FROM remote_valueconflict c
                        WHERE c.source_id = s.id AND c.received_at > %(since)s)
                 FROM remote_source s
                 LEFT JOIN LATERAL (SELECT received_at, last_day, value_count FROM remote_delivery
                                     WHERE source_id = s.id ORDER BY received_at DESC, id DESC LIMIT 1) d ON true
                ORDER BY d.received_at NULLS FIRST, s.code""",
            {"since": now - timedelta(days=30)},
        )
        return [SourceHealth(*row) for row in cursor.fetchall()]


def conflicts(*, since: datetime, limit: int = 500) -> list[ConflictView]:
    """Days for which two different values came, latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT m.meter_no, b.building_no, c.day, d.value, c.value, s.code, c.received_at
                 FROM remote_valueconflict c JOIN remote_dailyvalue d ON d.meter_id = c.meter_id AND d.day = c.day
                 JOIN metering_meter m ON m.id = c.meter_id JOIN estate_building b ON b.id = m.building_id
                 JOIN remote_source s ON s.id = c.source_id
                WHERE c.received_at >= %(since)s ORDER BY c.received_at DESC, c.id DESC LIMIT %(limit)s""",
            {"since": since, "limit": limit},
        )
        return [ConflictView(*row) for row in cursor.fetchall()]
