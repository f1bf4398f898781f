"""The month's end becomes a reading by the channel remote: in time, late, near enough, and with others about it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
from tests.channels.remote.houses import deliver, rising, source
from tests.metering.houses import make_house, submitter

from saime.channels.remote.contracts import ValueRows
from saime.channels.remote.operations import (
    MonthNotOver,
    UnableToAddSource,
    add_source,
    finish_delivery,
    judge_values,
    register_month,
)
from saime.metering.models import Meter, PeriodClosure, RegisteredReading, Submission
from saime.platform.models import Policy
from saime.platform.periods import Period

pytestmark = pytest.mark.django_db
NOVEMBER = Period.parse("2026-11")
NOW = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)


@pytest.fixture
def meter() -> Meter:
    return make_house()[1]


def registered() -> tuple[Decimal, str]:
    row = RegisteredReading.objects.get(period=NOVEMBER)
    return row.value, row.channel


def test_the_last_days_value_is_the_months_reading(meter: Meter) -> None:
    deliver(meter, rising(date(2026, 11, 1), date(2026, 11, 30)), now=NOW)
    done = register_month(period=NOVEMBER, now=NOW)
    assert (done.meters, done.created, done.fates["registered"]) == (1, 1, 1)
    assert registered() == (Decimal("103.480"), "remote")
    submission = Submission.objects.get()
    assert submission.reference == f"remote:{meter.pk}:20261130"
    assert submission.received_at == datetime(2026, 11, 30, 20, 0, tzinfo=UTC)


def test_it_goes_before_the_portal_whichever_came_first(meter: Meter) -> None:
    submit = submitter(meter)
    submit("104.000", "portal")
    deliver(meter, {date(2026, 11, 30): "105.500"}, now=NOW)
    register_month(period=NOVEMBER, now=NOW)
    assert registered() == (Decimal("105.500"), "remote")
    assert (
        submit("104.900", "portal", at=datetime(2026, 11, 30, 21, 30, tzinfo=UTC)).submission.reason
        == "priority"
    )
    assert registered() == (Decimal("105.500"), "remote")


def test_again_changes_nothing(meter: Meter) -> None:
    deliver(meter, {date(2026, 11, 30): "105.500"}, now=NOW)
    register_month(period=NOVEMBER, now=NOW)
    again = register_month(period=NOVEMBER, now=NOW)
    assert (again.created, again.unchanged) == (0, 1)
    assert Submission.objects.count() == 1


def test_near_enough_is_policy(meter: Meter) -> None:
    deliver(meter, {date(2026, 11, 26): "105.500"}, now=NOW)
    assert register_month(period=NOVEMBER, now=NOW).meters == 0
    Policy.objects.create(
        policy="remote_month_end_days", value="5", valid_from=date(2026, 11, 1), building=meter.building
    )
    assert register_month(period=NOVEMBER, now=NOW).created == 1
    assert registered()[0] == Decimal("105.500")


def test_a_value_of_the_next_month_is_not_this_months(meter: Meter) -> None:
    deliver(meter, {date(2026, 12, 1): "106.000"}, now=datetime(2026, 12, 2, 5, 0, tzinfo=UTC))
    assert register_month(period=NOVEMBER, now=NOW).meters == 0


def test_a_month_that_goes_on_is_not_registered_but_for_its_last_day(meter: Meter) -> None:
    evening = datetime(2026, 11, 30, 20, 30, tzinfo=UTC)
    deliver(meter, {date(2026, 11, 29): "105.400", date(2026, 11, 30): "105.500"}, now=evening)
    with pytest.raises(MonthNotOver):
        register_month(period=NOVEMBER, now=evening)
    assert register_month(period=NOVEMBER, now=evening, meter_ids=[meter.pk], on_last_day=True).created == 1
    assert registered()[0] == Decimal("105.500")


def test_midnight_of_the_month_after_is_this_months_last_second(meter: Meter) -> None:
    midnight = np.array([int(datetime(2026, 11, 30, 22, 0, tzinfo=UTC).timestamp()) * 1_000_000])
    ids, milli = np.array([meter.pk]), np.array([105_500])
    judged = judge_values(meter_id=ids, value_milli=milli, read_at=midnight, now=NOW)
    rows = ValueRows(ids, judged.day, milli, midnight)
    from saime.channels.remote.operations import take_values

    take_values(source_id=source(), rows=rows, name="x", way="file", digest=b"x" * 32, refused=0, now=NOW)
    assert finish_delivery(rows=rows, now=NOW).registered == 1
    assert registered() == (Decimal("105.500"), "remote")
    assert Submission.objects.get().received_at == datetime(2026, 11, 30, 21, 59, 59, tzinfo=UTC)


def test_a_dial_that_rolled_over(meter: Meter) -> None:
    Meter.objects.filter(pk=meter.pk).update(initial_reading=Decimal("99998.000"))
    deliver(meter, {date(2026, 11, 30): "3.500"}, now=NOW)
    assert register_month(period=NOVEMBER, now=NOW).fates["registered"] == 1


def test_a_closed_month_stays_closed(meter: Meter) -> None:
    PeriodClosure.objects.create(building=meter.building, period=NOVEMBER, closed_at=NOW)
    deliver(meter, {date(2026, 11, 30): "105.500"}, now=NOW)
    assert register_month(period=NOVEMBER, now=NOW).fates["rejected"] == 1
    assert Submission.objects.get().reason == "period_closed"
    assert not RegisteredReading.objects.exists()


def test_a_leak_is_registered_as_it_is(meter: Meter) -> None:
    deliver(meter, {date(2026, 11, 30): "400.000"}, now=NOW)
    assert register_month(period=NOVEMBER, now=NOW).fates["registered"] == 1


@pytest.mark.parametrize("code", ["", "Radio", "radio north", "x" * 41, "-x"])
def test_what_is_no_code_of_a_source(code: str) -> None:
    with pytest.raises(UnableToAddSource):
        add_source(code=code, name="Radio", now=NOW)


def test_a_code_stands_for_one_name() -> None:
    assert add_source(code="radio", name="Radio", now=NOW) == add_source(code="radio", name="Radio", now=NOW)
    with pytest.raises(UnableToAddSource, match="stands for Radio"):
        add_source(code="radio", name="Other", now=NOW)
