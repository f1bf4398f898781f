"""Entries sum to zero and happen once, one at a time and by the thousand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from tests.billing.factories import make_account

from saime.estate.models import Account
from saime.ledger.models import Entry, Leg
from saime.ledger.operations import (
    AlreadyPosted,
    LegColumns,
    LegInput,
    UnableToPostEntry,
    post_entries,
    post_entry,
)
from saime.ledger.queries import balance

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
DAY = date(2026, 12, 1)


@pytest.fixture
def account() -> Account:
    return make_account()


def pay(account: Account, cents: int, reference: str = "payment:1", other: int | None = None) -> int:
    legs = [LegInput("bank", cents if other is None else other), LegInput("receivable", -cents, account.id)]
    return post_entry(kind="payment", on_date=DAY, reference=reference, legs=legs, posted_at=NOW, why="kase")


def test_an_entry_and_its_legs(account: Account) -> None:
    entry = Entry.objects.get(id=pay(account, 1234))
    assert (entry.kind, entry.on_date, entry.posted_at, entry.why) == ("payment", DAY, NOW, "kase")
    assert set(entry.legs.values_list("book", "account_id", "amount_cents")) == {
        ("bank", None, 1234), ("receivable", account.id, -1234),
    }  # fmt: skip
    assert balance([account.id]) == {account.id: -1234}


def test_an_entry_happens_once(account: Account) -> None:
    first = pay(account, 1234)
    with pytest.raises(AlreadyPosted, match="payment:1 is in the ledger already") as refused:
        pay(account, 5)
    assert refused.value.entry_id == first
    assert balance([account.id]) == {account.id: -1234}  # and the transaction goes on


def test_legs_that_do_not_sum_to_zero_are_refused(account: Account) -> None:
    with pytest.raises(UnableToPostEntry, match="do not sum to zero"):
        pay(account, 100, other=99)
    with pytest.raises(UnableToPostEntry):
        post_entry(kind="payment", on_date=DAY, reference="x", legs=[], posted_at=NOW)
    assert not Entry.objects.exists()


def post_two(account: Account, second: str, cents: int = 200) -> list[int]:
    ids = post_entries(
        kind="payment", on_dates=[DAY, date(2026, 12, 2)], references=["payment:1", second], posted_at=NOW,
        legs=[
            LegColumns("bank", np.array([0, 1]), np.array([100, 200])),
            LegColumns("receivable", np.array([1, 0]), np.array([-cents, -100]), np.array([account.id] * 2)),
        ],
    )  # fmt: skip
    return ids.tolist()


def test_many_entries_at_once(account: Account) -> None:
    ids = post_two(account, "payment:2")
    entries = Entry.objects.order_by("id").values_list("id", "reference", "on_date", "why")
    assert list(entries) == [(ids[0], "payment:1", DAY, ""), (ids[1], "payment:2", date(2026, 12, 2), "")]
    assert list(Leg.objects.order_by("id").values_list("entry_id", "book", "amount_cents")) == [
        (ids[0], "bank", 100), (ids[0], "receivable", -100), (ids[1], "bank", 200), (ids[1], "receivable", -200),
    ]  # fmt: skip


def test_many_entries_are_refused_whole(account: Account) -> None:
    with pytest.raises(UnableToPostEntry, match="1 entries do not sum to zero"):
        post_two(account, "payment:2", cents=199)
    with pytest.raises(IntegrityError, match="reference"), transaction.atomic():
        post_two(account, "payment:1")
    assert not Entry.objects.exists()
