"""The real households through import and export: nothing is lost, whatever was missed (docs/real-households.md)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
from tests.interchange.conftest import Load, exported

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return __import__("real_households")


def put_in(tool: ModuleType, load: Load, *, held_back: str) -> pl.DataFrame:
    """The real building and one with a month held back; gives the meters' rows."""
    buildings = tool.all_buildings()
    made: dict[str, pl.DataFrame] = tool.files({name: buildings[name] for name in (tool.REAL, held_back)})
    for kind, frame in made.items():
        assert not len(load(kind, frame.write_csv(), history=True).problems), kind
    return made["meters"]


def consumption(tool: ModuleType, building: str) -> pl.DataFrame:
    months = [exported("consumption", str(month), building_no=building) for month in tool.months()]
    return pl.DataFrame([row for rows in months for row in rows]).with_columns(
        pl.col("reading", "m3").replace("", None)
    )


def test_every_total_is_last_minus_first(tool: ModuleType, load: Load) -> None:
    meters = put_in(tool, load, held_back="W201612")
    first = {
        number: Decimal(value) for number, value in meters.select("meter_no", "initial_reading").iter_rows()
    }
    for building in (tool.REAL, "W201612"):
        found = tool.totals(consumption(tool, building), first)
        assert [total for total in found if total.off] == []
    real = tool.totals(consumption(tool, tool.REAL), first)
    assert len(real) == 91
    assert sum(total.charged for total in real) > 8_000
    assert sum(total.average for total in real) > 10  # there were real gaps
    assert sum(total.no_reading for total in real) > 10


def test_a_reading_held_back_is_estimated_and_settled(tool: ModuleType, load: Load) -> None:
    put_in(tool, load, held_back="W201612")
    rows = consumption(tool, "W201612")
    pairs = tool.errors(rows.filter(pl.col("period") == "2016-12"))
    assert len(pairs) > 80
    after = rows.filter(pl.col("period") == "2017-01", pl.col("basis") == "actual")
    estimated = [row for row in after.iter_rows(named=True) if Decimal(row["estimated_before"])]
    assert len(estimated) > 75


def test_the_page_says_what_the_readings_say(tool: ModuleType) -> None:
    page = (ROOT / "docs" / "real-households.md").read_text()
    for household in tool.households()[:5]:
        first, last = (
            Decimal(household.readings[end]) / 1000 for end in (household.first, max(household.readings))
        )
        assert f"| {household.name} | {first:.3f} | {last:.3f} | {last - first:.3f} |" in page
