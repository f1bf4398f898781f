"""A house with one flat, its meter read every month up to October."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.metering.houses import Submit, make_house, submitter

from saime.metering.models import Meter


@pytest.fixture
def meter(db: None) -> Meter:
    return make_house()[1]


@pytest.fixture
def submit(meter: Meter) -> Submit:
    return submitter(meter)


@pytest.fixture
def read_before(meter: Meter, submit: Submit) -> None:
    """Read every month up to October: 104, 108 … 124, 4 m³ a month."""
    for month in range(5, 11):
        submit(str(100 + 4 * (month - 4)), at=datetime(2026, month, 26, tzinfo=UTC))
