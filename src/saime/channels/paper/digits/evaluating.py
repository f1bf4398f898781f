"""How well digits are read of which one knows what they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.digits.classes import BLANK, CLASSES
from saime.channels.paper.digits.collections import LabelledDigits
from saime.channels.paper.digits.network import classify

THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """Digits read with at least that probability are taken, the others looked at. Shares are 0 to 1."""

    threshold: float
    accepted: int
    review_share: float
    wrong: int
    wrong_share: float  # of those taken


@dataclass(frozen=True, slots=True)
class OfWriter:
    """How well one writer's digits are read."""

    writer: str
    digits: int
    wrong: int
    accuracy: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of a collection. `confusion[digit][read]`: counts; columns 10 and 11: taken for blank, crossed out."""

    digits: int
    wrong: int
    accuracy: float
    thresholds: list[AtThreshold]
    writers: list[OfWriter]
    confusion: list[list[int]]


def evaluate(digits: LabelledDigits) -> Evaluation:
    """Read every digit and compare. A digit that is taken for blank or for crossed out is wrong."""
    likely = classify(digits.images)
    read, sure = likely.argmax(axis=1), likely.max(axis=1)
    is_wrong = read != digits.labels
    confusion = np.zeros((BLANK, CLASSES), dtype=np.int64)
    np.add.at(confusion, (digits.labels, read), 1)
    return Evaluation(
        digits=len(read),
        wrong=int(is_wrong.sum()),
        accuracy=float(1 - is_wrong.mean()),
        thresholds=[_at(threshold, sure, is_wrong) for threshold in THRESHOLDS],
        writers=_by_writer(digits.writers, is_wrong),
        confusion=confusion.tolist(),
    )


def _at(threshold: float, sure: NDArray[np.float32], is_wrong: NDArray[np.bool_]) -> AtThreshold:
    taken = sure >= threshold
    accepted, wrong = int(taken.sum()), int((taken & is_wrong).sum())
    return AtThreshold(
        threshold, accepted, 1 - accepted / len(sure), wrong, wrong / accepted if accepted else 0.0
    )


def _by_writer(writers: NDArray[np.str_] | None, is_wrong: NDArray[np.bool_]) -> list[OfWriter]:
    if writers is None:
        return []
    found = []
    for writer in sorted(set(writers.tolist()), key=lambda name: (len(name), name)):
        own = is_wrong[writers == writer]
        found.append(OfWriter(writer, len(own), int(own.sum()), float(1 - own.mean())))
    return found
