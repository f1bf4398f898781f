"""What a bill says of debt, payments and late charge, and what the ledger says of the bill."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from tests.billing.run.houses import (
    MONTH,
    NOW,
    bill_of,
    make_account,
    make_flat,
    make_house,
    make_service,
    owe,
    owed,
    pay,
)

from saime.billing.models import Bill, BillLine, Recalculation
from saime.billing.operations import issue_bills
from saime.estate.models import Account
from saime.ledger.models import Entry, Leg
from saime.platform.models import Policy

pytestmark = pytest.mark.django_db
OCTOBER, DECEMBER = MONTH - 1, MONTH + 1


@pytest.fixture
def account() -> Account:
    account = make_account(make_flat(make_house()), "100001")
    make_service("management", "unit", "100")  # 121.00 with VAT
    return account


def figures(bill: Bill) -> tuple[int, int, int, int, int]:
    """opening, payments, lines, late charge, total due."""
    return (
        bill.opening_cents,
        bill.payments_cents,
        bill.lines_cents,
        bill.late_charge_cents,
        bill.total_due_cents,
    )


def test_a_bill_is_posted_once_and_sums_to_zero(account: Account) -> None:
    report = issue_bills(MONTH, now=NOW, issued_on=date(2026, 12, 2))
    bill = bill_of(account)
    assert (bill.bill_no, bill.run_id) == ("202611-000001", report.run_id)
    assert (bill.issued_on, bill.due_on) == (date(2026, 12, 2), date(2026, 12, 16))
    entry = Entry.objects.get()
    assert (entry.kind, entry.reference, entry.on_date, entry.id) == (
        "bill", "bill:202611-000001", date(2026, 12, 2), bill.entry_id,
    )  # fmt: skip
    legs = Leg.objects.order_by("id").values_list("book", "account_id", "amount_cents")
    assert list(legs) == [("receivable", account.id, 12100), ("revenue", None, -10000), ("vat", None, -2100)]


def test_month_after_month(account: Account) -> None:
    owe(account, 5_000, date(2026, 10, 1))
    pay(account, 4_000, date(2026, 10, 20))
    issue_bills(OCTOBER, now=NOW, issued_on=date(2026, 11, 2))
    assert figures(bill_of(account, OCTOBER))[:3] == (5_000, 4_000, 12_100)
    pay(account, 20_000, date(2026, 11, 10))
    pay(account, 500, date(2026, 12, 3))  # after the day of issue: on the next bill
    issue_bills(MONTH, now=NOW, issued_on=date(2026, 12, 2))
    opening = bill_of(account, OCTOBER).total_due_cents
    assert figures(bill_of(account))[:3] == (opening, 20_000, 12_100)
    issue_bills(DECEMBER, now=NOW, issued_on=date(2027, 1, 4))
    last = bill_of(account, DECEMBER)
    assert figures(last)[:3] == (bill_of(account).total_due_cents, 500, 12_100)
    assert owed(account) == last.total_due_cents


def test_a_payment_entered_late_stands_on_the_next_bill(account: Account) -> None:
    issue_bills(OCTOBER, now=NOW, issued_on=date(2026, 11, 2))
    pay(account, 3_000, date(2026, 10, 25))  # came before the issue, was entered after it
    issue_bills(MONTH, now=NOW, issued_on=date(2026, 11, 10))
    assert figures(bill_of(account)) == (12_100, 3_000, 12_100, 0, 21_200)


def test_an_advance_pays_the_bill(account: Account) -> None:
    pay(account, 20_000, date(2026, 11, 10))
    issue_bills(MONTH, now=NOW, issued_on=date(2026, 12, 2))
    assert figures(bill_of(account)) == (0, 20_000, 12_100, 0, -7_900)
    issue_bills(DECEMBER, now=NOW, issued_on=date(2027, 1, 4))
    assert figures(bill_of(account, DECEMBER)) == (-7_900, 0, 12_100, 0, 4_200)


def test_late_charge_is_an_entry_of_its_own_and_says_why(account: Account) -> None:
    issue_bills(OCTOBER, now=NOW, issued_on=date(2026, 11, 2))  # due on the 16th
    issue_bills(MONTH, now=NOW, issued_on=date(2026, 12, 2))
    bill = bill_of(account)
    # 121 € × 6% × 16 ÷ 365 = 31.82 cents
    assert figures(bill) == (12_100, 0, 12_100, 32, 24_232)
    entry = Entry.objects.get(kind="late_charge")
    assert entry.reference == f"late:{bill.bill_no}"
    legs = entry.legs.order_by("id").values_list("book", "account_id", "amount_cents")
    assert list(legs) == [("receivable", account.id, 32), ("late_charges", None, -32)]
    assert bill.snapshot["late"] == {
        "bills": [["202610-000001", 12_100, "2026-11-16", 16, 32]], "charged_before": 0,
    }  # fmt: skip
    assert not BillLine.objects.exclude(service__service="management").exists()


def test_late_charge_is_not_charged_twice(account: Account) -> None:
    issue_bills(OCTOBER, now=NOW, issued_on=date(2026, 11, 2))
    issue_bills(MONTH, now=NOW, issued_on=date(2026, 12, 2))
    pay(account, 12_132, date(2026, 12, 7))  # the late charge and October's bill
    issue_bills(DECEMBER, now=NOW, issued_on=date(2027, 1, 4))
    # October's: days 17 November to 6 December, 20 days, 39.78; November's: 17 December to 4 January, 19 days, 37.79.
    assert bill_of(account, DECEMBER).late_charge_cents == 40 + 38 - 32
    assert bill_of(account, DECEMBER).snapshot["late"]["charged_before"] == 32


def test_rate_and_cap_are_policy(account: Account) -> None:
    Policy.objects.create(policy="late_charge_yearly", value="36.5", valid_from=date(2020, 1, 1))
    Policy.objects.create(policy="late_charge_cap", value="1", valid_from=date(2020, 1, 1))
    Policy.objects.create(policy="bill_due_days", value="10", valid_from=date(2020, 1, 1))
    issue_bills(OCTOBER, now=NOW, issued_on=date(2026, 11, 2))
    issue_bills(MONTH, now=NOW, issued_on=date(2026, 12, 2))
    assert bill_of(account).due_on == date(2026, 12, 12)
    assert bill_of(account).late_charge_cents == 121  # 1% of 121 €; 20 days at 0.1% would be 242


def test_no_rate_no_charge(account: Account) -> None:
    Policy.objects.create(policy="late_charge_yearly", value="0", valid_from=date(2020, 1, 1))
    owe(account, 100_000, date(2025, 1, 1))
    issue_bills(MONTH, now=NOW, issued_on=date(2026, 12, 2))
    assert not Entry.objects.filter(kind="late_charge").exists()


def test_a_recalculation_is_a_line_of_the_next_bill(account: Account) -> None:
    service = make_service("management", "unit")
    Recalculation.objects.create(
        account=account, service=service, corrects=OCTOBER, quantity=Decimal("-1.000"), price=Decimal(10),
        vat_rate=Decimal(21), reason='Pēc "akta"\nNr. 5',
    )  # fmt: skip
    issue_bills(MONTH, now=NOW, issued_on=date(2026, 12, 2))
    lines = list(bill_of(account).lines.order_by("position"))
    assert [(line.position, line.gross_cents) for line in lines] == [(1, 12_100), (2, -1_210)]
    row = Recalculation.objects.get()
    assert row.billed_on_id == bill_of(account).id
    assert lines[1].made_from == {
        "key": "unit", "recalculation": row.id, "corrects": 202610, "reason": 'Pēc "akta"\nNr. 5',
    }  # fmt: skip
    issue_bills(DECEMBER, now=NOW, issued_on=date(2027, 1, 4))
    assert bill_of(account, DECEMBER).lines.count() == 1


def test_a_former_account_gets_a_bill_for_its_recalculation(account: Account) -> None:
    Account.objects.filter(id=account.id).update(to_date=date(2026, 10, 31))
    service = make_service("management", "unit")
    Recalculation.objects.create(
        account=account, service=service, corrects=OCTOBER, quantity=1, price=2, vat_rate=0, reason="x"
    )
    issue_bills(MONTH, now=NOW, issued_on=date(2026, 12, 2))
    assert figures(bill_of(account)) == (0, 0, 200, 0, 200)


def test_the_bill_keeps_what_it_was_made_for(account: Account) -> None:
    Account.objects.filter(id=account.id).update(holder_name='Anna "Ņ." Paraudziņa\\', declared_persons=3)
    issue_bills(MONTH, now=NOW, issued_on=date(2026, 12, 2))
    Account.objects.filter(id=account.id).update(holder_name="Cits")
    assert bill_of(account).snapshot == {
        "holder": 'Anna "Ņ." Paraudziņa\\', "address": "Parauga iela 1, Rīga", "building_no": "B1", "unit_no": "1",
        "unit_kind": "apartment", "area_m2": "50.00", "persons": 3, "account_no": "100001", "language": "lv",
    }  # fmt: skip


def test_the_whole_ledger_sums_to_zero(account: Account) -> None:
    owe(account, 3_333, date(2026, 1, 1))
    issue_bills(OCTOBER, now=NOW, issued_on=date(2026, 11, 2))
    issue_bills(MONTH, now=NOW, issued_on=date(2026, 12, 2))
    assert Leg.objects.aggregate(total=Sum("amount_cents"))["total"] == 0
