"""A sheet as if it lay straight under the lens: eight pixels a millimetre, whatever it was scanned with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.geometry.markers import Marker, places
from saime.channels.paper.sheet import Rect, SheetKind, sheet_of

Picture = NDArray[np.uint8]  # (height, width) or (height, width, 3)
Matrix = NDArray[np.float64]  # (3, 3): from millimetres on the sheet to pixels of the page

PER_MM = 8  # 203 dpi: what is asked of the boxes; a scan at 300 dpi loses nothing that the network sees
_MOST_OFF_MM = 1.2  # a marker that is further from where the others put it belongs to something else
_ENOUGH = 3  # markers that straighten a sheet by themselves


@dataclass(frozen=True, slots=True)
class Placed:
    """A sheet on a page: by which markers, how it lies, and how far the markers are from a perfect fit."""

    kind: SheetKind
    corners: tuple[int, ...]  # markers used: 0 top left … 3 bottom left
    to_page: Matrix
    off_mm: float

    @property
    def top_left(self) -> tuple[float, float]:
        """Where the sheet's own top left corner is on the page: y, x in pixels."""
        x, y = project(self.to_page, [(0.0, 0.0)])[0]
        return float(y), float(x)


def project(matrix: Matrix, points: Sequence[tuple[float, float]]) -> NDArray[np.float32]:
    """Points of the sheet (mm) on the page (pixels)."""
    source = np.array(points, np.float64).reshape(-1, 1, 2)
    return np.asarray(cv2.perspectiveTransform(source, matrix).reshape(-1, 2), np.float32)


def place_sheet(markers: Sequence[Marker], code: NDArray[np.float32] | None = None) -> Placed | None:
    """How the sheet of these markers lies; None where they do not say it.

    Three markers are enough, their twelve corners tell a perspective; two need the corners of the sheet's code besides
    (`code`: (4, 2) pixels, from the code's own top left, clockwise).
    """
    if len(markers) < _ENOUGH and (len(markers) < 2 or code is None):
        return None
    placed = _fitted(markers, code)
    if placed is not None and placed.off_mm > _MOST_OFF_MM and len(markers) > _ENOUGH:
        fits = [_fitted([m for m in markers if m is not out], code) for out in markers]
        placed = min((f for f in fits if f is not None), key=lambda f: f.off_mm, default=None)
    return placed if placed is not None and placed.off_mm <= _MOST_OFF_MM else None


def _fitted(markers: Sequence[Marker], code: NDArray[np.float32] | None) -> Placed | None:
    kind = markers[0].kind
    on_sheet = [(p.x_mm, p.y_mm) for m in markers for p in places(kind)[m.corner].corners]
    on_page = [marker.corners for marker in markers]
    if code is not None and len(markers) < _ENOUGH:
        on_sheet += [(p.x_mm, p.y_mm) for p in sheet_of(kind, (5,)).code.corners]
        on_page.append(code)
    matrix, _ = cv2.findHomography(
        np.array(on_sheet, np.float64), np.concatenate(on_page).astype(np.float64), 0
    )
    if matrix is None or not np.isfinite(matrix).all():
        return None
    to_page = np.asarray(matrix, np.float64)
    off = np.linalg.norm(project(to_page, on_sheet) - np.concatenate(on_page), axis=1)
    a_mm = float(np.mean([marker.size for marker in markers])) / places(kind)[0].w_mm
    corners = tuple(sorted(marker.corner for marker in markers))
    return Placed(kind, corners, to_page, float(off.max()) / a_mm)


def straighten(page: Picture, placed: Placed) -> Picture:
    """The sheet, upright, `PER_MM` pixels a millimetre; what lies beyond the page's edge is white."""
    sheet = sheet_of(placed.kind, (5,))
    size = (round(sheet.width_mm * PER_MM), round(sheet.height_mm * PER_MM))
    to_mm = np.diag([1 / PER_MM, 1 / PER_MM, 1.0])
    white = (255, 255, 255)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    straight = cv2.warpPerspective(page, placed.to_page @ to_mm, size, flags=flags, borderValue=white)
    return np.asarray(straight, np.uint8)


def cut(straight: Picture, place: Rect, *, around: float = 0.0, around_mm: float = 0.0) -> Picture:
    """A place of the straightened sheet, with so much of its width and height, and so many millimetres, around it."""
    dx, dy = place.w_mm * around + around_mm, place.h_mm * around + around_mm
    height, width = straight.shape[:2]
    left, right = (round((place.x_mm + d) * PER_MM) for d in (-dx, place.w_mm + dx))
    top, bottom = (round((place.y_mm + d) * PER_MM) for d in (-dy, place.h_mm + dy))
    return straight[max(top, 0) : min(bottom, height), max(left, 0) : min(right, width)]
