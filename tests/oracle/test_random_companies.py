"""Companies made up at random go in by the `saime` command, and every figure that comes out is held against the second
opinion of `model`, to the last digit.

SAIME_ORACLE_COMPANIES=N takes N companies instead of a few, SAIME_ORACLE_FIRST=S starts at another seed.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from tests.oracle.companies import Company, make_company
from tests.oracle.comparing import compare_lines, compare_month
from tests.oracle.conftest import Doors
from tests.oracle.model import House, month_text

FIRST = int(os.environ.get("SAIME_ORACLE_FIRST") or 1)
SEEDS = range(FIRST, FIRST + int(os.environ.get("SAIME_ORACLE_COMPANIES") or 3))
KINDS = ("buildings", "accounts", "meters", "policies", "services", "tariffs", "supplier-invoices")


def take(house: House, doors: Doors, kind: str, text: str) -> None:
    house.take(kind, text)
    doors.take(kind, text)


def moved_in(company: Company, doors: Doors) -> House:
    house = House()
    for kind in KINDS:
        take(house, doors, kind, company.files[kind])
    return house


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_closed(doors: Doors, seed: int) -> None:
    """All history in one file, a late one after it: every month is computed from all before it."""
    company = make_company(seed)
    house = moved_in(company, doors)
    take(house, doors, "readings", company.all_readings)
    for text in (company.late_readings, company.all_readings):  # the same file again changes nothing
        take(house, doors, "readings", text)
    for month in company.months:
        compare_month(house, doors, month)


@pytest.mark.parametrize("seed", SEEDS)
def test_month_after_month(doors: Doors, seed: int) -> None:
    """Each month's file, its figures, its bills issued; then the next. What comes late finds the month closed."""
    company = make_company(seed)
    first = {"meters": company.meters_known(company.months[0])}
    house = moved_in(replace(company, files=company.files | first), doors)
    for month, text in company.readings:
        take(house, doors, "meters", company.meters_known(month))
        take(house, doors, "readings", text)
        if month == company.months[len(company.months) // 2]:
            take(house, doors, "readings", company.late_known(month))
        compare_month(house, doors, month)
        doors.issue(month_text(month))
        compare_lines(house, doors, month)
        house.close(month)
        compare_month(house, doors, month)
    for month in company.months:
        compare_month(house, doors, month)
