"""Two scans of one paper are one paper; the same reading written twice by one hand is two."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from tests.channels.paper import papers, scans

from saime.channels.paper.geometry.sheets import sheets_on
from saime.channels.paper.geometry.straightening import straighten
from saime.channels.paper.reading.ink import is_same_paper, without_frames
from saime.channels.paper.reading.page import ink_of_fields

SHEET = papers.code_of().sheet


def ink(page: scans.Picture) -> bytes:
    [placed] = sheets_on(without_frames(page)).sheets
    return ink_of_fields(straighten(page, placed), SHEET)


def scanned(values: list[str], seed: int, times: int = 2) -> list[bytes]:
    """The paper as several scanners see it, as differently as scanners are."""
    page = papers.filled(values, seed, pen=scans.Pen(), hand=scans.Hand())
    rng = np.random.default_rng(seed)
    return [ink(scans.scan(page, scans.Wear.random(rng))) for _ in range(times)]


@pytest.fixture(scope="module")
def papers_of_one_hand() -> list[list[bytes]]:
    """The same number, written on four papers by the same person (every fourth seed is the same writer)."""
    return [scanned(["00123456", "00045678"], seed) for seed in (1, 5, 9, 13)]


def test_two_scans_of_one_paper(papers_of_one_hand: list[list[bytes]]) -> None:
    assert [is_same_paper(*both, SHEET) for both in papers_of_one_hand] == [True] * 4


def test_one_number_on_two_papers(papers_of_one_hand: list[list[bytes]]) -> None:
    for one, other in itertools.combinations(papers_of_one_hand, 2):
        assert not any(is_same_paper(a, b, SHEET) for a in one for b in other)


def test_papers_on_which_little_is_written() -> None:
    empty = scanned(["________", "________"], 3)
    one = scanned(["_____001", "________"], 3)
    assert is_same_paper(*empty, SHEET)
    assert is_same_paper(*one, SHEET)
    assert not is_same_paper(empty[0], one[0], SHEET)
    assert not is_same_paper(one[0], b"", SHEET)


def test_a_paper_that_came_back_with_a_digit_more() -> None:
    """Handed in half filled, given back, and a digit added: all the rest is the same ink."""
    page = papers.filled(["_0123456", "________"], 4, pen=scans.Pen(), hand=scans.Hand())
    before = ink(papers.worn(page, dpi=200, seed=1))
    digits = scans.held_out().of(scans.held_out_writers()[0])
    added = scans.fill(page, SHEET, ["1_______", "________"], digits, np.random.default_rng(1), signed=False)
    assert not is_same_paper(before, ink(papers.worn(added, dpi=200, seed=2)), SHEET)
    assert is_same_paper(before, ink(papers.worn(page, dpi=150, angle=180, noise=6, jpeg=60, seed=3)), SHEET)
