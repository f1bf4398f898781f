"""The second opinion itself, held against what is known: the company of two houses, the worked examples."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.oracle.model import House, month_from

COMPANY = Path(__file__).parent.parent / "interchange" / "data" / "example-company"
KINDS = ("buildings", "accounts", "meters", "readings")


@pytest.fixture(scope="module")
def house() -> House:
    found = House()
    for kind in KINDS:
        found.take(kind, (COMPANY / f"{kind}.csv").read_text())
    return found


def expected(name: str) -> dict[int, list[dict[str, str]]]:
    with (COMPANY / "expected" / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        month_from(period): [r for r in rows if r["period"] == period]
        for period in {r["period"] for r in rows}
    }


def test_fates(house: House) -> None:
    chosen = {id(one) for meter_no in house.meters for one in house.registered(meter_no).values()}
    fates = {
        one.reference: one.verdict
        if one.verdict != "accepted"
        else "registered"
        if id(one) in chosen
        else "superseded"
        for one in house.submissions
    }
    assert fates == {
        row["reference"]: row["fate"] for rows in expected("submissions").values() for row in rows
    }


def test_consumption(house: House) -> None:
    names = ("reading", "channel", "m3", "basis", "mark", "estimated_before")
    for month, rows in expected("consumption").items():
        found = {key[2]: row[2:] for key, row in house.consumption_rows(month).items()}
        assert found == {row["meter_no"]: tuple(row[name] for name in names) for row in rows}


def test_water_difference(house: House) -> None:
    for month, rows in expected("water-difference").items():
        found = {key: row[2:] for key, row in house.difference_rows(month).items()}
        assert found == {
            (r["building_no"], r["medium"], r["unit_no"]): (r["difference_m3"], r["share_m3"]) for r in rows
        }


READ: Mapping[str, str] = {
    "A": "104 109 115 - - 128 133",
    "B": "104 109 115 - - - 135",
    "C": "104 109 115 - 117.5 121 -",
}
CHARGED: Mapping[str, str] = {
    "A": "4.000 5.000 6.000 5.000V 5.000V 3.000 5.000",
    "B": "4.000 5.000 6.000 5.000V 5.000V 0.000 10.000",
    "C": "4.000 5.000 6.000 5.000V -2.500 3.500 2.000V",
}


@pytest.mark.parametrize("example", READ)
def test_worked_examples(example: str) -> None:
    house = House()
    house.take("buildings", "building_no,address,regulation\nB,Testa iela 1,524\n")
    house.take(
        "accounts",
        "account_no,building_no,unit_no,unit_kind,area_m2,declared_persons,holder_name,from_date\n"
        "1,B,1,apartment,50.00,2,Paraugs,2020-01-01\n",
    )
    house.take(
        "meters",
        "meter_no,building_no,unit_no,medium,digits,installed_on,initial_reading\nM,B,1,cold,5,2026-01-05,100.000\n",
    )
    rows = [
        f"M,{value},2026-{month:02}-26T10:00:00+02:00,portal\n"
        for month, value in enumerate(READ[example].split(), 1) if value != "-"
    ]  # fmt: skip
    house.take("readings", "meter_no,value,received_at,channel\n" + "".join(rows))
    charges = [
        house.consumption_rows(month)["B", "1", "M", "cold"] for month in range(2026 * 12, 2026 * 12 + 7)
    ]
    assert [m3 + mark for _, _, _, _, m3, _, mark, _ in charges] == CHARGED[example].split()
