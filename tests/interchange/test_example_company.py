"""A company of two houses over sixteen months goes in; what comes out is right to the last digit."""

from __future__ import annotations

import csv
from collections.abc import Sequence

import pytest
from tests.interchange.conftest import DATA, NOW, exported

from saime.interchange.imports import import_file

COMPANY = DATA / "example-company"
MONTHS = [f"2024-{month:02d}" for month in range(3, 13)] + [f"2025-{month:02d}" for month in range(1, 7)]
KEYS = {
    "consumption": ("building_no", "unit_no", "meter_no", "medium"),
    "water-difference": ("building_no", "medium", "unit_no"),
    "submissions": ("reference",),
}
Rows = dict[tuple[str, ...], dict[str, str]]


@pytest.fixture
def example(db: None) -> None:
    for kind in ("buildings", "accounts", "meters", "readings"):
        done = import_file(kind=kind, path=COMPANY / f"{kind}.csv", partial=True, history=True, now=NOW)
        assert done.rejected == 0, done.problems
        assert done.loaded.created == done.rows


def by_key(rows: Sequence[dict[str, str]], kind: str) -> Rows:
    keyed = {tuple(row[column] for column in KEYS[kind]): row for row in rows}
    assert len(keyed) == len(rows)
    return keyed


def expected(kind: str, period: str, columns: Sequence[str]) -> Rows:
    with (COMPANY / "expected" / f"{kind}.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["period"] == period]
    return by_key([{column: row[column] for column in columns} for row in rows], kind)


@pytest.mark.parametrize("kind", KEYS)
def test_every_month_comes_out_as_expected(example: None, kind: str) -> None:
    with (COMPANY / "expected" / f"{kind}.csv").open(encoding="utf-8") as file:
        # The moment is written with another offset; what it says of the month and the fate is compared.
        columns = [name for name in csv.DictReader(file).fieldnames or () if name != "received_at"]
    for month in MONTHS:
        rows = [{column: row[column] for column in columns} for row in exported(kind, month)]
        assert by_key(rows, kind) == expected(kind, month, columns), month


def test_the_same_files_again_change_nothing(example: None) -> None:
    before = exported("consumption", "2025-06")
    for kind in ("buildings", "accounts", "meters", "readings"):
        done = import_file(kind=kind, path=COMPANY / f"{kind}.csv", partial=True, history=True, now=NOW)
        loaded = done.loaded
        assert (loaded.created, loaded.updated, loaded.unchanged, done.rejected) == (0, 0, done.rows, 0)
    assert exported("consumption", "2025-06") == before
