"""The scans that tests are made with are what they say: the same for a seed, with digits of four writers apart."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import numpy as np
import pytest
from tests.channels.paper.printing.samples import form
from tests.channels.paper.scans import (
    Hand,
    Pen,
    Picture,
    Wear,
    fill,
    held_out,
    held_out_writers,
    in_boxes,
    render,
    scan,
)

from saime.channels.paper.printing.render import print_forms
from saime.channels.paper.sheet import BoxPlace, Sheet

_MM = 300 / 25.4


@pytest.fixture(scope="module")
def page() -> Picture:
    return render(print_forms([form(1)]))


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return form(1).sheets[0].sheet


def dark_in(page: Picture, box: BoxPlace) -> float:
    """The share of a box that is pen."""
    rows = slice(round(box.y_mm * _MM), round((box.y_mm + box.h_mm) * _MM))
    columns = slice(round(box.x_mm * _MM), round((box.x_mm + box.w_mm) * _MM))
    return float((page[rows, columns].max(axis=2) < 170).mean())


def test_the_digits_are_of_four_writers_all_digits_of_each() -> None:
    digits = held_out()
    counts = Counter(zip(digits.writers.tolist(), digits.labels.tolist(), strict=True))
    assert held_out_writers() == [4, 8, 12, 16]
    assert set(counts.values()) == {25}
    assert len(counts) == 40


def test_boxes_are_filled_left_empty_or_crossed_out_as_written(page: Picture, sheet: Sheet) -> None:
    filled = fill(
        page, sheet, ["__17x_00"], held_out(), np.random.default_rng(1), pen=Pen(), hand=Hand(off_mm=0.1)
    )
    shares = [dark_in(filled, box) for box in sheet.fields[0].boxes]
    written = [share > 0.02 for share in shares]
    assert written == [False, False, True, True, True, False, True, True]
    assert dark_in(page, sheet.fields[0].boxes[2]) == 0


def test_a_reading_is_written_box_by_box() -> None:
    assert in_boxes(Decimal("123.456"), 5) == "00123456"
    assert in_boxes(Decimal("7.5"), 5, leading="_") == "____7500"


def test_a_seed_gives_the_same_scan_and_another_seed_another(page: Picture, sheet: Sheet) -> None:
    def made(seed: int) -> Picture:
        rng = np.random.default_rng(seed)
        return scan(fill(page, sheet, ["00123456"], held_out(), rng), Wear.random(rng, dpi=150))

    first = made(5)
    assert np.array_equal(first, made(5))
    assert not np.array_equal(first[:800, :800], made(6)[:800, :800])


def test_a_clean_scan_is_the_page(page: Picture) -> None:
    assert np.array_equal(scan(page, Wear()), page)
    assert scan(page, Wear(dpi=150, angle=90)).shape[:2] == (page.shape[1] // 2, page.shape[0] // 2)
