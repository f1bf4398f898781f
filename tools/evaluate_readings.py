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
import pickle
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
from saime.channels.paper.deciding.thresholds import LEVELS, Level, levels, lowest_safe
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


@dataclass(frozen=True)
class Read:
    """A reading by an unseen writer, what the network said of its boxes, and what was decided."""

    writer: int
    written: Reading
    likely: Float
    decision: Decision

    @property
    def confidence(self) -> float:
        return 0.0 if self.decision.reason == "crossed_out" else self.decision.confidence

    @property
    def is_wrong(self) -> bool:
        return _differ(self.written.value, self.decision.value)


def _differ(written: Decimal | None, read: Decimal | None) -> bool:
    """Whether taking it would be wrong by more than 0.1 m³, or take something where nothing stands."""
    if written is None or read is None:
        return written != read
    return abs(written - read) > WRONG_BY


def read_all(digits: Path, work: Path, count: int, by: float) -> list[Read]:
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
        found.append(Read(writer, reading, likely, _decided(reading, likely)))
    return found


def _decided(reading: Reading, likely: Float) -> Decision:
    return decide(
        likely, decimals=DECIMALS, previous=reading.previous, monthly_mean=reading.mean, months=reading.months,
        modulus=Decimal(10**DIGITS),
    )  # fmt: skip


def _digit(
    swiss: digit_data.Digits, own: NDArray[np.int64], sign: str, rng: np.random.Generator
) -> NDArray[np.uint8] | None:
    if sign == "_":
        return digit_boxes.dash(rng) if rng.random() < 0.02 else None
    return swiss.images[rng.choice(own[swiss.labels[own] == int(sign)])]


# What comes of it


def figures(found: list[Read], by: float) -> dict[str, object]:
    written = [one for one in found if one.written.value is not None]
    table = _levels([one.confidence for one in written], [one.is_wrong for one in written])
    chosen = lowest_safe(table, most_wrong=SAFE)
    threshold = chosen.threshold if chosen else 0.999
    empty = [one for one in found if one.written.value is None]
    return {
        "temperature": round(by, 3), "threshold": threshold, "chosen": asdict(chosen) if chosen else None,
        "levels": [asdict(level) for level in table if level.threshold in LEVELS], "empty": len(empty),
        "empty_as_such": sum(not one.is_wrong and one.confidence >= threshold for one in empty),
        "empty_taken_for_reading": sum(one.is_wrong and one.confidence >= threshold for one in empty),
        "box_by_box": _box_by_box(written),
        "writers": {writer: _of_writer(written, writer, threshold) for writer in sorted({w.writer for w in written})},
    }  # fmt: skip


def _levels(confidences: list[float], wrong: list[bool]) -> list[Level]:
    steps = sorted({*LEVELS, *np.round(np.arange(0.5, 0.9999, 0.001), 3).tolist()})
    return levels(np.array(confidences), np.array(wrong), steps)


def _box_by_box(written: list[Read]) -> dict[str, object] | None:
    """What would come of the best sign in each box, as sure as all of them together: no water, no layouts."""
    signs = np.array(list("0123456789_x"))
    read = ["".join(signs[one.likely.argmax(axis=1)]) for one in written]
    wrong = [
        "x" in text or _differ(one.written.value, Reading(Decimal(0), None, 1, text).value)
        for text, one in zip(read, written, strict=True)
    ]
    sure = [float(one.likely.max(axis=1).prod()) for one in written]
    safe = lowest_safe(_levels(sure, wrong), most_wrong=SAFE)
    return asdict(safe) if safe else None


def _of_writer(written: list[Read], writer: int, threshold: float) -> dict[str, int]:
    own = [one for one in written if one.writer == writer]
    taken = [one for one in own if one.confidence >= threshold]
    return {"readings": len(own), "accepted": len(taken), "wrong": sum(one.is_wrong for one in taken)}


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
    with (arguments.work / "readings.pickle").open("wb") as file:
        pickle.dump(found, file)
    told = figures(found, by)
    print(json.dumps(told, indent=1))
    if arguments.ship:
        ship(arguments.work, told)


if __name__ == "__main__":
    main()
