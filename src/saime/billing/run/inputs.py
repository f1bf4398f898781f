"""What a chunk of whole buildings is billed from, read in columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from saime.billing.rules.amounts import Int64
from saime.platform.bulk import fetch_frame
from saime.platform.periods import Period

# As it was on the day: a bill does not change when a person moves.
_SNAPSHOT = """json_build_object('holder', a.holder_name, 'address', b.address, 'building_no', b.building_no,
    'unit_no', u.unit_no, 'unit_kind', u.kind, 'area_m2', u.area_m2::text, 'persons', a.declared_persons,
    'account_no', a.account_no, 'language', a.language)::text"""

_ACCOUNTS = f"""
    SELECT a.id, a.building_id, a.unit_id, u.sort_key, a.account_no, a.declared_persons AS persons,
           (u.area_m2 * 1000)::bigint AS area,
           GREATEST(a.from_date, %(first)s::date) - %(first)s::date + 1 AS first_day,
           LEAST(COALESCE(a.to_date, %(last)s::date), %(last)s::date) - %(first)s::date + 1 AS last_day,
           {_SNAPSHOT} AS snapshot
      FROM estate_account a JOIN estate_unit u ON u.id = a.unit_id JOIN estate_building b ON b.id = a.building_id
     WHERE a.building_id = ANY(%(buildings)s)
       AND (a.from_date <= %(last)s AND (a.to_date IS NULL OR a.to_date >= %(first)s)
            OR a.id IN (SELECT account_id FROM billing_recalculation WHERE billed_on_id IS NULL))"""
_ACCOUNT_SCHEMA = {
    "id": pl.Int64, "building_id": pl.Int64, "unit_id": pl.Int64, "sort_key": pl.String, "account_no": pl.String,
    "persons": pl.Int64, "area": pl.Int64, "first_day": pl.Int64, "last_day": pl.Int64, "snapshot": pl.String,
}  # fmt: skip

_METERS = """
    SELECT id, to_json(meter_no)::text AS meter_no, (10 ^ digits)::bigint * 1000 AS dial
      FROM metering_meter WHERE building_id = ANY(%(buildings)s) AND unit_id IS NOT NULL ORDER BY id"""
_METER_SCHEMA = {"id": pl.Int64, "meter_no": pl.String, "dial": pl.Int64}

_HAND_OVERS = """
    SELECT h.meter_id, h.on_date - %(first)s::date + 1 AS day, (h.value * 1000)::bigint AS value
      FROM metering_handoverreading h JOIN metering_meter m ON m.id = h.meter_id
     WHERE m.building_id = ANY(%(buildings)s) AND h.on_date BETWEEN %(first)s AND %(last)s"""
_HAND_OVER_SCHEMA = {"meter_id": pl.Int64, "day": pl.Int64, "value": pl.Int64}

_RECALCULATIONS = """
    SELECT r.id, r.account_id, r.service_id, s.service, s.paid_direct::int AS paid_direct, s.key, r.corrects,
           (r.quantity * 1000)::bigint AS quantity, (r.price * 1000000)::bigint AS price,
           (r.vat_rate * 100)::bigint AS vat_rate, to_json(r.reason)::text AS reason
      FROM billing_recalculation r
      JOIN estate_account a ON a.id = r.account_id JOIN billing_service s ON s.id = r.service_id
     WHERE a.building_id = ANY(%(buildings)s) AND r.billed_on_id IS NULL ORDER BY r.id"""
_RECALCULATION_SCHEMA = {
    "id": pl.Int64, "account_id": pl.Int64, "service_id": pl.Int64, "service": pl.String, "paid_direct": pl.Int64,
    "key": pl.String, "corrects": pl.Int64, "quantity": pl.Int64, "price": pl.Int64, "vat_rate": pl.Int64,
    "reason": pl.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of a chunk in the order of their bills: building, unit (natural order), customer number."""

    id: Int64
    building: Int64  # position in the chunk's buildings
    unit_id: Int64
    persons: Int64
    area: Int64  # thousandths of m²
    first_day: Int64  # of the month, 1 = the first; for days in which the account pays
    last_day: Int64
    account_no: pl.Series
    snapshot: pl.Series

    def __len__(self) -> int:
        return len(self.id)

    @property
    def days(self) -> Int64:
        """Days of the month on which the account pays; 0 for one that is here for a recalculation only."""
        days: Int64 = np.maximum(self.last_day - self.first_day + 1, 0)
        return days


@dataclass(frozen=True, slots=True)
class ChunkInputs:
    """A chunk's rows, besides what metering says of it."""

    building_ids: list[int]
    accounts: Accounts
    meters: pl.DataFrame
    hand_overs: pl.DataFrame
    recalculations: pl.DataFrame


def read_inputs(building_ids: list[int], period: Period) -> ChunkInputs:
    """Read what the buildings, in the order given, are billed from."""
    parameters: dict[str, Any] = {
        "buildings": building_ids, "first": period.first_day, "last": period.last_day
    }  # fmt: skip
    accounts = fetch_frame(_ACCOUNTS, _ACCOUNT_SCHEMA, parameters)
    return ChunkInputs(
        building_ids,
        _ordered(accounts, building_ids),
        fetch_frame(_METERS, _METER_SCHEMA, parameters),
        fetch_frame(_HAND_OVERS, _HAND_OVER_SCHEMA, parameters),
        fetch_frame(_RECALCULATIONS, _RECALCULATION_SCHEMA, parameters),
    )


def _ordered(accounts: pl.DataFrame, building_ids: list[int]) -> Accounts:
    place = pl.DataFrame({"building_id": building_ids}, schema={"building_id": pl.Int64}).with_row_index(
        "building"
    )
    rows = accounts.join(place, on="building_id").sort("building", "sort_key", "account_no")

    def column(name: str) -> Int64:
        values: Int64 = rows[name].cast(pl.Int64).to_numpy()
        return values

    return Accounts(
        column("id"), column("building"), column("unit_id"), column("persons"), column("area"), column("first_day"),
        column("last_day"), rows["account_no"], rows["snapshot"],
    )  # fmt: skip
