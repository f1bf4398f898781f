"""The QR code of a sheet: read where it should be; a faint or dirty one is tried again, enlarged and cleaned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from saime.channels.paper.geometry.straightening import cut
from saime.channels.paper.sheet import Payload, SheetKind, UnableToReadCode, decode, sheet_of

Grey = NDArray[np.uint8]  # (height, width)
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_QUIET_MM = 4.0


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A code of ours on a page, and where: its corners in pixels from its own top left, clockwise."""

    payload: Payload
    corners: NDArray[np.float32]


def codes_on_page(grey: Grey) -> list[FoundCode]:
    """All codes of ours on a page that has not been straightened."""
    found = []
    for code in zxingcpp.read_barcodes(grey, formats=_QR):
        try:
            payload = decode(code.text)
        except UnableToReadCode:
            continue
        p = code.position
        corners = [(q.x, q.y) for q in (p.top_left, p.top_right, p.bottom_right, p.bottom_left)]
        found.append(FoundCode(payload, np.array(corners, np.float32)))
    return found


def read_code(straight: Grey, kind: SheetKind) -> Payload | None:
    """What the code of a straightened sheet says; None where it cannot be read or is not one of this kind of sheet."""
    piece = np.ascontiguousarray(cut(straight, sheet_of(kind, (5,)).code, around_mm=_QUIET_MM))
    for tried in _tries(piece):
        for code in zxingcpp.read_barcodes(tried, formats=_QR):
            try:
                payload = decode(code.text)
            except UnableToReadCode:
                continue
            if payload.kind == kind:
                return payload
    return None


def _tries(piece: Grey) -> Iterator[Grey]:
    yield piece
    for enhance in _ENHANCEMENTS:
        yield enhance(piece)


def _larger(piece: Grey) -> Grey:
    return np.asarray(cv2.resize(piece, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)


def _calm(piece: Grey) -> Grey:
    return np.asarray(cv2.GaussianBlur(_larger(piece), (0, 0), 2.0), np.uint8)


def _sharp(piece: Grey) -> Grey:
    large = _larger(piece)
    return np.asarray(cv2.addWeighted(large, 2.5, cv2.GaussianBlur(large, (0, 0), 4.0), -1.5, 0), np.uint8)


def _black_and_white(piece: Grey) -> Grey:
    calm = _calm(piece)
    return np.asarray(cv2.threshold(calm, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1], np.uint8)


def _even(piece: Grey) -> Grey:
    """Without the shadow that lies over it."""
    calm = _calm(piece)
    return np.asarray(
        cv2.adaptiveThreshold(calm, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 61, 7), np.uint8
    )


def _mended(piece: Grey) -> Grey:
    """Modules with specks and thin scratches closed."""
    kernel = np.ones((3, 3), np.uint8)
    return np.asarray(cv2.morphologyEx(_black_and_white(piece), cv2.MORPH_CLOSE, kernel), np.uint8)


_ENHANCEMENTS: tuple[Callable[[Grey], Grey], ...] = (_larger, _calm, _sharp, _black_and_white, _even, _mended)
