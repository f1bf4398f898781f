"""Bills in lists: whose they are, what is open of them, what is due."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.billing.factories import line, make_account, make_bill, make_credit, make_service, post

from saime.billing.contracts import AccountBalance, BillKey
from saime.billing.queries import balances, bills, due, month_totals
from saime.estate.models import Account
from saime.platform.periods import Period

TODAY = date(2026, 11, 24)


@pytest.fixture
def account(db: None) -> Account:
    return make_account()


def euros(amount: str) -> list[object]:
    """One line of so many euros, VAT exempt."""
    return [line(make_service(), "1.000", amount, "0")]


def month(account: Account, period: str, amount: str = "100", **values: object) -> object:
    return make_bill(account, period, euros(amount), **values)  # type: ignore[arg-type]


def test_pages_hold_every_bill_once_latest_first(
    account: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    also_ours, stranger = make_account(), make_account()
    for one in (account, also_ours, stranger):
        for number in range(1, 8):
            month(one, f"2026-0{number}")
    seen, key = [], None
    while True:
        with django_assert_num_queries(1):
            page = bills([account.pk, also_ours.pk], before=key, limit=4)
        seen += page.bills
        if page.older is None:
            break
        key = BillKey.parse(str(page.older))
    assert len(seen) == len({bill.bill_no for bill in seen}) == 14
    assert {bill.account_id for bill in seen} == {account.pk, also_ours.pk}
    assert [bill.key for bill in seen] == sorted((bill.key for bill in seen), reverse=True)


def test_money_pays_the_oldest_bill_first(account: Account) -> None:
    for period in ("2026-08", "2026-09", "2026-10"):
        month(account, period)
    post(account, -15_000, date(2026, 11, 20), kind="payment")
    assert [(str(bill.period), bill.open_cents, bill.state(TODAY)) for bill in bills([account.pk]).bills] == [
        ("2026-10", 10_000, "open"), ("2026-09", 5_000, "overdue"), ("2026-08", 0, "paid"),
    ]  # fmt: skip
    assert balances([account.pk], TODAY) == {account.pk: AccountBalance(15_000, 5_000)}


def test_a_bill_is_overdue_from_the_day_after_it_is_due(account: Account) -> None:
    month(account, "2026-10")
    for day, overdue, state in ((date(2026, 11, 24), 0, "open"), (date(2026, 11, 25), 10_000, "overdue")):
        assert balances([account.pk], day)[account.pk].overdue_cents == overdue
        assert due([account.pk], day)[0].balance.overdue_cents == overdue
        assert bills([account.pk]).bills[0].state(day) == state


def test_debt_without_a_bill_is_overdue_and_an_advance_is_not_due(account: Account) -> None:
    post(account, 700, date(2026, 1, 1))
    ahead = make_account()
    post(ahead, -700, date(2026, 1, 1), kind="payment")
    found = balances([account.pk, ahead.pk], TODAY)
    assert found == {account.pk: AccountBalance(700, 700), ahead.pk: AccountBalance(-700, 0)}
    assert [(found[one.pk].due_cents, found[one.pk].advance_cents) for one in (account, ahead)] == [
        (700, 0),
        (0, 700),
    ]


def test_a_credited_bill_and_its_credit_note_cost_nothing(account: Account) -> None:
    month(account, "2026-09")
    wrong = make_bill(account, "2026-10", euros("900"))  # type: ignore[arg-type]
    credit = make_credit(wrong)
    right = make_bill(account, "2026-10", euros("90"), edition=2)  # type: ignore[arg-type]
    found = {bill.bill_no: bill for bill in bills([account.pk]).bills}
    assert [found[b.bill_no].state(TODAY) for b in (wrong, credit, right)] == ["credited", "credit", "open"]
    assert (found[wrong.bill_no].credited_by, found[credit.bill_no].credits) == (
        credit.bill_no,
        wrong.bill_no,
    )
    assert [found[b.bill_no].open_cents for b in (wrong, credit, right)] == [0, 0, 9_000]
    assert balances([account.pk], TODAY) == {account.pk: AccountBalance(19_000, 10_000)}
    assert [total.cents for total in month_totals([account.pk], last=Period.of(2026, 10))] == [10_000, 9_000]
    latest = due([account.pk], TODAY)[0]
    assert latest.latest is not None
    assert latest.before is not None
    assert (latest.latest.bill_no, latest.before.month_cents) == (right.bill_no, 10_000)


def test_what_is_due_comes_with_the_latest_bill_and_the_one_before(
    account: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    new, other = make_account(), make_account()
    month(account, "2025-12", "80")
    january = month(account, "2026-01", "90")
    month(other, "2026-01")
    with django_assert_num_queries(1):
        found = due([account.pk, new.pk], date(2026, 2, 1))
    assert [row.account_id for row in found] == [account.pk, new.pk]
    assert (found[1].latest, found[1].before, found[1].balance) == (None, None, AccountBalance(0, 0))
    assert found[0].balance == AccountBalance(17_000, 8_000)
    assert found[0].latest is not None
    assert found[0].before is not None
    assert (found[0].latest.bill_no, found[0].latest.month_cents) == (january.bill_no, 9_000)  # type: ignore[attr-defined]
    assert str(found[0].before.period) == "2025-12"


def test_months_are_summed_by_group_without_what_is_paid_elsewhere(
    account: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    water = make_service("cold", "m3_cold", group="water")
    direct = make_service("heating", "m2", group="heat", paid_direct=True)
    lines = [*euros("10"), line(water, "2.000", "5", "0"), line(direct, "1", "99", "0", paid_direct=True)]
    make_bill(account, "2026-09", lines, late=15)  # type: ignore[arg-type]
    month(account, "2025-08")
    month(make_account(), "2026-09")
    with django_assert_num_queries(1):
        totals = month_totals([account.pk], last=Period.of(2026, 10))
    assert [(str(total.period), total.cents, total.by_group) for total in totals] == [
        ("2026-09", 2_015, {"house": 1_000, "water": 1_000, "other": 15})
    ]


def test_nobodys_bills_are_none(account: Account) -> None:
    month(account, "2026-10")
    assert bills([]).bills == ()
    assert due([], TODAY) == []
    assert balances([], TODAY) == {}
    assert month_totals([], last=Period.of(2026, 10)) == ()


@pytest.mark.parametrize("text", ["", "2026-10", "2026-10_x", "2026-13_1"])
def test_a_place_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        BillKey.parse(text)
