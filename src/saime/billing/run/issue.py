"""Issuing a month's bills: chunk by chunk, each in one transaction: a run that is cut off goes on where it was.

What makes a run repeatable: buildings come in a fixed order, numbers are taken in the transaction that writes the
bills, and closing the building's month is part of it. After a crash the same run is taken up with the same dates;
buildings that are closed are done, the rest get the bills and numbers that they would have got.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from saime.billing.models import BillRun
from saime.billing.run import totals as summing
from saime.billing.run.alone import RunIsGoingOn, alone
from saime.billing.run.catalog import Catalog
from saime.billing.run.chunks import BUILDINGS_AT_ONCE, Chunk, in_chunks, to_bill, work_out
from saime.billing.run.contracts import Finding, IssueReport, Progress, ReportProgress, Totals, say_nothing
from saime.billing.run.findings import Look
from saime.billing.run.writing import Heading, write_bills
from saime.metering.closing import close_periods
from saime.metering.models import PeriodClosure
from saime.platform.bulk import unhurried
from saime.platform.locks import lock_building_periods
from saime.platform.periods import RIGA, Period


class UnableToIssueBills(Exception):
    """The bills cannot be issued now. The text says why and what to do."""


def issue(
    period: Period, building_ids: Sequence[int] | None = None, *, now: datetime, issued_on: date | None = None,
    progress: ReportProgress = say_nothing, buildings_at_once: int = BUILDINGS_AT_ONCE,
) -> IssueReport:  # fmt: skip
    """Issue the month's bills of these buildings (None: all); those already billed are skipped.

    `issued_on`: by default the day it is in Riga. A run that was cut off is taken up with its own date.
    UnableToIssueBills where another run is going on, a later month of a building is closed, or a run that was cut off
    has another date.
    """
    try:
        with alone():
            return _issue(period, building_ids, now, issued_on, progress, buildings_at_once)
    except RunIsGoingOn:
        raise UnableToIssueBills(
            _("Bills are being issued just now. Wait until that has finished, then look again.")
        ) from None


def _issue(
    period: Period, building_ids: Sequence[int] | None, now: datetime, issued_on: date | None,
    progress: ReportProgress, buildings_at_once: int,
) -> IssueReport:  # fmt: skip
    buildings, closed = to_bill(period, building_ids)
    _require_in_order(period, buildings)
    catalog = Catalog.load(period)
    run = _open_run(catalog, issued_on, now)
    issuing = _Issuing(Heading(run.id, period, run.issued_on, now), catalog, len(buildings), progress)
    for chunk_ids in in_chunks(buildings, buildings_at_once):
        issuing.issue(chunk_ids)
    BillRun.objects.filter(id=run.id).update(finished_at=now)
    return issuing.report(run, len(closed))


def _require_in_order(period: Period, building_ids: list[int]) -> None:
    later = (
        PeriodClosure.objects.filter(building_id__in=building_ids, period__gt=period.number)
        .order_by("building__building_no", "period")
        .values_list("building__building_no", "period")
        .first()
    )
    if later:
        raise UnableToIssueBills(
            _(
                "Building %(building)s is billed for %(later)s already: %(period)s can no longer be issued. "
                "Correct it by a recalculation on the next bill."
            )
            % {"building": later[0], "later": later[1], "period": period}
        )


def _open_run(catalog: Catalog, issued_on: date | None, now: datetime) -> BillRun:
    """The month's run that was cut off, or a new one. Its dates are those of the bills it has issued."""
    run = BillRun.objects.filter(period=catalog.period, finished_at=None).first()
    if run is None:
        day = issued_on or now.astimezone(RIGA).date()
        due_days = catalog.policies.value("bill_due_days", catalog.period.last_day)
        return BillRun.objects.create(
            period=catalog.period, issued_on=day, due_on=day + timedelta(days=due_days)
        )
    if issued_on not in (None, run.issued_on):
        raise UnableToIssueBills(
            _(
                "The run of %(period)s that was cut off has the date %(day)s. Go on with that date, or without one."
            )
            % {"period": catalog.period, "day": run.issued_on}
        )
    return run


class _Issuing:
    """The chunks of one run, one after the other, and what they come to."""

    def __init__(self, heading: Heading, catalog: Catalog, buildings: int, progress: ReportProgress) -> None:
        self.heading, self.catalog, self.all_buildings, self.progress = heading, catalog, buildings, progress
        self.totals, self.findings, self.numbers = Totals(), list[Finding](), list[str]()
        self.chunks = 0

    def issue(self, building_ids: list[int]) -> None:
        self.chunks += 1
        with transaction.atomic(), connection.cursor() as cursor:
            unhurried(cursor)
            lock_building_periods(cursor, building_ids, self.heading.period)
            chunk = work_out(building_ids, self.catalog, self.heading.issued_on)
            self._say("lines")
            found = Look(chunk, self.catalog).findings()
            numbers = write_bills(cursor, self.heading, chunk.inputs, chunk.lines, chunk.bills)
            close_periods(cursor, chunk.figures, building_ids, closed_at=self.heading.posted_at)
            self._say("written")
        self._count(chunk, found, numbers.to_list())
        self._say("committed")

    def _count(self, chunk: Chunk, found: list[Finding], numbers: list[str]) -> None:
        summing.add(self.totals, chunk)
        self.findings += found
        self.numbers = [*self.numbers[:1], *numbers] if numbers else self.numbers
        self.numbers = [self.numbers[0], self.numbers[-1]] if self.numbers else []

    def _say(self, stage: str) -> None:
        done = self.totals
        self.progress(Progress(stage, self.chunks, done.buildings, self.all_buildings, done.bills))

    def report(self, run: BillRun, skipped: int) -> IssueReport:
        first, last = (self.numbers[0], self.numbers[-1]) if self.numbers else ("", "")
        return IssueReport(
            run.id, run.period, run.issued_on, run.due_on, self.totals, first, last, skipped, self.findings
        )
