"""Handwritten digits of several collections, in one shape, with their writers; and what is made of them for training.

The folder holds `swiss_numbers.npz`, `mnist_train_writers.npz`, `semeion.npz` and `optdigits.npz`;
docs/channels/recognition.md says where they come from. Digits are 28 × 28, white on black.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import digit_boxes
import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.digits import BLANK, CROSSED, SIZE, normalise

FOLDS = 4
SHIPPED = 3  # the fold whose writers the shipped network has not seen: 4, 8, 12, 16, those of the tests
Images = NDArray[np.uint8]


@dataclass(frozen=True)
class Digits:
    images: Images  # (n, 28, 28)
    labels: NDArray[np.int64]
    writers: NDArray[np.int64]  # 0: unknown

    def __len__(self) -> int:
        return len(self.labels)

    def only(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Digits:
        return Digits(self.images[chosen], self.labels[chosen], self.writers[chosen])


def swiss(folder: Path) -> Digits:
    """European digits by 16 writers. Those whose label looks wrong are left out."""
    data = np.load(folder / "swiss_numbers.npz")
    digits = Digits(data["X"], data["y"].astype(np.int64), data["writer"].astype(np.int64))
    return digits.only(~data["suspect"])


def mnist(folder: Path) -> Digits:
    data = np.load(folder / "mnist_train_writers.npz")
    return Digits(data["X"], data["y"].astype(np.int64), data["writer"].astype(np.int64) + 1)


def others(folder: Path) -> Digits:
    """Italian and Turkish digits, brought to the size and framing of the rest."""
    semeion, optdigits = np.load(folder / "semeion.npz"), np.load(folder / "optdigits.npz")
    images = [_reframed(image) for name in ("X_tra", "X_tes") for image in optdigits[name]]
    images += [_reframed(image) for image in semeion["X"]]
    labels = np.concatenate([optdigits["y_tra"], optdigits["y_tes"], semeion["y"]]).astype(np.int64)
    return Digits(np.stack(images), labels, np.zeros(len(labels), dtype=np.int64))


def fold_of(writers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Swiss writers by turns into four folds: 1, 5, 9, 13 are the first, 4, 8, 12, 16 the last."""
    return (writers - 1) % FOLDS


def with_feet(digits: Digits, rng: np.random.Generator, *, share: float) -> Digits:
    """A share of the ones with a stroke to stand on: common in Europe, rare in every collection."""
    images = digits.images.copy()
    ones = np.flatnonzero(digits.labels == 1)
    for index in rng.choice(ones, round(share * len(ones)), replace=False):
        _put_on_foot(images[index], rng)
    return Digits(images, digits.labels, digits.writers)


def _put_on_foot(image: Images, rng: np.random.Generator) -> None:
    bottom = int(np.flatnonzero(image.max(axis=1) > 60)[-1])
    foot = np.flatnonzero(image[max(bottom - 2, 0) : bottom + 1].max(axis=0) > 60).mean()
    left, right = foot - rng.uniform(3.5, 9), foot + rng.uniform(3.0, 8)
    rise = float(rng.normal(0, 0.7))
    ends = [(left, bottom + rise), (right, bottom - rise)]
    points = [(round(min(max(x, 1), 26) * 8), round(min(max(y, 1), 26) * 8)) for x, y in ends]
    thickness = int(rng.choice([1, 1, 2, 2]))
    cv2.line(image, points[0], points[1], int(rng.integers(190, 256)), thickness, cv2.LINE_AA, 3)


def _reframed(image: NDArray[np.uint8]) -> Images:
    """A small picture as if it stood in a box of a form."""
    white = image.astype(np.float32) / max(int(image.max()), 1) * 255
    large = cv2.resize(white, (72, 72), interpolation=cv2.INTER_CUBIC)
    paper = np.full((108, 108), 255.0)
    paper[18:90, 18:90] -= np.clip(large, 0, 255)
    return normalise(np.clip(paper, 0, 255).astype(np.uint8))


def in_boxes(digits: Digits, rng: np.random.Generator, *, rows: int) -> Digits:
    """Rows of eight boxes filled with these digits, scanned and cut out: some blank, some crossed out.

    Each row is by one writer where the writers are known.
    """
    images, labels, writers = [], [], []
    places = {int(writer): np.flatnonzero(digits.writers == writer) for writer in np.unique(digits.writers)}
    names = sorted(places)
    for _ in range(rows):
        writer = names[int(rng.integers(len(names)))]
        chosen = rng.choice(places[writer], 8)
        label, crops = _row(digits, chosen, rng)
        images += [normalise(crop) for crop in crops]
        labels += label
        writers += [writer] * 8
    return Digits(np.stack(images), np.array(labels, dtype=np.int64), np.array(writers, dtype=np.int64))


def _row(
    digits: Digits, chosen: NDArray[np.int64], rng: np.random.Generator
) -> tuple[list[int], list[Images]]:
    blank, crossed = rng.random(8) < 0.14, rng.random(8) < 0.13
    drawn: list[Images | None] = []
    labels: list[int] = []
    for box, index in enumerate(chosen):
        dashed = bool(blank[box] and rng.random() < 0.1 and not crossed[box])
        drawn.append(digit_boxes.dash(rng) if dashed else None if blank[box] else digits.images[index])
        labels.append(CROSSED if crossed[box] else BLANK if blank[box] else int(digits.labels[index]))
    places = tuple(int(box) for box in np.flatnonzero(crossed))
    return labels, digit_boxes.row(drawn, rng, crossed=places)


def strange_blanks(count: int, rng: np.random.Generator) -> Digits:
    """Images on which nothing is written, of kinds that no box simulates: black, noise, lines at the edge, specks."""
    images = np.zeros((count, SIZE, SIZE), dtype=np.uint8)
    for image in images:
        kind = rng.integers(4)
        if kind == 1:
            image[:] = np.clip(rng.normal(0, rng.uniform(5, 40), image.shape), 0, 255)
        elif kind == 2:
            _edge_lines(image, rng)
        elif kind == 3:
            centre = (int(rng.integers(SIZE)), int(rng.integers(SIZE)))
            cv2.circle(image, centre, int(rng.integers(1, 3)), int(rng.integers(60, 256)), -1, cv2.LINE_AA)
    labels = np.full(count, BLANK, dtype=np.int64)
    return Digits(images, labels, np.zeros(count, dtype=np.int64))


def _edge_lines(image: Images, rng: np.random.Generator) -> None:
    for _ in range(int(rng.integers(1, 4))):
        place, value = int(rng.integers(0, 4)), int(rng.integers(60, 256))
        side = int(rng.integers(4))
        view = image if side % 2 else image.T
        view[
            place if side < 2 else SIZE - 1 - place, int(rng.integers(10)) : SIZE - int(rng.integers(10))
        ] = value
