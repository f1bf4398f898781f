"""The archive of bills by year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from saime.billing.contracts import BillSummary


@dataclass(frozen=True, slots=True)
class YearOfBills:
    year: int
    bills: tuple[BillSummary, ...]


def years_of(bills: Iterable[BillSummary]) -> list[YearOfBills]:
    """`bills` latest first, as the archive gives them."""
    return [
        YearOfBills(year, tuple(group)) for year, group in groupby(bills, key=lambda bill: bill.period.year)
    ]
