"""Daily values over the API: kept, again, differing, wrong, and of somebody else's meter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.api.conftest import Caller, Make

from saime.channels.remote.models import DailyValue, Delivery
from saime.metering.models import Meter, RegisteredReading

pytestmark = pytest.mark.django_db


def value(
    value: Any = "105.250", day: str = "2026-11-25", meter_no: str = "M1", at: str = "22:00:00+02:00"
) -> dict[str, Any]:
    return {"meter_no": meter_no, "value": value, "read_at": f"{day}T{at}"}


def send(caller: Caller, *values: dict[str, Any]) -> dict[str, Any]:
    answer = caller.post("remote/values", {"values": list(values)})
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.body
    return found


def test_values_are_kept_once(make: Make) -> None:
    caller = Caller(make("remote:readings"))
    assert send(caller, value(), value("105.1", "2026-11-24")) == {
        "created": 2, "unchanged": 0, "registered": 0, "problems": [],
    }  # fmt: skip
    assert send(caller, value(), value("105.1", "2026-11-24"))["unchanged"] == 2
    assert Delivery.objects.get().way == "api"


def test_a_differing_one_is_told_of_and_the_first_stays(make: Make) -> None:
    caller = Caller(make("remote:readings"))
    send(caller, value())
    said = send(caller, value("105.111", "2026-11-24"), value("106"))
    assert said["created"] == 1
    [problem] = said["problems"]
    assert (problem["row"], problem["code"], problem["wrong"]) == (
        1,
        "conflict",
        "the day has the value 105.250 already",
    )
    assert DailyValue.objects.get(day=date(2026, 11, 25)).value == Decimal("105.250")


def test_the_good_ones_are_kept_whatever_is_wrong_with_others(make: Make, strangers_meter: Meter) -> None:
    said = send(
        Caller(make("remote:readings")), value(meter_no="M9"), value(day="2027-11-25"), value(),
        value(day="2025-11-25"), value("123456"), value(meter_no="M2"),
    )  # fmt: skip
    assert said["created"] == 1
    assert [(problem["row"], problem["code"]) for problem in said["problems"]] == [
        (0, "unknown_meter"), (1, "in_future"), (3, "too_old"), (4, "too_many_digits"), (5, "unknown_meter"),
    ]  # fmt: skip
    assert DailyValue.objects.get().meter_id != strangers_meter.pk
    assert Delivery.objects.get().refused == 5


@pytest.mark.parametrize(
    "wrong",
    [value("-1"), value("1.2345"), value("1e400"), value("NaN"), value(None), value(at="22:00:00"),
     value(day="2026-02-30"), {"meter_no": "M1"}, value(meter_no=""), value(meter_no="M\x001")],
)  # fmt: skip
def test_what_is_no_value_is_refused_whole(make: Make, wrong: dict[str, Any]) -> None:
    answer = Caller(make("remote:readings")).post("remote/values", {"values": [value(), wrong]})
    assert (answer.status, answer.body["code"]) == (422, "invalid")
    assert answer.body["errors"][0]["field"].startswith("body.values.1")
    assert not DailyValue.objects.exists()


def test_the_last_day_is_registered_at_once(make: Make, now: Any) -> None:
    now.move_to(datetime(2026, 12, 1, 5, 0, tzinfo=UTC))
    assert send(Caller(make("remote:readings")), value(day="2026-11-30"))["registered"] == 1
    assert RegisteredReading.objects.get().channel == "remote"
