"""A threshold set anew: by enough decisions only, counting what nobody saw, and never by guesses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saime.channels.paper.deciding.recalibrating import Judged, recalibrate
from saime.channels.paper.deciding.sampling import is_sampled


def decisions(doubtful: int, sampled: int, *, wrong_below: float = 0.0, seed: int = 0) -> list[Judged]:
    """Doubtful ones evenly from 0 to 0.97, wrong where they are below `wrong_below`; sampled ones above, all right."""
    rng = np.random.default_rng(seed)
    low, high = rng.uniform(0, 0.97, doubtful), rng.uniform(0.97, 1, sampled)
    return [Judged(c, c < wrong_below) for c in low.tolist()] + [Judged(c, False) for c in high.tolist()]


def test_doubt_that_was_unfounded_lowers_the_threshold() -> None:
    found = recalibrate(decisions(400, 300, wrong_below=0.7), in_force=0.97, sure=20_000)
    assert found.why == ""
    assert found.now is not None
    assert found.proposed is not None
    assert 0.6 <= found.proposed.threshold <= 0.75
    assert found.proposed.review_share < found.now.review_share
    assert found.proposed.wrong_share <= 0.005


def test_errors_among_the_sure_ones_raise_it() -> None:
    judged = decisions(400, 1000) + [Judged(0.975, True)] * 12
    found = recalibrate(judged, in_force=0.97, sure=1012)
    assert found.proposed is not None
    assert found.proposed.threshold > 0.975


def test_one_sampled_error_counts_for_all_it_stands_for() -> None:
    judged = [*decisions(400, 398), Judged(0.9999, True), Judged(0.99995, True)]
    found = recalibrate(judged, in_force=0.97, sure=40_000)
    assert found.now is not None
    assert found.now.wrong_share >= 300 / 40_000
    assert (found.proposed, found.why) == (None, "none_is_safe")


@pytest.mark.parametrize(("doubtful", "sampled"), [(0, 0), (99, 1000), (1000, 199)])
def test_few_decisions_change_nothing(doubtful: int, sampled: int) -> None:
    found = recalibrate(decisions(doubtful, sampled), in_force=0.97, sure=10_000)
    assert (found.doubtful, found.sampled, found.proposed, found.why) == (doubtful, sampled, None, "too_few")


@settings(deadline=None)
@given(
    st.integers(100, 300), st.integers(200, 400), st.floats(0, 1), st.integers(0, 10**5), st.integers(0, 99)
)
def test_what_is_proposed_is_allowed(doubtful: int, sampled: int, below: float, sure: int, seed: int) -> None:
    found = recalibrate(decisions(doubtful, sampled, wrong_below=below, seed=seed), in_force=0.97, sure=sure)
    assert (found.proposed is None) == (found.why != "")
    if found.proposed is not None:
        assert 0.5 <= found.proposed.threshold < 1
        assert 0 <= found.proposed.review_share <= 1
        assert found.proposed.wrong_share <= 0.005


def test_a_sample_is_as_large_as_was_asked_for() -> None:
    forms = [f"form-{number}" for number in range(4000)]
    taken = sum(is_sampled(form, 1, 2.0) for form in forms)
    assert 50 <= taken <= 115
    assert not any(is_sampled(form, 1, 0.0) for form in forms)
    assert all(is_sampled(form, 1, 100.0) for form in forms)
    assert [is_sampled(form, 1, 2.0) for form in forms] != [is_sampled(form, 2, 2.0) for form in forms]
