"""The bill's tear-off part: torn off and scanned alone, still on its page, two on a page."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from tests.billing.document.test_slips import with_slip
from tests.channels.paper import papers, scans

from saime.billing.document.render import print_file
from saime.channels.paper.geometry.codes import codes_on_page
from saime.channels.paper.reading.found import FoundPage
from saime.channels.paper.reading.ink import without_frames
from saime.channels.paper.reading.page import find_forms
from saime.channels.paper.sheet import Payload, SheetKind

TOP = round((297 - 99) * scans.DPI / 25.4)  # where the slip begins on the bill's last page
ROWS = ["_0123456", "__045678"]


@cache
def last_page() -> scans.Picture:
    return scans.render(print_file([with_slip(2)]), 1)


def code() -> Payload:
    [found] = codes_on_page(without_frames(last_page()[TOP:]))
    return found.payload


def slip(seed: int = 1) -> scans.Picture:
    digits = scans.held_out().of(scans.held_out_writers()[0])
    rng = np.random.default_rng(seed)
    page = last_page()[TOP:].copy()
    return scans.fill(
        page, code().sheet, ROWS, digits, rng, hand=scans.Hand(height_mm=5.6, off_mm=0.2, lean=2)
    )


def read(page: scans.Picture, **wear: object) -> FoundPage:
    return find_forms(papers.bgr(papers.worn(page, **wear)))


def seen(found: FoundPage, form: int = 0) -> list[str]:
    return [
        "".join("0123456789_x"[box.argmax()] for box in field.boxes) for field in found.forms[form].fields
    ]


@pytest.mark.parametrize(
    "wear", [{"dpi": 200}, {"dpi": 150, "angle": 181, "grey": True}, {"dpi": 200, "angle": 90}]
)
def test_torn_off(wear: dict[str, object]) -> None:
    found = read(slip(), room_mm=8, **wear)
    [form] = found.forms
    assert (form.kind, form.payload, len(form.corners)) == (SheetKind.SLIP, code(), 4)
    wrong = sum(
        a != b for row, said in zip(ROWS, seen(found), strict=True) for a, b in zip(row, said, strict=True)
    )
    assert wrong <= 1  # of sixteen boxes


def test_still_on_its_bill() -> None:
    """The whole last page of the bill: its payment code is another, and none of ours."""
    page = last_page().copy()
    page[TOP:] = slip()
    [form] = read(page, dpi=200, angle=2, room_mm=10).forms
    assert form.payload == code()


def test_two_on_a_page_and_one_without_a_corner() -> None:
    torn = papers.worn(slip(2), lost_corner=1)
    found = read(scans.two_on_a_page(slip(1), torn), dpi=200, angle=1, room_mm=8)
    assert [form.payload for form in found.forms] == [code(), code()]
    assert [len(form.corners) for form in found.forms] == [4, 3]
