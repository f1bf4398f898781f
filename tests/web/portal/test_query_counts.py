"""What a page costs the database, to the query; the same for one home and for ten.

Three of them are who asks: session, login, accounts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.web.portal.household import Household, close_months, make_bills, make_household, submit

COUNTS = {
    "/": 7,
    "/readings/": 7,
    "/readings/history/": 4,
    "/meters/": 4,
    "/consumption/": 10,
    "/bills/": 4,
    "/payments/": 5,
    "/payments/statement/": 4,
    "/help/": 3,
}
Counted = Callable[[int], object]


@pytest.fixture(autouse=True)
def _decisions_are_remembered(settings: Any) -> None:
    """As in production: policies and windows are looked up every few seconds, not at every page."""
    settings.POLICY_SECONDS = 3600


@pytest.mark.parametrize(("path", "count"), COUNTS.items())
def test_a_page_costs_so_many(
    resident: Client, django_assert_num_queries: Counted, path: str, count: int
) -> None:
    resident.get(path)
    with django_assert_num_queries(count):  # type: ignore[attr-defined]
        resident.get(path)


@pytest.mark.parametrize(("path", "count"), COUNTS.items())
def test_and_no_more_with_several_homes(
    resident: Client, home: Household, django_assert_num_queries: Counted, path: str, count: int
) -> None:
    for number in range(3):
        more = make_household(home.user, address=f"Meža iela {number}", unit_no="7")
        close_months(more)
        make_bills(more)
    resident.get(path)
    # The sum of several homes has no building's mean beside it: one query less.
    with django_assert_num_queries(count - (path == "/consumption/")):  # type: ignore[attr-defined]
        resident.get(path)


def test_a_bill(resident: Client, home: Household, django_assert_num_queries: Counted) -> None:
    number = home.last_bill.bill_no
    with django_assert_num_queries(6):  # type: ignore[attr-defined]
        resident.get(f"/bills/{number}/")


def test_home_when_everything_is_read(
    resident: Client, home: Household, django_assert_num_queries: Counted
) -> None:
    """The m³ are shown, and cost three more."""
    submit(home.cold, "204.4")
    submit(home.hot, "138.2")
    resident.get("/")
    with django_assert_num_queries(10):  # type: ignore[attr-defined]
        resident.get("/")
