"""Which sure readings a person sees all the same: else nobody would know how often sure ones are wrong. Pure."""

from __future__ import annotations

import hashlib


def is_sampled(content: str, number: int, percent: float) -> bool:
    """Whether the field `number` of a form (`content` tells the form from all others) is one of the sample.

    Decided by the paper itself: the same form scanned again is in the sample again, and nobody can choose.
    """
    drawn = int.from_bytes(hashlib.sha256(f"{content}/{number}".encode()).digest()[:6], "big") / 2**48
    return drawn * 100 < percent
