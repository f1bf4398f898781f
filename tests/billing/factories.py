"""Houses, accounts, money and bills for the tests, written straight into the tables as a run would leave them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from saime.billing.models import Bill, BillLine, Service
from saime.estate.models import Account, Building, Unit
from saime.ledger.models import Entry, Leg
from saime.metering.models import Consumption, Meter
from saime.platform.money import cents
from saime.platform.periods import Period

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
_numbers = count(1)


def make_building(**values: Any) -> Building:
    n = next(_numbers)
    return Building.objects.create(
        **{"building_no": f"B{n}", "address": f"Parauga iela {n}, Rīga", "regulation": "524", **values}
    )


def make_account(
    building: Building | None = None, *, unit_no: str = "", area: str = "52.40", **values: Any
) -> Account:
    n = next(_numbers)
    building = building or make_building()
    unit_no = unit_no or str(n)
    unit, _ = Unit.objects.get_or_create(
        building=building, unit_no=unit_no, defaults={"sort_key": f"{unit_no:0>10}", "area_m2": Decimal(area)}
    )
    return Account.objects.create(
        **{
            "account_no": f"41{n:05}", "unit": unit, "building": building, "holder_name": f"Demo Paraugs {n}",
            "declared_persons": 2, "from_date": date(2020, 1, 1), **values,
        }
    )  # fmt: skip


def post(
    account: Account,
    amount_cents: int,
    on: date,
    *,
    kind: str = "opening",
    reference: str = "",
    **values: Any,
) -> Entry:
    """An entry against the account: above 0 it owes more."""
    book = {"payment": "bank", "bill": "revenue"}.get(kind, "opening")
    reference = reference or f"test:{next(_numbers)}"
    entry = Entry.objects.create(kind=kind, on_date=on, reference=reference, **values)
    Leg.objects.create(entry=entry, book="receivable", account=account, amount_cents=amount_cents)
    Leg.objects.create(entry=entry, book=book, amount_cents=-amount_cents)
    return entry


def make_service(service: str = "management", key: str = "m2", **values: Any) -> Service:
    names = {f"name_{language}": f"{service} {language}" for language in ("lv", "ru", "en")}
    found, _ = Service.objects.get_or_create(
        service=service, defaults={"key": key, "pricing": "tariff", "group": "house", **names, **values}
    )
    return found


def line(
    service: Service, quantity: str = "52.400", price: str = "0.426500", vat: str = "21.00", **values: Any
) -> BillLine:
    """A line not yet on a bill: net and VAT to the cent, half up."""
    net = cents(Decimal(quantity) * Decimal(price))
    tax = cents(Decimal(net).scaleb(-2) * Decimal(vat) / 100)
    amounts = {"net_cents": net, "vat_rate": Decimal(vat), "vat_cents": tax, "gross_cents": net + tax}
    shown = {"quantity": Decimal(quantity), "unit": "m2", "price": Decimal(price)}
    return BillLine(**{"service": service, **shown, **amounts, **values})


def make_bill(
    account: Account, period: str, lines: Sequence[BillLine] = (), *, opening: int = 0, payments: int = 0,
    late: int = 0, kind: str = "bill", **values: Any,
) -> Bill:  # fmt: skip
    """A bill with its lines and its entry in the ledger, issued on the 10th of the next month and due on the 24th."""
    month = Period.parse(period)
    issued = (month + 1).first_day.replace(day=10)
    payable = [row for row in lines if not row.paid_direct]
    net, vat = sum(row.net_cents for row in payable), sum(row.vat_cents for row in payable)
    number = values.pop("bill_no", f"{period}-{next(_numbers):06}")
    total = {"net_cents": net, "vat_cents": vat, "lines_cents": net + vat, "late_charge_cents": late}
    bill = Bill.objects.create(
        **{
            "bill_no": number, "kind": kind, "account": account, "building": account.building, "period": month,
            "issued_on": issued, "due_on": issued.replace(day=24), "opening_cents": opening, "payments_cents": payments,
            **total, "total_due_cents": opening - payments + net + vat + late,
            "entry": post(account, net + vat + late, issued, kind=kind, reference=f"{kind}:{number}"),
            "snapshot": snapshot(account), **values,
        }
    )  # fmt: skip
    for position, row in enumerate(lines, 1):
        row.pk, row.bill, row.position = None, bill, position
    BillLine.objects.bulk_create(lines)
    return bill


def snapshot(account: Account) -> dict[str, Any]:
    return {
        "holder": account.holder_name, "address": account.building.address, "building_no": account.building.building_no,
        "unit_no": account.unit.unit_no, "unit_kind": account.unit.kind, "area_m2": str(account.unit.area_m2),
        "persons": account.declared_persons, "account_no": account.account_no, "language": account.language,
    }  # fmt: skip


def make_credit(bill: Bill) -> Bill:
    """The credit note of a bill: the same lines the other way round."""
    lines = [
        line(row.service, str(-row.quantity), str(row.price), str(row.vat_rate), paid_direct=row.paid_direct)
        for row in bill.lines.order_by("position")
    ]
    return make_bill(
        bill.account, str(bill.period), lines, kind="credit", late=-bill.late_charge_cents, credits=bill
    )


def make_meter(account: Account, medium: str = "cold", **values: Any) -> Meter:
    meter = Meter.objects.create(
        **{
            "meter_no": f"M{next(_numbers)}", "building": account.building, "unit": account.unit, "medium": medium,
            "installed_on": date(2024, 1, 10), "initial_reading": Decimal("100.000"), "valid_until": date(2029, 3, 31),
            **values,
        }
    )  # fmt: skip
    Meter.objects.filter(pk=meter.pk).update(chain=meter.replaces.chain if meter.replaces else meter)
    meter.refresh_from_db()
    return meter


def make_consumption(
    meter: Meter, period: str, m3: str = "4.250", basis: str = "actual", **values: Any
) -> Consumption:
    return Consumption.objects.create(
        **{
            "building": meter.building, "unit": meter.unit, "meter": meter, "chain": meter.chain,
            "medium": meter.medium, "period": Period.parse(period),
            "m3": Decimal(m3), "basis": basis, "previous_reading": Decimal("128.000"),
            "reading": Decimal("128.000") + Decimal(m3) if basis == "actual" else None,
            "channel": "portal" if basis == "actual" else "", "read_period": Period.parse(period), **values,
        }
    )  # fmt: skip
