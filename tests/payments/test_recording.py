"""A payment stands in the books once, whoever tells of it and how often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from tests.billing.factories import NOW, make_account

from saime.estate.models import Account
from saime.ledger import queries as ledger
from saime.ledger.models import Entry, Leg
from saime.payments.contracts import PaymentColumns, RecordedAs
from saime.payments.models import Payment
from saime.payments.operations import (
    UnableToRecordPayment,
    UnableToReversePayment,
    record_payment,
    record_payments,
    reverse_payment,
)

DAY = date(2026, 11, 20)


def record(account: Account, **changes: Any) -> bool:
    values = {
        "account_id": account.pk,
        "amount_cents": 4736,
        "paid_on": DAY,
        "reference": "R-1",
        "now": NOW,
        **changes,
    }
    return record_payment(**values)


def columns(*rows: tuple[int, int, str]) -> PaymentColumns:
    """Rows of (account id, cents, reference), all of one day."""
    accounts, cents, references = ([row[n] for row in rows] for n in range(3))
    return PaymentColumns(accounts, cents, [DAY] * len(rows), references, [""] * len(rows))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_payment_is_posted_from_the_bank_to_the_account() -> None:
    account = make_account()
    assert record(account, payer_iban="LV44HABA0551000000001") is True
    payment = Payment.objects.select_related("entry").get()
    assert (payment.entry.kind, payment.entry.on_date, payment.entry.posted_at) == ("payment", DAY, NOW)
    assert payment.entry.reference == "payment:R-1"
    legs = list(payment.entry.legs.order_by("amount_cents").values_list("book", "account", "amount_cents"))
    assert legs == [("receivable", account.pk, -4736), ("bank", None, 4736)]
    connection.check_constraints()
    assert ledger.balance([account.pk]) == {account.pk: -4736}


@pytest.mark.django_db
def test_the_same_payment_again_changes_nothing() -> None:
    account = make_account()
    assert [record(account), record(account)] == [True, False]
    assert (Payment.objects.count(), Entry.objects.count(), Leg.objects.count()) == (1, 1, 2)


@pytest.mark.django_db
def test_a_refund_is_a_payment_below_zero() -> None:
    account = make_account()
    record(account, amount_cents=-1200)
    assert ledger.balance([account.pk]) == {account.pk: 1200}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount_cents": 4737}, "other_amount"), ({"paid_on": date(2026, 11, 21)}, "other_day"),
        ({"amount_cents": 0, "reference": "R-2"}, "zero"), ({"reference": ""}, "no_reference"),
        ({"reference": "R" * 101}, "no_reference"), ({"account_id": 0, "reference": "R-2"}, "unknown_account"),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_refused_with_a_reason(changes: dict[str, Any], reason: str) -> None:
    account = make_account()
    record(account)
    with pytest.raises(UnableToRecordPayment) as refused:
        record(account, **changes)
    assert refused.value.refusal.reason == reason
    assert (Payment.objects.count(), Entry.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_reference_of_the_ledger_is_not_taken_twice() -> None:
    account = make_account()
    Entry.objects.create(kind="payment", on_date=DAY, reference="payment:R-1")
    with pytest.raises(UnableToRecordPayment) as refused:
        record(account)
    assert refused.value.refusal.reason == "taken"


@pytest.mark.django_db
def test_many_are_recorded_at_once_and_the_rest_is_listed() -> None:
    ours, theirs = make_account(), make_account()
    record(ours, reference="A")
    rows = columns(
        (ours.pk, 4736, "A"), (theirs.pk, 4736, "A"), (ours.pk, 4735, "A"), (ours.pk, 100, "B"), (ours.pk, 100, "B"),
        (ours.pk, 101, "B"), (0, 5, "C"), (theirs.pk, 0, "D"), (theirs.pk, 7, "E"),
    )  # fmt: skip
    outcome = record_payments(rows, now=NOW)
    assert (outcome.created, outcome.unchanged) == (2, 2)
    assert [(refusal.row, refusal.reason) for refusal in outcome.refusals] == [
        (1, "other_account"), (2, "other_amount"), (5, "other_amount"), (6, "unknown_account"), (7, "zero"),
    ]  # fmt: skip
    assert outcome.refusals[0].recorded == RecordedAs(ours.account_no, 4736, DAY)
    assert outcome.refusals[2].recorded == RecordedAs(ours.account_no, 100, DAY)
    assert ledger.balance([ours.pk, theirs.pk]) == {ours.pk: -4836, theirs.pk: -7}
    connection.check_constraints()


@pytest.mark.django_db
def test_thousands_go_by_copy_with_the_same_outcome() -> None:
    account = make_account()
    sound = [(account.pk, n + 1, f"R-{n}") for n in range(6000)]
    rows = columns(*sound, (account.pk, 9, "R-0"), (account.pk, 0, "zero"))
    first, second = record_payments(rows, now=NOW), record_payments(rows, now=NOW)
    assert (first.created, first.unchanged, len(first.refusals)) == (6000, 0, 2)
    assert (second.created, second.unchanged, second.refusals) == (0, 6000, first.refusals)
    assert [(refusal.row, refusal.reason) for refusal in first.refusals] == [
        (6000, "other_amount"),
        (6001, "zero"),
    ]
    assert ledger.balance([account.pk]) == {account.pk: -sum(range(6001))}
    connection.check_constraints()


@pytest.mark.django_db
def test_nothing_is_nothing() -> None:
    outcome = record_payments(columns(), now=NOW)
    assert (outcome.created, outcome.unchanged, outcome.refusals) == (0, 0, ())


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_posting() -> None:
    account = make_account()
    start = Barrier(20)

    def tell(_: int) -> bool:
        try:
            start.wait()
            return record(account)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        told = list(pool.map(tell, range(20)))
    assert sorted(told) == [False] * 19 + [True]
    assert (Payment.objects.count(), Entry.objects.count(), Leg.objects.count()) == (1, 1, 2)
    assert ledger.balance([account.pk]) == {account.pk: -4736}


@pytest.mark.django_db(transaction=True)
def test_files_that_share_payments_do_not_wait_for_each_other() -> None:
    account = make_account()
    rows = [(account.pk, n + 1, f"R-{n}") for n in range(300)]
    start = Barrier(4)

    def bring(turned: bool) -> int:
        try:
            start.wait()
            return record_payments(columns(*(rows[::-1] if turned else rows)), now=NOW).created
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(bring, [False, True, False, True])) == 300
    assert Payment.objects.count() == 300


@pytest.mark.django_db
def test_a_reversal_is_another_entry_and_happens_once() -> None:
    account = make_account()
    record(account)
    reverse_payment(reference="R-1", on_date=date(2026, 11, 23), why="Sent to the wrong customer", now=NOW)
    connection.check_constraints()
    reversal = Entry.objects.get(kind="reversal")
    assert (reversal.on_date, reversal.why) == (date(2026, 11, 23), "Sent to the wrong customer")
    assert ledger.balance([account.pk]) == {account.pk: 0}
    for reference, said in (("R-1", "already been reversed"), ("R-9", "no payment R-9")):
        with pytest.raises(UnableToReversePayment, match=said):
            reverse_payment(reference=reference, on_date=DAY, why="x", now=NOW)
    assert (Entry.objects.count(), Leg.objects.count()) == (2, 4)


@pytest.mark.django_db
def test_a_refusal_says_what_stands_in_the_way() -> None:
    account = make_account()
    record(account)
    refusal = record_payments(columns((account.pk, 4737, "R-1")), now=NOW).refusals[0]
    with translation.override("en"):
        assert refusal.text == (
            "The reference R-1 is already a payment of 47.36 €. Use another reference, or correct the amount."
        )
