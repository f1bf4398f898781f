"""The dry run: what issuing would do, and what looks wrong. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction

from saime.billing.run import totals as summing
from saime.billing.run.catalog import Catalog
from saime.billing.run.chunks import in_chunks, to_bill, work_out
from saime.billing.run.contracts import DryRun, Finding, Progress, ReportProgress, Totals, say_nothing
from saime.billing.run.findings import Look
from saime.platform.bulk import unhurried
from saime.platform.periods import Period


def dry_run(
    period: Period,
    building_ids: Sequence[int] | None = None,
    *,
    today: date,
    progress: ReportProgress = say_nothing,
) -> DryRun:
    """Work out the month's bills as of `today` for these buildings (None: all), chunk by chunk, and keep the sums."""
    buildings, closed = to_bill(period, building_ids)
    catalog, totals, findings = Catalog.load(period), Totals(), list[Finding]()
    services = summing.by_service(period, buildings)
    for number, chunk_ids in enumerate(in_chunks(buildings), 1):
        with transaction.atomic(), connection.cursor() as cursor:
            unhurried(cursor)
            chunk = work_out(chunk_ids, catalog, today)
            findings += Look(chunk, catalog).findings()
        summing.add(totals, chunk)
        summing.add_services(services, chunk)
        progress(Progress("lines", number, totals.buildings, len(buildings), totals.bills))
    used = [total for total in services.values() if total.lines or total.last_month_gross_cents]
    return DryRun(period, totals, used, summing.last_month(period, buildings), findings, closed)
