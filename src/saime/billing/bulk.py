"""Services, tariffs and suppliers' invoices by the file: what their imports write, in columns."""

from __future__ import annotations

import polars as pl

from saime.platform.bulk import Loaded, append, fetch_frame, sift, update

PRICE, RATE = pl.Decimal(14, 6), pl.Decimal(5, 2)

_SERVICE = ["name_lv", "name_ru", "name_en", "key", "pricing"]
_TARIFF = {"price": PRICE, "vat_rate": RATE, "valid_to": pl.Date}
_TARIFF_KEY = ["service_id", "building_id", "valid_from"]
_INVOICE_KEY = ["building_id", "service_id", "period"]

# Where a new service stands on the bill: its group by words in its code, then by its key, in the order of _BEGIN.
_WORDS = {
    "waste": ("waste", "atkrit", "garbage", "refuse"),
    "heat": ("heat", "apkure", "silt", "circul", "cirkul"),
    "water": ("water", "udens", "ūdens", "sewage", "sewer", "kanaliz"),
    "house": ("manage", "apsaimn", "saving", "uzkraj", "uzkrāj", "repair", "remont", "lift", "elev", "land", "zeme",
              "insur", "apdros", "electr", "elektr", "clean", "fee"),
}  # fmt: skip
_GROUP_OF_KEY = {"m2": "house", "unit": "house", "share": "house"}
_BEGIN = {"house": 100, "heat": 200, "water": 300, "waste": 400, "other": 500}


def services() -> pl.DataFrame:
    """Every service: id, service and what a file says of it."""
    schema = dict.fromkeys(["id", "service", *_SERVICE], pl.String) | {"id": pl.Int64}
    return fetch_frame(f"SELECT {', '.join(schema)} FROM billing_service", schema)


def load_services(rows: pl.DataFrame) -> Loaded:
    """Write services: service, name_lv, name_ru, name_en, key, pricing. A new one's place is guessed from them."""
    sifted = sift(rows, services(), key=["service"], columns=_SERVICE)
    groups = [group_of(service, key) for service, key in sifted.new.select("service", "key").iter_rows()]
    placed = sifted.new.with_columns(pl.Series("group", groups, pl.String)).with_columns(
        (
            pl.col("group").replace_strict(_BEGIN, return_dtype=pl.Int64)
            + pl.int_range(pl.len()).over("group")
        ).alias("position"),
        pl.lit(0).alias("paid_direct"),
    )
    append("billing_service", placed.select("service", *_SERVICE, "group", "position", "paid_direct"))
    update("billing_service", sifted.changed, _SERVICE)
    return Loaded(len(sifted.new), len(sifted.changed), sifted.unchanged)


def group_of(service: str, key: str) -> str:
    """The group of lines that a service most likely belongs to: house, heat, water, waste or other."""
    code = service.casefold()
    if any(word in code for word in _WORDS["heat"]):
        return "heat"
    if key.startswith("m3_"):
        return "water"
    by_word = next((group for group, words in _WORDS.items() if any(word in code for word in words)), None)
    return by_word or _GROUP_OF_KEY.get(key, "other")


def tariffs() -> pl.DataFrame:
    """Every tariff: id, service_id, building_id (null: the company's), valid_from, price, vat_rate, valid_to, is_used.

    `is_used`: 1 where an issued bill has a line by it.
    """
    schema = {"id": pl.Int64, "service_id": pl.Int64, "building_id": pl.Int64, "valid_from": pl.Date, **_TARIFF,
              "is_used": pl.Int8}  # fmt: skip
    columns = ", ".join(f"t.{name}" for name in schema if name != "is_used")
    used = "EXISTS (SELECT FROM used WHERE used.tariff_id = t.id)::int"
    query = f"""WITH used AS (SELECT DISTINCT tariff_id FROM billing_billline WHERE tariff_id IS NOT NULL)
                SELECT {columns}, {used} FROM billing_tariff t"""
    return fetch_frame(query, schema)


def load_tariffs(rows: pl.DataFrame) -> Loaded:
    """Write tariffs: service_id, building_id (null: the company's), price?, vat_rate, valid_from, valid_to?.

    A row with the service, building and day of a stored one replaces it (valid_to null: as stored). The caller has seen
    to it that no two hold at once; the database refuses them.
    """
    sifted = sift(rows, tariffs(), key=_TARIFF_KEY, columns=list(_TARIFF))
    update("billing_tariff", sifted.changed, list(_TARIFF))
    append(
        "billing_tariff",
        sifted.new.with_columns(pl.lit("").alias("decision")).select(*_TARIFF_KEY, *_TARIFF, "decision"),
    )
    return Loaded(len(sifted.new), len(sifted.changed), sifted.unchanged)


def invoices() -> pl.DataFrame:
    """Every supplier's invoice: id, building_id, service_id, period (YYYYMM), net_cents."""
    schema = dict.fromkeys(["id", *_INVOICE_KEY, "net_cents"], pl.Int64)
    return fetch_frame(f"SELECT {', '.join(schema)} FROM billing_supplierinvoice", schema)


def load_supplier_invoices(rows: pl.DataFrame) -> Loaded:
    """Write suppliers' invoices: building_id, service_id, period (YYYYMM), net_cents."""
    sifted = sift(rows, invoices(), key=_INVOICE_KEY, columns=["net_cents"])
    append("billing_supplierinvoice", sifted.new.select(*_INVOICE_KEY, "net_cents"))
    update("billing_supplierinvoice", sifted.changed, ["net_cents"])
    return Loaded(len(sifted.new), len(sifted.changed), sifted.unchanged)
