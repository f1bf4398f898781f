"""At what pace, and how often, a message is tried."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from saime.channels.sms.rules.delivery import Pace, retry_after, state_by_reports

steps = st.lists(st.tuples(st.floats(0, 3), st.sampled_from(["send", "slow", "taken"])), max_size=60)


@given(st.integers(1, 100), steps)
def test_never_faster_than_the_rate_and_never_within_a_pause(
    rate: int, story: list[tuple[float, str]]
) -> None:
    pace, now, sent_at, silent_until = Pace(rate), 0.0, -1000.0, 0.0
    for wait, what in story:
        now += wait
        if what == "slow":
            silent_until = max(silent_until, now + pace.told_to_slow_down(now))
        elif what == "taken":
            pace.taken()
        elif pace.may_send(now):
            assert now - sent_at >= 1 / rate - 1e-9
            assert now >= silent_until
            sent_at = now
            pace.sent(now)


def test_each_time_the_pause_is_longer_until_one_is_taken() -> None:
    pace = Pace(5)
    assert [pace.told_to_slow_down(0) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    pace.taken()
    assert pace.told_to_slow_down(0) == 1


@given(st.integers(0, 10_000))
def test_tries_are_further_and_further_apart(tries: int) -> None:
    assert timedelta(seconds=5) <= retry_after(tries) <= retry_after(tries + 1) <= timedelta(minutes=10)


reports = st.dictionaries(
    st.sampled_from("abc"),
    st.sets(st.sampled_from(["accepted", "waiting", "delivered", "failed", "expired"]), min_size=1),
)


@given(st.integers(1, 3), reports)
def test_a_message_is_delivered_when_all_of_it_is(parts: int, found: dict[str, set[str]]) -> None:
    failed = any(report in ("failed", "expired") for said in found.values() for report in said)
    delivered = sum("delivered" in said for said in found.values()) >= parts
    assert state_by_reports(parts, found) == ("failed" if failed else "delivered" if delivered else "")
