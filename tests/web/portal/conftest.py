"""The clock stands in the portal's window; a household with a past, and its resident logged in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from tests.web.portal.household import NOW, Household, close_months, make_bills, make_household


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def home(db: None) -> Household:
    household = make_household()
    close_months(household)
    make_bills(household)
    return household


@pytest.fixture
def resident(home: Household, client: Client) -> Client:
    """A browser in which the household's resident is logged in."""
    client.force_login(home.user)
    return client
