"""Leak and standstill against a slow second reading of the same sentences, on any days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from saime.channels.remote.rules.suspicion import FEWEST_DAYS, Found, Limits, daily_use, find
from saime.metering.contracts import NONE

MODULUS = 100_000_000
LEAK, DAYS, FACTOR, FACTOR_M3, STILL, MEAN = 1000, 3, 400, 500, 5, 30


def limits(meters: int) -> Limits:
    return Limits(*(np.full(meters, value) for value in (LEAK, DAYS, FACTOR, FACTOR_M3, STILL)))


def found(uses: Sequence[int | None]) -> tuple[int, int, int]:
    table = np.array([[NONE if use is None else use for use in uses]], np.int64)
    result: Found = find(table, limits(1), mean_days=MEAN)
    return int(result.leak[0]), int(result.sudden[0]), int(result.standstill[0])


def slowly(uses: Sequence[int | None]) -> tuple[int, int, int]:
    known = [place for place, use in enumerate(uses) if use is not None]
    if not known:
        return -1, -1, -1
    last = known[-1]

    def since(holds: list[bool], least: int) -> int:
        start = last
        while start >= 0 and holds[start]:
            start -= 1
        return start + 1 if last - start >= least else -1

    def before(place: int) -> list[int]:
        return [use for use in uses[max(place - MEAN, 0) : place] if use is not None]

    leak = since([use is not None and use >= LEAK for use in uses], DAYS)
    sudden = since(
        [
            use is not None and use >= FACTOR_M3 and len(before(place)) >= FEWEST_DAYS and sum(before(place)) > 0
            and use * 100 * len(before(place)) >= FACTOR * sum(before(place))
            for place, use in enumerate(uses)
        ],
        1,
    )  # fmt: skip
    still = since([use == 0 for use in uses], STILL)
    if still >= 0 and (len(before(still)) < FEWEST_DAYS or not sum(before(still))):
        still = -1
    return leak, sudden, still


use = st.one_of(st.none(), st.sampled_from([0, 0, 0, 80, 120, 500, 999, 1000, 4000]))
uses = st.lists(use, min_size=1, max_size=60)


@given(uses)
def test_what_holds_is_what_the_sentences_say(days: list[int | None]) -> None:
    assert found(days) == slowly(days)


@given(st.lists(st.lists(use, min_size=20, max_size=20), min_size=2, max_size=5))
def test_a_meter_does_not_look_at_its_neighbour(meters: list[list[int | None]]) -> None:
    table = np.array([[NONE if use is None else use for use in days] for days in meters], np.int64)
    together = find(table, limits(len(meters)), mean_days=MEAN)
    alone = [found(days) for days in meters]
    columns = (together.leak.tolist(), together.sudden.tolist(), together.standstill.tolist())
    assert list(zip(*columns, strict=True)) == alone


def test_a_toilet_that_runs() -> None:
    assert found([120] * 20 + [1100, 1200, 1150])[0] == 20
    assert found([120] * 20 + [1100, 1200, 0])[0] == -1, "somebody closed it"


def test_a_pipe_that_bursts() -> None:
    assert found([120] * 20 + [480])[1] == -1, "four times the mean, and no more than a bath"
    assert found([130] * 20 + [520])[1] == 20


def test_a_home_that_is_empty_from_the_start_is_no_standstill() -> None:
    assert found([0] * 30)[2] == -1
    assert found([100] * 10 + [0] * STILL)[2] == 10


values = st.lists(st.one_of(st.none(), st.integers(0, 3000)), min_size=2, max_size=40)


@given(values, st.integers(0, MODULUS - 1))
def test_no_water_is_lost_or_invented(steps: list[int | None], start: int) -> None:
    """Whatever days are missing, and wherever the dial rolls over: the days add up to what the meter counted."""
    shown, dial = [], start
    for step in steps:
        dial += step or 0
        shown.append(NONE if step is None else dial % MODULUS)
    use, spread = daily_use(np.array([shown], np.int64), np.array([MODULUS]))
    known = [place for place, value in enumerate(shown) if value != NONE]
    if len(known) < 2:
        assert (use == NONE).all()
        return
    first, last = known[0], known[-1]
    assert (use[0, : first + 1] == NONE).all()
    assert (use[0, last + 1 :] == NONE).all()
    counted = sum(step or 0 for step in steps[first + 1 : last + 1])
    assert use[0, first + 1 : last + 1].sum() == counted
    gaps = {day for place, day in enumerate(known[1:], 1) if day - known[place - 1] > 1}
    assert set(np.flatnonzero(spread[0]).tolist()) >= gaps


def test_a_dial_that_ran_backwards_is_not_known() -> None:
    use, _spread = daily_use(np.array([[5000, 4000, 4500]], np.int64), np.array([MODULUS]))
    assert use.tolist() == [[NONE, NONE, 500]]
