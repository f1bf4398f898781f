"""From which confidence on a reading needs no person: chosen by readings of which one knows what they say. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np
from numpy.typing import NDArray

LEVELS = (0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.985, 0.99, 0.993, 0.995, 0.997, 0.998, 0.999, 0.9995, 0.9999)
MOST_WRONG = 0.005  # of the readings taken without a person
MOST_REVIEWED = 0.12  # of the readings


@dataclass(frozen=True, slots=True)
class Level:
    """What follows from a threshold. Shares are 0 to 1; `wrong_share` is of those that are taken without a person."""

    threshold: float
    readings: int
    accepted: int
    wrong: int
    review_share: float
    wrong_share: float


def levels(
    confidences: NDArray[np.float64], is_wrong: NDArray[np.bool_], thresholds: Sequence[float] = LEVELS
) -> list[Level]:
    """What each threshold would lead to. `is_wrong`: the machine's reading is not what is written."""
    found = []
    for threshold in thresholds:
        taken = confidences >= threshold
        accepted, wrong = int(taken.sum()), int((taken & is_wrong).sum())
        found.append(
            Level(
                threshold=threshold,
                readings=len(taken),
                accepted=accepted,
                wrong=wrong,
                review_share=1 - accepted / len(taken) if len(taken) else 0.0,
                wrong_share=wrong / accepted if accepted else 0.0,
            )
        )
    return found


def lowest_safe(candidates: Sequence[Level], *, most_wrong: float = MOST_WRONG) -> Level | None:
    """The level with the least review whose errors stay within `most_wrong` with a certainty of nine in ten.

    None where none does: too few readings, or too many of them wrong.
    """
    safe = [level for level in candidates if _is_within(level, most_wrong)]
    return min(safe, key=lambda level: level.threshold, default=None)


def _is_within(level: Level, most_wrong: float) -> bool:
    """Whether so few would be wrong in less than one case of ten if the true share were above `most_wrong`."""
    if level.wrong_share > most_wrong or not level.accepted:
        return False
    so_few = sum(_binomial(level.accepted, k, most_wrong) for k in range(level.wrong + 1))
    return so_few <= 0.1


def _binomial(n: int, k: int, p: float) -> float:
    """How likely k of n are, each with probability p."""
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + k * log(p) + (n - k) * log(1 - p))
