"""`saime paper evaluate`: the same figures however a file is written; a bad file is answered with a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.channels.paper import scans

from saime.channels.paper.digits import classify, collections
from saime.channels.paper.digits.collections import UnableToReadDigits, read_digits
from saime.channels.paper.digits.evaluating import evaluate
from saime.interchange.cli import main

X, Y = scans.held_out().images[:400], scans.held_out().labels[:400]
WRITERS = scans.held_out().writers[:400]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "digits.npz"


def run(file: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["paper", "evaluate", str(file), *words])
    said = capsys.readouterr()
    return status, said.out, said.err


# Figures


def test_the_figures_are_those_of_the_digits(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(file, X=X, y=Y, writer=WRITERS)
    status, out, _ = run(file, capsys, "--json")
    told = json.loads(out)
    likely = classify(X)
    read = likely.argmax(axis=1)
    assert status == 0
    assert told["digits"] == 400
    assert told["wrong"] == int((read != Y).sum())
    assert told["accuracy"] == pytest.approx((read == Y).mean(), abs=1e-5)
    for digit, row in enumerate(told["confusion"]):
        assert row == [int(((digit == Y) & (read == seen)).sum()) for seen in range(12)]
    for at in told["thresholds"]:
        taken = likely.max(axis=1) >= at["threshold"]
        assert at["accepted"] == int(taken.sum())
        assert at["review_share"] == pytest.approx(1 - taken.mean(), abs=1e-5)
        assert at["wrong"] == int((taken & (read != Y)).sum())
    assert {of["writer"]: of["digits"] for of in told["writers"]} == {
        str(writer): int((writer == WRITERS).sum()) for writer in set(WRITERS.tolist())
    }
    assert sum(of["wrong"] for of in told["writers"]) == told["wrong"]


def test_people_get_tables_and_machines_one_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(file, X=X, y=Y, writer=WRITERS)
    status, out, err = run(file, capsys)
    assert status == 0
    assert list(json.loads(out))[:4] == ["file", "digits", "wrong", "accuracy"]
    assert "threshold" in err
    assert "writer" in err
    assert "crossed" in err


SHAPES: dict[str, tuple[Any, Any]] = {
    "flat": (X.reshape(-1, 784), Y),
    "one channel, last": (X[..., None], Y),
    "one channel, first": (X[:, None], Y),
    "0 to 1": (X.astype(np.float32) / 255, Y),
    "0 to 1, double": (X / 255.0, Y),
    "0.0 to 255.0": (X.astype(np.float64), Y),
    "64 bits": (X.astype(np.int64), Y.astype(np.int64)),
    "black on white": (255 - X, Y),
    "black on white, 0 to 1": (1 - X.astype(np.float64) / 255, Y),
    "labels in a column": (X, Y[:, None]),
    "labels as floats": (X, Y.astype(np.float32)),
    "a column a digit": (X, np.eye(10, dtype=np.uint8)[Y]),
}


@pytest.mark.parametrize("name", SHAPES)
def test_however_it_is_written(name: str, file: Path) -> None:
    x, y = SHAPES[name]
    np.savez_compressed(file, X=x, y=y)
    digits = read_digits(file)
    np.testing.assert_array_equal(digits.images, X)
    np.testing.assert_array_equal(digits.labels, Y)
    assert digits.is_inverted == name.startswith("black")


def test_black_and_white_without_greys_is_read(file: Path) -> None:
    np.savez(file, X=X > 127, y=Y)
    assert evaluate(read_digits(file)).accuracy >= 0.93


def test_doubted_labels_are_left_out(file: Path) -> None:
    suspect = np.arange(400) < 30
    np.savez(file, X=X, y=Y, suspect=suspect, writer=WRITERS)
    digits = read_digits(file)
    assert (len(digits.images), digits.left_out) == (370, 30)
    np.testing.assert_array_equal(digits.labels, Y[30:])
    assert digits.writers is not None
    assert len(digits.writers) == 370


# Bad files


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no X": ({"y": Y}, "no array X"),
    "no y": ({"X": X, "labels": Y}, "no array y"),
    "nothing": ({}, "no array X"),
    "no digits": ({"X": X[:0], "y": Y[:0]}, "no digits"),
    "all doubted": ({"X": X, "y": Y, "suspect": np.ones(400, bool)}, "no digits"),
    "other size": ({"X": X[:, :20], "y": Y}, "images are"),
    "one image": ({"X": X[0], "y": Y[:1]}, "images are"),
    "colours": ({"X": np.repeat(X[..., None], 3, axis=3), "y": Y}, "images are"),
    "too few labels": ({"X": X, "y": Y[:-1]}, "one label an image"),
    "label 10": ({"X": X, "y": np.where(np.arange(400) == 7, 10, Y)}, "the first is 10 at 7"),
    "label -1": ({"X": X, "y": np.where(np.arange(400) == 3, -1, Y.astype(int))}, "the first is -1 at 3"),
    "label half": ({"X": X, "y": Y + 0.5}, "no digit from 0 to 9"),
    "label nan": ({"X": X, "y": np.full(400, np.nan)}, "no digit from 0 to 9"),
    "labels as words": ({"X": X, "y": Y.astype(str)}, "labels are whole numbers"),
    "images as words": ({"X": X[:2].astype(str), "y": Y[:2]}, "images are numbers"),
    "nan": ({"X": np.full((2, 28, 28), np.nan), "y": Y[:2]}, "images are 0 to 255"),
    "negative": ({"X": X.astype(int) - 300, "y": Y}, "images are 0 to 255"),
    "16 bits": ({"X": X.astype(np.uint16) * 200, "y": Y}, "images are 0 to 255"),
    "complex": ({"X": X.astype(np.complex64), "y": Y}, "images are numbers"),
    "objects": ({"X": X, "y": np.array([object()] * 400, dtype=object)}, "not a NumPy archive"),
    "writers of others": ({"X": X, "y": Y, "writer": WRITERS[:5]}, "writer has the shape"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_answered_with_a_sentence(
    name: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arrays, says = BAD[name]
    np.savez(file, **arrays)
    status, out, err = run(file, capsys, "--json")
    assert (status, out) == (1, "")
    assert str(file) in err
    assert says in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"X,y\n1,2\n", b"PK\x03\x04" + bytes(100), bytes(10_000)])
def test_what_is_no_archive_is_said_to_be_none(
    content: bytes, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(content)
    status, _, err = run(file, capsys)
    assert status == 1
    assert "not a NumPy archive" in err


def test_an_archive_that_was_cut_off_is_damaged(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(file, X=X, y=Y)
    file.write_bytes(file.read_bytes()[:-2000])
    assert run(file, capsys)[0] == 1


def test_a_file_that_is_not_there_is_wrong_usage(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(file, capsys)
    assert status == 2
    assert "no file" in err


def test_an_archive_that_would_fill_the_memory_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collections, "LARGEST", 2**20)
    np.savez_compressed(file, X=np.zeros((2000, 28, 28), np.uint8), y=np.zeros(2000, int))
    assert file.stat().st_size < 50_000
    with pytest.raises(UnableToReadDigits, match="more than"):
        read_digits(file)
