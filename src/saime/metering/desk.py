"""What the reading desk asks: how the month comes along, and which readings wait for a decision of ours."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from saime.metering import queries
from saime.metering.contracts import DayCount, Doubt, DoubtsWaiting, SubmissionView
from saime.platform.periods import RIGA, Period

# Days of a month and of the one before; the index on the time of receipt leaves out all years before. Hours are counted
# first: to ask the time zone for the day of each of 700,000 readings would take three times as long.
_DAYS = """
    SELECT period, channel, (hour AT TIME ZONE 'Europe/Riga')::date AS day, sum(readings)::bigint
      FROM (SELECT period, channel, date_bin('1 hour', received_at, 'epoch') AS hour, count(*) AS readings
              FROM metering_submission
             WHERE received_at >= %s AND received_at < %s AND period = ANY(%s)
             GROUP BY 1, 2, 3) hours
     GROUP BY 1, 2, 3 ORDER BY 1, 3, 2"""
_WAITING = """
      FROM metering_submission s
      JOIN metering_meter m ON m.id = s.meter_id
     WHERE s.verdict = 'in_review'
       AND NOT EXISTS (SELECT FROM metering_review v WHERE v.submission_id = s.id)
       AND NOT EXISTS (SELECT FROM metering_periodclosure c
                        WHERE c.building_id = m.building_id AND c.period = s.period)"""
_DOUBTS = """
    SELECT s.id, s.evidence, m.digits, b.address, m.unit_id, COALESCE(u.unit_no, ''), COALESCE(a.account_no, ''),
           COALESCE(a.holder_name, ''), COALESCE(a.language, 'lv'), r.period, COALESCE(r.value, m.initial_reading),
           m.installed_on, s.value,
           EXISTS (SELECT FROM metering_periodclosure c WHERE c.building_id = m.building_id AND c.period = s.period)
      FROM metering_submission s
      JOIN metering_meter m ON m.id = s.meter_id
      JOIN estate_building b ON b.id = m.building_id
      LEFT JOIN estate_unit u ON u.id = m.unit_id
      LEFT JOIN LATERAL (SELECT account_no, holder_name, language FROM estate_account
                          WHERE unit_id = m.unit_id
                            AND from_date <= (s.received_at AT TIME ZONE 'Europe/Riga')::date
                          ORDER BY from_date DESC LIMIT 1) a ON true
      LEFT JOIN LATERAL (SELECT period, value FROM metering_registeredreading
                          WHERE meter_id = s.meter_id AND period < s.period ORDER BY period DESC LIMIT 1) r ON true
     WHERE s.id = ANY(%s) AND s.verdict = 'in_review' ORDER BY s.id"""


def month_by_day(period: Period, *, now: datetime) -> list[DayCount]:
    """Readings received for the month and for the one before, by day and channel, each received in its own month."""
    months = [period - 1, period]
    begins = datetime(months[0].year, months[0].month, 1, tzinfo=RIGA)
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, [begins, now, [month.number for month in months]])
        return [DayCount(Period.from_number(p), *row) for p, *row in cursor.fetchall()]


def doubts_waiting() -> DoubtsWaiting:
    """How many readings in review can be decided and are not. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(s.received_at)" + _WAITING)
        return DoubtsWaiting(*cursor.fetchone())


def doubts(*, after: int = 0, limit: int = 50) -> list[Doubt]:
    """Readings that wait for a decision, oldest first, from those behind submission `after`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT s.id {_WAITING} AND s.id > %s ORDER BY s.id LIMIT %s", [after, limit])
        ids = [id_ for (id_,) in cursor.fetchall()]
    return _doubts(ids)


def doubt(submission_id: int) -> Doubt | None:
    """A reading that is or was in review; None for any other."""
    return next(iter(_doubts([submission_id])), None)


def _doubts(ids: Sequence[int]) -> list[Doubt]:
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_DOUBTS, [list(ids)])
        rows = cursor.fetchall()
    views = {view.submission_id: view for view in queries.submissions_with_ids([row[0] for row in rows])}
    return [_as_doubt(row, views[row[0]]) for row in rows]


def _as_doubt(row: tuple[Any, ...], view: SubmissionView) -> Doubt:
    (_id, evidence, digits, address, unit_id, unit_no, account_no, holder, language, read_period, before,
     installed, value, is_closed) = row  # fmt: skip
    known = json.loads(evidence) if isinstance(evidence, str) else evidence
    previous = Period.from_number(read_period) if read_period else Period.containing(installed) - 1
    return Doubt(
        view, known, digits, address, unit_id, unit_no, account_no, holder, language, previous, before,
        value - before, is_closed,
    )  # fmt: skip
