"""Measure whole readings by writers whom the network has never seen, and set from which confidence they need no person.

    PYTHONPATH=src .venv/bin/python tools/evaluate_readings.py DIGITS --work WORK [--ship]

WORK is what tools/train_digits.py made: the networks of four folds. Each reading is written in the digits of one Swiss
writer, on a form as a scanner sees it (digit_boxes.py), and read by the network of the fold that has not seen this
writer. What is read are months of real households (the demo's water), with the mistakes that people make: a digit
wrong, last month's reading again, another meter's. Printed: JSON. `--ship` copies the network that is shipped (the
last fold's) and writes its calibration into the package.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

import digit_boxes
import digit_data
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from saime.channels.paper.deciding import Decision, decide
from saime.channels.paper.deciding.thresholds import LEVELS, levels, lowest_safe
from saime.channels.paper.digits import normalise
from saime.channels.paper.digits.calibration import CALIBRATION
from saime.channels.paper.digits.network import NETWORK
from saime.interchange.demo.water import households

SEED = 20261124
DIGITS, DECIMALS = 5, 3
WRONG_BY = Decimal("0.1")  # m³
# A field that is calibrated afterwards from few decisions starts on the safe side: half of what is allowed.
SAFE = 0.0025

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """A row on a form: what is known before, and what somebody writes into the boxes ("_" blank)."""

    previous: Decimal
    mean: Decimal | None
    months: int
    boxes: str

    @property
    def value(self) -> Decimal | None:
        """What stands there; None: nothing."""
        text = self.boxes.replace("_", "")
        if not text:
            return None
        decimals = len(self.boxes[DIGITS:].replace("_", ""))
        return Decimal(text).scaleb(-decimals)


# What is written


def readings(count: int, rng: np.random.Generator) -> list[Reading]:
    used = households().used / 1000
    return [_reading(used[int(rng.integers(len(used)))], rng) for _ in range(count)]


def _reading(used: Float, rng: np.random.Generator) -> Reading:
    """A month of a household: one of its meters takes a part of the water."""
    part = float(rng.uniform(0.25, 1.0))
    months = int(rng.choice([1, 2, 3, 4], p=[0.86, 0.08, 0.04, 0.02]))
    at = int(rng.integers(1, len(used) - months + 1))
    before = used[max(at - 12, 0) : at] * part
    start = rng.uniform(0, 2500) if rng.random() < 0.97 else rng.uniform(99_950, 99_999)
    previous = Decimal(f"{start:.3f}")
    now = (previous + Decimal(f"{used[at : at + months].sum() * part:.3f}")) % 10**DIGITS
    mean = Decimal(f"{before.mean():.3f}") if rng.random() < 0.95 else None
    return Reading(previous, mean, months, _written(_mistaken(now, previous, rng), rng))


def _mistaken(value: Decimal, previous: Decimal, rng: np.random.Generator) -> str:
    """Digits as somebody writes them down: sometimes not those of the meter."""
    chance = rng.random()
    if chance < 0.004:
        value = previous
    elif chance < 0.006:
        value = Decimal(f"{rng.uniform(0, 2500):.3f}")  # another meter's
    digits = list(f"{int(value * 1000):0{DIGITS + DECIMALS}}")
    place = int(rng.integers(1, DIGITS + DECIMALS))
    if 0.006 <= chance < 0.010:
        digits[place] = str(rng.integers(10))
    elif 0.010 <= chance < 0.012:
        digits[place - 1], digits[place] = digits[place], digits[place - 1]
    return "".join(digits)


def _written(digits: str, rng: np.random.Generator) -> str:
    """How the digits stand in the boxes."""
    if rng.random() < 0.03:
        return "_" * len(digits)
    whole, decimals = digits[:DIGITS], digits[DIGITS:]
    if rng.random() < 0.18:
        decimals = decimals[: int(rng.integers(DECIMALS))].ljust(DECIMALS, "_")
    if rng.random() < 0.55:
        short = whole.lstrip("0") or "0"
        whole = short.ljust(DIGITS, "_") if rng.random() < 0.03 else short.rjust(DIGITS, "_")
    return whole + decimals


# How it is read


def networks(work: Path) -> list[Callable[[NDArray[np.uint8]], Float]]:
    return [_scores_of(work / f"fold{fold}.onnx") for fold in range(digit_data.FOLDS)]


def _scores_of(file: Path) -> Callable[[NDArray[np.uint8]], Float]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])

    def scores(images: NDArray[np.uint8]) -> Float:
        return np.asarray(session.run(None, {"images": images[:, None].astype(np.float32) / 255})[0])

    return scores


def softmax(scores: Float) -> Float:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def temperature(work: Path) -> float:
    """What makes the probabilities of unseen writers' digits true: by least surprise, boxes and bare digits alike."""
    data = np.load(work / "unseen.npz")
    scores = np.concatenate([data["scores"], data["box_scores"]]).astype(np.float64)
    labels = np.concatenate([data["labels"], data["box_labels"]])

    def surprise(by: float) -> float:
        return float(-np.log(softmax(scores / by)[np.arange(len(labels)), labels] + 1e-12).mean())

    return float(min(np.arange(0.4, 3.0, 0.02), key=surprise))


def read_all(digits: Path, work: Path, count: int, by: float) -> list[tuple[int, Reading, Decision]]:
    """Readings by unseen writers: (writer, what was written, what was read)."""
    rng = np.random.default_rng(SEED + 7)
    swiss, nets = digit_data.swiss(digits), networks(work)
    writers = sorted({int(writer) for writer in swiss.writers})
    found = []
    for number, reading in enumerate(readings(count, rng)):
        writer = writers[number % len(writers)]
        own = np.flatnonzero(swiss.writers == writer)
        drawn = [_digit(swiss, own, sign, rng) for sign in reading.boxes]
        images = np.stack([normalise(crop) for crop in digit_boxes.row(drawn, rng)])
        likely = softmax(nets[(writer - 1) % digit_data.FOLDS](images) / by)
        decision = decide(
            likely, decimals=DECIMALS, previous=reading.previous, monthly_mean=reading.mean, months=reading.months,
            modulus=Decimal(10**DIGITS),
        )  # fmt: skip
        found.append((writer, reading, decision))
    return found


def _digit(
    swiss: digit_data.Digits, own: NDArray[np.int64], sign: str, rng: np.random.Generator
) -> NDArray[np.uint8] | None:
    if sign == "_":
        return digit_boxes.dash(rng) if rng.random() < 0.02 else None
    return swiss.images[rng.choice(own[swiss.labels[own] == int(sign)])]


# What comes of it


def is_wrong(reading: Reading, decision: Decision) -> bool:
    """Whether taking it would be wrong by more than 0.1 m³, or take something where nothing stands."""
    if reading.value is None or decision.value is None:
        return reading.value != decision.value
    return abs(reading.value - decision.value) > WRONG_BY


def figures(found: list[tuple[int, Reading, Decision]], by: float) -> dict[str, object]:
    written = [(writer, r, d) for writer, r, d in found if r.value is not None]
    confidences = np.array([0.0 if d.reason == "crossed_out" else d.confidence for _, _, d in written])
    wrong = np.array([is_wrong(r, d) for _, r, d in written])
    fine = levels(
        confidences, wrong, sorted({*LEVELS, *np.round(np.arange(0.80, 0.9999, 0.001), 3).tolist()})
    )
    chosen = lowest_safe(fine, most_wrong=SAFE)
    table = [asdict(level) for level in fine if level.threshold in LEVELS]
    threshold = chosen.threshold if chosen else 0.999
    empty = [d for _, r, d in found if r.value is None]
    return {
        "temperature": round(by, 3), "threshold": threshold, "chosen": asdict(chosen) if chosen else None,
        "levels": table, "empty": len(empty),
        "empty_as_such": sum(d.value is None and d.confidence >= threshold for d in empty),
        "empty_taken_for_reading": sum(d.value is not None and d.confidence >= threshold for d in empty),
        "writers": {writer: _of_writer(written, writer, threshold) for writer in sorted({w for w, _, _ in written})},
    }  # fmt: skip


def _of_writer(written: list[tuple[int, Reading, Decision]], writer: int, threshold: float) -> dict[str, int]:
    own = [(r, d) for w, r, d in written if w == writer]
    taken = [(r, d) for r, d in own if d.confidence >= threshold and d.reason != "crossed_out"]
    return {"readings": len(own), "accepted": len(taken), "wrong": sum(is_wrong(r, d) for r, d in taken)}


def ship(work: Path, told: dict[str, object]) -> None:
    """The last fold's network and what was measured, into the package."""
    chosen = told["chosen"]
    assert isinstance(chosen, dict)
    shutil.copyfile(work / f"fold{digit_data.SHIPPED}.onnx", NETWORK)
    calibration = {
        "temperature": told["temperature"], "threshold": told["threshold"], "readings": chosen["readings"],
        "review_share": round(chosen["review_share"], 4), "wrong_share": round(chosen["wrong_share"], 5),
        "held_out_writers": [
            writer for writer in range(1, 17) if (writer - 1) % digit_data.FOLDS == digit_data.SHIPPED
        ],
    }  # fmt: skip
    CALIBRATION.write_text(json.dumps(calibration, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("digits", type=Path, metavar="DIGITS")
    parser.add_argument("--work", type=Path, required=True, metavar="WORK")
    parser.add_argument("--readings", type=int, default=8000)
    parser.add_argument("--ship", action="store_true", help="write network and calibration into the package")
    arguments = parser.parse_args()
    by = temperature(arguments.work)
    found = read_all(arguments.digits, arguments.work, arguments.readings, by)
    told = figures(found, by)
    print(json.dumps(told, indent=1))
    if arguments.ship:
        ship(arguments.work, told)


if __name__ == "__main__":
    main()
