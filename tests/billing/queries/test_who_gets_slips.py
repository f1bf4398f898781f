"""Which printed bills end in a slip for the next readings, and what it says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.billing.factories import make_account, make_bill, make_building, make_credit, make_meter

from saime.billing.document.contracts import BillDocumentSlip, BillDocumentSlipMeter
from saime.billing.models import Bill
from saime.billing.queries import documents
from saime.billing.queries.slips import MOST_METERS
from saime.metering.models import WindowException
from saime.metering.operations import submit_reading
from saime.platform.models import Policy
from saime.platform.periods import Period

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = Period.of(2026, 10), Period.of(2026, 11)


def slip_of(bill: Bill) -> BillDocumentSlip | None:
    (document,) = documents([bill.pk], with_slips=True)
    return document.slip


def test_the_slip_is_for_the_month_after_the_bills_with_the_last_reading() -> None:
    account = make_account()
    meter = make_meter(account, digits=6)
    received = datetime(2026, 10, 26, 9, tzinfo=UTC)
    submit_reading(
        meter_id=meter.pk,
        value="107.500",
        channel="portal",
        reference="t1",
        now=received,
        received_at=received,
    )
    assert slip_of(make_bill(account, "2026-10")) == BillDocumentSlip(
        period=NOVEMBER.number, last_day=date(2026, 11, 27),
        meters=(BillDocumentSlipMeter(serial=meter.meter_no, medium="cold_water", digits=6, previous=Decimal("107.500"),
                                      previous_period=OCTOBER.number),),
    )  # fmt: skip


def test_only_on_what_is_printed() -> None:
    account = make_account()
    make_meter(account)
    (document,) = documents([make_bill(account, "2026-10").pk])
    assert document.slip is None


def test_who_wants_no_paper_moves_out_or_has_no_meter_gets_none() -> None:
    paperless, leaving, without = (
        make_account(paperless=True), make_account(to_date=date(2026, 11, 29)), make_account(),
    )  # fmt: skip
    for account in (paperless, leaving):
        make_meter(account)
    make_meter(without, removed_on=date(2026, 10, 3), final_reading=Decimal(150))
    make_meter(without, installed_on=date(2026, 12, 1))
    assert [slip_of(make_bill(account, "2026-10")) for account in (paperless, leaving, without)] == [None] * 3


def test_who_has_very_many_meters_is_given_a_form_instead() -> None:
    account = make_account()
    bill = make_bill(account, "2026-10")
    for _ in range(MOST_METERS):
        make_meter(account)
    slip = slip_of(bill)
    assert slip is not None
    assert len(slip.meters) == MOST_METERS
    make_meter(account)
    assert slip_of(bill) is None


def test_a_credit_note_has_none() -> None:
    account = make_account()
    make_meter(account)
    assert slip_of(make_credit(make_bill(account, "2026-10"))) is None


def test_none_where_forms_are_not_taken_or_not_any_more() -> None:
    account = make_account()
    make_meter(account)
    bill = make_bill(account, "2026-10")
    assert slip_of(bill) is not None
    WindowException.objects.create(
        channel="paper", period=NOVEMBER, building=account.building,
        opens_at=datetime(2026, 11, 1, tzinfo=UTC), closes_at=datetime(2026, 11, 9, 22, tzinfo=UTC),
    )  # fmt: skip
    assert bill.issued_on == date(2026, 11, 10)
    assert slip_of(bill) is None
    WindowException.objects.all().delete()
    Policy.objects.create(
        policy="channel_paper", value="off", valid_from=date(2026, 11, 1), building=account.building
    )
    assert slip_of(bill) is None


def test_slips_take_two_queries_more_however_many_bills() -> None:
    building = make_building()
    bills = []
    for _ in range(12):
        account = make_account(building)
        make_meter(account)
        bills.append(make_bill(account, "2026-10").pk)
    list(documents(bills[:1], with_slips=True))  # what is remembered for some seconds is remembered now
    with CaptureQueriesContext(connection) as without:
        list(documents(bills))
    with CaptureQueriesContext(connection) as with_slips:
        assert all(document.slip for document in documents(bills, with_slips=True))
    assert (
        len(with_slips) <= len(without) + 4
    )  # two of ours, two where policies are read anew at every question
