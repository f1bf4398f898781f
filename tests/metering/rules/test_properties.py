"""What holds whatever is read: found by Hypothesis, over chains of meters that roll over and are replaced."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from saime.metering.contracts import ACTUAL, AVERAGE, NO_READING, NONE, NORM
from saime.metering.rules.consumption import MonthCharge, MonthPolicy, State, Walk, nothing_before
from saime.metering.rules.counting import Meters, Readings, count
from saime.metering.rules.difference import difference_shares, share_out
from saime.metering.rules.priority import ranks, winners
from saime.platform.policies import CHANNELS

FIRST, MODULUS = 200, 10_000_000  # a dial of four digits


@st.composite
def chains(draw: st.DrawFn) -> tuple[Meters, Readings, list[int], list[bool]]:
    """One chain of up to three meters over some months, what was really used, and which months were read."""
    used = draw(st.lists(st.integers(0, 40_000), min_size=1, max_size=18))
    replaced = sorted(
        draw(st.sets(st.integers(1, max(1, len(used) - 1)), max_size=2)) if len(used) > 1 else set()
    )
    read = draw(st.lists(st.booleans(), min_size=len(used), max_size=len(used)))
    starts = [draw(st.integers(0, MODULUS - 1)) for _ in range(len(replaced) + 1)]
    meters, readings = _simulate(used, replaced, read, starts, draw)
    return meters, readings, used, [r or month in replaced for month, r in enumerate(read)]


def _simulate(used, replaced, read, starts, draw):  # type: ignore[no-untyped-def]
    rows, taken, meter, dial = [], [], 0, starts[0]
    rows.append([FIRST, NONE, starts[0], NONE])
    for month, whole in enumerate(used):
        m3 = whole
        if month in replaced:
            before = draw(st.integers(0, m3))
            rows[meter][1], rows[meter][3] = FIRST + month, (dial + before) % MODULUS
            meter += 1
            rows.append([FIRST + month, NONE, starts[meter], NONE])
            dial, m3 = starts[meter], whole - before
            if not read[month]:
                dial = (dial + m3) % MODULUS
                continue
        dial = (dial + m3) % MODULUS
        if read[month]:
            taken.append((meter, FIRST + month, dial))
    table = np.array(rows, np.int64).T
    n = len(rows)
    meters = Meters(
        np.zeros(n, np.int64), np.arange(n), np.arange(n) - 1, np.full(n, MODULUS), table[0], table[1], table[2],
        table[3], table[2], np.zeros(n, np.int64),
    )  # fmt: skip
    data = np.array(taken, np.int64).reshape(-1, 3).T
    return meters, Readings(data[0], data[1], data[2], np.ones(len(taken), np.int8))


def charged(meters: Meters, readings: Readings, months: int) -> tuple[list[MonthCharge], np.ndarray]:
    table = count(meters, readings, chains=1, first=FIRST, months=months)
    zero, oldest = np.zeros(1, np.int64), np.array([FIRST - 1])
    policy = MonthPolicy(zero + 2, zero + 3, np.array([False]), zero + 5000)
    walk = Walk(FIRST, table.counted, table.in_use, State(oldest, zero, zero, zero), oldest, nothing_before)
    return walk.through([policy] * months), table.counted[0]


@given(chains())
def test_what_is_charged_up_to_a_reading_is_what_was_counted_up_to_it(
    case: tuple[Meters, Readings, list[int], list[bool]],
) -> None:
    """Σ m³ charged over any span that ends with a reading = last minus first reading, whatever came between."""
    meters, readings, used, _ = case
    months, counted = charged(meters, readings, len(used))
    total = 0
    for month, charge in enumerate(months):
        total += int(charge.m3[0])
        if counted[month] != NONE:
            assert total == counted[month]


@given(chains())
def test_a_month_with_a_plain_reading_counts_what_was_really_used(
    case: tuple[Meters, Readings, list[int], list[bool]],
) -> None:
    meters, readings, used, _ = case
    months, counted = charged(meters, readings, len(used))
    by_month = {int(m) - FIRST for m in readings.month}
    for month in by_month:
        assert counted[month] == sum(used[: month + 1])
    assert all(charge.basis[0] in (ACTUAL, AVERAGE, NORM, NO_READING) for charge in months)


@given(chains())
def test_never_more_than_two_months_in_a_row_are_estimated(
    case: tuple[Meters, Readings, list[int], list[bool]],
) -> None:
    meters, readings, used, _ = case
    months, _counted = charged(meters, readings, len(used))
    run = 0
    for charge in months:
        run = run + 1 if charge.basis[0] in (AVERAGE, NORM) else 0
        assert run <= 2
        assert charge.basis[0] != NO_READING or charge.m3[0] == 0


submission = st.tuples(st.integers(0, 3), st.sampled_from(range(1, 7)), st.integers(0, 3), st.integers(0, 5))


@given(st.lists(submission, max_size=12, unique=True), st.randoms(use_true_random=False))
def test_the_registered_reading_depends_on_the_set_of_submissions_alone(rows: list, random) -> None:  # type: ignore[no-untyped-def, type-arg]
    def chosen(order: list[tuple[int, int, int, int]]) -> dict[int, tuple[int, int, int, int]]:
        if not order:
            return {}
        place, channel, received, value = (np.array(column, np.int64) for column in zip(*order, strict=True))
        won = winners(place=place, rank=ranks(CHANNELS)[channel], received_at=received, tie=value)
        return {row[0]: row for row, is_registered in zip(order, won, strict=True) if is_registered}

    shuffled = list(rows)
    random.shuffle(shuffled)
    assert chosen(rows) == chosen(shuffled)
    assert set(chosen(rows)) == {row[0] for row in rows}


@given(st.lists(submission, min_size=1, max_size=12, unique=True))
def test_coming_one_by_one_ends_the_same_as_coming_all_at_once(rows: list) -> None:  # type: ignore[type-arg]
    """Each newcomer against the one registered so far: what a month of single submissions does."""
    rank = ranks(CHANNELS)

    def best(candidates: list) -> tuple:  # type: ignore[type-arg]
        place, channel, received, value = (np.array(c, np.int64) for c in zip(*candidates, strict=True))
        won = winners(place=np.zeros_like(place), rank=rank[channel], received_at=received, tie=value)
        return candidates[int(np.flatnonzero(won)[0])]

    registered = rows[0]
    for row in rows[1:]:
        registered = best([row, registered])
    assert registered[1:] == best(rows)[1:]


@given(st.integers(-(10**7), 10**7), st.lists(st.integers(1, 10**6), min_size=1, max_size=40))
def test_parts_add_up_and_are_less_than_one_thousandth_off(total: int, weights: list[int]) -> None:
    weight, whole = np.array(weights, np.int64), sum(weights)
    parts = share_out(
        np.array([total]), np.zeros(len(weights), np.int64), total * weight, np.full(len(weights), whole)
    )
    assert parts.sum() == total
    assert all(abs(int(part) * whole - total * w) < whole for part, w in zip(parts, weights, strict=True))


@given(
    st.integers(-(10**6), 10**6),
    st.lists(st.booleans(), min_size=1, max_size=40),
    st.integers(1, 10_000),
    st.booleans(),
)
def test_shares_of_a_difference_add_up(difference: int, fault: list[bool], norm: int, first: bool) -> None:
    n = len(fault)
    shares, _why = difference_shares(
        np.array([difference]), np.zeros(n, np.int64), at_fault=np.array(fault), at_fault_first=np.array([first]),
        norm=np.array([norm]), by_weight=np.array([False]), weight=np.ones(n, np.int64),
        weight_why=np.zeros(1, np.int8),
    )  # fmt: skip
    assert shares.sum() == difference
    guilty, others = shares[np.array(fault)], shares[~np.array(fault)]
    if first and difference > 0 and len(guilty) and len(others):
        assert guilty.min() >= others.max()
    if difference <= 0 or not first or not len(guilty):
        assert shares.max() - shares.min() <= 1


def test_1013_takes_a_persons_norm_from_units_at_fault_first() -> None:
    """D = 20 m³, four units, one at fault, norm 6.08: it takes 6.08 and a quarter of the rest, 13.92 ÷ 4 = 3.48."""
    shares, _why = difference_shares(
        np.array([20_000]), np.zeros(4, np.int64), at_fault=np.array([False, True, False, False]),
        at_fault_first=np.array([True]), norm=np.array([6080]), by_weight=np.array([False]),
        weight=np.ones(4, np.int64), weight_why=np.zeros(1, np.int8),
    )  # fmt: skip
    assert shares.tolist() == [3480, 9560, 3480, 3480]
