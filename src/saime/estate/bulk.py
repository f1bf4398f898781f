"""Buildings, units and accounts by the thousand: what an import of a company writes, in columns."""

from __future__ import annotations

import polars as pl
from django.db import connection

from saime.estate.rules import natural_key
from saime.platform.bulk import Loaded, append, fetch_frame, sift, update, with_new_ids

AREA = pl.Decimal(8, 2)

_BUILDING = {"address": pl.String, "regulation": pl.String, "cadastre_no": pl.String, "amenities": pl.String}
_ACCOUNT = {
    "unit_id": pl.Int64, "building_id": pl.Int64, "holder_name": pl.String, "declared_persons": pl.Int64,
    "from_date": pl.Date, "to_date": pl.Date, "email": pl.String, "phone": pl.String, "language": pl.String,
    "paperless": pl.Int8,
}  # fmt: skip
_UNIT = {"kind": pl.String, "area_m2": AREA}


def buildings() -> pl.DataFrame:
    """Every building: id, building_no and what a file says of it."""
    schema = {"id": pl.Int64, "building_no": pl.String, **_BUILDING}
    return fetch_frame(f"SELECT {', '.join(schema)} FROM estate_building", schema)


def units() -> pl.DataFrame:
    """Every unit: id, building_id, unit_no, sort_key, kind, area_m2."""
    schema = {"id": pl.Int64, "building_id": pl.Int64, "unit_no": pl.String, "sort_key": pl.String, **_UNIT}
    return fetch_frame(f"SELECT {', '.join(schema)} FROM estate_unit", schema)


def accounts() -> pl.DataFrame:
    """Every account: id, account_no, unit_no and what a file says of it."""
    columns = ", ".join(f"a.{name}" for name in ("id", "account_no", *_ACCOUNT))
    query = f"SELECT {columns}, u.unit_no FROM estate_account a JOIN estate_unit u ON u.id = a.unit_id"
    schema = {"id": pl.Int64, "account_no": pl.String, **_ACCOUNT, "unit_no": pl.String}
    return fetch_frame(query.replace("a.paperless", "a.paperless::int"), schema)


def load_buildings(rows: pl.DataFrame) -> Loaded:
    """Write buildings: building_no, address, regulation, cadastre_no?, amenities? (null: as stored, or empty)."""
    columns = list(_BUILDING)
    sifted = sift(rows, buildings(), key=["building_no"], columns=columns)
    filled = sifted.new.with_columns(pl.col("cadastre_no", "amenities").fill_null(""))
    append("estate_building", filled.select("building_no", *columns))
    update("estate_building", sifted.changed, columns)
    return Loaded(len(sifted.new), len(sifted.changed), sifted.unchanged)


def load_accounts(rows: pl.DataFrame) -> Loaded:
    """Write accounts and the units they pay for; a row counts as updated where either changed.

    Columns: account_no, building_id, unit_no, kind, area_m2, declared_persons, holder_name, from_date, to_date?,
    email?, phone?, language?, paperless? (null: as stored, or the table's default). The caller has seen to it that
    no two accounts pay for a unit at once; the database refuses them.
    """
    rows, changed_units = _load_units(rows)
    columns = list(_ACCOUNT)
    sifted = sift(rows, accounts().drop("unit_no"), key=["account_no"], columns=columns)
    filled = sifted.new.with_columns(
        pl.col("email", "phone").fill_null(""),
        pl.col("language").fill_null("lv"),
        pl.col("paperless").fill_null(0),
    )
    _update_accounts(sifted.changed, columns)  # whoever moves out goes first
    append("estate_account", filled.select("account_no", *columns))
    touched = rows.filter(pl.col("unit_id").is_in(changed_units.implode())).join(
        sifted.new, on="account_no", how="anti"
    )
    updated = pl.concat([touched["account_no"], sifted.changed["account_no"]]).n_unique()
    return Loaded(len(sifted.new), updated, len(rows) - len(sifted.new) - updated)


def _load_units(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Make the rows' units as they say. The rows with unit_id, and the ids of units that were changed."""
    key, columns = ["building_id", "unit_no"], list(_UNIT)
    wanted = rows.select(*key, *columns).unique(key, keep="first", maintain_order=True)
    stored = units()
    sifted = sift(wanted, stored, key=key, columns=columns)
    made = with_new_ids("estate_unit", sifted.new).with_columns(
        pl.Series("sort_key", [natural_key(number) for number in sifted.new["unit_no"]], pl.String)
    )
    append("estate_unit", made.select("id", *key, "sort_key", *columns))
    update("estate_unit", sifted.changed, columns)
    known = pl.concat(
        [stored.select(*key, pl.col("id").alias("unit_id")), made.select(*key, pl.col("id").alias("unit_id"))]
    )
    return rows.join(known, on=key, how="left", maintain_order="left"), sifted.changed["id"]


def _update_accounts(changed: pl.DataFrame, columns: list[str]) -> None:
    moved = changed.filter(
        pl.col("from_date").ne_missing(pl.col("stored_from_date"))
        | pl.col("to_date").ne_missing(pl.col("stored_to_date"))
    )
    shared = moved.filter(pl.len().over("unit_id") > 1)
    if len(shared):
        # Two accounts of one unit change their days together: in between they may overlap, which the database
        # refuses row by row. So they first stand aside, each on a day of its own long before any account's.
        aside = shared.select("id", pl.int_range(pl.len()).over("unit_id").alias("place"))
        with connection.cursor() as cursor:
            cursor.execute(
                """UPDATE estate_account a
                      SET from_date = date '1000-01-01' + s.place, to_date = date '1000-01-01' + s.place
                     FROM unnest(%s::bigint[], %s::int[]) AS s(id, place) WHERE a.id = s.id""",
                [aside["id"].to_list(), aside["place"].to_list()],
            )
    update("estate_account", changed, columns)


def account_ids() -> pl.DataFrame:
    """Every account: id, account_no."""
    return fetch_frame("SELECT id, account_no FROM estate_account", {"id": pl.Int64, "account_no": pl.String})
