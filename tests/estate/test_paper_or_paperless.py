"""Giving the printed bill up and taking it back: counted, and nothing of it forgotten."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.billing.factories import make_account, make_building

from saime.estate.contracts import PaperlessCount
from saime.estate.operations import set_paperless
from saime.estate.queries import paper_choices, paperless_count

pytestmark = pytest.mark.django_db


def test_only_accounts_that_pay_on_the_day_count(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    building = make_building()
    make_account(building, paperless=True)
    make_account(building)
    make_account(building, paperless=True, to_date=date(2026, 10, 31))
    make_account(building, paperless=True, from_date=date(2026, 12, 1))
    make_account(paperless=True)
    with django_assert_num_queries(1):
        assert paperless_count(date(2026, 11, 24)) == PaperlessCount(accounts=3, paperless=2)
    assert paperless_count(date(2026, 11, 24), building_id=building.pk) == PaperlessCount(
        accounts=2, paperless=1
    )


def test_every_change_of_mind_is_kept_and_repeating_it_is_none() -> None:
    account, other = make_account(), make_account()
    set_paperless(account_id=other.pk, paperless=True, changed_by=1)
    for choice in (True, True, False, True):
        set_paperless(account_id=account.pk, paperless=choice, changed_by=7)
    account.refresh_from_db()
    account.phone = "+37120000001"
    account.save()
    assert [choice.paperless for choice in paper_choices(account.pk)] == [True, False, True]
    assert [choice.paperless for choice in paper_choices(other.pk)] == [True]


def test_the_history_says_who_chose() -> None:
    account = make_account()
    set_paperless(account_id=account.pk, paperless=True, changed_by=7)
    event = account.events.get()
    assert (event.paperless, event.pgh_context.metadata) == (False, {"user": 7})
