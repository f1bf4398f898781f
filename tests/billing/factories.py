"""Houses, accounts, money and bills for the tests, written straight into the tables as a run would leave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from saime.billing.models import Bill, BillLine, BillRun, Service, SupplierInvoice, Tariff
from saime.estate.models import Account, Building, Unit
from saime.ledger.models import Entry, Leg
from saime.metering.models import Consumption, Meter, PeriodClosure
from saime.platform.money import cents
from saime.platform.periods import Period

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
_numbers = count(1)


def make_building(**values: Any) -> Building:
    n = next(_numbers)
    return Building.objects.create(
        **{"building_no": f"B{n}", "address": f"Parauga iela {n}, Rīga", "regulation": "524", **values}
    )


def make_account(building: Building | None = None, *, unit_no: str = "", area: str = "52.40", **values: Any) -> Account:
    n = next(_numbers)
    building = building or make_building()
    unit_no = unit_no or str(n)
    unit, _ = Unit.objects.get_or_create(
        building=building, unit_no=unit_no, defaults={"sort_key": f"{unit_no:0>10}", "area_m2": Decimal(area)}
    )
    return Account.objects.create(
        **{
            "account_no": f"4{n:06}", "unit": unit, "building": building, "holder_name": f"Demo Paraugs {n}",
            "declared_persons": 2, "from_date": date(2020, 1, 1), **values,
        }
    )  # fmt: skip


def post(account: Account, amount_cents: int, on: date, *, kind: str = "opening", reference: str = "") -> Entry:
    """An entry against the account: above 0 it owes more."""
    book = {"payment": "bank", "bill": "revenue"}.get(kind, "opening")
    entry = Entry.objects.create(kind=kind, on_date=on, reference=reference or f"test:{next(_numbers)}")
    Leg.objects.create(entry=entry, book="receivable", account=account, amount_cents=amount_cents)
    Leg.objects.create(entry=entry, book=book, amount_cents=-amount_cents)
    return entry
