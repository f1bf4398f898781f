"""The demo company into an empty installation, by the doors that every company goes through: files, runs, payments."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from django.conf import settings

from saime.billing.operations import issue_bills
from saime.billing.queries import export_bills
from saime.estate.bulk import buildings
from saime.interchange.cli import WrongUsage
from saime.interchange.demo import company as companies
from saime.interchange.demo import paying, people
from saime.interchange.demo.company import Company
from saime.interchange.demo.estate import SHOWN
from saime.interchange.demo.texts import fixed
from saime.interchange.imports import import_file
from saime.platform.periods import Period

Say = Callable[[str], None]
_ISSUE_DAY = 8


class UnableToFill(WrongUsage):
    """The installation is not empty, or a file of the demo's was refused. The text says which."""


def fill(
    *, accounts: int, now: datetime, say: Say = lambda _line: None, seed: int = companies.SEED
) -> dict[str, Any]:
    """Make the company and write it: about a minute for 2,000 accounts. Gives counts.

    UnableToFill where there is a building already: the demo is not mixed with a company's own.
    """
    if len(buildings()):
        raise UnableToFill("there are buildings already: the demo company needs an empty installation")
    if accounts < companies.SMALLEST:
        raise UnableToFill(f"the demo company has {companies.SMALLEST} accounts or more")
    started = time.monotonic()
    company = companies.generate(accounts=accounts, now=now, seed=seed)
    counts = _load_files(company, say)
    counts |= _run_months(company, say)
    people.move_in(company, now=now)
    say(f"ready after {time.monotonic() - started:.0f} s")
    return counts


def _load_files(company: Company, say: Say) -> dict[str, Any]:
    counts: dict[str, Any] = {}
    with TemporaryDirectory(dir=settings.DATA_DIR) as scratch:
        companies.write(company, Path(scratch))
        for kind in company.files:
            counts[kind] = _load(kind, Path(scratch) / f"{kind}.csv", company.now)
            say(f"{kind}: {counts[kind]:,}")
    return counts


def _load(kind: str, path: Path, now: datetime) -> int:
    done = import_file(kind=kind, path=path, partial=False, history=True, now=now)
    if len(done.problems):
        line, column, wrong, right = done.problems.row(0)
        raise UnableToFill(f"{path.name}, line {line}, {column}: {wrong}; right would be: {right}")
    return done.loaded.created


def _run_months(company: Company, say: Say) -> dict[str, int]:
    """Issue each month's bills on their day, and pay: what was paid before a bill's day stands on that bill."""
    bills, paid = 0, 0
    to_come = pl.DataFrame(schema=_PAYMENTS)
    kinds = companies.payer_kinds(company)
    for number, month in enumerate(company.billed_months):
        issued_on = _issue_day(month, company.now.date())
        paid += _pay(to_come.filter(pl.col("paid_on") <= issued_on), company.now)
        to_come = to_come.filter(pl.col("paid_on") > issued_on)
        report = issue_bills(month, now=company.now, issued_on=issued_on)
        bills += report.totals.bills
        to_come = pl.concat([to_come, _payments_of(month, number, company, kinds, report.due_on, issued_on)])
        say(f"bills of {month}: {report.totals.bills:,}")
    paid += _pay(to_come.filter(pl.col("paid_on") <= company.now.date()), company.now)
    return {"bills": bills, "payments": paid}


_PAYMENTS = {"account_no": pl.String, "amount_cents": pl.Int64, "paid_on": pl.Date, "reference": pl.String,
             "payer_iban": pl.String}  # fmt: skip


def _issue_day(month: Period, today: date) -> date:
    """The 8th of the next month, or today where that is still to come."""
    return min((month + 1).first_day.replace(day=_ISSUE_DAY), today)


def _payments_of(
    month: Period, number: int, company: Company, kinds: dict[str, int], due_on: date, issued_on: date
) -> pl.DataFrame:
    bills = pl.read_csv(b"".join(export_bills(month)), infer_schema=False).select(
        "account_no", "bill_no", total_cents=_cents("total_due"), lines_cents=_cents("lines_gross")
    )
    kind = bills["account_no"].replace_strict(kinds, default=paying.ON_TIME, return_dtype=pl.Int64)
    paid = paying.payments(
        bills, kind.to_numpy(), month=number, issued_on=issued_on, due_on=due_on, seed=company.seed
    )
    # The newest bill of the people who log in is still to be paid.
    if month == company.billed_months[-1]:
        shown = [str(company.estate.account_no[place]) for place in SHOWN]
        paid = paid.filter(~pl.col("account_no").is_in(shown))
    return paid.select(pl.col(name).cast(kind) for name, kind in _PAYMENTS.items())


def _cents(column: str) -> pl.Expr:
    return pl.col(column).str.replace(".", "", literal=True).cast(pl.Int64)


def _pay(payments: pl.DataFrame, now: datetime) -> int:
    if not len(payments):
        return 0
    with TemporaryDirectory(dir=settings.DATA_DIR) as scratch:
        path = Path(scratch) / "payments.csv"
        rows = payments.with_columns(fixed("amount_cents", 2))
        rows.rename({"amount_cents": "amount"}).write_csv(path)
        return _load("payments", path, now)
