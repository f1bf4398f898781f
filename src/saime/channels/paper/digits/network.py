"""The network at work: images in, calibrated probabilities out."""

from __future__ import annotations

from functools import cache

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from saime.channels.paper.digits.calibration import DATA, shipped_calibration
from saime.channels.paper.digits.classes import CLASSES, SIZE, Images, Probabilities

NETWORK = DATA / "digits.onnx"
_AT_ONCE = 1024  # images in one go: bounds the memory, costs no time


class UnableToClassify(ValueError):
    """The images are not what the network reads. The text says what it reads."""


def classify(images: Images) -> Probabilities:
    """How likely each digit is (0 to 9), nothing (BLANK), something crossed out (CROSSED), for each image.

    `images`: (n, 28, 28) uint8, white on black, framed as `normalise` does. Gives (n, 12) float32, each row adding up
    to 1; the same image gives the same row whatever else is in the batch, up to rounding. UnableToClassify for other
    shapes and types.
    """
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (SIZE, SIZE):
        raise UnableToClassify(
            f"images of shape (n, {SIZE}, {SIZE}) and type uint8 are read, not {images.shape} of {images.dtype}"
        )
    scores = np.empty((len(images), CLASSES), dtype=np.float32)
    for start in range(0, len(images), _AT_ONCE):
        scores[start : start + _AT_ONCE] = _scores(images[start : start + _AT_ONCE])
    return _softmax(scores / np.float32(shipped_calibration().temperature))


def _scores(images: Images) -> NDArray[np.float32]:
    scaled = images[:, None].astype(np.float32) / np.float32(255)
    return np.asarray(_session().run(None, {"images": scaled})[0], dtype=np.float32)


@cache
def _session() -> onnxruntime.InferenceSession:
    """One a process, opened at the first digit. One thread: whoever has many pages reads many at a time."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(NETWORK), options, providers=["CPUExecutionProvider"])


def _softmax(scores: NDArray[np.float32]) -> Probabilities:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
    result: Probabilities = powers / powers.sum(axis=1, keepdims=True)
    return result
