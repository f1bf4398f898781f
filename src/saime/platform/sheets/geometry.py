"""Where everything is on a sheet, in millimetres from its top left corner, x to the right and y down.

The printer draws by it and the reader cuts by it; nobody else knows a place. A place once printed is out there for
months: a layout that changes gets a `SheetKind` of its own, with markers of its own, and the old one stays readable.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

# ArUco's dictionary by its name in OpenCV: at least 8 of 25 modules differ between any two markers, however turned.
MARKER_DICTIONARY = "DICT_5X5_50"
DECIMALS = 3
FEWEST_DIGITS, MOST_DIGITS = 3, 9  # whole digits that a dial may have

_MARKER = 10.0
_MARGIN = 9.0  # from the sheet's edge to a marker: no printer cuts it off, and it stands in white
_BOX_WIDTH, _BOX_HEIGHT, _PITCH = 6.6, 9.0, 7.4
_COMMA = 3.4  # between the last whole digit's place and the first decimal


class SheetKind(StrEnum):
    """Layouts. The value is the letter in the sheet's code."""

    FORM = "F"  # a page A4 of its own
    SLIP = "S"  # the tear-off part of a bill, a third of A4


@dataclass(frozen=True, slots=True)
class Point:
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class Rect:
    x_mm: float
    y_mm: float
    w_mm: float
    h_mm: float

    @property
    def corners(self) -> tuple[Point, Point, Point, Point]:
        """Top left, top right, bottom right, bottom left: the order in which ArUco gives a marker's."""
        left, top, right, bottom = self.x_mm, self.y_mm, self.x_mm + self.w_mm, self.y_mm + self.h_mm
        return Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom)


@dataclass(frozen=True, slots=True)
class MarkerPlace(Rect):
    """A marker of the dictionary, its black border included."""

    id: int
    corner: str  # "top left", "top right", "bottom right", "bottom left"


@dataclass(frozen=True, slots=True)
class BoxPlace(Rect):
    """The inside of a digit's box; its outline, in a colour that drops out, is drawn around it."""

    is_decimal: bool


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A meter's row. `boxes` from left to right: the whole digits, then three decimals."""

    meter: int  # position in the code's list of meters
    row: Rect  # label and boxes
    entry: Rect  # the boxes with room around them for strokes that cross an edge and for a correction above
    boxes: tuple[BoxPlace, ...]

    @property
    def digits(self) -> int:
        return sum(not box.is_decimal for box in self.boxes)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole sheet. Markers in the order top left, top right, bottom right, bottom left."""

    kind: SheetKind
    width_mm: float
    height_mm: float
    markers: tuple[MarkerPlace, ...]
    code: Rect  # the QR code without its quiet zone
    fields: tuple[FieldPlace, ...]
    date: Rect
    signature: Rect


@dataclass(frozen=True, slots=True)
class _Layout:
    width: float
    height: float
    first_marker: int
    code: Rect
    first_row: float
    row_height: float
    row_left: float
    row_width: float
    boxes_in_row: float  # from the row's top to the boxes'
    comma: float  # the right end of the last whole digit's place; decimals stand under decimals
    most_meters: int
    longest_code: int  # characters, so that the code's modules stay large enough for 150 dpi
    date: Rect
    signature: Rect
    closes_up: (
        bool  # date and signature stand right below the last meter: the places given are below the first
    )


_LAYOUTS = {
    SheetKind.FORM: _Layout(
        width=210, height=297, first_marker=0, code=Rect(161, 27, 30, 30),
        first_row=78, row_height=18, row_left=15, row_width=180, boxes_in_row=6.5, comma=162,
        most_meters=8, longest_code=178, date=Rect(15, 98, 50, 11), signature=Rect(75, 98, 120, 11),
        closes_up=True,
    ),
    SheetKind.SLIP: _Layout(
        width=210, height=99, first_marker=4, code=Rect(175, 26, 24, 24),
        first_row=24.5, row_height=17, row_left=11, row_width=157, boxes_in_row=6, comma=139,
        most_meters=3, longest_code=122, date=Rect(26, 77, 42, 9.5), signature=Rect(76, 77, 106, 9.5),
        closes_up=False,
    ),
}  # fmt: skip
_CORNERS = ("top left", "top right", "bottom right", "bottom left")


# A building's forms differ in few things: the same sheet serves thousands of them.
@lru_cache(maxsize=4096)
def sheet_of(kind: SheetKind, digits: tuple[int, ...]) -> Sheet:
    """The sheet of a kind for meters with so many whole digits each, in their order.

    ValueError: no meter, more than the kind has rows for, or a dial that no meter has.
    """
    layout = _LAYOUTS[kind]
    if not 1 <= len(digits) <= layout.most_meters:
        raise ValueError(f"a sheet of kind {kind} has 1 to {layout.most_meters} meters, not {len(digits)}")
    if not all(FEWEST_DIGITS <= count <= MOST_DIGITS for count in digits):
        raise ValueError(f"a dial has {FEWEST_DIGITS} to {MOST_DIGITS} whole digits")
    return Sheet(
        kind=kind,
        width_mm=layout.width,
        height_mm=layout.height,
        markers=_markers(layout),
        code=layout.code,
        fields=tuple(_field(layout, meter, count) for meter, count in enumerate(digits)),
        date=_below(layout, layout.date, len(digits)),
        signature=_below(layout, layout.signature, len(digits)),
    )


def kind_of_marker(marker_id: int) -> tuple[SheetKind, int] | None:
    """Which kind of sheet a marker stands on, and at which of its corners (0 top left … 3 bottom left)."""
    for kind, layout in _LAYOUTS.items():
        if layout.first_marker <= marker_id < layout.first_marker + 4:
            return kind, marker_id - layout.first_marker
    return None


def most_meters(kind: SheetKind) -> int:
    return _LAYOUTS[kind].most_meters


def longest_code(kind: SheetKind) -> int:
    """How many characters the code may have for its modules to stay large enough."""
    return _LAYOUTS[kind].longest_code


def _markers(layout: _Layout) -> tuple[MarkerPlace, ...]:
    right, bottom = layout.width - _MARGIN - _MARKER, layout.height - _MARGIN - _MARKER
    places = ((_MARGIN, _MARGIN), (right, _MARGIN), (right, bottom), (_MARGIN, bottom))
    return tuple(
        MarkerPlace(x, y, _MARKER, _MARKER, id=layout.first_marker + corner, corner=_CORNERS[corner])
        for corner, (x, y) in enumerate(places)
    )


def _below(layout: _Layout, place: Rect, meters: int) -> Rect:
    further = (meters - 1) * layout.row_height if layout.closes_up else 0
    return Rect(place.x_mm, place.y_mm + further, place.w_mm, place.h_mm)


def _field(layout: _Layout, meter: int, digits: int) -> FieldPlace:
    top = layout.first_row + meter * layout.row_height
    boxes_top = top + layout.boxes_in_row
    gap = _PITCH - _BOX_WIDTH
    whole = [layout.comma - (digits - place) * _PITCH + gap / 2 for place in range(digits)]
    decimals = [layout.comma + _COMMA + place * _PITCH + gap / 2 for place in range(DECIMALS)]
    boxes = tuple(
        BoxPlace(round(x, 3), boxes_top, _BOX_WIDTH, _BOX_HEIGHT, is_decimal=x > layout.comma)
        for x in (*whole, *decimals)
    )
    first, last = boxes[0], boxes[-1]
    left, right = first.x_mm - 2.4, last.x_mm + last.w_mm + 2.4
    return FieldPlace(
        meter=meter,
        row=Rect(layout.row_left, top, layout.row_width, layout.row_height),
        entry=Rect(round(left, 3), top + 0.5, round(right - left, 3), layout.row_height - 1),
        boxes=boxes,
    )
