"""What pages, bills and exports ask of metering, for given accounts or units: nobody else's comes back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from saime.metering.contracts import (
    ACTUAL,
    BASES,
    CHANNEL_CODES,
    MARKS,
    MEDIA,
    NONE,
    ConsumptionColumns,
    Figure,
    MeterView,
    SubmissionView,
    WindowView,
)  # fmt: skip
from saime.metering.figures import unit_months
from saime.metering.rules.verification import days_left, state_of
from saime.metering.windows import Windows
from saime.platform.money import from_milli
from saime.platform.periods import RIGA, Period
from saime.platform.policies import PolicyBook

_FATES = """
    SELECT s.id, s.meter_id, m.meter_no, s.period, s.value, s.channel, s.received_at,
           CASE WHEN r.submission_id = s.id THEN 'registered'
                WHEN COALESCE(v.verdict, s.verdict) = 'accepted' THEN 'superseded'
                ELSE COALESCE(v.verdict, s.verdict) END AS fate,
           CASE WHEN r.submission_id = s.id THEN ''
                WHEN v.verdict = 'rejected' THEN 'reviewed'
                WHEN COALESCE(v.verdict, s.verdict) = 'accepted'
                THEN CASE WHEN r.channel = s.channel THEN 'later_one' ELSE 'priority' END
                ELSE s.reason END AS reason,
           s.details || jsonb_strip_nulls(jsonb_build_object('channel', r.channel, 'note', v.reason)) AS details,
           s.reference, m.medium
      FROM metering_submission s
      JOIN metering_meter m ON m.id = s.meter_id
      LEFT JOIN metering_registeredreading r ON r.meter_id = s.meter_id AND r.period = s.period
      LEFT JOIN metering_review v ON v.submission_id = s.id
"""


def submission_view(submission_id: int) -> SubmissionView:
    return _submissions("WHERE s.id = %s", [submission_id])[0]


def submissions_with_ids(submission_ids: Sequence[int]) -> list[SubmissionView]:
    return _submissions("WHERE s.id = ANY(%s) ORDER BY s.id", [list(submission_ids)])


def submissions_of(
    account_ids: Sequence[int], *, first: Period | None = None, last: Period | None = None, limit: int = 200
) -> list[SubmissionView]:
    """Submissions for the meters of the accounts' units while the accounts paid for them, latest first."""
    where = f"""WHERE s.meter_id IN ({_METERS_OF_ACCOUNTS}) AND s.period BETWEEN %s AND %s
                  AND EXISTS (SELECT FROM estate_account a WHERE a.id = ANY(%s) AND a.unit_id = m.unit_id
                               AND s.period >= extract(year FROM a.from_date) * 100 + extract(month FROM a.from_date)
                               AND (a.to_date IS NULL OR s.period <=
                                    extract(year FROM a.to_date) * 100 + extract(month FROM a.to_date)))
                ORDER BY s.received_at DESC, s.id DESC LIMIT %s"""
    bounds = [first.number if first else 0, last.number if last else 999_999]
    return _submissions(where, [list(account_ids), *bounds, list(account_ids), limit])


_METERS_OF_ACCOUNTS = """SELECT mm.id FROM metering_meter mm JOIN estate_account aa ON aa.unit_id = mm.unit_id
                          WHERE aa.id = ANY(%s)"""


def submissions_of_meters(meter_ids: Sequence[int], period: Period) -> list[SubmissionView]:
    where = "WHERE s.meter_id = ANY(%s) AND s.period = %s ORDER BY s.received_at DESC, s.id DESC"
    return _submissions(where, [list(meter_ids), period.number])


def _submissions(where: str, parameters: list[Any]) -> list[SubmissionView]:
    with connection.cursor() as cursor:
        cursor.execute(_FATES + where, parameters)
        return [_as_submission(row) for row in cursor.fetchall()]


def _as_submission(row: tuple[Any, ...]) -> SubmissionView:

    (
        id_,
        meter_id,
        meter_no,
        period,
        value,
        channel,
        received_at,
        fate,
        reason,
        details,
        reference,
        medium,
    ) = row
    known = json.loads(details) if isinstance(details, str) else details
    return SubmissionView(
        id_,
        meter_id,
        meter_no,
        Period.from_number(period),
        value,
        channel,
        received_at,
        fate,
        reason,
        known,
        reference,
        medium,
    )


def figures_of(
    unit_ids: Sequence[int],
    first: Period,
    last: Period,
    *,
    book: PolicyBook | None = None,
    numbers: Mapping[int, str] | None = None,
) -> list[Figure]:
    """The units' consumption by month and meter: closed months as billed, open ones as they stand now.

    `numbers`: the units' meter numbers by id, where the caller has them already.
    """
    if not unit_ids:
        return []
    numbers = numbers if numbers is not None else _meter_numbers(unit_ids)
    months = unit_months(unit_ids, first, last, book or PolicyBook.recent())
    figures = [figure for period, rows in months for figure in _as_figures(period, rows, numbers)]
    open_ = {(figure.unit_id, figure.period) for figure in figures}
    if any((unit, period) not in open_ for unit in unit_ids for period in first.through(last)):
        closed = _closed_figures(unit_ids, first, last, numbers)
        final = {(figure.unit_id, figure.period) for figure in closed}
        # A month that is closed is computed with the open ones where it is the last: what was billed counts.
        figures = closed + [figure for figure in figures if (figure.unit_id, figure.period) not in final]
    return sorted(figures, key=lambda f: (f.period, f.medium, f.meter_no))


def _meter_numbers(unit_ids: Sequence[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, meter_no FROM metering_meter WHERE unit_id = ANY(%s)", [list(unit_ids)])
        return dict(cursor.fetchall())


def _closed_figures(
    unit_ids: Sequence[int], first: Period, last: Period, numbers: Mapping[int, str]
) -> list[Figure]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT period, meter_id, unit_id, medium, m3, basis, previous_reading, reading, channel, estimated_before
                 FROM metering_consumption WHERE unit_id = ANY(%s) AND period BETWEEN %s AND %s""",
            [list(unit_ids), first.number, last.number],
        )
        return [
            Figure(
                Period.from_number(period), meter_id, numbers.get(meter_id, ""), unit_id, medium, m3, basis,
                MARKS[BASES.index(basis)], previous, reading, channel, estimated, is_final=True,
            )
            for period, meter_id, unit_id, medium, m3, basis, previous, reading, channel, estimated in cursor.fetchall()
        ]  # fmt: skip


def _as_figures(period: Period, rows: ConsumptionColumns, numbers: Mapping[int, str]) -> Iterable[Figure]:
    for i in range(len(rows)):
        meter_id = int(rows.meter_id[i])
        yield Figure(
            period, meter_id or None, numbers.get(meter_id, ""), int(rows.unit_id[i]), MEDIA[rows.medium[i]],
            from_milli(rows.m3[i]), BASES[rows.basis[i]], MARKS[rows.basis[i]], _reading(rows.previous_reading[i]),
            _reading(rows.reading[i]), CHANNEL_CODES[rows.channel[i]], from_milli(_estimated_before(rows, i)),
            is_final=False,
        )  # fmt: skip


def _estimated_before(rows: ConsumptionColumns, i: int) -> int:
    """m³ charged since the last reading and before this month: what the month's reading settles, or would settle."""
    is_read = rows.basis[i] == ACTUAL
    return int(rows.estimated_before[i] if is_read else rows.charged_since[i] - rows.m3[i])


def _reading(milli: int) -> Decimal | None:
    return None if milli == NONE else from_milli(milli)


def consumption_history(account_ids: Sequence[int], first: Period, last: Period) -> list[Figure]:
    """The accounts' consumption by month and meter, for the months in which they paid for their units."""
    spans, numbers = _spans_and_numbers(account_ids)
    figures = figures_of(sorted({unit for unit, _, _ in spans}), first, last, numbers=numbers)
    return [
        figure
        for figure in figures
        if any(u == figure.unit_id and begin <= figure.period <= end for u, begin, end in spans)
    ]


def closed_history(account_ids: Sequence[int], first: Period, last: Period) -> list[Figure]:
    """As `consumption_history`, of closed months only: what was billed. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.period, c.meter_id, COALESCE(m.meter_no, ''), c.unit_id, c.medium, c.m3, c.basis,
                      c.previous_reading, c.reading, c.channel, c.estimated_before
                 FROM metering_consumption c
                 JOIN estate_account a ON a.unit_id = c.unit_id
                      AND c.period >= extract(year FROM a.from_date) * 100 + extract(month FROM a.from_date)
                      AND (a.to_date IS NULL
                           OR c.period <= extract(year FROM a.to_date) * 100 + extract(month FROM a.to_date))
                 LEFT JOIN metering_meter m ON m.id = c.meter_id
                WHERE a.id = ANY(%s) AND c.period BETWEEN %s AND %s
                ORDER BY c.period, c.medium, m.meter_no""",
            [list(account_ids), first.number, last.number],
        )
        return [
            Figure(
                Period.from_number(period), meter_id, meter_no, unit_id, medium, m3, basis,
                MARKS[BASES.index(basis)], previous, reading, channel, estimated, is_final=True,
            )
            for (period, meter_id, meter_no, unit_id, medium, m3, basis, previous, reading, channel, estimated)
            in cursor.fetchall()
        ]  # fmt: skip


def _spans_and_numbers(account_ids: Sequence[int]) -> tuple[set[tuple[int, Period, Period]], dict[int, str]]:
    """From when to when each account pays for its unit, and the numbers of the units' meters by id."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.unit_id, a.from_date, a.to_date, m.id, m.meter_no
                 FROM estate_account a LEFT JOIN metering_meter m ON m.unit_id = a.unit_id WHERE a.id = ANY(%s)""",
            [list(account_ids)],
        )
        rows = cursor.fetchall()
    spans = {
        (unit, Period.containing(begin), Period.containing(end or date(2199, 12, 31)))
        for unit, begin, end, _, _ in rows
    }
    return spans, {meter: number for _, _, _, meter, number in rows if meter is not None}


def building_means(
    building_ids: Sequence[int], first: Period, last: Period
) -> dict[tuple[int, Period, str], Decimal]:
    """The mean m³ of a unit, by building, closed month and medium: what a resident compares their own with."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT building_id, period, medium, round(sum(m3) / count(DISTINCT unit_id), 3)
                 FROM metering_consumption
                WHERE building_id = ANY(%s) AND period BETWEEN %s AND %s AND unit_id IS NOT NULL
                GROUP BY 1, 2, 3""",
            [list(building_ids), first.number, last.number],
        )
        return {(b, Period.from_number(p), medium): mean for b, p, medium, mean in cursor.fetchall()}


def windows_for(building_ids: Sequence[int], channel: str, *, now: datetime) -> dict[int, WindowView]:
    """The channel's window of each building that is open now, or opens next."""
    windows = Windows.recent()
    return {building: windows.view(channel, building, now) for building in building_ids}


def windows_of_house(building_id: int, channels: Sequence[str], *, now: datetime) -> list[WindowView]:
    """The windows of several channels for one building, in the order asked for."""
    windows = Windows.recent()
    return [windows.view(channel, building_id, now) for channel in channels]


# One row a meter, the month's submissions in it as JSON (values as text: a JSON number would lose what numeric keeps).
_METERS = f"""
    SELECT w.id, w.meter_no, w.unit_id, w.medium, w.digits, w.installed_on, w.valid_until, w.initial_reading,
           w.removed_on, w.final_reading, b.period, b.value,
           (SELECT json_agg(json_build_array(f.id, f.meter_id, f.meter_no, f.period, f.value::text, f.channel,
                                             f.received_at, f.fate, f.reason, f.details, f.reference, f.medium)
                            ORDER BY f.received_at DESC, f.id DESC)
              FROM ({_FATES} WHERE s.meter_id = w.id AND s.period = %(period)s) f) AS submissions
      FROM metering_meter w
      LEFT JOIN LATERAL (SELECT period, value FROM metering_registeredreading
                          WHERE meter_id = w.id AND period < %(period)s ORDER BY period DESC LIMIT 1) b ON true
     WHERE w.unit_id IN (SELECT unit_id FROM estate_account WHERE id = ANY(%(accounts)s))
       AND (w.removed_on IS NULL OR %(removed)s)
     ORDER BY w.unit_id, w.medium, w.meter_no"""


def meters_of(
    account_ids: Sequence[int], *, now: datetime, with_removed: bool = False, with_figures: bool = True
) -> list[MeterView]:
    """The meters of the accounts' units with what is needed to enter this month's reading, and its m³ as they stand.

    Without figures one query; with them at most four.
    """
    period = Period.containing(now)
    parameters: dict[str, Any] = {
        "accounts": list(account_ids),
        "period": period.number,
        "removed": with_removed,
    }
    with connection.cursor() as cursor:
        cursor.execute(_METERS, parameters)
        rows = cursor.fetchall()
    figures: dict[int | None, Figure] = {}
    if with_figures:
        figures = _figures_now({row[2] for row in rows}, {row[0]: row[1] for row in rows}, period)
    return [_as_meter(row[:-1], figures.get(row[0]), _submissions_in(row[-1]), now) for row in rows]


def _submissions_in(found: list[list[Any]] | None) -> list[SubmissionView]:
    """The submissions of a meter's row."""
    return [
        _as_submission((*row[:4], Decimal(row[4]), row[5], datetime.fromisoformat(row[6]), *row[7:]))
        for row in found or ()
    ]


def _figures_now(unit_ids: set[int], numbers: dict[int, str], period: Period) -> dict[int | None, Figure]:
    return {
        figure.meter_id: figure for figure in figures_of(sorted(unit_ids), period, period, numbers=numbers)
    }


def _as_meter(
    row: tuple[Any, ...], figure: Figure | None, submissions: list[SubmissionView], now: datetime
) -> MeterView:
    (id_, number, unit, medium, digits, installed, until, initial, removed, final, read_period, value) = row
    today = now.astimezone(RIGA).date()
    return MeterView(
        id_, number, unit, medium, digits, installed, until, state_of(until, today), days_left(until, today),
        Period.from_number(read_period) if read_period else Period.containing(installed) - 1,
        value if value is not None else initial, figure, submissions, removed, final,
    )  # fmt: skip
