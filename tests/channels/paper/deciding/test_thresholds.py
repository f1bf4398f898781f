"""Thresholds: counted as one counts by hand, and chosen only where enough was seen."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from saime.channels.paper.deciding.thresholds import Level, levels, lowest_safe


def test_levels_are_counted() -> None:
    confidences = np.array([0.2, 0.6, 0.9, 0.99])
    wrong = np.array([True, True, False, False])
    half, nine = levels(confidences, wrong, (0.5, 0.9))
    assert half == Level(0.5, readings=4, accepted=3, wrong=1, review_share=0.25, wrong_share=1 / 3)
    assert nine == Level(0.9, readings=4, accepted=2, wrong=0, review_share=0.5, wrong_share=0.0)


def test_without_readings_there_is_nothing_to_count() -> None:
    (level,) = levels(np.zeros(0), np.zeros(0, dtype=np.bool_), (0.5,))
    assert (level.readings, level.accepted, level.review_share, level.wrong_share) == (0, 0, 0.0, 0.0)


@given(arrays(np.float64, 40, elements=st.floats(0, 1)), arrays(np.bool_, 40))
def test_a_higher_threshold_accepts_less(confidences: np.ndarray, wrong: np.ndarray) -> None:
    accepted = [level.accepted for level in levels(confidences, wrong)]
    assert accepted == sorted(accepted, reverse=True)


def level(threshold: float, accepted: int, wrong: int) -> Level:
    return Level(threshold, 10_000, accepted, wrong, 1 - accepted / 10_000, wrong / accepted)


def test_the_lowest_safe_one_is_chosen() -> None:
    chosen = lowest_safe([level(0.8, 9800, 80), level(0.9, 9500, 20), level(0.99, 9000, 2)])
    assert chosen == level(0.9, 9500, 20)


def test_few_readings_prove_nothing() -> None:
    assert lowest_safe([level(0.9, 100, 0), level(0.99, 50, 0)]) is None
    assert lowest_safe([level(0.9, 1000, 0)]) is not None  # 0.995 ** 1000 < 0.1


def test_too_many_errors_are_safe_at_no_level() -> None:
    assert lowest_safe([level(0.9, 9000, 90), level(0.99, 1000, 5)]) is None
