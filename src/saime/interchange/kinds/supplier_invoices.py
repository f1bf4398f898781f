"""supplier-invoices: a supplier's cost of a service for a building and month, to be shared out."""

from __future__ import annotations

import polars as pl
from django.utils.translation import gettext as _

from saime.billing.bulk import invoices, load_supplier_invoices
from saime.interchange.cells import number, period, words
from saime.interchange.checks import Rows
from saime.interchange.kinds.base import Importer, find_buildings
from saime.interchange.kinds.services import find_services
from saime.interchange.reading.table import Column
from saime.metering.meters import closed_buildings
from saime.platform.bulk import Loaded

_NUMBER = pl.col("period") // 12 * 100 + pl.col("period") % 12 + 1


class SupplierInvoices(Importer):
    columns = (Column("building_no"), Column("service"), Column("period"), Column("net_amount"))
    tables = ("billing_supplierinvoice",)

    def check_rows(self, rows: Rows) -> None:
        words(rows, "building_no", most=30)
        words(rows, "service", most=40)
        period(rows, "period")
        number(rows, "net_amount", decimals=2, digits=10, signed=True)

    def check_whole(self, rows: Rows) -> None:
        find_services(rows)
        find_buildings(rows)
        rows.refuse_repeated(["building_no", "service", "period"], "period")
        rows.refuse(
            pl.col("pricing") == "tariff", "service",
            _("service {value} has a tariff and is not shared out"), _("a service whose pricing is supplier_invoice"),
        )  # fmt: skip
        rows.frame = rows.frame.with_columns(
            _NUMBER.alias("period"), (pl.col("net_amount") * 100).cast(pl.Int64).alias("net_cents")
        )
        _refuse_closed(rows)

    def write(self, rows: Rows, good: pl.DataFrame) -> Loaded:  # noqa: ARG002
        return load_supplier_invoices(good.select("building_id", "service_id", "period", "net_cents"))


importer = SupplierInvoices


def _refuse_closed(rows: Rows) -> None:
    """An invoice for a month whose bills are issued would be charged to nobody; as it stands it may come again."""
    closed = closed_buildings().with_columns(pl.lit(value=True).alias("is_closed"))
    key = ["building_id", "service_id", "period"]
    stored = invoices().select(*key, pl.col("net_cents").alias("old_cents"))
    known = rows.frame.join(closed, on=["building_id", "period"], how="inner", maintain_order="left")
    known = known.join(stored, on=key, how="left", maintain_order="left")
    Rows(known, rows.problems).refuse(
        pl.col("net_cents").ne_missing(pl.col("old_cents")), "period",
        _("the bills of this month are issued"), _("a month whose bills are still to come"),
    )  # fmt: skip
