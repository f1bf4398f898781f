"""The archive of payments: the account's own, latest first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.billing.factories import NOW, make_account

from saime.payments.contracts import PaymentColumns, PaymentKey
from saime.payments.operations import record_payments, reverse_payment
from saime.payments.queries import payments

FIRST = date(2026, 1, 5)


def paid(account_id: int, count: int, start: int = 0) -> None:
    numbers = range(start, start + count)
    record_payments(
        PaymentColumns(
            [account_id] * count, [100 + n for n in numbers], [FIRST + timedelta(days=n // 2) for n in numbers],
            [f"R-{account_id}-{n}" for n in numbers], ["LV44HABA0551000000001"] * count,
        ),
        now=NOW,
    )  # fmt: skip


@pytest.mark.django_db
def test_pages_hold_every_payment_once_latest_first(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ours, also_ours, stranger = make_account(), make_account(), make_account()
    for account in (ours, also_ours, stranger):
        paid(account.pk, 7)
    seen, key = [], None
    while True:
        with django_assert_num_queries(1):
            page = payments([ours.pk, also_ours.pk], before=key, limit=4)
        seen += page.payments
        if page.older is None:
            break
        key = PaymentKey.parse(str(page.older))
    assert len(seen) == len({payment.payment_id for payment in seen}) == 14
    assert {payment.account_id for payment in seen} == {ours.pk, also_ours.pk}
    assert [payment.key for payment in seen] == sorted((payment.key for payment in seen), reverse=True)


@pytest.mark.django_db
def test_a_payment_says_where_it_stands() -> None:
    account = make_account()
    paid(account.pk, 2)
    record_payments(PaymentColumns([account.pk], [-50], [FIRST], ["back"], [""]), now=NOW)
    reverse_payment(reference=f"R-{account.pk}-0", on_date=date(2026, 2, 1), why="Wrong customer", now=NOW)
    found = {payment.reference: payment for payment in payments([account.pk]).payments}
    reversed_, received, refund = (found[name] for name in (f"R-{account.pk}-0", f"R-{account.pk}-1", "back"))
    assert (reversed_.status, reversed_.reversed_on, reversed_.reversal_reason) == (
        "reversed", date(2026, 2, 1), "Wrong customer",
    )  # fmt: skip
    assert (received.status, received.payer_iban, received.reversed_on) == ("received", "…0001", None)
    assert (refund.status, refund.amount_cents, refund.payer_iban) == ("refunded", -50, "")


@pytest.mark.django_db
def test_no_accounts_no_payments() -> None:
    paid(make_account().pk, 3)
    assert payments([]).payments == ()


@pytest.mark.parametrize("text", ["", "2026-01-01", "2026-01-01_x", "x_1"])
def test_a_place_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        PaymentKey.parse(text)
