"""A box cut out of a form, made into what the network reads.

The frames of the boxes are printed in a light colour that at least one of red, green and blue hardly sees (drop-out),
so the lightest of the three shows the ink alone. What is left of a frame, a neighbour's stroke that reaches over,
shadow and paper are taken away here; a stroke that crosses the frame stays whole.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.digits.classes import SIZE, Image

MARGIN = 0.25  # of the box's side, cut along with it on each side
SMALLEST, LARGEST = 8, 2000  # pixels of a crop's side that make sense
_INK = 28.0  # steps of grey by which ink is darker than paper at least; what is less is paper
_FRAMED = 20  # pixels of the longer side of a digit, as in MNIST
_FULL_BOX = 44.0  # pixels a box's height is drawn with at most: a speck is not blown up into a digit
_STROKE = 0.4  # of the ink's darkness: where a stroke's edge is
_NOISE = 0.22  # of the ink's darkness: below it are paper, the frame's rest and JPEG

Grey = NDArray[np.float32]


class UnableToNormalise(ValueError):
    """This is not a box cut out of a form."""


def normalise(crop: NDArray[np.uint8]) -> Image:
    """The ink of one box, white on black, framed as MNIST frames it.

    `crop`: (h, w) or (h, w, 3) uint8, sides of 8 to 2000 pixels, dark ink on light paper, the box in the middle with
    about a quarter of its side around it. Gives (28, 28) uint8: the digit 20 pixels high or wide, its centre of mass in
    the middle; all black where nothing is written. UnableToNormalise for other shapes and types.
    """
    _check(crop)
    dark = _darkness(_grey(crop))
    return _framed(_inked(dark, _ours(dark)))


def _check(crop: NDArray[np.uint8]) -> None:
    if crop.dtype != np.uint8 or crop.ndim not in (2, 3) or (crop.ndim == 3 and crop.shape[2] != 3):
        raise UnableToNormalise(f"a crop is (h, w) or (h, w, 3) of uint8, not {crop.shape} of {crop.dtype}")
    if not all(SMALLEST <= side <= LARGEST for side in crop.shape[:2]):
        raise UnableToNormalise(f"a crop has sides of {SMALLEST} to {LARGEST} pixels, not {crop.shape[:2]}")


def _grey(crop: NDArray[np.uint8]) -> Grey:
    """The lightest of the colours: pens are dark in all of them, drop-out frames are not."""
    return (crop if crop.ndim == 2 else crop.max(axis=2)).astype(np.float32)


def _darkness(grey: Grey) -> Grey:
    """Steps of grey by which each pixel is darker than the paper around it."""
    dark = np.clip(_paper(grey) - grey, 0, None)
    return np.asarray(cv2.GaussianBlur(dark, (0, 0), max(min(grey.shape) / 90, 0.3)), dtype=np.float32)


def _paper(grey: Grey) -> Grey:
    """The paper's grey at each pixel, shadows included: the lightest nearby, wider than any stroke."""
    height, width = grey.shape
    small = cv2.resize(grey, (-(-width // 3), -(-height // 3)), interpolation=cv2.INTER_AREA)
    reach = max(min(small.shape) // 4, 3)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    lightest = cv2.GaussianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel), (0, 0), reach / 2)
    return np.asarray(cv2.resize(lightest, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _ours(dark: Grey) -> NDArray[np.bool_]:
    """The strokes that belong to this box: those that lie in it for the most part, crossing it or not; no dust."""
    height, width = dark.shape
    top, left = round(height * _INSET), round(width * _INSET)
    within = np.s_[top : height - top, left : width - left]
    edge = max(float(np.percentile(dark[within], 98)) * _STROKE, _INK * 0.4)
    count, labels, _, _ = cv2.connectedComponentsWithStats((dark > edge).astype(np.uint8), connectivity=8)
    size = np.bincount(labels.ravel(), minlength=count)
    inner = np.bincount(labels[within].ravel(), minlength=count)
    ours = (inner >= size * 0.5) & (size >= _SPECK * height * width)
    ours[0] = False
    ours &= size >= _CRUMB * np.max(size, where=ours, initial=0)
    return np.asarray(ours[labels], dtype=np.bool_)


def _inked(dark: Grey, ours: NDArray[np.bool_]) -> Grey:
    """0 to 1 of how dark these strokes are by themselves; nothing elsewhere."""
    if not ours.any():
        return np.zeros_like(dark)
    strength = dark / max(float(np.percentile(dark[ours], 75)), _INK)
    near = cv2.dilate(ours.astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.asarray(np.clip((strength - _NOISE) / (0.85 - _NOISE), 0, 1) * near, dtype=np.float32)


# The box's frame in the crop, a little of it given away: what lies between frame and inset is the frame's own line.
_INSET = MARGIN / (1 + 2 * MARGIN) * 1.1
_SPECK = 0.0008  # of the crop's area: dust
_CRUMB = 0.06  # of the largest stroke: dust beside a digit, the end of a neighbour's


def _framed(ink: Grey) -> Image:
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.25), np.flatnonzero(ink.max(axis=0) > 0.25)
    if not len(rows):
        return np.zeros((SIZE, SIZE), dtype=np.uint8)
    piece = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    box = ink.shape[0] / (1 + 2 * MARGIN)
    scale = min(_FRAMED / max(piece.shape), _FULL_BOX / box)
    size = (max(round(piece.shape[1] * scale), 1), max(round(piece.shape[0] * scale), 1))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(piece, size, interpolation=method), dtype=np.float32)
    return _centred(np.clip(small * 255, 0, 255).astype(np.uint8))


def _centred(small: Image) -> Image:
    """On the black square, the centre of mass in its middle as far as the edges allow."""
    height, width = small.shape
    weight = small.astype(np.float64)
    total = max(float(weight.sum()), 1.0)
    down = float((weight.sum(axis=1) * np.arange(height)).sum()) / total
    right = float((weight.sum(axis=0) * np.arange(width)).sum()) / total
    top = min(max(round((SIZE - 1) / 2 - down), 0), SIZE - height)
    left = min(max(round((SIZE - 1) / 2 - right), 0), SIZE - width)
    image = np.zeros((SIZE, SIZE), dtype=np.uint8)
    image[top : top + height, left : left + width] = small
    return image
