"""What is shared out comes to the whole again: invoices by weight, m³ by days and by hand-over readings."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saime.billing.rules.allocation import by_days, by_hand_over, share_out, shares_of

totals = st.integers(-(10**8), 10**8)
weights = st.lists(st.integers(0, 200_000), min_size=1, max_size=40)
DIAL = 10**8


@pytest.mark.parametrize(
    ("total", "weight", "parts"),
    [
        (10_000, [1, 1, 1], [3334, 3333, 3333]),  # the missing cent to the first of equal remainders
        (-10_000, [1, 1, 1], [-3334, -3333, -3333]),
        (10_000, [50_300, 25_300, 40_200], [4344, 2185, 3471]),  # 4343.69 2184.80 3471.50: two missing
        (100, [5, -2, 1], [125, -50, 25]),  # a credit among them
        (1, [0, 3, 3], [0, 1, 0]),  # nothing to him who has nothing
        (7, [0, 0], [0, 0]),  # nobody to charge
        (0, [1, 2], [0, 0]),
    ],
)
def test_shares_by_hand(total: int, weight: list[int], parts: list[int]) -> None:
    assert shares_of(total, weight) == parts


@given(total=totals, weight=weights)
def test_shares_add_up_to_the_invoice_and_none_is_a_cent_off(total: int, weight: list[int]) -> None:
    parts, whole = shares_of(total, weight), sum(weight)
    if not whole:
        assert set(parts) == {0}
        return
    assert sum(parts) == total
    for part, one in zip(parts, weight, strict=True):
        assert abs(part - Fraction(total * one, whole)) < 1
        assert part * total >= 0


@given(total=totals, weight=st.lists(st.integers(-50_000, 200_000), min_size=1, max_size=20))
def test_shares_with_credits_among_the_weights_add_up_too(total: int, weight: list[int]) -> None:
    parts, whole = shares_of(total, weight), sum(weight)
    if whole:
        assert sum(parts) == total
        assert all(
            abs(part - Fraction(total * one, whole)) < 1 for part, one in zip(parts, weight, strict=True)
        )


@given(groups=st.lists(st.tuples(totals, weights), min_size=1, max_size=6))
def test_groups_do_not_touch_each_other(groups: list[tuple[int, list[int]]]) -> None:
    group = np.repeat(np.arange(len(groups)), [len(weight) for _, weight in groups])
    weight = np.array([one for _, many in groups for one in many], np.int64)
    together = share_out(np.array([total for total, _ in groups], np.int64), group, weight)
    alone = [part for total, many in groups for part in shares_of(total, many)]
    assert together.tolist() == alone


@given(m3=st.integers(-(10**6), 10**6), month=st.sampled_from([28, 30, 31]), data=st.data())
def test_days_of_all_accounts_and_none_make_up_the_m3(m3: int, month: int, data: st.DataObject) -> None:
    cut = sorted(data.draw(st.sets(st.integers(1, month - 1), max_size=3)))
    days = [end - start for start, end in zip([0, *cut], [*cut, month], strict=True)]
    assert sum(by_days(m3, days, month)) == m3
    vacant = by_days(m3, days[:-1], month)
    assert abs(sum(vacant) - Fraction(m3 * (month - days[-1]), month)) < 1


@pytest.mark.parametrize(
    ("m3", "before", "previous", "marks", "days", "parts"),
    [
        (15_000, 0, 100_000, [108_000], [10, 20], [8_000, 7_000]),
        (
            -2_500,
            5_000,
            115_000,
            [116_000],
            [10, 20],
            [-4_000, 1_500],
        ),  # C5: the average was too much for the first
        (9_000, 0, 99_995_000, [2_000], [10, 20], [7_000, 2_000]),  # over the end of the dial
        (15_000, 0, 100_000, [None, 110_000], [10, 10, 10], [5_000, 5_000, 5_000]),  # the first two by days
        (15_000, 0, 100_000, [104_000, None], [10, 10, 10], [4_000, 5_500, 5_500]),
    ],
)
def test_hand_over_readings_decide(
    m3: int, before: int, previous: int, marks: list[int | None], days: list[int], parts: list[int]
) -> None:
    assert by_hand_over(m3, before, DIAL, previous, marks, days) == parts


@pytest.mark.parametrize("marks", [[99_000], [116_000], [None], [112_000, 108_000]])
def test_hand_over_readings_that_do_not_fit_decide_nothing(marks: list[int | None]) -> None:
    assert by_hand_over(15_000, 0, DIAL, 100_000, marks, [10] * (len(marks) + 1)) is None


@given(
    used=st.integers(0, 50_000), before=st.integers(0, 20_000), previous=st.integers(0, DIAL - 1),
    days=st.lists(st.integers(1, 15), min_size=2, max_size=4), data=st.data(),
)  # fmt: skip
def test_parts_by_hand_over_make_up_the_m3(
    used: int, before: int, previous: int, days: list[int], data: st.DataObject
) -> None:
    at = sorted(data.draw(st.lists(st.integers(0, used), min_size=len(days) - 1, max_size=len(days) - 1)))
    known = data.draw(st.lists(st.booleans(), min_size=len(at), max_size=len(at)))
    marks = [(previous + one) % DIAL if is_known else None for one, is_known in zip(at, known, strict=True)]
    parts = by_hand_over(used - before, before, DIAL, previous, marks, days)
    if any(known):
        assert parts is not None
        assert sum(parts) == used - before
        assert all(part >= 0 for part in parts[1:])
        assert parts[0] >= -before
    else:
        assert parts is None
