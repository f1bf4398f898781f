"""Who gets a form, in which language, with which meters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.billing.factories import make_account, make_building, make_meter

from saime.channels.paper.printing.accounts import NoForm, accounts_for_forms, forms
from saime.channels.paper.printing.contracts import Form, FormMeter
from saime.metering.models import WindowException
from saime.metering.operations import submit_reading
from saime.platform.models import Policy
from saime.platform.periods import Period

pytestmark = pytest.mark.django_db
NOVEMBER = Period.of(2026, 11)


def made(**which: Any) -> list[Form | NoForm]:
    return list(forms(accounts_for_forms(NOVEMBER, **which), NOVEMBER))


def test_a_form_says_what_is_known_of_account_and_meters() -> None:
    account = make_account(unit_no="7", language="ru")
    read = make_meter(account, digits=6)
    fresh = make_meter(account, "hot", installed_on=date(2026, 10, 5), initial_reading=Decimal("0.120"))
    submit_reading(
        meter_id=read.pk, value="107.500", channel="portal", reference="t1", now=datetime(2026, 9, 26, 9, tzinfo=UTC),
        received_at=datetime(2026, 9, 26, 9, tzinfo=UTC),
    )  # fmt: skip
    (form,) = made()
    assert isinstance(form, Form)
    assert (form.language, form.account_no, form.unit) == ("ru", account.account_no, "7")
    assert (form.holder_name, form.address) == (account.holder_name, account.building.address)
    assert (form.first_day, form.last_day) == (date(2026, 11, 1), date(2026, 11, 27))
    assert form.meters == (
        FormMeter(read.meter_no, "cold", 6, Decimal("107.500"), Period.of(2026, 9)),
        FormMeter(fresh.meter_no, "hot", 5, Decimal("0.120"), Period.of(2026, 9)),
    )


def test_the_houses_stand_in_the_order_of_the_round() -> None:
    later, sooner = make_building(building_no="B-2"), make_building(building_no="B-1")
    for building, unit_no in ((later, "1"), (sooner, "10"), (sooner, "2")):
        make_meter(make_account(building, unit_no=unit_no))
    found = accounts_for_forms(NOVEMBER)
    assert [(account.address, account.unit_no) for account in found] == [
        (sooner.address, "2"), (sooner.address, "10"), (later.address, "1"),
    ]  # fmt: skip


def test_only_who_pays_at_the_months_end_gets_one() -> None:
    gone = make_account(to_date=date(2026, 11, 29))
    here = make_account(unit_no=gone.unit.unit_no, building=gone.building, from_date=date(2026, 11, 30))
    coming = make_account(from_date=date(2026, 12, 1))
    for account in (here, coming):
        make_meter(account)
    assert [account.account_no for account in accounts_for_forms(NOVEMBER)] == [here.account_no]


def test_a_building_an_account_or_those_on_paper_alone() -> None:
    on_paper = make_account()
    without = make_account(on_paper.building, paperless=True)
    other = make_account()

    def numbers(**which: Any) -> set[str]:
        return {account.account_no for account in accounts_for_forms(NOVEMBER, **which)}

    assert numbers(building_no=on_paper.building.building_no) == {on_paper.account_no, without.account_no}
    assert numbers(account_no=other.account_no) == {other.account_no}
    assert numbers(on_paper_only=True) == {on_paper.account_no, other.account_no}
    assert numbers(building_no="nowhere") == set()


def test_meters_that_are_gone_or_not_yet_there_are_left_out() -> None:
    account = make_account()
    make_meter(account, removed_on=date(2026, 11, 3), final_reading=Decimal(150))
    make_meter(account, installed_on=date(2026, 12, 2))
    assert made() == [NoForm(account.account_no, "no_meters")]
    there = make_meter(account)
    (form,) = made()
    assert isinstance(form, Form)
    assert [meter.number for meter in form.meters] == [there.meter_no]


def test_where_forms_are_not_taken_none_is_printed() -> None:
    off, on = make_account(), make_account()
    for account in (off, on):
        make_meter(account)
    Policy.objects.create(
        policy="channel_paper", value="off", valid_from=date(2026, 11, 1), building=off.building
    )
    answers = {type(form): form.account_no for form in made()}
    assert answers == {NoForm: off.account_no, Form: on.account_no}


def test_an_exception_moves_the_deadline() -> None:
    account = make_account()
    make_meter(account)
    WindowException.objects.create(
        channel="paper", period=NOVEMBER, building=account.building,
        opens_at=datetime(2026, 11, 20, 22, tzinfo=UTC), closes_at=datetime(2026, 12, 2, 22, tzinfo=UTC),
    )  # fmt: skip
    (form,) = made()
    assert isinstance(form, Form)
    assert (form.first_day, form.last_day) == (date(2026, 11, 21), date(2026, 12, 2))


def test_many_accounts_take_no_more_queries() -> None:
    building = make_building()
    for _ in range(3):
        make_meter(make_account(building))
    with CaptureQueriesContext(
        connection,
    ) as few:
        made()
    for _ in range(20):
        make_meter(make_account(building))
    with CaptureQueriesContext(connection) as many:
        assert len(made()) == 23
    assert len(many) <= len(few)
