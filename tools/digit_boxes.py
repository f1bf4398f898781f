"""Boxes of a form as a scanner sees them, filled with digits that people wrote: for training and measuring the network.

A digit of 28 × 28 pixels is written into a box with a pen of some width and colour, beside its neighbours, on paper
with shadow and dust, then blurred, shaken, compressed, and cut out as the reader cuts (`digits.normalise` does the
rest).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

PER_MM = 8  # as the reader straightens
WIDTH, HEIGHT, PITCH = 6.6, 9.0, 7.4  # of a box, mm (saime.platform.sheets)
MARGIN = 0.25
SIZE = 28

Picture = NDArray[np.uint8]
Ink = NDArray[np.float32]  # 0 (paper) to 1 (ink)


@dataclass(frozen=True, slots=True)
class Hand:
    """How somebody fills boxes: one for each row, as one person writes it with one pen."""

    height_mm: float
    pen: float  # where the edge of the stroke is set: the higher the thinner
    darkness: float  # grey of the ink
    slope: float


def hand(rng: np.random.Generator) -> Hand:
    return Hand(
        height_mm=float(rng.uniform(4.6, 8.4)),
        pen=float(rng.uniform(0.26, 0.54)),
        darkness=float(rng.choice([rng.uniform(10, 70), rng.uniform(60, 130)], p=[0.7, 0.3])),
        slope=float(rng.normal(0, 0.04)),
    )


@dataclass(frozen=True, slots=True)
class Scan:
    """What paper and scanner do: one for each row."""

    paper: float
    frame: float  # grey of the boxes' frames
    blur: float
    noise: float
    quality: int  # of JPEG
    shift: tuple[float, float]  # mm by which the sheet is straightened wrongly


def scan(rng: np.random.Generator) -> Scan:
    paper = float(rng.uniform(215, 255))
    return Scan(
        paper=paper,
        frame=paper - float(rng.choice([rng.uniform(2, 16), rng.uniform(16, 60)], p=[0.6, 0.4])),
        blur=float(rng.uniform(0.4, 1.7)),
        noise=float(rng.uniform(0.5, 7)),
        quality=int(rng.integers(45, 96)),
        shift=(float(rng.normal(0, 0.18)), float(rng.normal(0, 0.18))),
    )


def row(
    digits: list[Picture | None], rng: np.random.Generator, *, crossed: tuple[int, ...] = ()
) -> list[Picture]:
    """A row of boxes by one hand on one scan, cut into crops. None: the box was left blank."""
    canvas, marks = _sheet(len(digits)), hand(rng)
    for place, digit in enumerate(digits):
        if digit is not None:
            _write(canvas, digit, place, marks, rng)
        if place in crossed:
            _cross_out(canvas, place, rng)
    _dust(canvas, rng)
    seen = scan(rng)
    return _cut(_scanned(canvas, marks, seen, len(digits), rng), len(digits))


def _sheet(boxes: int) -> Ink:
    return np.zeros((round(2 * HEIGHT * PER_MM), round((boxes + 1) * PITCH * PER_MM)), dtype=np.float32)


def _corner(place: int) -> tuple[int, int]:
    """Top left of a box's inside on the sheet of a row, pixels: x, y."""
    return round((0.5 + place) * PITCH * PER_MM), round(HEIGHT / 2 * PER_MM)


def stroke(digit: Picture, height: float, pen: float) -> Ink:
    """A digit drawn anew, so many pixels high, with a pen of another width."""
    rows, columns = np.flatnonzero(digit.max(axis=1) > 60), np.flatnonzero(digit.max(axis=0) > 60)
    if not len(rows):
        return np.zeros((1, 1), dtype=np.float32)
    piece = np.pad(digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 1).astype(np.float32) / 255
    scale = min(height / piece.shape[0], WIDTH * 1.15 * PER_MM / piece.shape[1])
    large = cv2.resize(piece, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return np.clip((cv2.GaussianBlur(large, (0, 0), 1.0) - pen) * 5 + 0.5, 0, 1)


def _write(canvas: Ink, digit: Picture, place: int, marks: Hand, rng: np.random.Generator) -> None:
    height = marks.height_mm * float(rng.uniform(0.88, 1.12)) * PER_MM
    ink = stroke(digit, height, marks.pen)
    left, top = _corner(place)
    x = left + WIDTH * PER_MM / 2 + rng.normal(0, 0.5) * PER_MM - ink.shape[1] / 2
    y = top + HEIGHT * PER_MM / 2 + rng.normal(marks.slope * place, 0.45) * PER_MM - ink.shape[0] / 2
    _lay(canvas, ink, round(x), round(y))


def _lay(canvas: Ink, ink: Ink, x: int, y: int) -> None:
    x, y = max(x, 0), max(y, 0)
    piece = canvas[y : y + ink.shape[0], x : x + ink.shape[1]]
    np.maximum(piece, ink[: piece.shape[0], : piece.shape[1]], out=piece)


def _cross_out(canvas: Ink, place: int, rng: np.random.Generator) -> None:
    """Strokes over a box as people make them: one or two bars, a cross, or a scribble until it cannot be read."""
    left, top = _corner(place)
    x0, x1 = left - 0.3 * PER_MM, left + (WIDTH + 0.3) * PER_MM
    y0, y1 = top + 0.6 * PER_MM, top + (HEIGHT - 0.6) * PER_MM
    lines = [_bars, _cross, _scribble][rng.choice(3, p=[0.25, 0.35, 0.4])](x0, y0, x1, y1, rng)
    width = int(rng.integers(2, 6))
    drawn = np.zeros_like(canvas)
    for line in lines:
        cv2.polylines(drawn, [np.round(line * 8).astype(np.int32)], False, 1.0, width, cv2.LINE_AA, 3)
    np.maximum(canvas, np.minimum(drawn, 1), out=canvas)


Lines = list[NDArray[np.float64]]


def _bars(x0: float, y0: float, x1: float, y1: float, rng: np.random.Generator) -> Lines:
    """Two or three strokes in one direction; a single level one could be a minus, so it is not made."""
    slant = float(rng.uniform(-0.9, 0.9)) * (y1 - y0)
    middle = (y0 + y1) / 2 + rng.normal(0, 4)
    gaps = np.linspace(-1, 1, int(rng.integers(2, 4))) * float(rng.uniform(4, 14))
    return [np.array([[x0, middle + gap + slant / 2], [x1, middle + gap - slant / 2]]) for gap in gaps]


def _cross(x0: float, y0: float, x1: float, y1: float, rng: np.random.Generator) -> Lines:
    def near(x: float, y: float) -> tuple[float, float]:
        return x + float(rng.normal(0, 5)), y + float(rng.normal(0, 6))

    return [np.array([near(x0, y0), near(x1, y1)]), np.array([near(x0, y1), near(x1, y0)])]


def _scribble(x0: float, y0: float, x1: float, y1: float, rng: np.random.Generator) -> Lines:
    turns = int(rng.integers(5, 14))
    along = np.linspace(0, 1, turns)
    x = np.where(np.arange(turns) % 2, x0, x1) + rng.normal(0, 6, turns)
    y = y0 + along * (y1 - y0) + rng.normal(0, 5, turns)
    if rng.random() < 0.4:
        x, y = x0 + along * (x1 - x0) + rng.normal(0, 4, turns), np.where(np.arange(turns) % 2, y0, y1)
        y = y + rng.normal(0, 6, turns)
    return [np.stack([x, y], axis=1)]


def _dust(canvas: Ink, rng: np.random.Generator) -> None:
    for _ in range(rng.poisson(0.35 * canvas.shape[1] / (PITCH * PER_MM))):
        centre = (int(rng.integers(canvas.shape[1])), int(rng.integers(canvas.shape[0])))
        axes = (int(rng.integers(1, 4)), int(rng.integers(1, 3)))
        cv2.ellipse(
            canvas, centre, axes, float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(0.2, 0.9)), -1
        )


def dash(rng: np.random.Generator) -> Picture:
    """A short level stroke, by which people say that there is nothing: for a box, it is blank."""
    image = np.zeros((SIZE, SIZE), dtype=np.uint8)
    half, y = int(rng.integers(3, 8)), int(rng.integers(12, 17))
    end = (14 + half, y + int(rng.integers(-1, 2)))
    cv2.line(image, (14 - half, y), end, 255, int(rng.integers(1, 3)), cv2.LINE_AA)
    return image


def _scanned(canvas: Ink, marks: Hand, seen: Scan, boxes: int, rng: np.random.Generator) -> Picture:
    height, width = canvas.shape
    paper = np.full((height, width), seen.paper, dtype=np.float32)
    for place in range(boxes):
        x, y = _corner(place)
        corner = (x + round(WIDTH * PER_MM), y + round(HEIGHT * PER_MM))
        cv2.rectangle(paper, (x, y), corner, seen.frame, 2)
    paper *= _shadow(height, width, rng)
    page = paper * (1 - canvas) + np.minimum(marks.darkness, paper) * canvas
    page = cv2.GaussianBlur(page, (0, 0), seen.blur) + rng.normal(0, seen.noise, page.shape)
    shift = np.array([[1, 0, seen.shift[0] * PER_MM], [0, 1, seen.shift[1] * PER_MM]], dtype=np.float32)
    moved = cv2.warpAffine(
        np.clip(page, 0, 255).astype(np.uint8), shift, (width, height), borderValue=int(seen.paper)
    )
    _, data = cv2.imencode(".jpg", moved, [cv2.IMWRITE_JPEG_QUALITY, seen.quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def _shadow(height: int, width: int, rng: np.random.Generator) -> Ink:
    if rng.random() < 0.6:
        return np.ones((1, 1), dtype=np.float32)
    along = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    fold = np.abs(along - rng.random() + (down - 0.5) * rng.normal(0, 0.2)) * float(rng.uniform(2, 12))
    return (1 - float(rng.uniform(0.05, 0.35)) * np.exp(-fold)).astype(np.float32)


def _cut(page: Picture, boxes: int) -> list[Picture]:
    dx, dy = WIDTH * MARGIN * PER_MM, HEIGHT * MARGIN * PER_MM
    crops = []
    for place in range(boxes):
        x, y = _corner(place)
        right, bottom = round(x + WIDTH * PER_MM + dx), round(y + HEIGHT * PER_MM + dy)
        crops.append(np.ascontiguousarray(page[round(y - dy) : bottom, round(x - dx) : right]))
    return crops
