"""A day's value is written once: by files, twice, at once, and with mistakes in them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from tests.channels.remote.houses import NOW, deliver, rising, source
from tests.metering.houses import make_house, make_meter

from saime.channels.remote.models import DailyValue, Delivery, Suspicion, ValueConflict
from saime.channels.remote.operations import refresh_suspicions
from saime.channels.remote.queries import conflicts, days_of_accounts, source_health, suspect_meters
from saime.interchange.remote_values import ImportedValues, import_values
from saime.metering.models import Meter, RegisteredReading, Submission

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)


@pytest.fixture
def meter() -> Meter:
    return make_house()[1]


Import = Callable[..., ImportedValues]


@pytest.fixture
def take(tmp_path: Path) -> Import:
    def take(text: str, *, now: datetime = NOW, partial: bool = False) -> ImportedValues:
        path = tmp_path / "values.csv"
        path.write_text("meter_no,value,read_at\n" + text)
        return import_values(path=path, source_id=source(), partial=partial, now=now)

    return take


def test_a_file_of_daily_values(meter: Meter, take: Import) -> None:
    done = take("M1,105.250,2026-11-22T23:30:00+02:00\nM1,105.370,2026-11-23T23:30:00+02:00\n")
    assert (done.rows, done.created, done.unchanged, done.rejected) == (2, 2, 0, 0)
    assert dict(DailyValue.objects.values_list("day", "value")) == {
        date(2026, 11, 22): Decimal("105.250"), date(2026, 11, 23): Decimal("105.370"),
    }  # fmt: skip
    assert not Submission.objects.exists(), "the month goes on"


def test_the_same_file_again_changes_nothing(meter: Meter, take: Import) -> None:
    text = "M1,105.250,2026-11-22T23:30:00+02:00\n"
    take(text)
    again = take(text)
    assert (again.created, again.unchanged, again.conflicts) == (0, 1, 0)
    assert Delivery.objects.count() == 1


def test_midnight_closes_the_day_before(meter: Meter, take: Import) -> None:
    take("M1,105.250,2026-11-23T00:00:00+02:00\n")
    assert DailyValue.objects.get().day == date(2026, 11, 22)


def test_the_first_value_of_a_day_stays(meter: Meter, take: Import) -> None:
    take("M1,105.250,2026-11-22T23:30:00+02:00\n")
    done = take("M1,105.999,2026-11-22T23:30:00+02:00\nM1,106.000,2026-11-23T23:30:00+02:00\n")
    assert (done.created, done.conflicts) == (1, 1)
    assert done.problems.row(0, named=True)["wrong"] == "the day has the value 105.250 already"
    assert DailyValue.objects.get(day=date(2026, 11, 22)).value == Decimal("105.250")
    [conflict] = conflicts(since=NOW - timedelta(days=1))
    assert (conflict.stands, conflict.sent, conflict.source) == (
        Decimal("105.250"),
        Decimal("105.999"),
        "radio",
    )
    take("M1,105.999,2026-11-22T23:30:00+02:00\nM1,106.000,2026-11-23T23:30:00+02:00\n")
    assert ValueConflict.objects.count() == 1


def test_two_values_for_a_day_in_one_file(meter: Meter, take: Import) -> None:
    done = take("M1,105.250,2026-11-22T12:00:00+02:00\nM1,105.300,2026-11-22T23:30:00+02:00\n")
    assert (done.created, done.conflicts) == (1, 1)
    assert DailyValue.objects.get().value == Decimal("105.250")


@pytest.mark.parametrize(
    ("row", "column", "wrong"),
    [
        ("M9,1.000,2026-11-22T23:30:00+02:00", "meter_no", "there is no meter M9"),
        ('M1,"1,5",2026-11-22T23:30:00+02:00', "value", "1,5 has a decimal comma"),
        ("M1,-3,2026-11-22T23:30:00+02:00", "value", "-3 is negative"),
        (
            "M1,123456.000,2026-11-22T23:30:00+02:00",
            "read_at",
            "the reading has more digits than the meter's dial",
        ),
        ("M1,105.1,2026-11-22", "read_at", "2026-11-22 has no time zone"),
        ("M1,105.1,2027-11-22T23:30:00+02:00", "read_at", "the time lies ahead"),
        ("M1,105.1,2025-11-22T23:30:00+02:00", "read_at", "the time lies too far back"),
        ("M1,105.1,2026-11-24T12:06:00+02:00", "read_at", "the time lies ahead"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_taken(
    meter: Meter, take: Import, row: str, column: str, wrong: str
) -> None:
    good = "M1,105.250,2026-11-23T23:30:00+02:00\n"
    done = take(good + row + "\n")
    assert (done.created, done.rejected) == (0, 1)
    problem = done.problems.row(0, named=True)
    assert (problem["line"], problem["column"], problem["wrong"]) == (3, column, wrong)
    assert not DailyValue.objects.exists()
    assert take(good + row + "\n", partial=True).created == 1


def test_a_clock_some_minutes_ahead_is_no_mistake(meter: Meter, take: Import) -> None:
    assert take("M1,105.1,2026-11-24T12:04:00+02:00\n").created == 1


def test_a_meter_before_it_was_there_and_after_it_was_gone(meter: Meter, take: Import) -> None:
    Meter.objects.filter(pk=meter.pk).update(installed_on=date(2026, 11, 10), removed_on=date(2026, 11, 20))
    done = take("M1,105.1,2026-11-09T22:00:00+02:00\nM1,105.1,2026-11-21T22:00:00+02:00\n")
    assert done.problems["wrong"].to_list() == [
        "the meter was not yet installed on that day", "the meter had been taken out before that day",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "\x00\x01\x02", "meter_no;value;read_at\n", "meter_no,value\nM1,1\n"])
def test_what_is_no_such_file(meter: Meter, tmp_path: Path, text: str) -> None:
    path = tmp_path / "values.csv"
    path.write_text(text)
    done = import_values(path=path, source_id=source(), partial=True, now=NOW)
    assert done.nothing_taken
    assert len(done.problems) >= 1


def test_the_database_lets_nobody_change_a_value(meter: Meter) -> None:
    deliver(meter, {MONDAY: "105"})
    for sql in ("UPDATE remote_dailyvalue SET value = 1", "DELETE FROM remote_dailyvalue"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_the_same_delivery_twice_at_once_is_one(meter: Meter) -> None:
    values = rising(date(2026, 10, 1), date(2026, 11, 23))
    source_id = source()

    def one(_n: int) -> int:
        try:
            return deliver(meter, values, source_id=source_id).created
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        created = list(pool.map(one, range(6)))
    assert sum(created) == len(values) == DailyValue.objects.count()
    assert Delivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_sources_that_differ_at_once_leave_one_value_and_a_conflict(meter: Meter) -> None:
    sources = [source("one"), source("two")]

    def one(n: int) -> int:
        try:
            return deliver(meter, {MONDAY: f"10{n}.000"}, source_id=sources[n]).created
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, range(2))) == [0, 1]
    assert DailyValue.objects.count() == ValueConflict.objects.count() == 1
    assert DailyValue.objects.get().value != ValueConflict.objects.get().value


def test_suspicions_come_and_go_with_deliveries(meter: Meter, take: Import) -> None:
    deliver(meter, rising(date(2026, 10, 1), date(2026, 11, 20)))
    lines = "".join(
        f"M1,{value},2026-11-{day}T22:00:00+02:00\n"
        for day, value in ((21, "107.2"), (22, "108.4"), (23, "109.6"))
    )
    assert take(lines).suspicions == 1
    [suspect] = suspect_meters(today=NOW.date())
    assert (suspect.meter_no, suspect.suspicion.kind, suspect.suspicion.since) == (
        "M1",
        "leak",
        date(2026, 11, 21),
    )
    assert suspect.suspicion.m3_a_day == Decimal("1.200")
    assert suspect_meters(today=NOW.date(), building_no="B9") == []
    take("M1,109.7,2026-11-24T22:00:00+02:00\n", now=NOW + timedelta(days=1))
    assert not Suspicion.objects.exists()


def test_a_standstill_is_known_as_long_as_it_lasts(meter: Meter) -> None:
    account_id = meter.unit.accounts.get().pk  # type: ignore[union-attr]

    def month(number: int, values: dict[date, str]) -> datetime:
        now = datetime(2026, number + 1, 1, 5, 0, tzinfo=UTC)
        deliver(meter, values, now=now)
        refresh_suspicions(meter_ids=[meter.pk], now=now)
        return now

    def flat(number: int) -> dict[date, str]:
        return rising(date(2026, number, 1), date(2026, number, 30), start="103.6", a_day="0")

    month(7, rising(date(2026, 7, 1), date(2026, 7, 31)))
    for number in (8, 9, 10):
        now = month(number, flat(number))
        [suspect] = suspect_meters(today=now.date())
        assert (suspect.suspicion.kind, suspect.suspicion.since) == ("standstill", date(2026, 8, 1))
        [days] = days_of_accounts([account_id], now=now)
        assert [found.since for found in days.suspicions] == [date(2026, 8, 1)]
    now = month(11, {date(2026, 11, 29): "103.6", date(2026, 11, 30): "103.7"})
    assert suspect_meters(today=now.date()) == []
    assert days_of_accounts([account_id], now=now)[0].suspicions == ()


def test_who_has_been_silent(meter: Meter) -> None:
    source("silent")
    deliver(meter, {MONDAY: "105"}, source_id=source("radio"))
    assert [(row.code, row.last_day, row.meters) for row in source_health(now=NOW)] == [
        ("silent", None, 0), ("radio", MONDAY, 1),
    ]  # fmt: skip


def test_many_meters_in_one_file(meter: Meter, take: Import) -> None:
    for n in range(2, 40):
        make_meter(meter.building, meter.unit, f"M{n}")
    done = take("".join(f"M{n},105.{n:03},2026-11-23T22:00:00+02:00\n" for n in range(1, 40)))
    assert done.created == 39 == DailyValue.objects.count()


@pytest.mark.django_db(transaction=True)
def test_the_same_file_of_a_last_day_twice_at_once_is_one_reading(meter: Meter, tmp_path: Path) -> None:
    path, source_id, now = tmp_path / "values.csv", source(), datetime(2026, 12, 1, 5, 0, tzinfo=UTC)
    path.write_text("meter_no,value,read_at\nM1,105.250,2026-11-30T22:00:00+02:00\n")

    def one(_n: int) -> int:
        try:
            return import_values(path=path, source_id=source_id, partial=False, now=now).registered
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(one, range(6))) == 1
    assert Submission.objects.count() == RegisteredReading.objects.count() == 1
