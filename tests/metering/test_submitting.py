"""Readings one by one, through the one door, against the real database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from tests.metering.houses import IN_WINDOW, Submit, make_meter

from saime.metering import queries
from saime.metering.entry import UnableToReadNumber, parse_reading
from saime.metering.models import Meter, PeriodClosure, RegisteredReading, Submission, WindowException
from saime.metering.operations import (
    ConfirmationNeeded,
    ReferenceTaken,
    UnableToReview,
    UnknownMeter,
    review_submission,
    submit_reading,
)  # fmt: skip
from saime.metering.reasons import sentence
from saime.platform.models import Policy
from saime.platform.periods import Period

NOVEMBER = Period.of(2026, 11)
pytestmark = pytest.mark.usefixtures("read_before")


def registered(meter: Meter, period: Period = NOVEMBER) -> tuple[Decimal, str] | None:
    row = RegisteredReading.objects.filter(meter=meter, period=period).first()
    return (row.value, row.channel) if row else None


def test_a_reading_is_registered_and_its_m3_said_at_once(meter: Meter, submit: Submit) -> None:
    outcome = submit("129,5")
    assert (outcome.is_new, outcome.submission.fate) == (True, "registered")
    assert outcome.figure is not None
    assert (outcome.figure.m3, outcome.figure.basis) == (Decimal("5.500"), "actual")
    assert registered(meter) == (Decimal("129.500"), "portal")


@pytest.mark.parametrize(
    "order", list(permutations([("portal", "127"), ("sms", "128"), ("terminal", "129")]))
)
def test_the_portal_has_priority_in_whatever_order_they_come(
    meter: Meter, submit: Submit, order: list[tuple[str, str]]
) -> None:
    for minute, (channel, value) in enumerate(order):
        submit(value, channel, IN_WINDOW + timedelta(minutes=minute))
    assert registered(meter) == (Decimal(127), "portal")
    fates = {s.channel: (s.fate, s.reason) for s in queries.submissions_of_meters([meter.id], NOVEMBER)}
    assert fates == {
        "portal": ("registered", ""), "sms": ("superseded", "priority"), "terminal": ("superseded", "priority")
    }  # fmt: skip


def test_within_a_channel_the_latest_received_wins_even_if_it_came_first(
    meter: Meter, submit: Submit
) -> None:
    submit("128", at=IN_WINDOW + timedelta(hours=2))
    assert submit("127", at=IN_WINDOW).submission.reason == "later_one"
    assert registered(meter) == (Decimal(128), "portal")


def test_the_order_of_channels_is_policy_of_the_building(meter: Meter, submit: Submit) -> None:
    Policy.objects.create(
        policy="channel_order", building=meter.building, valid_from=date(2026, 11, 1),
        value="staff > remote > sms > portal > terminal > paper", decision="Owners' meeting",
    )  # fmt: skip
    submit("127")
    submit("128", "sms")
    assert registered(meter) == (Decimal(128), "sms")


def test_a_lower_reading_is_refused_kept_and_explained(meter: Meter, submit: Submit) -> None:
    outcome = submit("123")
    assert (outcome.submission.fate, outcome.submission.reason) == ("rejected", "lower_than_earlier")
    assert "124.000" in str(outcome.submission.details)
    assert "124" in sentence(outcome.submission.reason, outcome.submission.details)
    assert registered(meter) is None
    assert Submission.objects.filter(verdict="rejected").count() == 1


def test_a_dial_that_rolled_over_is_counted_on(submit: Submit, meter: Meter) -> None:
    Meter.objects.filter(id=meter.id).update(initial_reading=Decimal("99990.000"))
    RegisteredReading.objects.all().delete()
    outcome = submit("3.250")
    assert outcome.submission.fate == "registered"
    assert outcome.figure is not None
    # Two months of norm were charged before it: they are taken off what the dial counted.
    assert outcome.figure.m3 + outcome.figure.estimated_before == Decimal("13.250")


def test_a_much_higher_reading_is_asked_about_on_the_portal_and_taken_when_confirmed(submit: Submit) -> None:
    before = Submission.objects.count()
    with pytest.raises(ConfirmationNeeded) as asked:
        submit("1270")
    assert asked.value.m3 == Decimal("1146.000")
    assert Submission.objects.count() == before
    assert submit("1270", confirmed=True).submission.fate == "registered"


def test_a_much_higher_reading_by_sms_waits_for_a_person(meter: Meter, submit: Submit) -> None:
    outcome = submit("1270", "sms")
    assert (outcome.submission.fate, outcome.submission.reason) == ("in_review", "implausible")
    staff = get_user_model().objects.create_user("demo.staff@example.com", "x")
    review: dict[str, Any] = {
        "submission_id": outcome.submission.submission_id, "reviewed_by": staff.id, "now": IN_WINDOW,
    }  # fmt: skip
    decided = review_submission(verdict="accepted", reason="a pipe burst", **review)
    assert decided.submission.fate == "registered"
    assert registered(meter) == (Decimal(1270), "sms")
    with pytest.raises(UnableToReview):
        review_submission(verdict="rejected", reason="twice", **review)


def test_zero_consumption_is_fine(submit: Submit) -> None:
    outcome = submit("124")
    assert outcome.figure is not None
    assert (outcome.submission.fate, outcome.figure.m3) == ("registered", Decimal(0))


def test_a_reading_between_two_others_may_not_exceed_the_later_one(meter: Meter, submit: Submit) -> None:
    RegisteredReading.objects.filter(meter=meter, period=Period.of(2026, 9)).delete()
    staff = {"channel": "staff", "period": Period.of(2026, 9)}
    assert submit("124.001", **staff).submission.reason == "higher_than_later"
    assert submit("119.5", **staff).submission.fate == "registered"


@pytest.mark.parametrize(
    ("at", "channel", "fate"),
    [
        (datetime(2026, 11, 24, 21, 59, tzinfo=UTC), "portal", "rejected"),
        (datetime(2026, 11, 24, 22, 0, tzinfo=UTC), "portal", "registered"),  # the 25th begins in Riga
        (datetime(2026, 11, 30, 21, 59, tzinfo=UTC), "portal", "registered"),
        (datetime(2026, 11, 28, 22, 0, tzinfo=UTC), "sms", "rejected"),
        (datetime(2026, 11, 27, 21, 59, tzinfo=UTC), "paper", "registered"),
        (datetime(2026, 11, 3, 9, 0, tzinfo=UTC), "staff", "registered"),
    ],
)
def test_each_channel_has_its_window(submit: Submit, at: datetime, channel: str, fate: str) -> None:
    outcome = submit("127", channel, at)
    assert outcome.submission.fate == fate
    assert outcome.submission.reason == ("" if fate == "registered" else "outside_window")


def test_an_exception_opens_a_window_and_a_switch_closes_a_channel(meter: Meter, submit: Submit) -> None:
    WindowException.objects.create(
        channel="sms",
        period=NOVEMBER,
        opens_at=IN_WINDOW,
        closes_at=IN_WINDOW + timedelta(days=9),
        reason="outage",
    )
    assert submit("127", "sms", IN_WINDOW + timedelta(days=4)).submission.fate == "registered"
    Policy.objects.create(policy="channel_sms", value="off", valid_from=date(2026, 11, 1))
    assert submit("128", "sms").submission.reason == "channel_off"


def test_the_same_submission_twice_is_one(meter: Meter, submit: Submit) -> None:
    first = submit("127", reference="form:1")
    again = submit("127", reference="form:1")
    assert (first.is_new, again.is_new) == (True, False)
    assert again.submission == first.submission
    with pytest.raises(ReferenceTaken):
        submit("128", reference="form:1")
    assert Submission.objects.filter(reference="form:1").count() == 1


def test_a_closed_month_keeps_the_reading_and_says_that_it_came_too_late(
    meter: Meter, submit: Submit
) -> None:
    PeriodClosure.objects.create(building=meter.building, period=NOVEMBER, closed_at=IN_WINDOW)
    outcome = submit("127")
    assert (outcome.submission.fate, outcome.submission.reason) == ("rejected", "period_closed")
    assert registered(meter) is None


def test_the_database_refuses_to_change_a_closed_month_or_a_submission(meter: Meter, submit: Submit) -> None:
    submit("127")
    PeriodClosure.objects.create(building=meter.building, period=NOVEMBER, closed_at=IN_WINDOW)
    for attempt in (
        lambda: RegisteredReading.objects.filter(period=NOVEMBER).update(value=1),
        lambda: RegisteredReading.objects.filter(period=NOVEMBER).delete(),
        lambda: Submission.objects.all().update(value=1),
        lambda: Submission.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    assert registered(meter) == (Decimal(127), "portal")


def test_a_replaced_meter_takes_no_more_and_the_act_counts(meter: Meter, submit: Submit) -> None:
    Meter.objects.filter(id=meter.id).update(removed_on=date(2026, 10, 20), final_reading=Decimal("122.000"))
    RegisteredReading.objects.filter(period=Period.of(2026, 10)).delete()
    new = make_meter(
        meter.building, meter.unit, "M2", installed_on=date(2026, 10, 20), initial_reading=Decimal("7.000"),
        replaces=meter,
    )  # fmt: skip
    assert submit("130").submission.reason == "removed"
    outcome = submit_reading(
        meter_id=new.id, value="12", channel="portal", received_at=IN_WINDOW, now=IN_WINDOW, reference="new"
    )
    assert outcome.figure is not None
    assert outcome.figure.m3 == Decimal("5.000")
    figures = queries.figures_of([meter.unit_id], Period.of(2026, 10), NOVEMBER)  # type: ignore[list-item]
    assert [(f.meter_no, f.m3, f.basis) for f in figures] == [
        ("M2", Decimal("2.000"), "actual"), ("M2", Decimal("5.000"), "actual")
    ]  # fmt: skip


def test_what_is_no_reading_is_said(submit: Submit) -> None:
    for text, reason in (
        ("12,3456", "too_many_decimals"),
        ("abc", "not_a_number"),
        ("-5", "negative"),
        ("", "not_a_number"),
    ):
        with pytest.raises(UnableToReadNumber) as refused:
            submit(text)
        assert refused.value.reason == reason
    with pytest.raises(UnknownMeter):
        submit("127", meter_id=10**9)
    assert parse_reading(" 00123,4 ") == Decimal("123.400")
    assert submit("123456").submission.reason == "too_many_digits"


def test_a_stranger_sees_none_of_it(meter: Meter, submit: Submit) -> None:
    submit("127")
    other = make_meter(meter.building, None, "C1")
    assert queries.meters_of([10**9], now=IN_WINDOW) == []
    assert queries.submissions_of([10**9]) == []
    assert queries.consumption_history([10**9], NOVEMBER, NOVEMBER) == []
    account = meter.unit.accounts.get()  # type: ignore[union-attr]
    assert [m.meter_no for m in queries.meters_of([account.id], now=IN_WINDOW)] == ["M1"]
    assert other.meter_no == "C1"
