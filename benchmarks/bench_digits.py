"""`make bench-digits`: what a reading on paper costs once its boxes are cut out, against the bare network.

One thread, the median of rounds. `figure_ms`: eight crops made into images, classified, and decided as one reading.
`floor_ms`: the same eight images through ONNX Runtime and nothing else. The parts are told apart.
"""

import json
import time
from collections.abc import Callable
from decimal import Decimal
from statistics import median

import numpy as np
from tests.channels.paper import scans
from tests.channels.paper.digits.boxes import filled

from saime.channels.paper.deciding import decide
from saime.channels.paper.digits import classify, normalise
from saime.channels.paper.digits.network import _session

ROUNDS = 200
BOXES = 8


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    rng = np.random.default_rng(1)
    crops = filled(rng, np.array([0, 0, 1, 2, 7, 5, 0, 0]))
    images = np.stack([normalise(crop) for crop in crops])
    scaled = images[:, None].astype(np.float32) / 255
    likely = classify(images)

    def decided() -> object:
        return decide(likely, decimals=3, previous=Decimal("123.456"), monthly_mean=Decimal("3.2"), months=1,
                      modulus=Decimal(100_000))  # fmt: skip

    works: dict[str, Callable[[], object]] = {
        "floor_ms": lambda: _session().run(None, {"images": scaled}),
        "normalise_ms": lambda: [normalise(crop) for crop in crops],
        "classify_ms": lambda: classify(images),
        "decide_ms": decided,
    }
    spent = {name: median(milliseconds(work) for _ in range(ROUNDS)) for name, work in works.items()}
    figure = spent["normalise_ms"] + spent["classify_ms"] + spent["decide_ms"]
    digits = scans.held_out().images
    per_second = len(digits) / milliseconds(lambda: classify(digits)) * 1000
    told = {"bench": "digits", "figure_ms": figure, **spent, "ratio": figure / spent["floor_ms"]}
    print(json.dumps({k: round(v, 3) if isinstance(v, float) else v for k, v in told.items()}
                     | {"boxes": BOXES, "digits_per_second": round(per_second)}))  # fmt: skip


if __name__ == "__main__":
    main()
