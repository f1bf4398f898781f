"""A resident with a home that has a past: a year and a half of readings, bills made from them, payments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection, transaction
from tests.billing import factories

from saime.billing.models import Bill, BillLine
from saime.estate.models import Account
from saime.ledger.models import Entry
from saime.metering.closing import close_periods
from saime.metering.figures import period_figures
from saime.metering.models import Meter
from saime.metering.operations import submit_reading
from saime.metering.queries import figures_of
from saime.payments.models import Payment
from saime.platform.periods import RIGA, Period
from saime.residents.models import Access, User
from saime.residents.operations import create_login

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
"""Thursday in Riga, the portal's window open, five days left with today."""
THIS_MONTH = Period.of(2026, 11)
PASSWORD = "meza zemenes augusta"
# m³ of each month from June 2025; None: nobody read the meter.
COLD = "4.0 4.2 3.9 4.5 4.1 4.8 5.1 4.7 4.3 4.4 4.25 3.9 4.0 4.1 3.8 4.6 -"
HOT = "3.0 3.1 2.8 2.6 2.9 3.3 3.6 3.4 3.2 3.0 2.9 2.5 2.4 2.2 - - 9.0"
FIRST = Period.of(2025, 6)
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Household:
    user: User
    account: Account
    cold: Meter
    hot: Meter

    @property
    def last_bill(self) -> Bill:
        return Bill.objects.filter(account=self.account).order_by("-period").first()  # type: ignore[return-value]


def make_user(email: str = "", *, language: str = "lv") -> User:
    """A resident whose e-mail is confirmed."""
    user = create_login(email=email or f"anna{next(_numbers)}@example.com", password=PASSWORD)
    user.name, user.language = "Anna Paraudziņa", language
    user.save(update_fields=["name", "language"])
    return user


def give_access(user: User, account: Account, role: str = "owner") -> Access:
    return Access.objects.create(user=user, account=account, role=role, granted_at=NOW - timedelta(days=400))


def make_household(
    user: User | None = None,
    *,
    address: str = "Ūdens iela 12",
    unit_no: str = "34",
    cold_m3: str = COLD,
    hot_m3: str = HOT,
) -> Household:
    """A home whose last closed month is October: cold water read by portal, hot water twice missed."""
    user = user or make_user()
    building = factories.make_building(address=address)
    account = factories.make_account(building, unit_no=unit_no, holder_name="Anna Paraudziņa")
    give_access(user, account)
    installed = FIRST.first_day
    cold = factories.make_meter(account, "cold", installed_on=installed, initial_reading=Decimal("128.000"))
    hot = factories.make_meter(
        account,
        "hot",
        installed_on=installed,
        initial_reading=Decimal("86.000"),
        valid_until=date(2026, 12, 20),
    )
    _read(cold, cold_m3)
    _read(hot, hot_m3)
    return Household(user, account, cold, hot)


def _read(meter: Meter, months: str) -> None:
    value = meter.initial_reading
    for period, text in zip(FIRST.through(THIS_MONTH - 1), months.split(), strict=True):
        if text == "-":
            continue
        value += Decimal(text)
        submit(
            meter,
            value,
            at=_window_day(period),
            channel=("portal", "sms", "terminal", "paper")[period.month % 4],
        )


def _window_day(period: Period) -> datetime:
    return datetime(period.year, period.month, 26, 18, 40, tzinfo=RIGA)


def submit(
    meter: Meter, value: Decimal | str, *, at: datetime = NOW, channel: str = "portal", **options: Any
) -> Any:
    return submit_reading(
        meter_id=meter.pk, value=value, channel=channel, received_at=at, now=at, reference=f"test:{next(_numbers)}",
        history=True, **options,
    )  # fmt: skip


@transaction.atomic
def close_months(*households: Household, last: Period = THIS_MONTH - 1) -> None:
    """Closes every month up to `last`, as the runs would have done."""
    buildings = sorted({household.account.building_id for household in households})
    with connection.cursor() as cursor:
        for period in FIRST.through(last):
            figures = period_figures(period, buildings)
            close_periods(cursor, figures, buildings, closed_at=_window_day(period) + timedelta(days=12))


@transaction.atomic
def make_bills(
    household: Household, *, first: Period = THIS_MONTH - 4, last: Period = THIS_MONTH - 1
) -> list[Bill]:
    """Bills of the months, each paid a few days before it was due, but for the last."""
    bills, owed = [], 0
    for period in first.through(last):
        paid = owed
        if owed:
            pay(household.account, owed, on=period.last_day.replace(day=20))
        bill = factories.make_bill(
            household.account, str(period), list(_lines(household, period)), opening=owed, payments=paid
        )
        owed = bill.total_due_cents
        bills.append(bill)
    return bills


@transaction.atomic
def pay(account: Account, cents: int, *, on: date) -> Payment:
    number = next(_numbers)
    entry: Entry = factories.post(account, -cents, on, kind="payment", reference=f"payment:P{number:06}")
    return Payment.objects.create(
        account=account,
        amount_cents=cents,
        paid_on=on,
        reference=f"P{number:06}",
        payer_iban="LV80HABA0551012345678",
        entry=entry,
    )


# service: group, key, unit, VAT, names in Latvian, Russian and English.
SERVICES = {
    "management": ("house", "m2", "m2", "21.00", "Apsaimniekošana", "Обслуживание дома", "Management fee"),
    "savings": (
        "house",
        "m2",
        "m2",
        "0.00",
        "Uzkrājums remontam",
        "Накопления на ремонт",
        "Savings for repairs",
    ),
    "lift": ("house", "person", "person", "21.00", "Lifts", "Лифт", "Lift"),
    "cold_water": ("water", "m3_cold", "m3", "21.00", "Aukstais ūdens", "Холодная вода", "Cold water"),
    "hot_water": ("water", "m3_hot", "m3", "21.00", "Karstais ūdens", "Горячая вода", "Hot water"),
    "heating": ("heat", "m2", "m2", "12.00", "Apkure", "Отопление", "Heating"),
    "circulation": ("heat", "unit", "unit", "12.00", "Cirkulācija", "Циркуляция", "Circulation"),
    "waste": (
        "waste",
        "person",
        "person",
        "21.00",
        "Sadzīves atkritumi",
        "Бытовые отходы",
        "Household waste",
    ),
    "land": ("other", "m2", "m2", "21.00", "Zemes noma", "Аренда земли", "Land lease"),
}


def _lines(household: Household, period: Period) -> Iterator[BillLine]:
    yield _line("management", "52.400", "0.426500")
    yield _line("savings", "52.400", "0.150000")
    yield _line("lift", "2.000", "1.100000")
    for figure in figures_of([household.account.unit_id], period, period):
        yield _line(
            f"{figure.medium}_water", str(figure.m3), "2.180000", basis=figure.basis, mark=figure.mark
        )
    if period.month in (10, 11, 12, 1, 2, 3, 4):
        yield _line("heating", "52.400", "0.731204")
    yield _line("circulation", "1.000", "7.300000")
    yield _line("waste", "2.000", "3.920000")
    yield _line("land", "52.400", "0.071200")


def _line(service: str, quantity: str, price: str, **values: Any) -> BillLine:
    group, key, unit, vat, *names = SERVICES[service]
    named = dict(zip(("name_lv", "name_ru", "name_en"), names, strict=True))
    made = factories.make_service(service, key, group=group, **named)
    return factories.line(made, quantity, price, vat, unit=unit, **values)
