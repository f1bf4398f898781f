"""Where bars and parts are placed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saime.web.design.charts import (
    NARROW,
    WIDE,
    Bar,
    Paper,
    Part,
    bar_chart_layout,
    nice_step,
    stacked_bar_layout,
)

m3 = st.one_of(st.none(), st.decimals(-100, 5000, places=3))
bars = st.lists(st.builds(Bar, label=st.just("nov."), value=m3, mean=m3, before=m3), max_size=36)
papers = st.sampled_from([WIDE, NARROW])


@pytest.mark.parametrize(
    ("largest", "step"),
    [("8", "2"), ("6.125", "2"), ("20", "5"), ("21", "10"), ("0.5", "0.2"), ("0", "0.001"), ("4000", "1000")],
)
def test_nice_step(largest: str, step: str) -> None:
    assert nice_step(Decimal(largest)) == Decimal(step)


@given(bars, papers)
def test_everything_stays_on_the_drawing(found: list[Bar], paper: Paper) -> None:
    drawing = bar_chart_layout(found, paper)
    top, bottom = paper.top, paper.height - paper.bottom
    for place in drawing.bars:
        assert top <= place.y <= place.y + place.height <= bottom
        assert top <= place.before_y <= place.before_y + place.before_height <= bottom
        assert place.before_x >= 0 or not place.before_height
        assert place.x + place.width <= paper.width
    assert all(top <= tick.y <= bottom for tick in drawing.ticks)
    assert len(drawing.ticks) <= 12
    assert any(tick.value == 0 for tick in drawing.ticks)


@given(bars)
def test_a_longer_bar_means_more(found: list[Bar]) -> None:
    above = [place for place in bar_chart_layout(found).bars if (place.bar.value or 0) > 0]
    for one in above:
        for other in above:
            if one.bar.value > other.bar.value:  # type: ignore[operator]
                assert one.height >= other.height


def test_the_mean_lifts_its_pen_where_there_is_none() -> None:
    means = [Decimal(1), Decimal(2), None, Decimal(3)]
    drawing = bar_chart_layout([Bar("", Decimal(1), mean=mean) for mean in means])
    assert drawing.mean_path.count("M") == 2
    assert drawing.mean_path.count("L") == 1


def test_a_year_of_labels_is_thinned_on_a_phone() -> None:
    year = [Bar(str(month), Decimal(month)) for month in range(12)]
    assert bar_chart_layout(year, WIDE).label_every == 1
    assert bar_chart_layout(year, NARROW).label_every == 2
    assert bar_chart_layout([], NARROW).label_every == 1


@given(st.lists(st.integers(-1000, 10**6), max_size=8))
def test_parts_fill_the_bar_exactly(values: list[int]) -> None:
    placed = stacked_bar_layout([Part("", value, 1) for value in values])
    assert [place.part.value for place in placed] == [value for value in values if value > 0]
    x = 0
    for place in placed:
        assert place.x == x
        x += place.width
    assert x == (1000 if placed else 0)
