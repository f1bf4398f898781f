"""Submissions, consumption and water difference of a month as files (interchange.md), and the month in a few figures.

Closed buildings come from the tables, the others are computed. Both are laid side by side in temporary tables, so that
one query names, sorts and formats them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from django.db import connection, transaction

from saime.metering.bulk import period_numbers
from saime.metering.closing import consumption_frame, m3_text
from saime.metering.contracts import MEDIA, WHYS, DifferenceColumns, ShareColumns
from saime.metering.figures import period_figures
from saime.metering.queries import _FATES
from saime.platform.bulk import unhurried
from saime.platform.columns import copy_frame
from saime.platform.copying import copy_out
from saime.platform.periods import Period

_CONSUMPTION = """building_id, unit_id, meter_id, account_id, medium, m3, basis, previous_reading, reading, channel,
                  estimated_before, at_fault"""
_MADE = f"""
    DROP TABLE IF EXISTS pg_temp.month_consumption, pg_temp.month_difference, pg_temp.month_share;
    CREATE TEMPORARY TABLE month_consumption ON COMMIT DROP AS
        SELECT {_CONSUMPTION} FROM metering_consumption WHERE period = %(period)s AND building_id = ANY(%(closed)s);
    CREATE TEMPORARY TABLE month_difference ON COMMIT DROP AS
        SELECT building_id, medium, span_from, common_m3, units_m3, difference_m3
          FROM metering_waterdifference WHERE period = %(period)s AND building_id = ANY(%(closed)s);
    CREATE TEMPORARY TABLE month_share ON COMMIT DROP AS
        SELECT d.building_id, d.medium, s.unit_id, s.share_m3, s.why
          FROM metering_differenceshare s JOIN metering_waterdifference d ON d.id = s.difference_id
         WHERE d.period = %(period)s AND d.building_id = ANY(%(closed)s);
"""
# As the moments of other files: Riga's clock with its offset.
_RECEIVED = """to_char(f.received_at AT TIME ZONE 'Europe/Riga', 'YYYY-MM-DD"T"HH24:MI:SS')
    || CASE WHEN mod(extract(microseconds FROM f.received_at)::int, 1000000) = 0 THEN ''
            ELSE to_char(f.received_at, '.US') END
    || to_char((f.received_at AT TIME ZONE 'Europe/Riga') - (f.received_at AT TIME ZONE 'UTC'), '"+"HH24:MI')"""


def export_submissions(period: Period, *, building_no: str | None = None) -> Iterator[bytes]:
    """CSV of the month's submissions, each with its fate (`submissions --period P`)."""
    return copy_out(
        f"""SELECT %(text)s AS period, f.meter_no, f.value, f.channel, {_RECEIVED} AS received_at, f.reference, f.fate,
                   NULLIF(f.reason, '') AS reason
              FROM ({_FATES} WHERE s.period = %(period)s) f
              JOIN metering_meter m ON m.id = f.meter_id
              JOIN estate_building b ON b.id = m.building_id
              LEFT JOIN estate_unit u ON u.id = m.unit_id
             WHERE %(building)s::text IS NULL OR b.building_no = %(building)s
             ORDER BY b.building_no COLLATE "C", u.sort_key COLLATE "C" NULLS FIRST, f.meter_no COLLATE "C",
                      f.received_at, f.id""",
        {"period": period.number, "text": str(period), "building": building_no},
    )


def export_consumption(period: Period, *, building_no: str | None = None) -> Iterator[bytes]:
    """CSV of what every meter is charged with (`consumption --period P`)."""
    with month_rows(period, building_no=building_no):
        yield from copy_out(
            """SELECT %(text)s AS period, b.building_no, u.unit_no, a.account_no, m.meter_no, c.medium,
                      c.previous_reading, c.reading, NULLIF(c.channel, '') AS channel, c.m3, c.basis,
                      CASE c.basis WHEN 'average' THEN 'V' WHEN 'norm' THEN 'N' END AS mark, c.estimated_before
                 FROM month_consumption c
                 JOIN estate_building b ON b.id = c.building_id
                 LEFT JOIN estate_unit u ON u.id = c.unit_id
                 LEFT JOIN estate_account a ON a.id = c.account_id
                 LEFT JOIN metering_meter m ON m.id = c.meter_id
                ORDER BY b.building_no COLLATE "C", u.sort_key COLLATE "C" NULLS FIRST, m.meter_no COLLATE "C",
                         c.medium""",
            {"text": str(period)},
        )


def export_differences(period: Period, *, building_no: str | None = None) -> Iterator[bytes]:
    """CSV of the units' shares in their buildings' differences (`water-difference --period P`).

    A building whose common meter has no reading has no difference to share, and no rows.
    """
    with month_rows(period, building_no=building_no):
        yield from copy_out(
            """SELECT %(text)s AS period, b.building_no, d.medium, d.common_m3, d.units_m3, d.difference_m3, u.unit_no,
                      s.share_m3, s.why
                 FROM month_difference d
                 JOIN month_share s ON s.building_id = d.building_id AND s.medium = d.medium
                 JOIN estate_building b ON b.id = d.building_id
                 JOIN estate_unit u ON u.id = s.unit_id
                ORDER BY b.building_no COLLATE "C", d.medium, u.sort_key COLLATE "C", u.id""",
            {"text": str(period)},
        )


@dataclass(frozen=True, slots=True)
class BuildingMonth:
    """A building's month in a few figures. m³ in thousandths; `differences_m3`: None where nothing is shared."""

    building_no: str
    is_closed: bool
    rows: int
    actual: int
    average: int
    norm: int
    no_reading: int
    cold_m3: int
    hot_m3: int
    cold_difference_m3: int | None
    hot_difference_m3: int | None
    missing_common: int  # media whose common meter has no reading


def summarise_month(period: Period, *, building_no: str | None = None) -> list[BuildingMonth]:
    """The month of each building in the order of their numbers. m³ of units; common meters are in the differences."""
    with month_rows(period, building_no=building_no) as closed, connection.cursor() as cursor:
        cursor.execute(
            """WITH c AS (
                   SELECT building_id, count(*) AS rows, count(*) FILTER (WHERE basis = 'actual') AS actual,
                          count(*) FILTER (WHERE basis = 'average') AS average,
                          count(*) FILTER (WHERE basis = 'norm') AS norm,
                          count(*) FILTER (WHERE basis = 'no_reading') AS no_reading,
                          sum(m3) FILTER (WHERE medium = 'cold' AND unit_id IS NOT NULL) AS cold,
                          sum(m3) FILTER (WHERE medium = 'hot' AND unit_id IS NOT NULL) AS hot
                     FROM month_consumption GROUP BY building_id),
               d AS (
                   SELECT building_id, sum(difference_m3) FILTER (WHERE medium = 'cold') AS cold,
                          sum(difference_m3) FILTER (WHERE medium = 'hot') AS hot,
                          count(*) FILTER (WHERE difference_m3 IS NULL) AS missing
                     FROM month_difference GROUP BY building_id)
               SELECT b.building_no, b.id = ANY(%(closed)s), c.rows, c.actual, c.average, c.norm, c.no_reading,
                      (COALESCE(c.cold, 0) * 1000)::bigint, (COALESCE(c.hot, 0) * 1000)::bigint,
                      (d.cold * 1000)::bigint, (d.hot * 1000)::bigint, COALESCE(d.missing, 0)
                 FROM c JOIN estate_building b ON b.id = c.building_id LEFT JOIN d ON d.building_id = c.building_id
                ORDER BY b.building_no COLLATE "C" """,
            {"closed": closed},
        )
        return [BuildingMonth(*row) for row in cursor.fetchall()]


@contextmanager
def month_rows(period: Period, *, building_no: str | None = None) -> Iterator[list[int]]:
    """A transaction with tables month_consumption, month_difference, month_share. Gives the ids of closed buildings."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            unhurried(cursor)
            cursor.execute(
                """SELECT b.id, EXISTS (SELECT FROM metering_periodclosure p
                                         WHERE p.building_id = b.id AND p.period = %(period)s)
                     FROM estate_building b
                    WHERE %(building)s::text IS NULL OR b.building_no = %(building)s ORDER BY b.id""",
                {"period": period.number, "building": building_no},
            )
            rows = cursor.fetchall()
            closed = [id_ for id_, is_closed in rows if is_closed]
            open_ = [id_ for id_, is_closed in rows if not is_closed]
            for statement in _MADE.split(";")[:-1]:
                cursor.execute(statement, {"period": period.number, "closed": closed})
            if open_:
                _compute(cursor, period, open_)
        yield closed


def _compute(cursor: Any, period: Period, building_ids: list[int]) -> None:
    figures = period_figures(period, building_ids)
    consumption = consumption_frame(figures.consumption, period)
    wanted = [name.strip() for name in _CONSUMPTION.split(",")]
    copy_frame(cursor, "month_consumption", consumption.select(wanted))
    copy_frame(cursor, "month_difference", _differences(figures.differences))
    copy_frame(cursor, "month_share", _shares(figures.shares))
    for table in ("month_consumption", "month_difference", "month_share"):
        cursor.execute(f"ANALYZE {table}")


def _differences(rows: DifferenceColumns) -> pl.DataFrame:
    return pl.DataFrame({
        "building_id": rows.building_id, "medium": _named(rows.medium, MEDIA),
        "span_from": period_numbers(rows.span_from), "common_m3": m3_text(rows.common_m3),
        "units_m3": m3_text(rows.units_m3), "difference_m3": m3_text(rows.difference_m3),
    })  # fmt: skip


def _shares(rows: ShareColumns) -> pl.DataFrame:
    return pl.DataFrame({
        "building_id": rows.building_id, "medium": _named(rows.medium, MEDIA), "unit_id": rows.unit_id,
        "share_m3": m3_text(rows.share_m3), "why": _named(rows.why, WHYS),
    })  # fmt: skip


def _named(codes: Any, names: tuple[str, ...]) -> pl.Series:
    return pl.Series(list(names)).gather(codes.astype(np.int64))
