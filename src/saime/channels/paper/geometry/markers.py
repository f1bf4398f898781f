"""The corner markers of forms on a page, however it lies, and which of them belong to one sheet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.sheet import MARKER_DICTIONARY, MarkerPlace, SheetKind, kind_of_marker, sheet_of

Grey = NDArray[np.uint8]  # (height, width)
Points = NDArray[np.float32]  # (n, 2): x, y

_SEARCHED_AT = 1600  # pixels of the longer side: a marker's module still has four on A3
_KINDS = tuple(SheetKind)
_ASTRAY = 0.15  # of the way: as far from where one marker says that another is, it may be
_SIZES = (0.6, 1.6)  # of two markers of a sheet, one against the other


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker found: its corners in pixels, in the order of its own top left, top right, bottom right, bottom left."""

    kind: SheetKind
    corner: int  # of the sheet: 0 top left … 3 bottom left
    corners: Points

    @property
    def centre(self) -> complex:
        x, y = self.corners.mean(axis=0)
        return complex(x, y)

    @property
    def size(self) -> float:
        """Pixels of a side."""
        return float(np.linalg.norm(self.corners - np.roll(self.corners, 1, axis=0), axis=1).mean())


def places(kind: SheetKind) -> tuple[MarkerPlace, ...]:
    """Where the four markers of a kind are, in millimetres; the same whatever meters are on the sheet."""
    return sheet_of(kind, (5,)).markers


def find_markers(grey: Grey) -> list[Marker]:
    """All markers of ours on the page: looked for in a smaller picture, their corners refined in the large one."""
    factor = min(1.0, _SEARCHED_AT / max(grey.shape))
    small = (
        grey if factor == 1 else cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    )
    found = _detected(np.asarray(small, np.uint8), factor)
    if len(found) % 4:
        found = _joined(found, _detected(_levelled(np.asarray(small, np.uint8)), factor))
    if len(found) % 4 and factor < 1:
        found = _joined(found, _detected(grey, 1.0))
    return [_refined(grey, marker) for marker in found]


def _detected(grey: Grey, factor: float) -> list[Marker]:
    corners, ids, _ = _detector().detectMarkers(grey)
    found = []
    for square, id_ in zip(corners, [] if ids is None else ids.ravel().tolist(), strict=True):
        if (place := kind_of_marker(int(id_))) is not None:
            found.append(Marker(place[0], place[1], square.reshape(4, 2).astype(np.float32) / factor))
    return found


@cache
def _detector() -> Any:
    whole = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, MARKER_DICTIONARY))
    # Only the markers that we print: what is none of them is noise.
    ours = max(place.id for kind in _KINDS for place in places(kind)) + 1
    dictionary = cv2.aruco.Dictionary(whole.bytesList[:ours], whole.markerSize, whole.maxCorrectionBits)
    parameters = cv2.aruco.DetectorParameters()
    parameters.adaptiveThreshWinSizeMin, parameters.adaptiveThreshWinSizeMax = 5, 45
    parameters.adaptiveThreshWinSizeStep = 20
    parameters.minMarkerPerimeterRate = 0.04
    parameters.maxMarkerPerimeterRate = 1.0
    parameters.errorCorrectionRate = 0.8
    parameters.perspectiveRemovePixelPerCell = 6
    return cv2.aruco.ArucoDetector(dictionary, parameters)


def _levelled(grey: Grey) -> Grey:
    """Even light, noise taken out, contrast drawn apart: for pages in shadow or faintly printed."""
    calm = cv2.medianBlur(grey, 3)
    paper = cv2.GaussianBlur(cv2.dilate(calm, np.ones((15, 15), np.uint8)), (0, 0), 15)
    even = cv2.divide(calm, paper, scale=255)
    low = int(even.min())
    span = max(int(even.max()) - low, 1)
    return np.asarray(cv2.convertScaleAbs(even, alpha=255 / span, beta=-255 * low / span), np.uint8)


def _joined(found: list[Marker], more: list[Marker]) -> list[Marker]:
    """Those of `more` that are not among `found` already."""
    new = [m for m in more if all(abs(m.centre - known.centre) > known.size / 2 for known in found)]
    return [*found, *new]


def _refined(grey: Grey, marker: Marker) -> Marker:
    reach = max(2, min(12, round(marker.size / 14)))  # half of a module
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.03)
    square = marker.corners.reshape(-1, 1, 2).copy()
    refined = cv2.cornerSubPix(grey, square, (reach, reach), (-1, -1), stop).reshape(4, 2)
    is_near = np.abs(refined - marker.corners).max() <= 1.5 * reach
    return Marker(marker.kind, marker.corner, np.asarray(refined if is_near else marker.corners, np.float32))


def group(markers: list[Marker]) -> list[list[Marker]]:
    """Markers by sheet, the fullest and best fitting sheets first; a marker alone is a group too."""
    left, groups = list(markers), []
    while left:
        candidates = [_with_fellows(seed, left) for seed in left]
        best, _ = min(candidates, key=lambda c: (-len(c[0]), c[1]))
        groups.append(best)
        left = [marker for marker in left if not any(marker is taken for taken in best)]
    return groups


def _with_fellows(seed: Marker, markers: list[Marker]) -> tuple[list[Marker], float]:
    """The seed and, for each other corner, the marker that is where the seed says that it should be; how far off."""
    sheet, off = [seed], 0.0
    turn, origin = _similarity(seed)
    for corner, place in enumerate(places(seed.kind)):
        if corner == seed.corner:
            continue
        expected = turn * complex(place.x_mm + place.w_mm / 2, place.y_mm + place.h_mm / 2) + origin
        way = abs(expected - seed.centre)
        near = [
            (abs(marker.centre - expected) / way, marker)
            for marker in markers
            if (marker.kind, marker.corner) == (seed.kind, corner)
            and _SIZES[0] < marker.size / seed.size < _SIZES[1]
        ]
        if near and (closest := min(near, key=lambda pair: pair[0]))[0] < _ASTRAY:
            sheet.append(closest[1])
            off += closest[0]
    return sheet, off


def _similarity(marker: Marker) -> tuple[complex, complex]:
    """Turn and origin that lay the marker's place on the sheet (mm) over where it was found, as complex numbers."""
    place = places(marker.kind)[marker.corner]
    on_sheet = np.array([complex(p.x_mm, p.y_mm) for p in place.corners])
    found = marker.corners[:, 0] + 1j * marker.corners[:, 1]
    flat = on_sheet - on_sheet.mean()
    turn = complex((np.conj(flat) * (found - found.mean())).sum() / (abs(flat) ** 2).sum())
    return turn, complex(found.mean() - turn * on_sheet.mean())
