"""Issued bills stay as they are: a wrong one is credited, and issued anew."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from tests.billing.run.houses import (
    MONTH,
    NOW,
    bill_of,
    everything,
    make_account,
    make_flat,
    make_house,
    make_invoice,
    make_meter,
    make_service,
    owed,
    pay,
)

from saime.billing.models import Bill, BillLine, Recalculation, Tariff
from saime.billing.operations import (
    UnableToCreditBill,
    UnableToReissueBill,
    credit_bill,
    issue_bills,
    reissue_bill,
)
from saime.estate.models import Account
from saime.ledger.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
OCTOBER = MONTH - 1


@pytest.fixture
def account() -> Account:
    """Billed for October and November; October's bill is paid too late."""
    house = make_house()
    account = make_account(make_flat(house), "100001")
    make_meter(account.unit, {OCTOBER: "4.000", MONTH: "9.000"})
    make_account(make_flat(house, "2"), "100002")
    make_service("management", "m2", "1")
    make_service("water", "m3_cold", "2", vat="12")
    make_invoice(make_service("heating", "m2", vat="12", shared_out=True), house, 10_001)
    issue_bills(OCTOBER, now=NOW, issued_on=date(2026, 11, 2))
    issue_bills(MONTH, now=NOW, issued_on=date(2026, 12, 2))
    return account


def test_a_credit_note_takes_everything_back(account: Account) -> None:
    before, bill = owed(account), bill_of(account)
    number = credit_bill(bill.bill_no, reason="Nepareizs tarifs", now=NOW, issued_on=date(2026, 12, 5))
    credit = Bill.objects.get(bill_no=number)
    assert (number, credit.kind, credit.credits_id, credit.edition) == (
        "202611K-000001",
        "credit",
        bill.id,
        1,
    )
    assert bill.late_charge_cents > 0
    assert owed(account) == before - bill.lines_cents - bill.late_charge_cents == credit.total_due_cents
    assert (credit.net_cents, credit.vat_cents, credit.late_charge_cents) == (
        -bill.net_cents, -bill.vat_cents, -bill.late_charge_cents,
    )  # fmt: skip
    assert credit.snapshot["reason"] == "Nepareizs tarifs"
    of_bill, of_credit = (
        BillLine.objects.filter(bill=one).order_by("position").values_list(
            "position", "service", "quantity", "price", "net_cents", "vat_cents", "gross_cents", "made_from"
        )
        for one in (bill, credit)
    )  # fmt: skip
    assert [(p, s, -q, price, -n, -v, -g, m) for p, s, q, price, n, v, g, m in of_bill] == list(of_credit)
    references = Entry.objects.filter(why="Nepareizs tarifs").values_list("reference", flat=True)
    assert set(references) == {f"credit:{number}", f"late:{number}"}


def test_issued_anew_with_what_is_right_now(account: Account) -> None:
    bill = bill_of(account)
    Tariff.objects.filter(service__service="management").update(price=Decimal("0.50"))
    credit_bill(bill.bill_no, reason="Tarifs", now=NOW, issued_on=date(2026, 12, 5))
    pay(account, 1_000, date(2026, 12, 6))
    number = reissue_bill(bill.bill_no, now=NOW, issued_on=date(2026, 12, 7))
    anew = bill_of(account, edition=2)
    assert (number, anew.bill_no, anew.run_id) == ("202611-000003", "202611-000003", None)
    assert anew.lines_cents == bill.lines_cents - 3_025  # 50 m² × 0.50 and VAT
    assert anew.payments_cents == 1_000
    assert anew.late_charge_cents >= bill.late_charge_cents  # five days more
    assert owed(account) == anew.total_due_cents
    nets = dict(BillLine.objects.filter(bill=anew).values_list("service__service", "net_cents"))
    assert nets == {"management": 2_500, "water": 1_000, "heating": 5_001}


def test_the_next_run_knows_nothing_of_what_was_taken_back(account: Account) -> None:
    """A credited bill bears no interest, and the one in its stead from its own due day on."""
    october = bill_of(account, OCTOBER)
    credit_bill(october.bill_no, reason="Kļūda", now=NOW, issued_on=date(2026, 12, 5))
    report = issue_bills(MONTH + 1, now=NOW, issued_on=date(2026, 12, 10))
    assert report.totals.bills == 2
    given_back = bill_of(account, MONTH + 1).late_charge_cents
    assert given_back == -bill_of(account).late_charge_cents


def test_a_recalculation_waits_for_the_next_bill_again(account: Account) -> None:
    service = make_service("management", "m2")
    row = Recalculation.objects.create(
        account=account, service=service, corrects=OCTOBER, quantity=1, price=7, vat_rate=0, reason="Akts"
    )
    issue_bills(MONTH + 1, now=NOW, issued_on=date(2027, 1, 4))
    bill = bill_of(account, MONTH + 1)
    credit_bill(bill.bill_no, reason="Kļūda", now=NOW)
    row.refresh_from_db()
    assert row.billed_on_id is None
    reissue_bill(bill.bill_no, now=NOW)
    row.refresh_from_db()
    assert row.billed_on_id == bill_of(account, MONTH + 1, edition=2).id


def test_credited_and_issued_anew_twice(account: Account) -> None:
    first = bill_of(account).bill_no
    credit_bill(first, reason="a", now=NOW)
    second = reissue_bill(first, now=NOW)
    credit_bill(second, reason="b", now=NOW)
    third = reissue_bill(second, now=NOW)
    assert bill_of(account, edition=3).bill_no == third
    assert sorted(Bill.objects.filter(period=MONTH.number).values_list("bill_no", flat=True)) == [
        "202611-000001", "202611-000002", "202611-000003", "202611-000004", "202611K-000001", "202611K-000002",
    ]  # fmt: skip


def test_what_cannot_be_credited(account: Account) -> None:
    number, before = bill_of(account).bill_no, everything()
    for bill_no, reason, said in (("202611-999999", "x", "There is no bill"), (number, "  ", "Say why")):
        with pytest.raises(UnableToCreditBill, match=said):
            credit_bill(bill_no, reason=reason, now=NOW)
    assert everything() == before
    credit = credit_bill(number, reason="x", now=NOW)
    after = everything()
    for bill_no, said in ((number, "credited already, by 202611K-000001"), (credit, "credit note itself")):
        with pytest.raises(UnableToCreditBill, match=said):
            credit_bill(bill_no, reason="x", now=NOW)
    assert everything() == after


def test_what_cannot_be_issued_anew(account: Account) -> None:
    number, before = bill_of(account).bill_no, everything()
    for bill_no, said in (("202611-999999", "There is no bill"), (number, "stands. Credit it first")):
        with pytest.raises(UnableToReissueBill, match=said):
            reissue_bill(bill_no, now=NOW)
    assert everything() == before
    credit_bill(number, reason="x", now=NOW)
    reissue_bill(number, now=NOW)
    with pytest.raises(UnableToReissueBill, match="was issued anew as 202611-000003"):
        reissue_bill(number, now=NOW)


def test_an_issued_bill_and_its_lines_are_never_changed(account: Account) -> None:
    bill = bill_of(account)
    for table in ("billing_bill", "billing_billline"):
        for change in (f"UPDATE {table} SET net_cents = 0", f"DELETE FROM {table}"):
            with (
                pytest.raises(IntegrityError, match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(change)
    assert Bill.objects.get(id=bill.id).net_cents == bill.net_cents
