"""The threshold chosen anew by what people decided at the review desk. Pure.

People see the doubtful readings and a sample of the sure ones, each of which stands for many. So every decision counts
with a weight: one for a doubtful reading, and for a sampled one as many as there were sure readings for each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.deciding.thresholds import MOST_WRONG

FEWEST_DOUBTFUL, FEWEST_SAMPLED = 100, 200
_STEPS = (
    *(round(0.5 + step * 0.01, 2) for step in range(50)),
    0.991,
    0.993,
    0.995,
    0.997,
    0.998,
    0.999,
    0.9995,
    0.9999,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A reading with digits, as sure as the machine was of it, and whether a person saw something else."""

    confidence: float
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the decisions say of a threshold; shares 0 to 1, `wrong_share` of the readings taken without a person."""

    threshold: float
    review_share: float
    wrong_share: float


@dataclass(frozen=True, slots=True)
class Recalibration:
    """How the threshold in force does, and the one that would do better. `proposed`: None where `why` says so.

    `why`: "" · `too_few` (decisions) · `none_is_safe` (too many errors whatever the threshold).
    """

    doubtful: int
    sampled: int
    sure: int
    now: Proposal | None
    proposed: Proposal | None
    why: str


def recalibrate(
    judged: Sequence[Judged], *, in_force: float, sure: int, most_wrong: float = MOST_WRONG
) -> Recalibration:
    """The lowest threshold by which at most `most_wrong` of the readings that nobody sees are wrong.

    `judged`: decided readings, those at or above `in_force` are the sample. `sure`: how many readings there were at or
    above it in the same time, sampled or not.
    """
    confidences = np.array([one.confidence for one in judged], dtype=np.float64)
    wrong = np.array([one.is_wrong for one in judged], dtype=np.bool_)
    above = confidences >= in_force
    sampled, doubtful = int(above.sum()), int((~above).sum())
    if doubtful < FEWEST_DOUBTFUL or sampled < FEWEST_SAMPLED:
        return Recalibration(doubtful, sampled, sure, None, None, "too_few")
    weights = np.where(above, max(sure, sampled) / sampled, 1.0)
    now = _at(in_force, confidences, wrong, weights)
    choices = (_at(step, confidences, wrong, weights) for step in sorted({*_STEPS, in_force}))
    proposed = next((choice for choice in choices if choice.wrong_share <= most_wrong), None)
    return Recalibration(doubtful, sampled, sure, now, proposed, "" if proposed else "none_is_safe")


def _at(
    threshold: float, confidences: NDArray[np.float64], wrong: NDArray[np.bool_], weights: NDArray[np.float64]
) -> Proposal:
    """Errors counted with one more that was not seen, for each kind of decision: few decisions promise little."""
    taken = confidences >= threshold
    accepted = float(weights[taken].sum())
    unseen = float(weights[taken].max(initial=0.0))
    errors = float((weights * wrong)[taken].sum()) + unseen
    return Proposal(
        threshold=threshold,
        review_share=1 - accepted / float(weights.sum()),
        wrong_share=min(errors / accepted, 1.0) if accepted else 0.0,
    )
