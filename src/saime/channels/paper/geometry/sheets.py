"""Which sheets lie on a page, and how."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.geometry.codes import FoundCode, codes_on_page
from saime.channels.paper.geometry.markers import Marker, find_markers, group
from saime.channels.paper.geometry.straightening import Placed, place_sheet

Grey = NDArray[np.uint8]  # (height, width)


@dataclass(frozen=True, slots=True)
class OnPage:
    """The sheets from the top of the page down, and how many markers of ours there are in all."""

    sheets: tuple[Placed, ...]
    markers: int


def sheets_on(grey: Grey) -> OnPage:
    """The sheets that the markers show; where too few are left of one, with the help of its code."""
    markers = find_markers(grey)
    found, few = [], []
    for sheet in group(markers):
        placed = place_sheet(sheet)
        found += [placed] if placed is not None else []
        few += [sheet] if placed is None and len(sheet) > 1 else []
    if few:
        codes = codes_on_page(grey)
        found += [placed for sheet in few if (placed := _by_code(sheet, codes)) is not None]
    return OnPage(tuple(sorted(found, key=lambda placed: placed.top_left)), len(markers))


def _by_code(sheet: list[Marker], codes: list[FoundCode]) -> Placed | None:
    fits = [place_sheet(sheet, code.corners) for code in codes if code.payload.kind == sheet[0].kind]
    return min((fit for fit in fits if fit is not None), key=lambda fit: fit.off_mm, default=None)
