"""Bills as the run issues them: each adds up, and each of their lines can say why."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.billing.explain.saying import readings, texts
from tests.billing.factories import make_account, make_building, make_meter, make_service

from saime.billing.document.contracts import disagreements
from saime.billing.explain import explain_bill
from saime.billing.models import Bill, Recalculation, SupplierInvoice, Tariff
from saime.billing.operations import credit_bill, issue_bills
from saime.billing.queries import bill_page, bills_of_period, documents, export_bill_lines, export_bills
from saime.billing.queries import bills as archive
from saime.estate.models import Account, Building
from saime.metering.models import Meter
from saime.payments.operations import record_payment
from saime.platform.periods import Period

KEYS = (
    "m2", "person", "unit", "fixed", "share", "m3_cold", "m3_hot", "m3_total", "m3_difference_cold",
    "m3_difference_hot",
)  # fmt: skip
MONTHS = [Period.parse(f"2026-0{number}") for number in range(3, 8)]


def issued_at(period: Period) -> datetime:
    return datetime(period.year, period.month + 1, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def building(db: None) -> Building:
    building = make_building(regulation="1013", amenities="")
    for position, key in enumerate(KEYS):
        service = make_service(key, key, position=position, paid_direct=key == "fixed")
        Tariff.objects.create(
            service=service, price=Decimal("1.25"), vat_rate=Decimal(21), valid_from=date(2026, 1, 1)
        )
    lift = make_service("lift", "m2", pricing="supplier_invoice", position=90)
    Tariff.objects.create(service=lift, vat_rate=Decimal(0), valid_from=date(2026, 1, 1))
    for month in MONTHS:
        SupplierInvoice.objects.create(building=building, service=lift, period=month, net_cents=10_001)
    return building


@pytest.fixture
def accounts(building: Building) -> list[Account]:
    """Four homes: one always read, one not any more, one without meters, one that changes hands in July."""
    accounts = [make_account(building, unit_no=str(number)) for number in (1, 2, 3, 4)]
    Account.objects.filter(pk=accounts[3].pk).update(to_date=date(2026, 7, 14))
    accounts.append(make_account(building, unit_no="4", from_date=date(2026, 7, 15)))
    for number, medium in enumerate(("cold", "hot")):
        _read(_meter(accounts[0], medium), MONTHS, 4 + number)
        _read(_meter(accounts[1], medium), MONTHS[:1], 5)
        _read(_meter(accounts[3], medium), MONTHS, 3)
        common = make_meter(accounts[0], medium, unit=None, installed_on=date(2026, 2, 3))
        _read(common, MONTHS, 40)
    return accounts


def _meter(account: Account, medium: str) -> Meter:
    return make_meter(account, medium, installed_on=date(2026, 2, 3))


def _read(meter: Meter, months: list[Period], m3: int) -> None:
    readings(meter, {month: str(100 + m3 * (count + 1)) for count, month in enumerate(months)})


@pytest.fixture
def bills(accounts: list[Account]) -> list[Bill]:
    service = make_service("m3_cold", "m3_cold")
    for month in MONTHS:
        if month == MONTHS[-1]:
            Recalculation.objects.create(
                account=accounts[0], service=service, corrects=MONTHS[0], quantity=Decimal("-1.000"),
                price=Decimal("1.25"), vat_rate=Decimal(21), reason="Misread",
            )  # fmt: skip
        issue_bills(month, now=issued_at(month))
        record_payment(
            account_id=accounts[0].pk, amount_cents=2_000, paid_on=issued_at(month).date(), reference=str(month),
            now=issued_at(month),
        )  # fmt: skip
    return list(Bill.objects.order_by("id"))


def test_every_bill_adds_up_and_its_page_agrees(bills: list[Bill]) -> None:
    found = list(documents([bill.pk for bill in bills]))
    assert [disagreements(document) for document in found] == [()] * len(bills)
    for bill, document in zip(bills, found, strict=True):
        page = bill_page(bill.bill_no, [bill.account_id])
        assert page is not None
        assert page.document == document


def test_every_line_says_why_in_every_language(bills: list[Bill]) -> None:
    for bill in bills:
        for language in ("lv", "ru", "en"):
            found = explain_bill(bill.bill_no, [bill.account_id], language=language)  # type: ignore[arg-type]
            assert found is not None
            assert len(found.lines) == bill.lines.count() >= 9
            assert not [text for text in texts(found) if "%(" in text or "None" in text]


def explained(bill: Bill) -> dict[str, Any]:
    """English explanations by service."""
    found = explain_bill(bill.bill_no, [bill.account_id], language="en")
    assert found is not None
    return {one.subject.removesuffix(" en"): one for one in found.lines.values()}


def of(bills: list[Bill], account: Account, month: Period) -> dict[str, Any]:
    return explained(next(bill for bill in bills if (bill.account_id, bill.period) == (account.pk, month)))


def test_what_meters_say_follows_the_readings(bills: list[Bill], accounts: list[Account]) -> None:
    (meter,) = of(bills, accounts[0], MONTHS[2])["m3_cold"].meters
    assert [row.value for row in meter.rows] == ["108.000", "112.000", "4.000"]
    (averaged,) = of(bills, accounts[1], MONTHS[1])["m3_cold"].meters
    assert averaged.sentences[1] == (
        "Between January 2026 (100.000) and March 2026 (105.000) the meter counted 5.000 m³ in 2 months: 2.500 m³ a "
        "month."
    )
    (silent,) = of(bills, accounts[1], MONTHS[4])["m3_cold"].meters
    assert (silent.basis, silent.mark) == ("no_reading", "")
    (without,) = of(bills, accounts[2], MONTHS[0])["m3_hot"].meters
    assert without.sentences[-1] == "Norm 4.000 m³ × declared persons 2 = 8.000 m³."


def test_the_difference_names_the_homes_that_bear_it_first(
    bills: list[Bill], accounts: list[Account]
) -> None:
    found = of(bills, accounts[2], MONTHS[4])["m3_difference_cold"]
    shown = {row.label: row.value for row in found.rows}
    assert (shown["The house's common meter"], shown["Homes that share it"]) == ("40.000", "4")
    assert shown["Of them those that bear it first"] == "2"
    assert found.rules[1] == "Your home is one of those."
    assert (
        of(bills, accounts[0], MONTHS[4])["m3_difference_cold"].rules[1] == "Your home is not one of those."
    )


def test_the_month_of_a_change_is_shown_by_days(bills: list[Bill], accounts: list[Account]) -> None:
    former, later = (of(bills, account, MONTHS[4]) for account in accounts[3:])
    for found, days in ((former, "14 of 31 (1 to 14)"), (later, "17 of 31 (15 to 31)")):
        for service in ("m2", "m3_cold", "m3_difference_cold", "person"):
            assert {row.label: row.value for row in found[service].rows}[
                "Days of the month that are yours"
            ] == days
    assert later["m2"].comparisons == ()


def test_a_late_charge_names_the_bills_that_were_late(bills: list[Bill], accounts: list[Account]) -> None:
    latest = next(bill for bill in reversed(bills) if bill.account_id == accounts[1].pk)
    assert latest.late_charge_cents > 0
    found = explain_bill(latest.bill_no, [accounts[1].pk], language="en")
    assert found is not None
    assert found.late_charge is not None
    assert [row.label.split(",")[0] for row in found.late_charge.rows[:3]] == [
        f"Bill {bill.bill_no}" for bill in bills if bill.account_id == accounts[1].pk
    ][:3]


def test_payments_are_listed_one_by_one(bills: list[Bill], accounts: list[Account]) -> None:
    second = [bill for bill in bills if bill.account_id == accounts[0].pk][1]
    found = explain_bill(second.bill_no, [accounts[0].pk], language="en")
    assert found is not None
    assert [row.value for row in found.payments.rows] == ["€20.00"]


def test_a_credit_note_gives_its_reason_and_takes_everything_back(
    bills: list[Bill], accounts: list[Account]
) -> None:
    late = next(bill for bill in reversed(bills) if bill.account_id == accounts[1].pk)
    credit = Bill.objects.get(
        bill_no=credit_bill(late.bill_no, reason="Wrong area", now=issued_at(MONTHS[-1]))
    )
    (document,) = documents([credit.pk])
    assert (document.credits_bill_no, document.notices, disagreements(document)) == (
        late.bill_no,
        ("Wrong area",),
        (),
    )
    found = explain_bill(credit.bill_no, [accounts[1].pk], language="en")
    assert found is not None
    assert found.late_charge is not None
    assert found.late_charge.headline.startswith(f"The late charge of bill {late.bill_no} is taken back: −€")
    assert found.total.rules[0] == "Reason: Wrong area"
    summaries = {bill.bill_no: bill for bill in archive([accounts[1].pk]).bills}
    assert summaries[late.bill_no].credited_by == credit.bill_no
    assert summaries[credit.bill_no].month_cents == -summaries[late.bill_no].month_cents


def test_files_agree_with_the_bills(bills: list[Bill]) -> None:
    def read(blocks: Any) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(b"".join(blocks).decode())))

    for month in MONTHS:
        lines, totals = read(export_bill_lines(month)), read(export_bills(month))
        payable = [row for row in lines if row["service"] != "fixed"]
        assert sum(Decimal(row["gross"]) for row in payable) == sum(
            Decimal(row["lines_gross"]) for row in totals
        )
        assert [row["bill_no"] for row in totals] == [bill.bill_no for bill in bills if bill.period == month]
        assert len(bills_of_period(month)) == len(totals)
