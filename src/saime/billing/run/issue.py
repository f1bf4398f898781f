"""Issuing a month's bills: chunk by chunk, each in one transaction, so that a run that is cut off goes on where it was.

What makes a run repeatable: buildings come in a fixed order, numbers are taken in the transaction that writes the bills,
and closing the building's month is part of it. After a crash the same run is taken up with the same dates; buildings that
are closed are done, the rest get the bills and numbers that they would have got.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from saime.billing.models import BillRun
from saime.billing.run import totals as summing
from saime.billing.run.catalog import Catalog
from saime.billing.run.chunks import Chunk, in_chunks, to_bill, work_out
from saime.billing.run.contracts import Finding, IssueReport, Progress, ReportProgress, Totals, say_nothing
from saime.billing.run.findings import Look
from saime.billing.run.writing import Heading, write_bills
from saime.metering.closing import close_periods
from saime.metering.models import PeriodClosure
from saime.platform.bulk import unhurried
from saime.platform.locks import lock_building_periods
from saime.platform.periods import RIGA, Period

_RUNS = 0x5A12  # the space of advisory locks of runs; the second key is the month


class UnableToIssueBills(Exception):
    """The bills cannot be issued now. The text says why and what to do."""


def issue(
    period: Period, building_ids: Sequence[int] | None = None, *, now: datetime, issued_on: date | None = None,
    progress: ReportProgress = say_nothing,
) -> IssueReport:  # fmt: skip
    """Issue the month's bills of these buildings (None: all); those already billed are skipped.

    `issued_on`: by default the day it is in Riga. A run that was cut off is taken up with its own date.
    UnableToIssueBills where another run of the month is going on, or a later month of a building is closed.
    """
    with _alone(period):
        buildings, closed = to_bill(period, building_ids)
        _require_in_order(period, buildings)
        run = _open_run(period, issued_on or now.astimezone(RIGA).date())
        issuing = _Issuing(
            Heading(run.id, period, run.issued_on, now), Catalog.load(period), len(buildings), progress
        )
        for chunk_ids in in_chunks(buildings):
            issuing.issue(chunk_ids)
        _finish(run, now, whole=building_ids is None)
        return issuing.report(run, len(closed))


@contextmanager
def _alone(period: Period) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_RUNS, period.number])
        if not cursor.fetchone()[0]:
            raise UnableToIssueBills(
                f"Another run of {period} is going on. Wait until it has finished, then look again."
            )
    try:
        yield
    finally:
        # A connection that broke takes its lock with it; one that is in a failed transaction must leave it first.
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_RUNS, period.number])


def _require_in_order(period: Period, building_ids: list[int]) -> None:
    later = (
        PeriodClosure.objects.filter(building_id__in=building_ids, period__gt=period.number)
        .order_by("building__building_no", "period")
        .values_list("building__building_no", "period")
        .first()
    )
    if later:
        raise UnableToIssueBills(
            f"Building {later[0]} is billed for {later[1]} already: an earlier month can no longer be issued. "
            "Correct it by a recalculation on the next bill."
        )


def _open_run(period: Period, issued_on: date) -> BillRun:
    run = BillRun.objects.filter(period=period, finished_at=None).first()
    if run is not None:
        return run
    due_days = Catalog.load(period).policies.value("bill_due_days", period.last_day)
    return BillRun.objects.create(
        period=period, issued_on=issued_on, due_on=issued_on + timedelta(days=due_days)
    )


def _finish(run: BillRun, now: datetime, *, whole: bool) -> None:
    """The run is over. One over some buildings leaves nothing open either: the next has a date of its own."""
    del whole
    BillRun.objects.filter(id=run.id).update(finished_at=now)


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
            numbers = write_bills(cursor, self.heading, chunk.inputs, chunk.lines, chunk.bills)
            close_periods(cursor, chunk.figures, building_ids, closed_at=self.heading.posted_at)
            found = Look(chunk, self.catalog).findings()
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
