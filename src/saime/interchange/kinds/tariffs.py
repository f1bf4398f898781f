"""tariffs: what a service costs, for the company or a building, from a day to a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from saime.billing.bulk import load_tariffs, tariffs
from saime.interchange.cells import day, number, words
from saime.interchange.checks import Rows
from saime.interchange.kinds.base import Importer, find_buildings
from saime.interchange.kinds.services import find_services
from saime.interchange.problems import Problem
from saime.interchange.reading.table import Column
from saime.platform.bulk import Loaded

_KEY = ["service_id", "building_id", "valid_from"]
_SPAN = [*_KEY, "valid_to"]


class Tariffs(Importer):
    columns = (
        Column("service"),
        Column("building_no", may_be_empty=True),
        Column("price", may_be_empty=True),
        Column("vat_rate"),
        Column("valid_from"),
        Column("valid_to", optional=True, may_be_empty=True),
    )
    tables = ("billing_tariff",)

    def check_rows(self, rows: Rows) -> None:
        words(rows, "service", most=40)
        words(rows, "building_no", most=30, required=False)
        number(rows, "price", decimals=6, digits=8, signed=True, required=False)
        number(rows, "vat_rate", decimals=2, digits=3)
        rows.refuse(pl.col("vat_rate") > 100, "vat_rate", _("{value} percent"), _("0 to 100"))
        day(rows, "valid_from")
        day(rows, "valid_to", required=False)
        rows.refuse(
            pl.col("valid_to") < pl.col("valid_from"), "valid_to",
            _("{value} is before valid_from {valid_from}"), _("the last day of the tariff, or nothing"),
        )  # fmt: skip

    def check_whole(self, rows: Rows) -> None:
        find_services(rows)
        find_buildings(rows)
        rows.refuse_repeated(["service", "building_no", "valid_from"], "valid_from")
        rows.refuse(
            pl.col("price").is_null() & (pl.col("pricing") == "tariff"), "price",
            _("service {service} has no price"), _("a price; only services by supplier_invoice go without"),
        )  # fmt: skip
        stored = tariffs()
        _refuse_used(rows, stored)
        _refuse_overlaps(rows, stored)

    def write(self, rows: Rows, good: pl.DataFrame) -> Loaded:  # noqa: ARG002
        return load_tariffs(good.select(*_SPAN, "price", "vat_rate"))


importer = Tariffs


def _refuse_used(rows: Rows, stored: pl.DataFrame) -> None:
    """What bills were made with stays."""
    used = stored.filter(pl.col("is_used") == 1).select(
        *_KEY, pl.col("price").alias("old_price"), pl.col("vat_rate").alias("old_vat_rate")
    )
    known = rows.frame.join(used, on=_KEY, how="inner", nulls_equal=True, maintain_order="left")
    part = Rows(known, rows.problems)
    for column in ("price", "vat_rate"):
        changed = pl.col(column).is_not_null() & (pl.col(column) != pl.col(f"old_{column}"))
        part.refuse(changed, column, _wrong_used(column), _("a new tariff from a later day"))


def _wrong_used(column: str) -> str:
    return _("bills were issued by this tariff with {stored}").replace("{stored}", f"{{old_{column}}}")


def _refuse_overlaps(rows: Rows, stored: pl.DataFrame) -> None:
    """No two tariffs of a service and building hold at once. A refused row may set free what it would have ended."""
    while True:
        found = list(_overlaps(_spans(rows.good(), stored)))
        rows.refuse_lines(found)
        if not found:
            return


def _spans(good: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    ends = stored.select(*_KEY, pl.col("valid_to").alias("old_to"))
    new = good.join(ends, on=_KEY, how="left", nulls_equal=True).with_columns(
        pl.coalesce("valid_to", "old_to").alias("valid_to")
    )
    kept = stored.join(good, on=_KEY, how="anti", nulls_equal=True).with_columns(
        pl.lit(None, pl.Int64).alias("line")
    )
    spans = pl.concat([new.select("line", *_SPAN), kept.select("line", *_SPAN)])
    return spans.sort("service_id", "building_id", "valid_from", "line", nulls_last=False)


def _overlaps(spans: pl.DataFrame) -> Iterator[Problem]:
    holder: dict[str, Any] | None = None
    for span in spans.iter_rows(named=True):
        same = holder is not None and all(holder[key] == span[key] for key in _KEY[:2])
        if holder is None or not same or (holder["valid_to"] or date.max) < span["valid_from"]:
            holder = span
            continue
        later = max(holder, span, key=lambda row: row["line"] or 0)
        other = span if later is holder else holder
        yield _overlap(later, other, end_by=span["valid_from"] - timedelta(days=1))
        holder = other


def _overlap(row: dict[str, Any], other: dict[str, Any], *, end_by: date) -> Problem:
    place = _("line {line}").format(line=other["line"]) if other["line"] else _("imported before")
    wrong = _("the tariff from {start} to {end} ({place}) holds in these days too").format(
        start=other["valid_from"], end=other["valid_to"] or _("further notice"), place=place
    )
    if row["valid_from"] < other["valid_from"]:
        right = _("valid_to {end_by} or earlier")
    else:
        right = _("valid_to {end_by} or earlier for that one")
    return Problem(row["line"], "valid_from", wrong, right.format(end_by=end_by))
