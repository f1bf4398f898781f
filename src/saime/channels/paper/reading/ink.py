"""Whether two scans show the same paper: the ink in the boxes, laid over each other.

A machine gives no two scans alike, a hand no two forms: two scans of one paper agree where the strokes are to a
fraction of a millimetre, two forms by the same hand with the same number in them do not.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.sheet import Rect, Sheet

Picture = NDArray[np.uint8]  # (height, width) or (height, width, 3)

PER_MM = 2  # pixels of the ink's picture
_INK = 60  # steps of grey by which ink is darker than the paper around it
_SAME = 0.45  # pieces of one paper correlate by 0.55 and more, mostly by 0.9; a digit and none hardly at all
_PIECE_MM = 7.4
_NOTHING = 0.012  # of a piece: dust


def without_frames(picture: Picture) -> Picture:
    """Grey in which the boxes' drop-out colour is as light as it gets: the lightest of the three colours."""
    if picture.ndim == 2:
        return picture
    first, second, third = cv2.split(picture)
    return np.asarray(cv2.max(cv2.max(first, second), third), np.uint8)


def ink_of(straight: Picture, place: Rect) -> Picture:
    """Where ink stands, 0 to 255, `PER_MM` pixels a millimetre. `straight`: this place of a straightened sheet."""
    grey = without_frames(straight)
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((31, 31), np.uint8))
    dark = np.clip((cv2.subtract(paper, grey).astype(np.float32) - _INK / 2) / _INK, 0, 1)
    height, width = _shape(place)
    small = cv2.resize(dark, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small * 255, np.uint8)


def is_same_paper(one: bytes, other: bytes, sheet: Sheet) -> bool:
    """Whether the ink of two forms of one sheet is the same writing, digit by digit; nothing is the same as nothing.

    A paper that came back with a digit changed or added is another one: as a whole it would hardly look different.
    """
    shapes = [_shape(field.entry) for field in sheet.fields]
    if not len(one) == len(other) == sum(height * width for height, width in shapes):
        return False
    start = 0
    for height, width in shapes:
        rows = [_row(ink, start, height, width) for ink in (one, other)]
        if not all(_is_same(a, b) for a, b in zip(*map(_pieces, rows), strict=True)):
            return False
        start += height * width
    return True


def _shape(place: Rect) -> tuple[int, int]:
    """Of the ink's picture of a place."""
    return round(place.h_mm * PER_MM), round(place.w_mm * PER_MM)


def _row(ink: bytes, start: int, height: int, width: int) -> NDArray[np.float32]:
    return np.frombuffer(ink, np.uint8, height * width, start).reshape(height, width).astype(np.float32)


def _pieces(row: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """About a digit wide each."""
    return np.array_split(row, max(1, round(row.shape[1] / (PER_MM * _PIECE_MM))), axis=1)


def _is_same(a: NDArray[np.float32], b: NDArray[np.float32]) -> bool:
    inked = [float(piece.mean()) / 255 for piece in (a, b)]
    if max(inked) < _NOTHING:
        return True
    return likeness(a, b) >= _SAME


def likeness(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """The correlation of two pictures of ink, 0 to 1, laid over each other as well as they fit."""
    room = PER_MM // 2
    inner = a[room:-room, room:-room]
    found = cv2.matchTemplate(b, np.ascontiguousarray(inner), cv2.TM_CCOEFF_NORMED)
    best = float(found.max())
    return max(0.0, best) if np.isfinite(best) else 0.0
