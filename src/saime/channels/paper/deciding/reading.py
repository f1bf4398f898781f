"""The decision: of all readings that could stand in a row of boxes, the one that best fits ink and water together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.deciding.contracts import Decision, Expectation, Reason, Route, UnableToDecide
from saime.channels.paper.deciding.evidence import Evidence, evidence_of
from saime.channels.paper.deciding.layouts import layouts
from saime.channels.paper.deciding.plausible import Prior, prior_of
from saime.channels.paper.deciding.searching import Candidate, Found, search

THRESHOLD = 0.97  # where nothing was calibrated
MOST_DECIMALS = 6
TOLERANCE = Decimal("0.1")  # m³ that a reading may be off without being wrong
# Something that no layout explains stands in the boxes, against a plausible reading: once in so many.
_UNEXPLAINED = 1e-5


def decide(
    probabilities: NDArray[np.floating],
    *,
    decimals: int,
    previous: Decimal | None,
    monthly_mean: Decimal | None,
    months: int,
    modulus: Decimal,
    threshold: float = THRESHOLD,
) -> Decision:
    """What the boxes of one meter say, and whether a person has to look.

    `probabilities`: (boxes, 12) as `digits.classify` gives them, from left to right; the last `decimals` boxes stand
    after the point. `previous`: the nearest earlier registered reading, m³, None where there is none.
    `monthly_mean`: m³ a month used so far, None where unknown. `months`: from the previous reading to this one.
    `modulus`: 10 to the number of the dial's whole digits, m³. `threshold`: the confidence from which a reading is
    taken without a person, 0 to 1. UnableToDecide where a figure makes no sense; the same input always gives the same
    decision.
    """
    evidence = evidence_of(probabilities)
    if not 0 <= decimals <= min(evidence.boxes, MOST_DECIMALS):
        raise UnableToDecide(f"{decimals} decimals do not fit into {evidence.boxes} boxes")
    if not 0 <= threshold <= 1:
        raise UnableToDecide(f"the threshold must be 0 to 1, not {threshold}")
    expectation = Expectation(previous, monthly_mean, months, modulus)
    prior = prior_of(expectation, whole_boxes=evidence.boxes - decimals)
    found = [search(layout, evidence, prior, decimals) for layout in layouts(evidence, decimals)]
    tolerance = int(TOLERANCE.scaleb(decimals))
    winner, confidence = _winner(found, _unexplained(evidence, prior, decimals), tolerance)
    if winner.units is None and not winner.crossed:
        # That a digit makes no sense does not make its box empty: here the ink alone counts.
        confidence = min(confidence, exp(min(evidence.blank)))
    return _decision(winner, confidence, threshold)


def _unexplained(evidence: Evidence, prior: Prior, decimals: int) -> float:
    """Logarithm of what speaks for none of the candidates: the boxes at their likeliest, without making sense."""
    return evidence.best + log(_UNEXPLAINED * prior.peak(10.0**-decimals))


def _winner(found: list[Found], unexplained: float, tolerance: int) -> tuple[Candidate, float]:
    """The best reading, and how much of everything that could be there is it, give or take the tolerance."""
    groups: dict[object, list[Candidate]] = defaultdict(list)
    for candidate in (candidate for one in found for candidate in one.candidates):
        groups[_said(candidate)].append(candidate)
    top = max(unexplained, *(candidate.score for group in groups.values() for candidate in group))
    weights = {said: sum(exp(c.score - top) for c in group) for said, group in groups.items()}
    dropped = sum(exp(min(one.base - top + log(one.dropped), 0.0)) for one in found if one.dropped)
    said = max(weights, key=lambda key: weights[key])
    everything = sum(weights.values()) + dropped + exp(unexplained - top)
    best = _best(groups[said])
    alike = sum(weights[key] for key, group in groups.items() if _is_alike(group[0], best, tolerance))
    return best, min(alike / everything, 1.0)


def _is_alike(one: Candidate, best: Candidate, tolerance: int) -> bool:
    """Whether it makes no difference that matters: last decimals may be taken for each other."""
    if one.units is None or best.units is None or one.crossed != best.crossed:
        return (one.units, one.crossed) == (best.units, best.crossed)
    return abs(one.units - best.units) <= tolerance


def _said(candidate: Candidate) -> object:
    """What is meant, however it is written: 00123.4 and 123.40 are one reading; with a box crossed out, another."""
    return (candidate.units, candidate.crossed)


def _best(group: Iterable[Candidate]) -> Candidate:
    return max(group, key=lambda candidate: candidate.score)


def _decision(winner: Candidate, confidence: float, threshold: float) -> Decision:
    value = None if winner.units is None else _value(winner.text)
    route, reason = _route(winner, confidence, threshold)
    return Decision(winner.text, value, confidence, route, reason)


def _route(winner: Candidate, confidence: float, threshold: float) -> tuple[Route, Reason]:
    if winner.crossed:
        # What was meant instead may stand above the box, or on the next form: a person sees it at a glance.
        return "review", "crossed_out"
    if confidence < threshold:
        return "review", "unsure"
    return ("empty", "empty") if winner.units is None else ("accepted", "sure")


def _value(text: str) -> Decimal:
    return Decimal(text if not text.startswith(".") else f"0{text}")
