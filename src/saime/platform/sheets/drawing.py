"""A sheet's markers, boxes and code as SVG, a unit a millimetre: drawn from the places in `geometry`, nothing measured.

The boxes are in colours that a scanner's threshold takes for white paper ("drop-out"): what remains in them is pen.
They are told apart by place as well: green before the comma, orange behind it, as a dial's black and red digits.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import zxingcpp

from saime.platform.sheets.geometry import MARKER_DICTIONARY, BoxPlace, FieldPlace, MarkerPlace, Sheet
from saime.platform.sheets.payload import Payload, encode

WHOLE, DECIMAL = "#a3dbb9", "#f9c0a2"  # luma 199 and 205 of 255
_LINE = 0.45
_DARK, _BLACK = re.compile(rb"\0+"), re.compile("#+")


@lru_cache(maxsize=512)
def sheet_svg(sheet: Sheet) -> str:
    """Markers and boxes of a whole sheet; the code, which differs from form to form, is `code_svg`."""
    markers = "".join(_marker(marker) for marker in sheet.markers)
    boxes = "".join(_field(field) for field in sheet.fields)
    return _svg(sheet.width_mm, sheet.height_mm, f'<path d="{markers}"/>{boxes}')


def code_svg(payload: Payload) -> str:
    """The QR code, a unit a module, no quiet zone. Error correction M: a fold or a stain may take a seventh of it."""
    code = zxingcpp.create_barcode(encode(payload), zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    modules = memoryview(image)  # rows of bytes, 0 is dark
    size, dots = len(modules), modules.tobytes()
    dark = (
        f"M{run.start()} {y}h{len(run[0])}v1.02h-{len(run[0])}z"  # a hair too tall: no seam shows between rows
        for y in range(size)
        for run in _DARK.finditer(dots[y * size : (y + 1) * size])
    )
    return _svg(size, size, f'<path d="{"".join(dark)}"/>')


@lru_cache(maxsize=64)
def marker_modules(marker_id: int) -> tuple[str, ...]:
    """The marker's rows, black border included, "#" a dark module."""
    import cv2  # large, and only who prints needs it

    dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, MARKER_DICTIONARY))
    picture = cv2.aruco.generateImageMarker(dictionary, marker_id, dictionary.markerSize + 2)
    return tuple("".join(" " if module else "#" for module in row) for row in picture.tolist())


def _marker(marker: MarkerPlace) -> str:
    rows = marker_modules(marker.id)
    module = marker.w_mm / len(rows)
    return "".join(
        _rectangle(
            marker.x_mm + run.start() * module, marker.y_mm + y * module, len(run[0]) * module, module * 1.01
        )
        for y, row in enumerate(rows)
        for run in _BLACK.finditer(row)
    )


def _rectangle(x: float, y: float, wide: float, high: float) -> str:
    return f"M{x:.3f} {y:.3f}h{wide:.3f}v{high:.3f}h-{wide:.3f}z"


def _field(field: FieldPlace) -> str:
    first = next(box for box in field.boxes if box.is_decimal)
    before = field.boxes[field.digits - 1]
    middle = (before.x_mm + before.w_mm + first.x_mm) / 2
    foot = first.y_mm + first.h_mm
    comma = f'<path d="M{middle - 0.3:.2f} {foot - 1.4:.2f}h1.3l-1 2.6h-.9z" fill="{DECIMAL}"/>'
    return "".join(map(_box, field.boxes)) + comma


def _box(box: BoxPlace) -> str:
    """Its outline, all of it outside of the box."""
    around = _LINE / 2
    return (
        f'<rect x="{box.x_mm - around:.3f}" y="{box.y_mm - around:.3f}" width="{box.w_mm + _LINE:.3f}" '
        f'height="{box.h_mm + _LINE:.3f}" rx=".7" fill="none" stroke-width="{_LINE}" '
        f'stroke="{DECIMAL if box.is_decimal else WHOLE}"/>'
    )


def _svg(width: float, height: float, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}">{body}</svg>'
    )
