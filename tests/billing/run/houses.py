"""Companies small enough to reckon by hand: houses, flats, meters with readings, services with prices."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection

from saime.billing.models import Bill, BillLine, Service, SupplierInvoice, Tariff
from saime.estate.models import Account, Building, Unit
from saime.estate.rules import natural_key
from saime.ledger.models import Leg
from saime.ledger.operations import LegInput, post_entry
from saime.metering.models import Meter, RegisteredReading, Submission
from saime.platform.periods import Period

MONTH = Period.of(2026, 11)
NOW = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
ISSUED = date(2026, 12, 2)
_numbers = count(1)


def make_house(building_no: str = "B1", **fields: Any) -> Building:
    return Building.objects.create(
        **{"building_no": building_no, "address": "Parauga iela 1, Rīga", "regulation": "524", **fields}
    )


def make_flat(house: Building, unit_no: str = "1", area: str = "50.00", **fields: Any) -> Unit:
    return Unit.objects.create(
        building=house, unit_no=unit_no, sort_key=natural_key(unit_no), area_m2=Decimal(area), **fields
    )


def make_account(flat: Unit, account_no: str = "", **fields: Any) -> Account:
    values = {"holder_name": "Demo Paraugs", "declared_persons": 2, "from_date": date(2020, 1, 1), **fields}
    return Account.objects.create(
        account_no=account_no or f"9{next(_numbers):05}", unit=flat, building=flat.building, **values
    )


def make_meter(
    place: Unit | Building, readings: dict[Period, str], medium: str = "cold", **fields: Any
) -> Meter:
    """A meter installed at 0 on the first day of the month of its first reading."""
    house, flat = (place.building, place) if isinstance(place, Unit) else (place, None)
    first = min(readings, default=MONTH)
    values = {"installed_on": first.first_day, "initial_reading": Decimal(0), "digits": 5, **fields}
    meter = Meter.objects.create(
        meter_no=f"M{next(_numbers)}", building=house, unit=flat, medium=medium, **values
    )
    Meter.objects.filter(id=meter.id).update(chain=meter)
    for period, value in readings.items():
        read(meter, period, value)
    return meter


def read(meter: Meter, period: Period, value: str) -> None:
    at = datetime(period.year, period.month, 26, tzinfo=UTC)
    submission = Submission.objects.create(
        meter=meter, period=period, value=Decimal(value), channel="portal", received_at=at,
        reference=f"t{next(_numbers)}", verdict="accepted",
    )  # fmt: skip
    RegisteredReading.objects.create(
        meter=meter,
        period=period,
        submission=submission,
        value=Decimal(value),
        channel="portal",
        received_at=at,
    )


def make_service(
    service: str, key: str, price: str | None = None, *, vat: str = "21", house: Building | None = None,
    shared_out: bool = False, **fields: Any,
) -> Service:  # fmt: skip
    """A service with a tariff (`shared_out`: from suppliers' invoices, the tariff gives the VAT)."""
    pricing = "supplier_invoice" if shared_out else "tariff"
    found, _ = Service.objects.get_or_create(
        service=service,
        defaults={
            "name_lv": service,
            "name_ru": service,
            "name_en": service,
            "key": key,
            "pricing": pricing,
            **fields,
        },
    )
    if price is not None or shared_out:
        make_tariff(found, price, vat=vat, house=house)
    return found


def make_tariff(
    service: Service, price: str | None, *, vat: str = "21", house: Building | None = None, **fields: Any
) -> Tariff:
    values = {"valid_from": date(2020, 1, 1), **fields}
    decimal = None if price is None else Decimal(price)
    return Tariff.objects.create(
        service=service, building=house, price=decimal, vat_rate=Decimal(vat), **values
    )


def make_invoice(service: Service, house: Building, cents: int, period: Period = MONTH) -> SupplierInvoice:
    return SupplierInvoice.objects.create(service=service, building=house, period=period, net_cents=cents)


def pay(account: Account, cents: int, on: date) -> int:
    return post_entry(
        kind="payment", on_date=on, reference=f"payment:{next(_numbers)}", posted_at=NOW,
        legs=[LegInput("bank", cents), LegInput("receivable", -cents, account.id)],
    )  # fmt: skip


def owe(account: Account, cents: int, on: date) -> int:
    """A debt from before Saime."""
    return post_entry(
        kind="opening", on_date=on, reference=f"opening:{next(_numbers)}", posted_at=NOW,
        legs=[LegInput("opening", -cents), LegInput("receivable", cents, account.id)],
    )  # fmt: skip


def bill_of(account: Account, period: Period = MONTH, **which: Any) -> Bill:
    return Bill.objects.get(account=account, period=period, **{"kind": "bill", "edition": 1, **which})


def line_of(account: Account, service: str, period: Period = MONTH) -> BillLine:
    return BillLine.objects.get(bill=bill_of(account, period), service__service=service)


def told(line: BillLine) -> tuple[str, str, str, int, int, int]:
    """quantity, unit, price, net, VAT, gross."""
    return str(line.quantity), line.unit, str(line.price), line.net_cents, line.vat_cents, line.gross_cents


def owed(account: Account) -> int:
    return sum(Leg.objects.filter(account=account).values_list("amount_cents", flat=True))


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All that a run leaves behind, without the ids that the database made up."""
    queries = {
        "bills": """SELECT b.bill_no, a.account_no, b.kind, b.edition, b.issued_on, b.due_on, b.opening_cents,
                           b.payments_cents, b.net_cents, b.vat_cents, b.lines_cents, b.late_charge_cents,
                           b.total_due_cents, b.snapshot::text, e.reference
                      FROM billing_bill b JOIN estate_account a ON a.id = b.account_id
                      JOIN ledger_entry e ON e.id = b.entry_id ORDER BY 1""",
        "lines": """SELECT b.bill_no, l.position, s.service, l.quantity, l.unit, l.price, l.net_cents, l.vat_rate,
                           l.vat_cents, l.gross_cents, l.basis, l.mark, l.paid_direct, l.made_from::text
                      FROM billing_billline l JOIN billing_bill b ON b.id = l.bill_id
                      JOIN billing_service s ON s.id = l.service_id ORDER BY 1, 2""",
        "ledger": """SELECT e.reference, e.kind, e.on_date, l.book, l.account_id, l.amount_cents
                       FROM ledger_entry e JOIN ledger_leg l ON l.entry_id = e.id ORDER BY 1, 4, 5""",
        "consumption": """SELECT building_id, unit_id, meter_id, medium, period, m3, basis
                            FROM metering_consumption ORDER BY 1, 5, 2, 3, 4""",
        "shares": """SELECT d.building_id, d.period, d.medium, d.difference_m3, s.unit_id, s.share_m3
                       FROM metering_waterdifference d LEFT JOIN metering_differenceshare s ON s.difference_id = d.id
                      ORDER BY 1, 2, 3, 5""",
        "closures": "SELECT building_id, period FROM metering_periodclosure ORDER BY 1, 2",
        "series": "SELECT series, last_number FROM billing_series ORDER BY 1",
    }
    found = {}
    with connection.cursor() as cursor:
        for name, query in queries.items():
            cursor.execute(query)
            found[name] = cursor.fetchall()
    return found
