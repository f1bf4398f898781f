"""A house with one flat and its meters, and the doors by which readings come in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from saime.estate.models import Account, Building, Unit
from saime.metering.contracts import SubmissionOutcome
from saime.metering.models import Meter
from saime.metering.operations import submit_reading

IN_WINDOW = datetime(
    2026, 11, 26, 10, 0, tzinfo=UTC
)  # portal, SMS, terminal and forms: only the last is closed
Submit = Callable[..., SubmissionOutcome]


def make_house(regulation: str = "524") -> tuple[Account, Meter]:
    building = Building.objects.create(building_no="B1", address="Testa iela 1", regulation=regulation)
    unit = Unit.objects.create(building=building, unit_no="1", sort_key="1", area_m2="50.00")
    account = Account.objects.create(
        account_no="1000001", unit=unit, building=building, holder_name="Paraugs", declared_persons=2,
        from_date=date(2020, 1, 1),
    )  # fmt: skip
    return account, make_meter(building, unit)


def make_meter(building: Building, unit: Unit | None, meter_no: str = "M1", **fields: Any) -> Meter:
    values = {
        "medium": "cold",
        "digits": 5,
        "installed_on": date(2026, 5, 10),
        "initial_reading": Decimal("100.000"),
    }
    meter = Meter.objects.create(meter_no=meter_no, building=building, unit=unit, **values | fields)
    chain = meter.replaces.chain if meter.replaces else meter
    Meter.objects.filter(id=meter.id).update(chain=chain)
    meter.refresh_from_db()
    return meter


def submitter(meter: Meter) -> Submit:
    numbers = count(1)

    def submit(
        value: str, channel: str = "portal", at: datetime = IN_WINDOW, **options: Any
    ) -> SubmissionOutcome:
        values: dict[str, Any] = {"reference": f"t{next(numbers)}", "now": at, "received_at": at}
        return submit_reading(
            **{"meter_id": meter.id, "value": value, "channel": channel, **values, **options}
        )

    return submit
