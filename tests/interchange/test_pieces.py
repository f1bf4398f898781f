"""The pieces by themselves: natural order, references of rows without one, CSV against Python's own reader."""

from __future__ import annotations

import csv
import io
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saime.estate.rules import natural_key
from saime.interchange.problems import remove_errors
from saime.interchange.reading import csv as reading
from saime.interchange.reading.table import Column, read_table

UNIT_NO = st.text(st.sampled_from("0123456789aAbB-/ ņ"), min_size=1, max_size=20).map(str.strip).filter(bool)


def test_units_stand_as_people_count_them() -> None:
    order = ["1", "2", "2a", "2B", "10", "10-1", "10-2", "10-10", "100", "A1", "A2", "A10", "N1"]
    assert sorted(order, key=natural_key) == order
    assert sorted(order, key=natural_key, reverse=True) == order[::-1]


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_numbers_are_compared_as_numbers(a: int, b: int) -> None:
    assert (natural_key(str(a)) < natural_key(str(b))) == (a < b)
    assert (natural_key(f"k{a}") < natural_key(f"k{b}")) == (a < b)


@given(UNIT_NO, UNIT_NO)
def test_no_two_numbers_share_a_key(a: str, b: str) -> None:
    assert (natural_key(a) == natural_key(b)) == (a == b)
    assert len(natural_key(a)) <= 120


VALUE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(VALUE, VALUE, VALUE), max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([200, 10**6]),
)
def test_whatever_pythons_csv_writes_is_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[tuple[str, str, str]], end: str, block: int
) -> None:
    """Whatever the size of the blocks that the file is read in."""
    monkeypatch.setattr(reading, "BLOCK", block)
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator=end)
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    path = tmp_path / "file.csv"
    path.write_text(target.getvalue(), encoding="utf-8", newline="")
    read, problems = [], []
    for chunk in read_table(path, [Column("a"), Column("b"), Column("c")]):
        read += chunk.frame.rows()
        problems += chunk.problems
    expected = [(line, *(trimmed(value) for value in row)) for line, row in enumerate(rows, 2)]
    assert read == expected
    assert not problems


def trimmed(value: str) -> str | None:
    return value.strip() or None


@pytest.mark.parametrize("block", [16, 100, 10**6])
def test_lines_keep_their_numbers_across_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(reading, "BLOCK", block)
    path = tmp_path / "file.csv"
    lines = ["a,b"] + [{0: "1,2", 1: '"1",2', 2: "", 3: "1", 4: '1,"2'}[n % 5] for n in range(200)]
    path.write_text("\n".join(lines))
    good, bad = [], []
    for chunk in read_table(path, [Column("a"), Column("b")]):
        good += chunk.frame["line"].to_list()
        bad += [problem.line for problem in chunk.problems]
    assert good == [n + 2 for n in range(200) if n % 5 in (0, 1)]
    assert sorted(bad) == [n + 2 for n in range(200) if n % 5 in (3, 4)]
    assert all(earlier < later for earlier, later in pairwise(good))


def test_a_line_without_end_is_not_read_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BLOCK", 100_000)
    path = tmp_path / "file.csv"
    path.write_bytes(b"a\n1\n" + b"x" * 500_000)
    with pytest.raises(Exception, match=re.escape("bytes long")):
        list(read_table(path, [Column("a")]))


def test_only_our_own_list_of_errors_is_taken_away(tmp_path: Path) -> None:
    theirs = tmp_path / "file.csv.errors.csv"
    theirs.write_text("something else\n")
    remove_errors(tmp_path / "file.csv")
    assert theirs.exists()
    theirs.write_text("file,line,column,wrong,right\n")
    remove_errors(tmp_path / "file.csv")
    assert not theirs.exists()
