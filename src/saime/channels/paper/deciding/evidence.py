"""What the network said of each box, as logarithms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.deciding.contracts import UnableToDecide

BLANK, CROSSED, CLASSES = 10, 11, 12
MOST_BOXES = 16
# Nothing is impossible: what the network is quite sure of is still wrong once in a million boxes.
_NEVER = 1e-6
_ROUNDING = 0.01


@dataclass(frozen=True, slots=True)
class Evidence:
    """Logarithms of likelihood, box by box: each digit (boxes, 10), nothing, something crossed out (boxes,)."""

    digit: NDArray[np.float64]
    blank: list[float]
    crossed: list[float]
    best_digit: list[float]
    best: float  # of the likeliest class in every box, whatever they say together

    @property
    def boxes(self) -> int:
        return len(self.blank)


def evidence_of(probabilities: NDArray[np.floating]) -> Evidence:
    """UnableToDecide where these are no probabilities of 1 to 16 boxes."""
    likely = np.asarray(probabilities, dtype=np.float64)
    if likely.ndim != 2 or likely.shape[1] != CLASSES or not 1 <= len(likely) <= MOST_BOXES:
        raise UnableToDecide(
            f"probabilities of 1 to {MOST_BOXES} boxes and {CLASSES} classes are needed, not {likely.shape}"
        )
    if not np.isfinite(likely).all() or (likely < 0).any() or (abs(likely.sum(axis=1) - 1) > _ROUNDING).any():
        raise UnableToDecide("each box needs probabilities from 0 to 1 that add up to 1")
    logs = np.log((1 - _NEVER) * likely + _NEVER / CLASSES)
    return Evidence(
        digit=logs[:, :BLANK],
        blank=logs[:, BLANK].tolist(),
        crossed=logs[:, CROSSED].tolist(),
        best_digit=logs[:, :BLANK].max(axis=1).tolist(),
        best=float(logs.max(axis=1).sum()),
    )
