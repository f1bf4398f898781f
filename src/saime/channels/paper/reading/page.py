"""What stands on a page: the forms that are on it, straightened, with their codes and the digits in their boxes."""

from __future__ import annotations

import hashlib

import cv2
import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.digits import classify, normalise
from saime.channels.paper.digits.normalising import MARGIN
from saime.channels.paper.geometry.codes import FoundCode, codes_on_page, read_code
from saime.channels.paper.geometry.sheets import sheets_on
from saime.channels.paper.geometry.straightening import Placed, cut, straighten
from saime.channels.paper.reading.found import FoundField, FoundForm, FoundPage
from saime.channels.paper.reading.ink import ink_of, without_frames
from saime.channels.paper.sheet import FieldPlace, Sheet

Picture = NDArray[np.uint8]  # (height, width) or (height, width, 3)

_KEPT_SIDE, _KEPT_QUALITY = 1400, 60  # a page as one looks at it; the file itself is kept as it came
_FORM_QUALITY, _FIELD_QUALITY = 75, 85
_BLANK = 6.0  # deviation of grey below which a page is blank: the back of a sheet


def find_forms(page: Picture) -> FoundPage:
    """Everything on the page, whatever it is. The same picture gives the same answer."""
    grey = without_frames(page)
    content = hashlib.sha256(f"{page.shape}".encode() + page.tobytes()).hexdigest()
    on_page = sheets_on(grey)
    forms = tuple(_form(page, sheet) for sheet in on_page.sheets)
    outcome, reason = _outcome(grey, on_page.markers, forms)
    return FoundPage(outcome, reason, _jpeg(_small(page), _KEPT_QUALITY), content, forms)


def _outcome(grey: Picture, markers: int, forms: tuple[FoundForm, ...]) -> tuple[str, str]:
    if forms:
        return "form", ""
    if markers >= 2:
        return "unreadable", "markers_lost"
    return "not_a_form", "blank" if _is_blank(grey) else "no_markers"


def _is_blank(grey: Picture) -> bool:
    """Nothing on it but paper and the scanner's shadow along the edges."""
    height, width = grey.shape
    middle = grey[height // 20 : height - height // 20, width // 20 : width - width // 20]
    return float(cv2.resize(middle, (200, 280), interpolation=cv2.INTER_AREA).std()) < _BLANK


def _form(page: Picture, placed: Placed) -> FoundForm:
    straight = straighten(page, placed)
    grey = without_frames(straight)
    payload = read_code(grey, placed.kind)
    if payload is None:  # once more, from pixels that have not been moved
        on_page = codes_on_page(without_frames(page))
        payload = next((c.payload for c in on_page if _lies_on(c, placed)), None)
    fields = read_fields(straight, payload.sheet) if payload is not None else ()
    return FoundForm(
        placed.kind, placed.corners, payload, _jpeg(straight, _FORM_QUALITY),
        ink_of_fields(straight, payload.sheet) if payload is not None else b"", fields,
    )  # fmt: skip


def _lies_on(code: FoundCode, placed: Placed) -> bool:
    if code.payload.kind != placed.kind:
        return False
    x, y = cv2.perspectiveTransform(
        code.corners.mean(axis=0).reshape(1, 1, 2).astype(np.float64), np.linalg.inv(placed.to_page)
    ).ravel()
    place = code.payload.sheet.code
    beside, below = abs(x - place.x_mm - place.w_mm / 2), abs(y - place.y_mm - place.h_mm / 2)
    return bool(beside < place.w_mm and below < place.h_mm)


def read_fields(straight: Picture, sheet: Sheet) -> tuple[FoundField, ...]:
    """The boxes of every meter of a straightened sheet, all classified in one go."""
    crops = [[normalise(_box(straight, field, i)) for i in range(len(field.boxes))] for field in sheet.fields]
    likely = classify(np.stack([crop for row in crops for crop in row]))
    ends = np.cumsum([len(row) for row in crops])
    rows = np.split(likely, ends[:-1])
    return tuple(
        FoundField(
            number, boxes, sum(box.is_decimal for box in field.boxes),
            _jpeg(cut(straight, field.entry), _FIELD_QUALITY),
        )
        for number, (field, boxes) in enumerate(zip(sheet.fields, rows, strict=True), 1)
    )  # fmt: skip


def _box(straight: Picture, field: FieldPlace, index: int) -> Picture:
    return np.ascontiguousarray(cut(straight, field.boxes[index], around=MARGIN))


def ink_of_fields(straight: Picture, sheet: Sheet) -> bytes:
    """The ink in all boxes of a straightened sheet, by which its paper is known again."""
    return b"".join(ink_of(cut(straight, field.entry), field.entry).tobytes() for field in sheet.fields)


def _small(page: Picture) -> Picture:
    factor = _KEPT_SIDE / max(page.shape[:2])
    if factor >= 1:
        return page
    return np.asarray(cv2.resize(page, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def _jpeg(picture: Picture, quality: int) -> bytes:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()
