"""Sums over a run: by bill, by service, and last month's beside them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from saime.billing.run.chunks import Chunk
from saime.billing.run.contracts import ServiceTotal, Totals
from saime.platform.bulk import fetch_frame
from saime.platform.periods import Period

_SERVICES = """
    SELECT s.id, s.service, COALESCE(sum(l.gross_cents), 0)::bigint AS gross
      FROM billing_service s
      LEFT JOIN (billing_billline l JOIN billing_bill b ON b.id = l.bill_id AND b.period = %(period)s
                 AND b.building_id = ANY(%(buildings)s)) ON l.service_id = s.id
     GROUP BY s.id, s.service, s.position ORDER BY s.position, s.id"""
_LAST = """
    SELECT count(DISTINCT building_id) AS buildings, count(*) AS bills, COALESCE(sum(net_cents), 0)::bigint AS net,
           COALESCE(sum(vat_cents), 0)::bigint AS vat, COALESCE(sum(lines_cents), 0)::bigint AS lines,
           COALESCE(sum(late_charge_cents), 0)::bigint AS late, COALESCE(sum(total_due_cents), 0)::bigint AS due
      FROM billing_bill WHERE period = %(period)s AND building_id = ANY(%(buildings)s)"""


def add(totals: Totals, chunk: Chunk) -> None:
    """Count a chunk in."""
    bills = chunk.bills
    totals.buildings += len(chunk.inputs.building_ids)
    totals.bills += len(bills)
    totals.lines += len(chunk.lines)
    totals.net_cents += int(bills.net.sum())
    totals.vat_cents += int(bills.vat.sum())
    totals.lines_cents += int(bills.lines_gross.sum())
    totals.late_charge_cents += int(bills.late_charge.sum())
    totals.total_due_cents += int(bills.total_due.sum())


def by_service(period: Period, building_ids: Sequence[int]) -> dict[int, ServiceTotal]:
    """A total for each service, with what it came to last month, still empty for this one."""
    parameters = {"period": (period - 1).number, "buildings": list(building_ids)}
    rows = fetch_frame(_SERVICES, {"id": pl.Int64, "service": pl.String, "gross": pl.Int64}, parameters)
    return {
        id_: ServiceTotal(service, last_month_gross_cents=gross) for id_, service, gross in rows.iter_rows()
    }


def add_services(services: dict[int, ServiceTotal], chunk: Chunk) -> None:
    lines = chunk.lines
    for id_, total in services.items():
        mine = lines.service_id == id_
        total.lines += int(np.count_nonzero(mine))
        total.quantity_milli += int(lines.quantity[mine].sum())
        total.net_cents += int(lines.net[mine].sum())
        total.vat_cents += int(lines.vat[mine].sum())
        total.gross_cents += int(lines.gross[mine].sum())


def last_month(period: Period, building_ids: Sequence[int]) -> Totals:
    """The same buildings' bills a month before."""
    names = ("buildings", "bills", "net", "vat", "lines", "late", "due")
    parameters = {"period": (period - 1).number, "buildings": list(building_ids)}
    row = fetch_frame(_LAST, dict.fromkeys(names, pl.Int64), parameters).row(0, named=True)
    return Totals(
        row["buildings"], row["bills"], 0, row["net"], row["vat"], row["lines"], row["late"], row["due"]
    )
