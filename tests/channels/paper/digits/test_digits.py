"""Digits by writers whom the network has never seen, boxes as they are cut out of forms, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from tests.channels.paper import scans
from tests.channels.paper.digits.boxes import filled, one

from saime.channels.paper.digits import (
    BLANK,
    CLASSES,
    CROSSED,
    UnableToClassify,
    UnableToNormalise,
    classify,
    normalise,
    shipped_calibration,
)
from saime.channels.paper.digits.network import NETWORK

Picture = NDArray[np.uint8]


def read(crops: list[Picture]) -> NDArray[np.int64]:
    return classify(np.stack([normalise(crop) for crop in crops])).argmax(axis=1)


# Reading


def test_the_tests_measure_by_writers_that_are_held_out() -> None:
    assert set(scans.held_out_writers()) == set(shipped_calibration().held_out_writers)


def test_digits_of_unseen_writers_are_read() -> None:
    digits = scans.held_out()
    right = classify(digits.images).argmax(axis=1) == digits.labels
    assert right.mean() >= 0.98  # one of the four stands ones on feet, see docs/channels/recognition.md
    for writer in scans.held_out_writers():
        assert right[digits.writers == writer].mean() >= 0.94


def test_sure_digits_are_hardly_ever_wrong() -> None:
    digits = scans.held_out()
    likely = classify(digits.images)
    sure = likely.max(axis=1) >= 0.99
    assert sure.mean() >= 0.85
    assert (likely.argmax(axis=1) != digits.labels)[sure].mean() <= 0.004


def test_digits_in_boxes_are_read() -> None:
    rng = np.random.default_rng(1)
    written = rng.integers(0, 10, 96 * 8)
    right = read(filled(rng, written)) == written
    assert right.mean() >= 0.96


def test_empty_boxes_are_empty() -> None:
    rng = np.random.default_rng(2)
    written = np.where(rng.random(96 * 2) < 0.5, BLANK, rng.integers(0, 10, 96 * 2))
    is_empty = read(filled(rng, written)) == BLANK
    assert is_empty[written == BLANK].mean() >= 0.99
    assert not is_empty[written != BLANK].any()


def test_what_was_crossed_out_is_no_digit() -> None:
    rng = np.random.default_rng(3)
    written = np.where(rng.random(96 * 3) < 0.5, CROSSED, rng.integers(0, 10, 96 * 3))
    is_crossed = read(filled(rng, written)) == CROSSED
    assert is_crossed[written == CROSSED].mean() >= 0.85
    assert is_crossed[written != CROSSED].mean() <= 0.02


# Probabilities


def test_probabilities_are_probabilities() -> None:
    likely = classify(scans.held_out().images[:50])
    assert likely.shape == (50, CLASSES)
    assert likely.dtype == np.float32
    assert likely.min() >= 0
    np.testing.assert_allclose(likely.sum(axis=1), 1, atol=1e-5)


def test_the_same_digit_is_read_alike_in_any_company() -> None:
    images = scans.held_out().images[:64]
    together = classify(images)
    np.testing.assert_array_equal(together, classify(images.copy()))
    np.testing.assert_allclose(
        together, np.concatenate([classify(images[i : i + 1]) for i in range(64)]), atol=1e-4
    )
    np.testing.assert_allclose(together[::-1], classify(images[::-1]), atol=1e-4)


def test_more_than_one_batch_is_read() -> None:
    images = np.repeat(scans.held_out().images[:1], 2500, axis=0)
    likely = classify(images)
    np.testing.assert_allclose(likely, np.broadcast_to(likely[0], likely.shape), atol=1e-4)


def test_no_images_have_no_probabilities() -> None:
    assert classify(np.zeros((0, 28, 28), dtype=np.uint8)).shape == (0, CLASSES)


@settings(max_examples=30, deadline=None)
@given(arrays(np.uint8, (2, 28, 28)))
def test_any_image_is_answered(images: Picture) -> None:
    likely = classify(images)
    assert np.isfinite(likely).all()
    np.testing.assert_allclose(likely.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    "images",
    [np.zeros((28, 28), np.uint8), np.zeros((1, 28, 27), np.uint8), np.zeros((1, 28, 28), np.float32),
     np.zeros((1, 28, 28, 1), np.uint8), np.zeros((1, 784), np.uint8)],
    ids=lambda images: f"{images.shape} {images.dtype}",
)  # fmt: skip
def test_other_shapes_are_refused(images: Picture) -> None:
    with pytest.raises(UnableToClassify, match="28"):
        classify(images)


def test_the_network_is_small() -> None:
    assert Path(NETWORK).stat().st_size <= 1_500_000


# Boxes


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(8, 160), st.integers(8, 160)), st.sampled_from([0, 3]), st.integers(0, 2**32 - 1)
)
def test_any_crop_becomes_an_image(sides: tuple[int, int], channels: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (*sides, 3) if channels else sides
    crop = rng.integers(0, 256, shape).astype(np.uint8)
    image = normalise(crop)
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    np.testing.assert_array_equal(image, normalise(crop.copy()))


@pytest.mark.parametrize("grey", [255, 200, 120, 0])
def test_paper_without_ink_is_black(grey: int) -> None:
    assert not normalise(np.full((108, 79), grey, np.uint8)).any()


def test_a_digit_is_framed_like_those_it_learned_from() -> None:
    rng = np.random.default_rng(4)
    for digit in range(10):
        image = normalise(one(rng, digit))
        rows, columns = np.flatnonzero(image.max(axis=1) > 60), np.flatnonzero(image.max(axis=0) > 60)
        longest = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
        assert 17 <= longest <= 20
        weight = image.astype(np.float64)
        assert abs((weight.sum(axis=1) * np.arange(28)).sum() / weight.sum() - 13.5) <= 2.5


def test_the_colour_of_the_frame_drops_out() -> None:
    rng = np.random.default_rng(5)
    plain = one(rng, 5)
    lined = plain.copy()
    lined[50:54, :, 1:] = np.minimum(lined[50:54, :, 1:], 90)  # a red line across: white in the red channel
    assert read([plain, lined]).tolist() == [5, 5]


def test_a_neighbours_stroke_is_not_ours() -> None:
    crop = np.full((108, 79), 245, np.uint8)
    crop[20:90, 0:5] = 40
    assert read([crop]).tolist() == [BLANK]


@pytest.mark.parametrize(
    "crop",
    [np.zeros((5, 40), np.uint8), np.zeros((3000, 40), np.uint8), np.zeros((40, 40, 4), np.uint8),
     np.zeros(40, np.uint8), np.zeros((40, 40), np.float32), np.zeros((0, 0), np.uint8)],
    ids=lambda crop: f"{crop.shape} {crop.dtype}",
)  # fmt: skip
def test_what_is_no_crop_is_refused(crop: Picture) -> None:
    with pytest.raises(UnableToNormalise, match="crop"):
        normalise(crop)
