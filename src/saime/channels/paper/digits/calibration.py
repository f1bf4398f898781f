"""What was measured on writers whom the network had never seen, kept beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
CALIBRATION = DATA / "calibration.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far the network can be trusted.

    `temperature` divides its scores, so that of all digits said to be 90% sure nine in ten are right. A reading whose
    confidence is at least `threshold` is taken without a person; on the readings it was measured with, `review_share`
    of them went to a person and `wrong_share` of those taken were wrong by more than 0.1 m³ (both 0 to 1).
    """

    temperature: float
    threshold: float
    readings: int
    review_share: float
    wrong_share: float
    held_out_writers: tuple[int, ...]  # of the Swiss digits: never trained on, so that tests may use them


@cache
def shipped_calibration() -> Calibration:
    """The calibration that came with the network."""
    stored = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    return Calibration(**stored | {"held_out_writers": tuple(stored["held_out_writers"])})
