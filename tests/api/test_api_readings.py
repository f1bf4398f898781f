"""Readings over the API: what becomes of each, again, wrong, and of somebody else's meter."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from tests.api.conftest import Caller, Make
from tests.metering.houses import submitter

from saime.metering.models import Meter, Submission

pytestmark = pytest.mark.django_db


def reading(meter_no: str = "M1", value: Any = "105.5", reference: str = "r1", **more: Any) -> dict[str, Any]:
    return {"meter_no": meter_no, "value": value, "reference": reference, **more}


def send(caller: Caller, *readings: dict[str, Any]) -> list[dict[str, Any]]:
    answer = caller.post("readings", {"readings": list(readings)})
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.body["readings"]
    return found


def test_a_reading_is_registered_and_its_m3_said(make: Make, meter: Meter) -> None:
    [said] = send(Caller(make(name="Kiosk")), reading(read_at="2026-11-26T08:00:00+02:00"))
    assert said == {
        "reference": "r1", "meter_no": "M1", "fate": "registered", "reason": "", "text": "", "is_new": True,
        "period": "2026-11", "m3": "5.500", "basis": "actual", "mark": "",
    }  # fmt: skip
    kept = Submission.objects.get()
    assert kept.channel == "terminal"
    assert kept.evidence == {"api_key": "Kiosk", "reference": "r1", "read_at": "2026-11-26T08:00:00+02:00"}


def test_the_same_again_is_the_same(make: Make) -> None:
    caller = Caller(make())
    send(caller, reading())
    [again] = send(caller, reading())
    assert (again["fate"], again["is_new"]) == ("registered", False)
    assert Submission.objects.count() == 1


def test_a_reference_stands_for_one_reading_of_one_key(make: Make) -> None:
    send(Caller(make(name="one")), reading())
    [said] = send(Caller(make(name="two")), reading(value="106"))
    assert said["fate"] == "registered", "another key numbers its own"
    caller = Caller(make(name="three"))
    send(caller, reading())
    [said] = send(caller, reading(value="107"))
    assert (said["fate"], said["reason"]) == ("not_taken", "reference_taken")


def test_each_is_answered_in_its_place(make: Make, meter: Meter, strangers_meter: Meter) -> None:
    said = send(
        Caller(make()), reading("M9", reference="a"), reading("M1", "1,5e", reference="b"),
        reading("M1", "105,25", reference="c"), reading("M2", "101", reference="d"),
        reading("M1", "90", reference="e"), reading("M1", "1.2345", reference="f"),
    )  # fmt: skip
    assert [(one["reference"], one["fate"], one["reason"]) for one in said] == [
        ("a", "not_taken", "unknown_meter"), ("b", "not_taken", "not_a_number"), ("c", "registered", ""),
        ("d", "not_taken", "unknown_meter"), ("e", "rejected", "lower_than_earlier"),
        ("f", "not_taken", "too_many_decimals"),
    ]  # fmt: skip
    assert all(one["text"] for one in said if one["fate"] != "registered")
    assert said[0]["text"] == said[3]["text"], "a stranger's meter is as unknown as none"
    assert not Submission.objects.filter(meter=strangers_meter).exists()


@pytest.mark.parametrize("value", [105.5, "105,5", "105.500", " 105.5 "])
def test_numbers_as_people_and_machines_write_them(make: Make, value: Any) -> None:
    [said] = send(Caller(make()), reading(value=value))
    assert said["m3"] == "5.500"


@pytest.mark.parametrize("value", [True, None, [], {}, "1" * 41])
def test_what_is_no_value(make: Make, value: Any) -> None:
    assert Caller(make()).post("readings", {"readings": [reading(value=value)]}).status == 422


@pytest.mark.parametrize("value", ["NaN", "1e5", "-1", "", "\x00", float("1e300")])
def test_what_is_no_reading(make: Make, value: Any) -> None:
    [said] = send(Caller(make()), reading(value=value))
    assert said["fate"] == "not_taken"
    assert said["text"]
    assert not Submission.objects.exists()


def test_a_doubtful_one_is_asked_about(make: Make) -> None:
    caller = Caller(make())
    [asked] = send(caller, reading(value="900"))
    assert (asked["fate"], asked["reason"], asked["m3"]) == ("not_taken", "confirmation_needed", "800.000")
    assert not Submission.objects.exists()
    [said] = send(caller, reading(value="900", confirmed=True))
    assert said["fate"] == "registered"


def test_a_lower_channel_is_told_why_it_is_not_used(make: Make, meter: Meter) -> None:
    submitter(meter)("104", "portal")
    [said] = send(Caller(make(), language="lv"), reading())
    assert (said["fate"], said["reason"], said["m3"]) == ("superseded", "priority", "4.000")
    assert "portāl" in said["text"]


def test_the_month_may_be_named(make: Make) -> None:
    [said] = send(Caller(make()), reading(period="2026-10"))
    assert (said["period"], said["fate"], said["reason"]) == ("2026-10", "rejected", "outside_window")
    answer = Caller(make(name="x")).post("readings", {"readings": [reading(period="2026-13")]})
    assert answer.status == 422


def test_five_hundred_at_once_and_not_one_more(make: Make, meter: Meter) -> None:
    caller = Caller(make())
    many = [reading(value=f"101.{n:03}", reference=f"r{n}") for n in range(500)]
    assert {one["fate"] for one in send(caller, *many)} == {"registered"}, "each was the latest when it came"
    assert Submission.objects.count() == 500
    assert caller.post("readings", {"readings": [*many, reading(reference="one more")]}).status == 422


def test_a_meter_and_its_month(make: Make, meter: Meter, strangers_meter: Meter) -> None:
    submitter(meter)("105.5", "portal")
    caller = Caller(make("meters:read"))
    said = caller.get("meters/M1").body
    assert said["building_no"] == "B1"
    assert (said["previous_reading"], said["reading"], said["channel"], said["m3"]) == (
        "100.000", "105.500", "portal", "5.500",
    )  # fmt: skip
    unknown, strange = caller.get("meters/M9"), caller.get("meters/M2")
    assert unknown.status == strange.status == 404
    assert unknown.body == strange.body
    assert caller.get("meters/%00").status == 404
    assert "Paraugs" not in str(said), "no names"


@pytest.mark.django_db(transaction=True)
def test_the_same_request_many_times_at_once_is_one_reading(make: Make) -> None:
    token = make()

    def one(_n: int) -> dict[str, Any]:
        try:
            return send(Caller(token), reading())[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(one, range(6)))
    assert Submission.objects.count() == 1
    assert sum(answer["is_new"] for answer in said) == 1
    assert {answer["m3"] for answer in said} == {"5.500"}
    assert Submission.objects.get().value == Decimal("105.500")
