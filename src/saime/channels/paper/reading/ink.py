"""Whether two scans show the same paper: the ink in the boxes, laid over each other.

A machine gives no two scans alike, a hand no two forms: two scans of one paper agree where the strokes are to a
fraction of a millimetre, two forms by the same hand with the same number in them do not.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # (height, width) or (height, width, 3)

PER_MM = 2  # pixels of the ink's picture
_INK = 60  # steps of grey by which ink is darker than the paper around it
_SAME = (
    0.62  # correlation from which two pictures are one paper; see tests/channels/paper/reading/test_ink.py
)
_NOTHING = 0.002  # of the area: dust


def without_frames(picture: Picture) -> Picture:
    """Grey in which the boxes' drop-out colour is as light as it gets: the lightest of the three colours."""
    if picture.ndim == 2:
        return picture
    first, second, third = cv2.split(picture)
    return np.asarray(cv2.max(cv2.max(first, second), third), np.uint8)


def ink_of(straight: Picture, *, per_mm: int) -> Picture:
    """Where ink stands, 0 to 255, `PER_MM` pixels a millimetre. `straight`: a piece of a straightened sheet."""
    grey = without_frames(straight)
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((31, 31), np.uint8))
    dark = np.clip((cv2.subtract(paper, grey).astype(np.float32) - _INK / 2) / _INK, 0, 1)
    size = tuple(max(1, round(side * PER_MM / per_mm)) for side in reversed(grey.shape))
    small = cv2.resize(dark, (size[0], size[1]), interpolation=cv2.INTER_AREA)
    return np.asarray(small * 255, np.uint8)


def is_same_paper(one: bytes, other: bytes) -> bool:
    """Whether the ink of two forms of one sheet is the same writing. Nothing written is the same as nothing written."""
    if len(one) != len(other):
        return False
    a, b = (np.frombuffer(ink, np.uint8).astype(np.float32) for ink in (one, other))
    empty = [float(ink.sum()) < _NOTHING * 255 * len(ink) for ink in (a, b)]
    if any(empty):
        return all(empty)
    return likeness(a, b) >= _SAME


def likeness(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """The correlation of two pictures of ink, 0 to 1."""
    a, b = a - a.mean(), b - b.mean()
    together = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return max(0.0, float((a * b).sum()) / together) if together > 0 else 0.0
