"""services: something a bill has a line for, in three languages."""

from __future__ import annotations

import polars as pl
from django.utils.translation import gettext as _

from saime.billing.bulk import load_services, services
from saime.interchange.cells import choice, words
from saime.interchange.checks import Doubt, Rows
from saime.interchange.kinds.base import Importer
from saime.interchange.reading.table import Column
from saime.platform.bulk import Loaded

KEYS = (
    "m2",
    "m3_cold",
    "m3_hot",
    "m3_total",
    "m3_difference_cold",
    "m3_difference_hot",
    "person",
    "unit",
    "fixed",
    "share",
)


class Services(Importer):
    columns = (
        Column("service"),
        Column("name_lv"),
        Column("name_ru"),
        Column("name_en"),
        Column("key"),
        Column("pricing"),
    )
    tables = ("billing_service",)

    def check_rows(self, rows: Rows) -> None:
        text = pl.col("service")
        doubt = Doubt(pl.lit(True), _("{value} is not a code"), _("letters, digits, - and _, at most 40"))
        rows.parse("service", pl.when(text.str.contains(r"^[\p{L}\p{N}_.-]{1,40}$")).then(text), [doubt])
        for column in ("name_lv", "name_ru", "name_en"):
            words(rows, column, most=100)
        choice(rows, "key", KEYS)
        choice(rows, "pricing", ("tariff", "supplier_invoice"))

    def check_whole(self, rows: Rows) -> None:
        rows.refuse_repeated(["service"], "service")

    def write(self, rows: Rows, good: pl.DataFrame) -> Loaded:  # noqa: ARG002
        return load_services(good.drop("line"))


importer = Services


def find_services(rows: Rows) -> None:
    """Add `service_id`, `key` and `pricing` of the row's service, refused where unknown."""
    known = services().select("service", pl.col("id").alias("service_id"), "key", "pricing")
    rows.frame = rows.frame.join(known, on="service", how="left", maintain_order="left")
    unknown = pl.col("service").is_not_null() & pl.col("service_id").is_null()
    rows.refuse(unknown, "service", _("there is no service {value}"), _("a service imported before"))
