"""What was found on a page before anybody asked the database: pictures, codes, probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.sheet import Payload, SheetKind


@dataclass(frozen=True, slots=True)
class FoundField:
    """A meter's boxes. `boxes`: (n, 12) probabilities, from left to right, the last `decimals` after the comma."""

    number: int  # the row, from 1
    boxes: NDArray[np.float32]
    decimals: int
    picture: bytes  # JPEG: the boxes with room around them


@dataclass(frozen=True, slots=True)
class FoundForm:
    """A sheet on a page, straightened."""

    kind: SheetKind
    corners: tuple[int, ...]  # markers found: 0 top left … 3 bottom left
    payload: Payload | None  # None: the code could not be read
    picture: bytes  # JPEG of the whole sheet
    ink: bytes  # where ink stands in the boxes: one byte a square millimetre (see `reading.ink`)
    fields: tuple[FoundField, ...]


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page. `outcome` and `reason` as in `ScannedPage`; `content` is the SHA-256 of its pixels."""

    outcome: str
    reason: str
    picture: bytes = b""  # JPEG, small; empty where no picture could be made of the page
    content: str = ""
    forms: tuple[FoundForm, ...] = ()
