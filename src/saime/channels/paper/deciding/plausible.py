"""How plausible a reading is before anybody has looked at the paper: by the water that it would mean.

Most months are much like the ones before, some are not; a few readings are old ones, other meters' or have a digit
wrong, and are nevertheless what stands on the paper. So a mixture: around the mean, no use at all, far from it,
anywhere.
A dial that passed its end goes on from nought and is as plausible as any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.deciding.contracts import Expectation, UnableToDecide

Float = NDArray[np.float64]

# Shares of the mixture. The months of 91 real households against their means (the demo's water) are best described
# by nine tenths of shape 8 and one tenth of shape 1; one of a flat's meters varies more than the flat: wider here.
_USUAL, _UNUSUAL, _UNUSED, _SLIGHTLY_LESS, _FAR, _ANYWHERE = 0.70, 0.16, 0.05, 0.02, 0.06, 0.01
_USUAL_SHAPE, _UNUSUAL_SHAPE = 5.0, 1.3  # of log-logistic distributions: the higher the narrower
_UNKNOWN_MEAN = 4.0  # m³ a month where nothing is known of a meter
_LEAST_MEAN = 0.3  # m³: a meter that stood still may start to run
_UNUSED_WITHIN = 0.02  # m³
_FAR_SCALE = 1.0  # m³
LARGEST_MODULUS = Decimal(10**9)
_MOST_MONTHS = 1200


@dataclass(frozen=True, slots=True)
class Prior:
    """How likely the reading lies between two values (m³). All of it lies in 0 to `top`."""

    expected: float  # m³ since the previous reading; not used where there is none
    previous: float | None
    modulus: float
    top: float  # the largest number that fits into the boxes, or the dial's end

    def mass(self, low: Float, high: Float) -> Float:
        """The share of all readings in [low, high), each 0 to `top`."""
        anywhere: Float = (high - low) / self.top
        if self.previous is None:
            return anywhere
        ends = self._cumulated(np.minimum([low, high], self.modulus) - self.previous)
        mass: Float = np.maximum(ends[1] - ends[0], 0.0) * (1 - _ANYWHERE) + anywhere * _ANYWHERE
        return mass

    def peak(self, unit: float) -> float:
        """What a plausible reading has for itself: the mass of one step of the last digit around the expected one."""
        low = 0.0 if self.previous is None else (self.previous + self.expected) % self.modulus
        return float(self.mass(np.array([low]), np.array([min(low + unit, self.top)]))[0])

    def _cumulated(self, used: Float) -> Float:
        """Up to so much water since the previous reading; below none stand those that went round the dial."""
        whole_dial = _forward(np.array([self.modulus]), self.expected)
        went_round = _forward(used + self.modulus, self.expected) - whole_dial
        forward = np.where(used < 0, went_round, _forward(used, self.expected))
        return forward + _SLIGHTLY_LESS * np.clip(used + 1, 0, 1) + _FAR * _far(used, self.modulus)


def _forward(used: Float, expected: float) -> Float:
    """The share of readings that mean at most so much water; 0 for less than none."""
    water = np.maximum(used, 0.0)
    usual = _log_logistic(water / expected, _USUAL_SHAPE)
    unusual = _log_logistic(water / expected, _UNUSUAL_SHAPE)
    unused = np.minimum(water / _UNUSED_WITHIN, 1.0)
    return _USUAL * usual + _UNUSUAL * unusual + _UNUSED * unused


def _log_logistic(ratio: Float, shape: float) -> Float:
    powers = ratio**shape
    return powers / (1 + powers)


def _far(used: Float, modulus: float) -> Float:
    """From 0 to 1 over the dial in both directions, evenly over orders of magnitude: where mistyped readings lie."""
    distance: Float = np.sign(used) * np.log1p(abs(used) / _FAR_SCALE) / np.log1p(modulus / _FAR_SCALE)
    return (distance + 1) / 2


def prior_of(expectation: Expectation, *, whole_boxes: int) -> Prior:
    """The prior for a row with so many boxes before the point. UnableToDecide where the figures make no sense."""
    modulus = _positive(expectation.modulus, "modulus", LARGEST_MODULUS)
    mean, previous = expectation.monthly_mean, expectation.previous
    if not 0 <= expectation.months <= _MOST_MONTHS:
        raise UnableToDecide(f"months must be 0 to {_MOST_MONTHS}, not {expectation.months}")
    if mean is not None:
        _not_negative(mean, "monthly mean")
    if previous is not None and _not_negative(previous, "previous reading") >= modulus:
        raise UnableToDecide(f"the previous reading {previous} does not fit on a dial up to {modulus}")
    monthly = _UNKNOWN_MEAN if mean is None else float(mean)
    return Prior(
        expected=min(max(monthly * max(expectation.months, 1), _LEAST_MEAN), float(modulus)),
        previous=None if previous is None else float(previous),
        modulus=float(modulus),
        top=float(max(modulus, Decimal(10**whole_boxes))),
    )


def _positive(figure: Decimal, name: str, most: Decimal) -> Decimal:
    if not figure.is_finite() or not 0 < figure <= most:
        raise UnableToDecide(f"the {name} must be above 0 and at most {most}, not {figure}")
    return figure


def _not_negative(figure: Decimal, name: str) -> Decimal:
    if not figure.is_finite() or figure < 0:
        raise UnableToDecide(f"the {name} must be a number of 0 or more, not {figure}")
    return figure
