"""What can be in a box: ten digits, nothing, or something crossed out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLANK, CROSSED = 10, 11  # classes 0 to 9 are the digits
CLASSES = 12
SIZE = 28  # pixels of an image's side, as in MNIST

Image = NDArray[np.uint8]  # (SIZE, SIZE), white on black
Images = NDArray[np.uint8]  # (n, SIZE, SIZE)
Probabilities = NDArray[np.float32]  # (n, CLASSES), each row adds up to 1
