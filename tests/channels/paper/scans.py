"""Test scans: printed forms, filled with digits that people really wrote, then worn and scanned as paper is.

A seed gives the same picture again. Pictures are (height, width, 3) uint8 RGB; a page is drawn at 300 dpi (`DPI`) and
comes out of `scan` at the scanner's. The digits are of writers that no network was trained on (data/README.md).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from saime.channels.paper.sheet import BoxPlace, Rect, Sheet

Picture = NDArray[np.uint8]
Rng = np.random.Generator
Ink = NDArray[np.uint8]  # (height, width) of a page: 0 paper, 255 ink

DPI = 300
DIGITS = Path(__file__).parent / "data" / "digits.npz"
EMPTY, CROSSED = "_", "x"
_MM = DPI / 25.4  # pixels


# Digits and pens


@dataclass(frozen=True, slots=True)
class Digits:
    """Handwritten digits: `images` (n, 28, 28) white on black, the digit and the writer of each."""

    images: Picture
    labels: NDArray[np.uint8]
    writers: NDArray[np.integer]

    def of(self, writer: int) -> Digits:
        mine = self.writers == writer
        return Digits(self.images[mine], self.labels[mine], self.writers[mine])

    def any(self, digit: int, rng: Rng) -> Picture:
        return np.asarray(self.images[rng.choice(np.flatnonzero(self.labels == digit))], np.uint8)


def load_digits(path: Path = DIGITS) -> Digits:
    """Arrays X (n, 28, 28), y and, where it is there, writer."""
    found = np.load(path)
    writers = found["writer"] if "writer" in found else np.zeros(len(found["y"]), np.uint8)
    return Digits(found["X"], found["y"], writers)


@cache
def held_out() -> Digits:
    return load_digits()


def held_out_writers() -> list[int]:
    return sorted(set(held_out().writers.tolist()))


@dataclass(frozen=True, slots=True)
class Pen:
    """Colour of the ink; where the edge of a stroke is (0.3 thick … 0.6 thin); how dark the ink is (0 to 1)."""

    colour: tuple[int, int, int] = (28, 44, 130)
    edge: float = 0.42
    darkness: float = 0.92

    @classmethod
    def random(cls, rng: Rng) -> Pen:
        blue, black, blue_black = (28, 44, 130), (25, 25, 28), (30, 36, 70)
        colour = (blue, black, blue_black)[rng.integers(3)]
        return cls(colour, float(rng.uniform(0.33, 0.52)), float(rng.uniform(0.8, 1.0)))


@dataclass(frozen=True, slots=True)
class Hand:
    """How somebody writes: size of a digit and how far it is off the middle of its box (mm), how much it leans (°)."""

    height_mm: float = 7.2
    off_mm: float = 0.45
    lean: float = 4.0

    @classmethod
    def random(cls, rng: Rng) -> Hand:
        return cls(float(rng.uniform(5.4, 8.8)), float(rng.uniform(0.2, 0.6)), float(rng.uniform(1, 6)))


# Filling in


def in_boxes(value: Decimal, digits: int, *, leading: str = "0") -> str:
    """A reading box by box, `leading` (a zero or an empty box) before its first digit: "00123456"."""
    whole, _, decimals = f"{value:.3f}".partition(".")
    return whole.rjust(digits, leading) + decimals


def fill(
    page: Picture, sheet: Sheet, rows: Sequence[str], digits: Digits, rng: Rng, *, pen: Pen | None = None,
    hand: Hand | None = None, signed: bool = True,
) -> Picture:  # fmt: skip
    """The page with a text in each meter's boxes: digits, `_` an empty box, `x` a digit that was crossed out."""
    pen, hand = pen or Pen.random(rng), hand or Hand.random(rng)
    ink = np.zeros(page.shape[:2], np.uint8)
    for place, row in zip(sheet.fields, rows, strict=True):
        for box, char in zip(place.boxes, row, strict=True):
            _write(ink, box, char, digits, rng, pen, hand)
    if signed:
        _scrawl(ink, sheet.date, rng)
        _scrawl(ink, sheet.signature, rng)
    return _inked(page, ink, pen)


def _write(ink: Ink, box: BoxPlace, char: str, digits: Digits, rng: Rng, pen: Pen, hand: Hand) -> None:
    if char == EMPTY:
        return
    digit = int(rng.integers(10)) if char == CROSSED else int(char)
    _stamp(ink, box, digits.any(digit, rng), rng, pen, hand)
    if char == CROSSED:
        _cross(ink, box, rng)


def _stamp(ink: Ink, box: BoxPlace, image: Picture, rng: Rng, pen: Pen, hand: Hand) -> None:
    """A digit somewhere about the middle of its box; what is too large crosses the box's edge."""
    rows = np.flatnonzero(image.max(axis=1) > 60)
    tall = max(14, rows[-1] - rows[0] + 1)
    scale = hand.height_mm * rng.uniform(0.92, 1.08) * _MM / tall
    side = round(28 * scale)
    turn = cv2.getRotationMatrix2D((13.5, 13.5), float(rng.normal(0, hand.lean)), 1.0)
    turned = cv2.warpAffine(image, turn, (28, 28), flags=cv2.INTER_CUBIC)
    large = cv2.resize(turned, (side, side), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
    stroke = np.asarray(np.clip((large - pen.edge) / 0.18 + 0.5, 0, 1) * 255, np.uint8)
    dx, dy = rng.normal(0, hand.off_mm, 2)
    middle = ((box.x_mm + box.w_mm / 2 + dx) * _MM, (box.y_mm + box.h_mm / 2 + dy) * _MM)
    _lay(ink, stroke, round(middle[0] - side / 2), round(middle[1] - side / 2))


def _lay(ink: Ink, stroke: Ink, left: int, top: int) -> None:
    height, width = stroke.shape
    y, x = max(0, top), max(0, left)
    under = ink[y : top + height, x : left + width]
    part = stroke[y - top : y - top + under.shape[0], x - left : x - left + under.shape[1]]
    np.maximum(under, part, out=under)


def _cross(ink: Ink, box: BoxPlace, rng: Rng) -> None:
    """Crossed out as people do it: one stroke, a cross, or a zigzag."""
    left, right = box.x_mm - rng.uniform(-0.8, 0.8), box.x_mm + box.w_mm + rng.uniform(-0.8, 0.8)
    top, foot = box.y_mm + rng.uniform(0, 1.5), box.y_mm + box.h_mm - rng.uniform(0, 1.5)
    kind = rng.integers(3)
    if kind == 0:
        strokes = [[(left, foot), (right, top)], [(left, foot - 2.2), (right, top + 1.6)]]
    elif kind == 1:
        strokes = [[(left, foot), (right, top)], [(left, top), (right, foot)]]
    else:
        steps = np.linspace(left, right, 8)
        strokes = [[(x, foot if i % 2 else top) for i, x in enumerate(steps)]]
    for stroke in strokes:
        _line(ink, stroke, rng)


def _scrawl(ink: Ink, place: Rect, rng: Rng) -> None:
    """Something like handwriting in a place."""
    steps = np.linspace(place.x_mm + 4, place.x_mm + min(place.w_mm - 4, 38), 26)
    heights = place.y_mm + place.h_mm - 2.5 - np.abs(rng.normal(0, 2.2, len(steps)))
    _line(ink, list(zip(steps, heights, strict=True)), rng)


def _line(ink: Ink, points: Sequence[tuple[float, float]], rng: Rng) -> None:
    shaken = (np.array(points) + rng.normal(0, 0.12, (len(points), 2))) * _MM
    cv2.polylines(
        ink, [np.round(shaken * 8).astype(np.int32)], isClosed=False, color=255,
        thickness=int(rng.integers(5, 8)), lineType=cv2.LINE_AA, shift=3,
    )  # fmt: skip


def _inked(page: Picture, ink: Ink, pen: Pen) -> Picture:
    inked, rows = page.copy(), np.flatnonzero(ink.any(axis=1))
    if len(rows):
        written = slice(rows[0], rows[-1] + 1)
        alpha = ink[written, :, None] * np.float32(pen.darkness / 255)
        paper = page[written]
        inked[written] = paper * (1 - alpha) + np.minimum(paper, np.array(pen.colour, np.uint8)) * alpha
    return inked


# Wear and scanning


@dataclass(frozen=True, slots=True)
class Wear:
    """What happens to a sheet on its way into a file. The default is a clean scan."""

    dpi: int = 300
    angle: float = 0.0  # degrees
    perspective: float = 0.0  # share of the page by which corners are drawn in
    shift_mm: float = 0.0
    room_mm: float = 0.0  # of glass around the sheet; without it a turn of more than 3° costs corners
    blur: float = 0.0  # pixels of the scan
    noise: float = 0.0  # grey levels
    jpeg: int | None = None  # quality
    lost_corner: int | None = None  # 0 top left … 3 bottom left: torn off or folded over, its marker with it
    folds: int = 0
    light: float = 0.0  # share of the light that is missing on the dark side
    grey: bool = False
    seed: int = field(default=0)

    @classmethod
    def random(cls, rng: Rng, **fixed: object) -> Wear:
        """As varied as a day's post; what is named stays as given. A feeder turns a little, a flatbed may turn more."""
        room = float(rng.choice([0, 0, 18]))
        turned = float(rng.normal(0, 4) if room else np.clip(rng.normal(0, 1.2), -2.6, 2.6))
        given: dict[str, object] = {
            "dpi": int(rng.choice([150, 200, 200, 300, 300])),
            "angle": turned + (180 if rng.random() < 0.2 else 0),
            "room_mm": room,
            "perspective": float(rng.uniform(0, 0.012)),
            "shift_mm": float(rng.uniform(0, 2)),
            "blur": float(rng.uniform(0, 1.0)),
            "noise": float(rng.uniform(0, 9)),
            "jpeg": int(rng.integers(55, 95)),
            "lost_corner": int(rng.integers(4)) if rng.random() < 0.1 else None,
            "folds": int(rng.choice([0, 0, 1, 2])),
            "light": float(rng.uniform(0, 0.3)),
            "grey": bool(rng.random() < 0.5),
            "seed": int(rng.integers(2**31)),
        }
        return cls(**(given | fixed))  # type: ignore[arg-type]


def scan(page: Picture, wear: Wear) -> Picture:
    """A page at 300 dpi as a scanner gives it: `wear.dpi`, the size of the page unless it is turned on its side."""
    rng = np.random.default_rng(wear.seed)
    worn = page
    if wear.lost_corner is not None:
        worn = _torn(worn, wear.lost_corner, rng)
    for _ in range(wear.folds):
        worn = _folded(worn, rng)
    seen = _laid(worn, wear, rng)
    if wear.light:
        seen = _unevenly_lit(seen, wear.light, rng)
    if wear.blur:
        seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), wear.blur), np.uint8)
    if wear.grey:
        seen = np.asarray(cv2.cvtColor(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)
    if wear.noise:
        seen = _noisy(seen, wear, rng)
    return _compressed(seen, wear.jpeg) if wear.jpeg else seen


def _torn(page: Picture, corner: int, rng: Rng) -> Picture:
    """Folded over: the back of the paper covers the marker."""
    height, width = page.shape[:2]
    x, y = (0 if corner in {0, 3} else width - 1), (0 if corner in {0, 1} else height - 1)
    far = rng.uniform(34, 44, 2) * _MM
    inwards = (1 if x == 0 else -1, 1 if y == 0 else -1)
    triangle = np.array([[x, y], [x + inwards[0] * far[0], y], [x, y + inwards[1] * far[1]]], np.int32)
    torn = page.copy()
    cv2.fillPoly(torn, [triangle], (236, 236, 232), lineType=cv2.LINE_AA)
    cv2.line(torn, triangle[1].tolist(), triangle[2].tolist(), (170, 170, 170), 3, cv2.LINE_AA)
    return torn


def _folded(page: Picture, rng: Rng) -> Picture:
    """A fold across: a soft shadow on one side of it, a hair of light on the other."""
    height, width = page.shape[:2]
    along_y = rng.random() < 0.7
    length, at = (
        (height, rng.uniform(0.25, 0.75) * height) if along_y else (width, rng.uniform(0.25, 0.75) * width)
    )
    away = (np.arange(length) - at) / _MM
    shade = 1 - rng.uniform(0.08, 0.3) * np.exp(-np.abs(away) / rng.uniform(1.5, 6)) * (away < 0.4)
    folded = page * (shade[:, None, None] if along_y else shade[None, :, None])
    return np.asarray(folded, np.uint8)


def _laid(page: Picture, wear: Wear, rng: Rng) -> Picture:
    """On the scanner's glass: turned, drawn in at the corners, shifted, at the scanner's resolution."""
    height, width = page.shape[:2]
    scale = wear.dpi / DPI
    on_side = round(wear.angle / 90) % 2 == 1
    room = 2 * wear.room_mm * _MM
    sides = (height, width) if on_side else (width, height)
    out = (round((sides[0] + room) * scale), round((sides[1] + room) * scale))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    drawn = corners + rng.uniform(-1, 1, (4, 2)) * wear.perspective * np.array([width, height])
    angle = np.deg2rad(wear.angle)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = rng.uniform(-1, 1, 2) * wear.shift_mm * _MM * scale
    placed = (drawn - [width / 2, height / 2]) @ turn.T * scale + np.array(out) / 2 + shift
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), placed.astype(np.float32))
    smooth = cv2.GaussianBlur(page, (0, 0), 0.42 / scale) if scale < 1 else page
    laid = cv2.warpPerspective(smooth, matrix, out, flags=cv2.INTER_LINEAR, borderValue=(244, 244, 244))
    return np.asarray(laid, np.uint8)


def _unevenly_lit(page: Picture, missing: float, rng: Rng) -> Picture:
    height, width = page.shape[:2]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    slope = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
    light = 1 - missing * np.clip(slope + 0.5, 0, 1)
    return np.asarray(page * light[..., None], np.uint8)


def _noisy(page: Picture, wear: Wear, rng: Rng) -> Picture:
    channels = 1 if wear.grey else 3
    noise = rng.standard_normal((*page.shape[:2], channels), dtype=np.float32) * wear.noise
    return np.asarray(np.clip(page + noise, 0, 255), np.uint8)


def _compressed(page: Picture, quality: int) -> Picture:
    _, data = cv2.imencode(".jpg", cv2.cvtColor(page, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), np.uint8)


# Pages and files


def render(pdf: bytes, number: int = 0, *, dpi: int = DPI) -> Picture:
    """A page of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[number]
        return np.asarray(page.render(scale=dpi / 72, rev_byteorder=True).to_numpy()[..., :3]).copy()
    finally:
        document.close()


def two_on_a_page(upper: Picture, lower: Picture, *, gap_mm: float = 6.0) -> Picture:
    """Two sheets scanned together, one below the other; the wider gives the width."""
    width = max(upper.shape[1], lower.shape[1])
    gap = np.full((round(gap_mm * _MM), width, 3), 250, np.uint8)
    return np.concatenate([_widened(upper, width), gap, _widened(lower, width)])


def side_by_side(left: Picture, right: Picture, *, gap_mm: float = 6.0) -> Picture:
    """Two sheets on the glass of an A3 scanner."""
    turned = two_on_a_page(left.transpose(1, 0, 2), right.transpose(1, 0, 2), gap_mm=gap_mm)
    return np.ascontiguousarray(turned.transpose(1, 0, 2))


def _widened(page: Picture, width: int) -> Picture:
    return np.pad(page, ((0, 0), (0, width - page.shape[1]), (0, 0)), constant_values=250)


def as_file(pages: Sequence[Picture], kind: str, *, dpi: int = DPI) -> bytes:
    """The pages as "PDF", "TIFF" (several pages), "JPEG" or "PNG" (the first page)."""
    first, *others = (Image.fromarray(page) for page in pages)
    target = io.BytesIO()
    if kind in {"PDF", "TIFF"}:
        further: dict[str, object] = (
            {"resolution": dpi} if kind == "PDF" else {"dpi": (dpi, dpi), "compression": "jpeg"}
        )
        first.save(target, kind, save_all=True, append_images=others, **further)
    else:
        first.save(target, kind, dpi=(dpi, dpi))
    return target.getvalue()
