"""Meters by the thousand: what an import of a company's meters writes, in columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db import connection

from saime.platform.bulk import Loaded, append, fetch_frame, sift, update, with_new_ids

_READING = pl.Decimal(12, 3)
_METER = {
    "building_id": pl.Int64, "unit_id": pl.Int64, "medium": pl.String, "digits": pl.Int64, "installed_on": pl.Date,
    "initial_reading": _READING, "verified_on": pl.Date, "valid_until": pl.Date, "removed_on": pl.Date,
    "final_reading": _READING,
}  # fmt: skip


def stored_meters() -> pl.DataFrame:
    """Every meter: id, meter_no, `replaces` (the replaced one's number) and what a file says of it."""
    schema = {"id": pl.Int64, "meter_no": pl.String, **_METER, "replaces": pl.String}
    columns = ", ".join(f"m.{name}" for name in ("id", "meter_no", *_METER))
    query = f"SELECT {columns}, r.meter_no FROM metering_meter m LEFT JOIN metering_meter r ON r.id = m.replaces_id"
    return fetch_frame(query, schema)


def meter_ids() -> pl.DataFrame:
    """Every meter: id, meter_no."""
    return fetch_frame("SELECT id, meter_no FROM metering_meter", {"id": pl.Int64, "meter_no": pl.String})


def closed_months() -> pl.DataFrame:
    """Meters with figures in closed months: meter_id, closed_to (the last day of the last of them)."""
    query = """SELECT meter_id, (to_date(max(period)::text, 'YYYYMM') + interval '1 month' - interval '1 day')::date
                 FROM metering_consumption WHERE meter_id IS NOT NULL GROUP BY meter_id"""
    return fetch_frame(query, {"meter_id": pl.Int64, "closed_to": pl.Date})


def closed_buildings() -> pl.DataFrame:
    """Closed months: building_id, period (YYYYMM)."""
    schema = {"building_id": pl.Int64, "period": pl.Int64}
    return fetch_frame("SELECT building_id, period FROM metering_periodclosure", schema)


def load_meters(rows: pl.DataFrame) -> Loaded:
    """Write meters: meter_no, building_id, unit_id (null: common), medium, digits, installed_on, initial_reading,
    verified_on?, valid_until?, removed_on?, final_reading?, replaces? (null: as stored).

    `replaces` names a meter of these rows or a stored one. Each meter's `chain` becomes the first of its line.
    """
    stored = stored_meters()
    columns = [*_METER, "replaces"]
    sifted = sift(rows, stored, key=["meter_no"], columns=columns)
    new = with_new_ids("metering_meter", sifted.new)
    numbers = pl.concat([stored.select("id", "meter_no"), new.select("id", "meter_no")]).select(
        pl.col("meter_no").alias("replaces"), pl.col("id").alias("replaces_id")
    )
    new = new.join(numbers, on="replaces", how="left", maintain_order="left").with_columns(
        pl.col("id").alias("chain_id")
    )
    changed = sifted.changed.join(numbers, on="replaces", how="left", maintain_order="left")
    append("metering_meter", new.select("id", "meter_no", *_METER, "replaces_id", "chain_id"))
    update("metering_meter", changed, [*_METER, "replaces_id"])
    if new["replaces_id"].count() or changed["replaces_id"].count():
        _draw_chains()
    return Loaded(len(new), len(changed), sifted.unchanged)


def _draw_chains() -> None:
    """Let every meter of a line of replacements point to the line's first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE line AS (
                   SELECT first.id, first.id AS chain_id FROM metering_meter first
                    WHERE first.replaces_id IS NULL
                      AND EXISTS (SELECT FROM metering_meter next WHERE next.replaces_id = first.id)
                   UNION ALL
                   SELECT next.id, line.chain_id FROM metering_meter next JOIN line ON next.replaces_id = line.id
               )
               UPDATE metering_meter m SET chain_id = line.chain_id FROM line
                WHERE m.id = line.id AND m.chain_id IS DISTINCT FROM line.chain_id"""
        )


@dataclass(frozen=True, slots=True)
class MeterPlace:
    """A meter and where it is: what a machine needs that names it by its number."""

    meter_id: int
    meter_no: str
    building_id: int
    building_no: str
    unit_id: int | None
    unit_no: str
    medium: str
    digits: int
    valid_until: date | None
    removed_on: date | None


def find_meters(numbers: Iterable[str]) -> dict[str, MeterPlace]:
    """The meters of these numbers, by number; those that are not there are left out. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT m.id, m.meter_no, m.building_id, b.building_no, m.unit_id, COALESCE(u.unit_no, ''), m.medium,
                      m.digits, m.valid_until, m.removed_on
                 FROM metering_meter m JOIN estate_building b ON b.id = m.building_id
                 LEFT JOIN estate_unit u ON u.id = m.unit_id
                WHERE m.meter_no = ANY(%s)""",
            [list(numbers)],
        )
        return {row[1]: MeterPlace(*row) for row in cursor.fetchall()}
