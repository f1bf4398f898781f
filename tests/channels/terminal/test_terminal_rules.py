"""When an entry counts, and which meter is meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from saime.channels.terminal import rules
from saime.channels.terminal.rules import (
    LONGEST_WAIT,
    MOST_DIFFERENCE,
    UnableToTellMeter,
    counted_time,
    meant,
)

NOW = datetime(2026, 11, 28, 20, 0, tzinfo=UTC)
anywhen = st.timedeltas(timedelta(days=-9000), timedelta(days=9000)).map(lambda away: NOW + away)
maybe = st.none() | anywhen
waits = st.timedeltas(timedelta(0), LONGEST_WAIT)
differences = st.timedeltas(-MOST_DIFFERENCE, MOST_DIFFERENCE)
# How busy the machine is says nothing about the rules.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patient
@given(entered=maybe, sent=maybe, received=anywhen)
def test_no_clock_whatever_moves_a_reading_further_than_the_bound(
    entered: datetime | None, sent: datetime | None, received: datetime
) -> None:
    counted = counted_time(entered_at=entered, sent_at=sent, received_at=received)
    assert received - LONGEST_WAIT <= counted.at <= received
    assert counted.basis in rules.BASES
    assert (counted.at == received) or counted.basis == "entered"
    assert counted.difference == (sent - received if sent else None)


@patient
@given(wait=waits, ahead=differences)
def test_a_clock_that_is_a_little_wrong_changes_nothing(wait: timedelta, ahead: timedelta) -> None:
    clock = NOW + ahead
    counted = counted_time(entered_at=clock - wait, sent_at=clock, received_at=NOW)
    assert (counted.at, counted.basis) == (NOW - wait, "entered")


@patient
@given(waits=st.lists(waits, min_size=2, max_size=5), ahead=differences)
def test_a_queue_keeps_its_order(waits: list[timedelta], ahead: timedelta) -> None:
    clock = NOW + ahead
    counted = [counted_time(entered_at=clock - w, sent_at=clock, received_at=NOW).at for w in sorted(waits)]
    assert counted == sorted(counted, reverse=True)


@patient
@given(
    wait=st.timedeltas(timedelta(0), timedelta(days=400)), ahead=st.timedeltas(max_value=timedelta(days=999))
)
def test_a_clock_that_is_very_wrong_is_not_believed(wait: timedelta, ahead: timedelta) -> None:
    assume(MOST_DIFFERENCE < abs(ahead) < timedelta(days=9000))
    clock = NOW + ahead
    counted = counted_time(entered_at=clock - wait, sent_at=clock, received_at=NOW)
    assert (counted.at, counted.basis, counted.difference) == (NOW, "clock_off", ahead)


@patient
@given(ahead=differences, late=st.timedeltas(timedelta(microseconds=1), timedelta(days=400)))
def test_a_queue_that_waited_too_long_counts_when_it_comes(ahead: timedelta, late: timedelta) -> None:
    clock = NOW + ahead
    counted = counted_time(entered_at=clock - LONGEST_WAIT - late, sent_at=clock, received_at=NOW)
    assert (counted.at, counted.basis) == (NOW, "waited_too_long")


def test_entered_after_it_was_sent_is_a_clock_that_was_set_back() -> None:
    counted = counted_time(entered_at=NOW + timedelta(days=365), sent_at=NOW, received_at=NOW)
    assert (counted.at, counted.basis) == (NOW, "entered_ahead")


@dataclass(frozen=True)
class Meter:
    meter_id: int
    meter_no: str
    medium: str


COLD, HOT, SECOND = Meter(1, "00-123 45", "cold"), Meter(2, "777", "hot"), Meter(3, "888", "cold")


def test_a_number_read_off_a_dial() -> None:
    for written in ("12345", "0012345", "123-45", " 123 45 "):
        assert meant([COLD, HOT], meter_id=None, meter_no=written, medium="hot") is COLD


def test_the_only_meter_of_its_medium_needs_no_number() -> None:
    assert meant([COLD, HOT], meter_id=None, meter_no="", medium="hot") is HOT
    with pytest.raises(UnableToTellMeter, match="which_meter"):
        meant([COLD, HOT, SECOND], meter_id=None, meter_no="", medium="cold")


@pytest.mark.parametrize(
    "asked", [{"meter_id": 9}, {"meter_no": "999"}, {"medium": "gas"}, {"medium": ""}, {"meter_no": "0"}]
)
def test_a_meter_of_somebody_else_is_not_meant(asked: dict[str, object]) -> None:
    wanted: dict[str, object] = {"meter_id": None, "meter_no": "", "medium": ""} | asked
    with pytest.raises(UnableToTellMeter, match="unknown_meter"):
        meant([COLD, HOT], **wanted)  # type: ignore[arg-type]


def state(**said: object) -> str:
    known: dict[str, object] = {
        "is_enrolled": True, "is_revoked": False, "last_seen_at": NOW, "difference": timedelta(0), "now": NOW,
    }  # fmt: skip
    return rules.state_of(**known | said)  # type: ignore[arg-type]


def test_how_a_terminal_is() -> None:
    assert state() == "ok"
    assert state(is_revoked=True, is_enrolled=False) == "revoked"
    assert state(is_enrolled=False, last_seen_at=None) == "waiting"
    assert state(last_seen_at=NOW - timedelta(minutes=16)) == state(last_seen_at=None) == "silent"
    assert state(difference=timedelta(minutes=-6)) == "clock"
    assert state(difference=timedelta(minutes=5)) == state(difference=None) == "ok"
