"""Every sheet that can be printed is one that can be read: nothing lies over anything else or off the page."""

from __future__ import annotations

from itertools import combinations, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saime.channels.paper.sheet import Rect, Sheet, SheetKind, kind_of_marker, most_meters, sheet_of

_QUIET_MM = 1.5  # white around a marker, a module of it


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    kind = draw(st.sampled_from(SheetKind))
    return sheet_of(kind, tuple(draw(st.lists(st.integers(3, 9), min_size=1, max_size=most_meters(kind)))))


def apart(a: Rect, b: Rect, gap: float = 0.0) -> bool:
    return (
        a.x_mm + a.w_mm + gap <= b.x_mm + 1e-6
        or b.x_mm + b.w_mm + gap <= a.x_mm + 1e-6
        or a.y_mm + a.h_mm + gap <= b.y_mm + 1e-6
        or b.y_mm + b.h_mm + gap <= a.y_mm + 1e-6
    )


def inside(inner: Rect, outer: Rect) -> bool:
    return (
        outer.x_mm <= inner.x_mm
        and outer.y_mm <= inner.y_mm
        and inner.x_mm + inner.w_mm <= outer.x_mm + outer.w_mm
        and inner.y_mm + inner.h_mm <= outer.y_mm + outer.h_mm
    )


@given(sheets())
def test_nothing_lies_over_anything_else_or_off_the_page(sheet: Sheet) -> None:
    page = Rect(0, 0, sheet.width_mm, sheet.height_mm)
    places = [*(field.row for field in sheet.fields), *sheet.markers, sheet.code, sheet.date, sheet.signature]
    assert all(inside(place, page) for place in places)
    assert all(apart(a, b) for a, b in combinations(places, 2))
    others = (place for place in places if place not in sheet.markers)
    assert all(apart(marker, other, _QUIET_MM) for marker, other in product(sheet.markers, others))


@given(sheets())
def test_boxes_stand_apart_inside_their_entry_and_row(sheet: Sheet) -> None:
    for field in sheet.fields:
        assert inside(field.entry, field.row)
        assert all(inside(box, field.entry) for box in field.boxes)
        assert all(apart(a, b, 0.5) for a, b in pairwise(field.boxes))
        assert [box.is_decimal for box in field.boxes] == [False] * field.digits + [True] * 3
    assert all(apart(a.entry, b.entry) for a, b in combinations(sheet.fields, 2))


@given(sheets())
def test_decimals_stand_under_decimals(sheet: Sheet) -> None:
    assert len({tuple(box.x_mm for box in field.boxes[-3:]) for field in sheet.fields}) == 1


@given(sheets())
def test_a_marker_says_which_sheet_and_corner_it_is(sheet: Sheet) -> None:
    assert [kind_of_marker(marker.id) for marker in sheet.markers] == [(sheet.kind, n) for n in range(4)]
    middles = [(m.x_mm + m.w_mm / 2 > sheet.width_mm / 2, m.y_mm + m.h_mm / 2 > sheet.height_mm / 2)
               for m in sheet.markers]  # fmt: skip
    assert middles == [(False, False), (True, False), (True, True), (False, True)]


def test_markers_of_no_sheet_are_nobodys() -> None:
    ours = [marker.id for kind in SheetKind for marker in sheet_of(kind, (5,)).markers]
    assert len(set(ours)) == len(ours)
    assert [kind_of_marker(id_) for id_ in range(-1, 50) if id_ not in ours] == [None] * (51 - len(ours))


@pytest.mark.parametrize("digits", [(), (5,) * 9, (2,), (10,), (5, 0)])
def test_a_sheet_that_no_meters_have_is_refused(digits: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"meters|digits"):
        sheet_of(SheetKind.FORM, digits)


# A form once printed is out there for months: these places may not move under a reader.
def test_the_places_of_a_printed_form_stay() -> None:
    form, slip = (sheet_of(kind, (5, 7)) for kind in SheetKind)
    first, second = (field.boxes[0] for field in form.fields)
    assert (first.x_mm, first.y_mm, first.w_mm, first.h_mm) == (125.4, 84.5, 6.6, 9.0)
    assert (second.x_mm, second.y_mm) == (110.6, 102.5)
    assert (form.code, form.markers[2].x_mm, form.markers[2].y_mm) == (Rect(161, 27, 30, 30), 191, 278)
    first, second = (field.boxes[0] for field in slip.fields)
    assert (first.x_mm, first.y_mm) == (102.4, 30.5)
    assert (second.x_mm, second.y_mm) == (87.6, 47.5)
    assert (slip.code, slip.markers[2].x_mm, slip.markers[2].y_mm) == (Rect(175, 26, 24, 24), 191, 80)
