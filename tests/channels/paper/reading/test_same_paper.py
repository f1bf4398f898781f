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
    assert [is_same_paper(*both) for both in papers_of_one_hand] == [True] * 4


def test_one_number_on_two_papers(papers_of_one_hand: list[list[bytes]]) -> None:
    for one, other in itertools.combinations(papers_of_one_hand, 2):
        assert not any(is_same_paper(a, b) for a in one for b in other)


def test_papers_on_which_little_is_written() -> None:
    empty = scanned(["________", "________"], 3)
    one = scanned(["_____001", "________"], 3)
    assert is_same_paper(*empty)
    assert is_same_paper(*one)
    assert not is_same_paper(empty[0], one[0])
    assert not is_same_paper(one[0], b"")
