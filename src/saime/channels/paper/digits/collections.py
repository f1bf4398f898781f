"""Files of labelled digits, as they are passed around: NumPy archives with images X and labels y."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.digits.classes import SIZE, Images

_KNOWN = ("X", "y", "writer", "suspect")
LARGEST = 4 * 2**30  # bytes, unpacked
_SHAPE = f"(n, {SIZE}, {SIZE}) or (n, {SIZE * SIZE})"

Array = NDArray[np.generic]


class UnableToReadDigits(ValueError):
    """The file does not hold labelled digits. The text says what is missing or wrong."""


@dataclass(frozen=True, slots=True)
class LabelledDigits:
    """Digits with what they are. `writers`: a name for each, None where the file does not tell; `is_inverted`: the file
    had black digits on white. `left_out`: digits whose label the file itself doubts (`suspect`)."""

    images: Images
    labels: NDArray[np.int64]
    writers: NDArray[np.str_] | None
    is_inverted: bool
    left_out: int


def read_digits(file: Path) -> LabelledDigits:
    """The digits of an .npz file. UnableToReadDigits; OSError where the file cannot be opened.

    `X`: images, (n, 28, 28), (n, 784) or with an axis of one channel; numbers from 0 to 255 or from 0 to 1, white on
    black or black on white. `y`: labels 0 to 9, whole numbers or one column a digit. `writer`? and `suspect`? (n,).
    """
    arrays = _arrays(file)
    if missing := [name for name in ("X", "y") if name not in arrays]:
        raise UnableToReadDigits(
            f"there is no array {' and no array '.join(missing)}; there are: {', '.join(sorted(arrays)) or 'none'}"
        )
    images, is_inverted = _white_on_black(_images(arrays["X"]))
    labels = _labels(arrays["y"], len(images))
    writers = _beside("writer", arrays, len(images))
    suspect = _beside("suspect", arrays, len(images))
    good = np.ones(len(images), dtype=np.bool_) if suspect is None else ~suspect.astype(np.bool_)
    if not good.any():
        raise UnableToReadDigits("there are no digits in it")
    named = None if writers is None else writers[good].astype(np.str_)
    return LabelledDigits(images[good], labels[good], named, is_inverted, int((~good).sum()))


def _arrays(file: Path) -> dict[str, Array]:
    """What is in the archive; nothing in it is run, and it does not grow beyond what memory holds."""
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > LARGEST:
            raise UnableToReadDigits(
                f"it holds {size / 2**30:.1f} GiB, more than {LARGEST // 2**30} can be read"
            )
        with np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] if name in _KNOWN else np.empty(0) for name in stored.files}
    except UnableToReadDigits:
        raise
    except (
        zipfile.BadZipFile,
        ValueError,
        EOFError,
        KeyError,
        NotImplementedError,
        MemoryError,
        RuntimeError,
    ) as error:
        raise UnableToReadDigits(
            f"it is not a NumPy archive (.npz) of numbers, or it is damaged: {error}"
        ) from error


def _images(x: Array) -> Images:
    shape = x.shape
    if x.ndim == 4 and 1 in (shape[1], shape[3]):
        shape = (shape[0], *(side for side in shape[1:] if side != 1))
    if x.ndim == 2 and shape[1] == SIZE * SIZE:
        shape = (shape[0], SIZE, SIZE)
    if len(shape) != 3 or shape[1:] != (SIZE, SIZE):
        raise UnableToReadDigits(f"X has the shape {x.shape}; images are {_SHAPE}")
    if not shape[0]:
        raise UnableToReadDigits("there are no digits in it")
    return _bytes(x.reshape(shape))


def _bytes(x: Array) -> Images:
    """Greys from 0 to 255, whatever they were counted in."""
    if x.dtype == np.bool_:
        return x.astype(np.uint8) * np.uint8(255)
    if not np.issubdtype(x.dtype, np.integer) and not np.issubdtype(x.dtype, np.floating):
        raise UnableToReadDigits(f"X holds {x.dtype}; images are numbers from 0 to 255, or from 0 to 1")
    low, high = float(x.min()), float(x.max())
    if not (low >= 0 and high <= 255):  # also refuses what is not a number
        raise UnableToReadDigits(f"X has values from {low:g} to {high:g}; images are 0 to 255, or 0 to 1")
    if high <= 1:
        return np.rint(x.astype(np.float32) * 255).astype(np.uint8)
    return np.rint(x).astype(np.uint8) if np.issubdtype(x.dtype, np.floating) else x.astype(np.uint8)


def _white_on_black(images: Images) -> tuple[Images, bool]:
    """Paper is what lies along the edges of most images."""
    edges = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    is_inverted = bool(np.median(edges, axis=1).mean() > 127)
    return (255 - images, True) if is_inverted else (images, False)


def _labels(y: Array, count: int) -> NDArray[np.int64]:
    if y.ndim == 2 and y.shape[1] == 10:  # one column a digit
        y = y.argmax(axis=1)
    if y.size != count or y.ndim > 2:
        raise UnableToReadDigits(
            f"X has {count} images, but y has the shape {y.shape}; it needs one label an image"
        )
    if not np.issubdtype(y.dtype, np.integer) and not np.issubdtype(y.dtype, np.floating):
        raise UnableToReadDigits(f"y holds {y.dtype}; labels are whole numbers from 0 to 9")
    labels = y.reshape(count).astype(np.float64)
    wrong = np.flatnonzero(~((labels >= 0) & (labels <= 9) & (labels == np.floor(labels))))
    if len(wrong):
        raise UnableToReadDigits(
            f"y has {len(wrong)} labels that are no digit from 0 to 9; the first is {labels[wrong[0]]:g} at {wrong[0]}"
        )
    return labels.astype(np.int64)


def _beside(name: str, arrays: dict[str, Array], count: int) -> Array | None:
    found = arrays.get(name)
    if found is None:
        return None
    if found.shape != (count,):
        raise UnableToReadDigits(
            f"X has {count} images, but {name} has the shape {found.shape}; it needs ({count},)"
        )
    return found
