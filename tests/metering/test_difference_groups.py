"""Who is at fault for a building's water difference."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.metering.houses import make_house, make_meter, submitter

from saime.estate.models import Account, Unit
from saime.metering.figures import period_figures
from saime.platform.models import Policy
from saime.platform.periods import Period


@pytest.fixture
def unread_since_july(db: None) -> Account:
    """A 1013 house of two flats, its common meter read to October, one flat up to July, the other to October."""
    account, meter = make_house("1013")
    unit = Unit.objects.create(building=account.building, unit_no="2", sort_key="2", area_m2="50.00")
    common = submitter(make_meter(account.building, None, "C1"))
    second = submitter(make_meter(account.building, unit, "M2"))
    first = submitter(meter)
    for month in range(5, 11):
        at = datetime(2026, month, 26, tzinfo=UTC)
        common(str(100 + 20 * (month - 4)), "staff", at=at, reference=f"c{month}")
        second(str(100 + 4 * (month - 4)), at=at, reference=f"s{month}")
        if month <= 7:
            first(str(100 + 4 * (month - 4)), at=at, reference=f"f{month}")
    return account


def shares() -> list[int]:
    return [int(share) for share in period_figures(Period.parse("2026-10")).shares.share_m3]


def test_a_unit_without_a_reading_takes_its_norm_first(unread_since_july: Account) -> None:
    # D = 20 − 4 − 0 = 16: 6.08 for the unit at fault, 9.92 shared equally.
    assert shares() == [6_080 + 4_960, 4_960]


def test_a_unit_charged_by_norm_instead_is_not_at_fault(unread_since_july: Account) -> None:
    Policy.objects.create(policy="no_reading_basis", value="norm", valid_from=date(2026, 1, 1))
    # The norm, 2 × 6.08 m³, is charged to it; what is left of 20 − 4 − 12.16 = 3.84 falls to both alike.
    assert shares() == [1_920, 1_920]
