"""All readings worth considering in one layout, digit by digit from the left.

After each digit only the most promising beginnings are kept: by how well their digits fit the ink, and by how likely a
reading is that begins so. What is dropped is added up, so that confidence never comes from not having looked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.deciding.evidence import Evidence
from saime.channels.paper.deciding.layouts import Layout
from saime.channels.paper.deciding.plausible import Prior

_BEAM = 96
_RULED_OUT = -15.0
_TINY = 1e-300

Float = NDArray[np.float64]
Int = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reading that could be meant, and the logarithm of what speaks for it (ink times water)."""

    text: str
    units: int | None  # the value in steps of the last box; None: no digit stands there
    crossed: bool
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates of a layout, and what speaks for all those that were dropped (not a logarithm; relative to `base`)."""

    candidates: list[Candidate]
    dropped: float
    base: float


def search(layout: Layout, evidence: Evidence, prior: Prior, decimals: int) -> Found:
    """The likeliest readings of a layout."""
    base = layout.weight + sum(evidence.best_digit[box] for box in layout.digits)
    if not layout.digits:
        return Found([Candidate("", None, bool(layout.crossed), layout.weight)], 0.0, base)
    beam = _Beam(np.zeros(1, dtype=np.int64), np.zeros(1), np.zeros(1), 0.0)
    step = 10.0 ** (len(layout.whole) - 1)  # m³ of the digit that comes next
    for box in layout.digits:
        beam = _longer(beam, evidence.digit[box] - evidence.best_digit[box], step, prior)
        step /= 10
    return Found(_candidates(beam, layout, base, decimals), beam.dropped, base)


@dataclass(frozen=True, slots=True)
class _Beam:
    """Beginnings of readings: their digits as a number, how well these fit, and that times the prior (logarithms)."""

    digits: Int
    fit: Float
    score: Float
    dropped: float


def _longer(beam: _Beam, likely: Float, step: float, prior: Prior) -> _Beam:
    # What the network rules out is part of what remains unexplained, and not looked at.
    possible = np.flatnonzero(likely > _RULED_OUT)
    digits = (beam.digits[:, None] * 10 + possible).ravel()
    fit = (beam.fit[:, None] + likely[possible]).ravel()
    low = digits.astype(np.float64) * step
    mass = prior.mass(low, low + step)
    score = fit + np.log(np.maximum(mass, _TINY))
    if len(digits) <= _BEAM:
        return _Beam(digits, fit, score, beam.dropped)
    order = np.argsort(-score, kind="stable")
    kept, gone = order[:_BEAM], order[_BEAM:]
    return _Beam(digits[kept], fit[kept], score[kept], beam.dropped + float(np.exp(score[gone]).sum()))


def _candidates(beam: _Beam, layout: Layout, base: float, decimals: int) -> list[Candidate]:
    places = len(layout.decimals)
    to_units = 10 ** (decimals - places)
    width = len(layout.digits)
    return [
        Candidate(_text(number, width, places), number * to_units, bool(layout.crossed), base + score)
        for number, score in zip(beam.digits.tolist(), beam.score.tolist(), strict=True)
    ]


def _text(number: int, width: int, places: int) -> str:
    """The digits as they stand there: "00123.4"; "0." before decimals that stand alone is not written."""
    written = str(number).zfill(width)
    return f"{written[: width - places]}.{written[width - places :]}" if places else written
