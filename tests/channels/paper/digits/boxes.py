"""Boxes of a form, filled with digits of unseen writers and cut out as the reader cuts them."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from tests.channels.paper import scans

from saime.channels.paper.digits.normalising import MARGIN
from saime.channels.paper.geometry.straightening import PER_MM, cut
from saime.channels.paper.sheet import Sheet, SheetKind, sheet_of

Picture = NDArray[np.uint8]
ROWS, BOXES = 8, 12  # of the sheet that is filled: 96 boxes
_SIGNS = np.array(list("0123456789_x"))


def filled(rng: np.random.Generator, classes: NDArray[np.integer]) -> list[Picture]:
    """Crops that show these classes (0 to 9, blank, crossed out), each row of twelve by another hand and pen."""
    crops: list[Picture] = []
    for start in range(0, len(classes), ROWS * BOXES):
        signs = "".join(_SIGNS[classes[start : start + ROWS * BOXES]]).ljust(ROWS * BOXES, "_")
        rows = [signs[at : at + BOXES] for at in range(0, len(signs), BOXES)]
        crops += _crops(_scanned(rng, rows))
    return crops[: len(classes)]


def one(rng: np.random.Generator, sign: int) -> Picture:
    return filled(rng, np.array([sign]))[0]


@cache
def _sheet() -> Sheet:
    return sheet_of(SheetKind.FORM, (BOXES - 3,) * ROWS)


@cache
def _printed() -> Picture:
    """The sheet's boxes alone, at 300 dpi, their frames in a colour that drops out of red."""
    sheet = _sheet()
    page = np.full((3508, 2480, 3), 250, np.uint8)
    per_mm = scans.DPI / 25.4
    for box in (box for row in sheet.fields for box in row.boxes):
        corners = [(round(p.x_mm * per_mm), round(p.y_mm * per_mm)) for p in box.corners]
        cv2.rectangle(page, corners[0], corners[2], (246, 196, 170), 3)
    return page


def _scanned(rng: np.random.Generator, rows: list[str]) -> Picture:
    """As it lies straightened before the reader."""
    page, writers = _printed().copy(), scans.held_out_writers()
    by = scans.held_out().of(int(rng.choice(writers)))
    page = scans.fill(page, _sheet(), rows, by, rng, signed=False)
    size = (210 * PER_MM, 297 * PER_MM)
    small = cv2.GaussianBlur(
        cv2.resize(page, size, interpolation=cv2.INTER_AREA), (0, 0), rng.uniform(0.3, 1.0)
    )
    noisy = small + rng.normal(0, rng.uniform(0, 5), small.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def _crops(straight: Picture) -> list[Picture]:
    boxes = (box for row in _sheet().fields for box in row.boxes)
    return [np.ascontiguousarray(cut(straight, box, around=MARGIN)) for box in boxes]
