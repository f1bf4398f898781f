"""Balances and statements come from the legs, and only for the accounts asked for."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.billing.factories import make_account, post

from saime.estate.models import Account
from saime.ledger import queries
from saime.ledger.contracts import StatementKey, StatementRow


@pytest.fixture
def account(db: None) -> Account:
    account = make_account()
    post(account, 10_000, date(2026, 9, 10), kind="bill", reference="bill:1")
    post(account, -10_000, date(2026, 9, 20), kind="payment", reference="payment:1")
    post(account, 5_000, date(2026, 10, 10), kind="bill", reference="bill:2")
    return account


def test_balances_are_one_query(account: Account, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ahead, nothing, stranger = make_account(), make_account(), make_account()
    post(ahead, -700, date(2026, 10, 1), kind="payment")
    post(stranger, 99, date(2026, 10, 1))
    asked = [account.pk, ahead.pk, nothing.pk]
    with django_assert_num_queries(1):
        assert queries.balance(asked) == {account.pk: 5_000, ahead.pk: -700, nothing.pk: 0}
    with django_assert_num_queries(1):
        assert queries.advance(asked) == {account.pk: 0, ahead.pk: 700, nothing.pk: 0}


@pytest.mark.parametrize(
    ("day", "owed"),
    [(date(2026, 9, 9), 0), (date(2026, 9, 10), 10_000), (date(2026, 9, 20), 0), (date(2026, 12, 31), 5_000)],
)
def test_a_balance_as_of_a_day_counts_that_day(
    account: Account, day: date, owed: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert queries.balance_as_of([account.pk], day) == {account.pk: owed}


def test_a_statement_runs_from_the_latest_with_the_balance_after_each(
    account: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    post(make_account(), 99, date(2026, 10, 1))
    with django_assert_num_queries(1):
        statement = queries.statement([account.pk])
    assert [(row.kind, row.amount_cents, row.balance_cents, row.document) for row in statement.rows] == [
        ("bill", 5_000, 5_000, "2"), ("payment", -10_000, 0, "1"), ("bill", 10_000, 10_000, "1"),
    ]  # fmt: skip
    assert statement.older is None


def test_pages_of_a_statement_hold_every_entry_once(account: Account) -> None:
    other = make_account()
    for n in range(9):
        post(other, n + 1, date(2026, 9, 10))
    seen: list[StatementRow] = []
    key = None
    while True:
        page = queries.statement([account.pk, other.pk], before=key, limit=5)
        seen += page.rows
        if page.older is None:
            break
        key = StatementKey.parse(str(page.older))
    assert len(seen) == len({row.entry_id for row in seen}) == 12
    assert {row.account_id: row.balance_cents for row in reversed(seen)} == queries.balance(
        [account.pk, other.pk]
    )


@pytest.mark.parametrize("text", ["", "2026-01-01", "2026-01-01_1", "2026-01-01_1_x", "x_1_1"])
def test_a_place_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        StatementKey.parse(text)


def rows(first: date, last: date, **scope: str) -> list[dict[str, str]]:
    text = b"".join(queries.export_ledger(first, last, **scope)).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_the_ledger_is_exported_leg_by_leg(account: Account) -> None:
    found = rows(date(2026, 9, 10), date(2026, 9, 20))
    assert list(found[0]) == ["entry", "posted_at", "account", "leg", "amount", "why", "reference"]
    assert [(row["reference"], row["leg"], row["account"], row["amount"]) for row in found] == [
        ("bill:1", "receivable", account.account_no, "100.00"), ("bill:1", "revenue", "", "-100.00"),
        ("payment:1", "receivable", account.account_no, "-100.00"), ("payment:1", "bank", "", "100.00"),
    ]  # fmt: skip
    assert found[0]["posted_at"][10] == "T"
    assert found[0]["posted_at"][-6:] in ("+02:00", "+03:00")


def test_the_ledger_of_a_building_holds_whole_entries_of_its_accounts(account: Account) -> None:
    post(make_account(), 99, date(2026, 9, 15))
    found = rows(date(2026, 1, 1), date(2026, 12, 31), building_no=account.building.building_no)
    assert {row["account"] for row in found} == {account.account_no, ""}
    assert len(found) == 6
