"""Handwritten digits: from a box cut out of a scanned form to the probabilities of what is in it.

`normalise` makes of a box what the network knows, `classify` says how likely each digit is, and how likely it is that
nothing was written or that it was crossed out. What a row of boxes says together is decided in `deciding`.
"""

from saime.channels.paper.digits.calibration import Calibration, shipped_calibration
from saime.channels.paper.digits.classes import BLANK, CLASSES, CROSSED, SIZE, Image, Images, Probabilities
from saime.channels.paper.digits.network import UnableToClassify, classify
from saime.channels.paper.digits.normalising import UnableToNormalise, normalise

__all__ = [
    "BLANK",
    "CLASSES",
    "CROSSED",
    "SIZE",
    "Calibration",
    "Image",
    "Images",
    "Probabilities",
    "UnableToClassify",
    "UnableToNormalise",
    "classify",
    "normalise",
    "shipped_calibration",
]
