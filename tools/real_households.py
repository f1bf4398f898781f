"""Puts the real households through Saime as one building, and writes what came out: docs/real-households.md.

    .venv/bin/python tools/real_households.py

Everything goes by the `saime` command, on an installation made for it. Beside the building as it really was there is
one for each month in which every reading of that month is held back: what Saime then estimates is held against them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from saime.interchange.demo import water
from saime.interchange.demo.texts import fixed
from saime.platform.periods import Period

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "real-households.md"
PICTURE = ROOT / "docs" / "pictures" / "real-households-averages.svg"
REAL = "REAL"
FIRST_HELD_BACK = 4  # by then there are three months to take a mean of


@dataclass(frozen=True)
class Household:
    """A row of the data: readings in thousandths of m³ by the month at whose end they were taken."""

    name: str
    readings: dict[Period, int]

    @property
    def first(self) -> Period:
        return min(self.readings)

    def without(self, month: Period) -> Household:
        return Household(
            self.name, {period: value for period, value in self.readings.items() if period != month}
        )


def households() -> list[Household]:
    """Those that were read at all."""
    names, ends, values = water.readings()
    rows = zip(names, values.tolist(), strict=True)
    every = [
        Household(n, {p: v for p, v in zip(ends, row, strict=True) if v != water.NO_READING})
        for n, row in rows
    ]
    return [household for household in every if household.readings]


def months() -> list[Period]:
    """The months that are charged: from the one after the first readings to that of the last."""
    read = {period for household in households() for period in household.readings}
    return list((min(read) + 1).through(max(read)))


def held_back() -> list[Period]:
    return months()[FIRST_HELD_BACK - 1 : -1]


# Files


def files(buildings: dict[str, list[Household]]) -> dict[str, pl.DataFrame]:
    """The buildings as interchange files. A household's first reading is its meter's initial one."""
    flats = [(building, number, household) for building, inside in buildings.items()
             for number, household in enumerate(inside, 1)]  # fmt: skip
    return {
        "buildings": pl.DataFrame({
            "building_no": list(buildings), "address": [f"Building {name}" for name in buildings], "regulation": "524",
        }),
        "accounts": pl.DataFrame([
            {"account_no": f"{building}{h.name}", "building_no": building, "unit_no": str(number),
             "unit_kind": "apartment", "area_m2": "60.00", "declared_persons": 2, "holder_name": f"Household {h.name}",
             "from_date": "2015-01-01"}
            for building, number, h in flats
        ]),
        "meters": pl.DataFrame([
            {"meter_no": f"{building}-{h.name}", "building_no": building, "unit_no": str(number), "medium": "cold",
             "digits": 5, "installed_on": str((h.first + 1).first_day), "initial_reading": h.readings[h.first]}
            for building, number, h in flats
        ]).with_columns(fixed("initial_reading", 3)),
        "readings": pl.DataFrame([
            {"meter_no": f"{building}-{h.name}", "value": value, "channel": "remote", "period": str(period),
             "received_at": f"{(period + 1).first_day}T00:00:00Z", "reference": f"{building}-{h.name}-{period}"}
            for building, _, h in flats for period, value in h.readings.items() if period != h.first
        ]).with_columns(fixed("value", 3)),
    }  # fmt: skip


def all_buildings() -> dict[str, list[Household]]:
    """The real one, and one for each month whose readings are held back."""
    real = households()
    experiments = {
        f"W{month.number}": [
            h.without(month) for h in real if {month - 1, month} <= h.readings.keys() and h.first < month - 3
        ]
        for month in held_back()
    }
    return {REAL: real} | experiments


# What came out


@dataclass(frozen=True)
class Total:
    """A household's sum over the months up to its last registered reading, against the readings themselves."""

    name: str
    first: Decimal
    last: Decimal
    charged: Decimal
    actual: int
    average: int
    norm: int
    no_reading: int
    charged_after: Decimal  # by average, since the last reading

    @property
    def off(self) -> Decimal:
        return self.charged - (self.last - self.first)


def totals(consumption: pl.DataFrame, initial: dict[str, Decimal]) -> list[Total]:
    """From rows of `export consumption` of all months (columns as text), a total for each meter."""
    rows = consumption.with_columns(pl.col("m3").cast(pl.Decimal(12, 3))).sort("period")
    return [
        _total(str(meter), part, initial[str(meter)])
        for (meter,), part in rows.group_by("meter_no", maintain_order=True)
    ]


def _total(meter: str, rows: pl.DataFrame, first: Decimal) -> Total:
    read = rows.filter(pl.col("reading").is_not_null())
    until = read["period"].max() or ""
    settled, after = rows.filter(pl.col("period") <= until), rows.filter(pl.col("period") > until)
    count = dict(rows["basis"].value_counts().iter_rows())
    return Total(
        meter, first, Decimal(read["reading"][-1]) if len(read) else first, _sum(settled), count.get("actual", 0),
        count.get("average", 0), count.get("norm", 0), count.get("no_reading", 0), _sum(after),
    )  # fmt: skip


def _sum(rows: pl.DataFrame) -> Decimal:
    return sum(rows["m3"].to_list(), Decimal(0)).quantize(Decimal("0.001"))


def errors(estimates: pl.DataFrame) -> list[tuple[Decimal, Decimal]]:
    """(estimated, really used) for each household and month held back: rows of `export consumption`, marked V."""
    by_name = {household.name: household.readings for household in households()}
    found = []
    for meter, period, m3, mark in estimates.select("meter_no", "period", "m3", "mark").iter_rows():
        month, readings = Period.parse(period), by_name[meter.split("-")[1]]
        if mark == "V":
            found.append((Decimal(m3), Decimal(readings[month] - readings[month - 1]) / 1000))
    return found


# The command


def saime(home: Path, *words: str) -> bytes:
    command = [sys.executable, "-m", "saime.interchange.cli", *words]
    environment = os.environ | {"SAIME_DATA_DIR": str(home)}
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout


def run(home: Path) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, dict[str, Decimal]]:
    """Import everything and export it: the real building's consumption, estimates, submissions, first readings."""
    saime(home, "init")
    made = files(all_buildings())
    for kind, frame in made.items():
        frame.write_csv(home / f"{kind}.csv")
        print(json.loads(saime(home, "import", kind, str(home / f"{kind}.csv"), "--history")))
    for month in months():
        print(json.loads(saime(home, "consumption", "--period", str(month)).splitlines()[-1]))
    real = pl.concat([exported(home, "consumption", month, REAL) for month in months()])
    estimates = pl.concat([exported(home, "consumption", month, f"W{month.number}") for month in held_back()])
    submissions = pl.concat([exported(home, "submissions", month, REAL) for month in months()])
    initial = {
        row[0]: Decimal(row[1]) for row in made["meters"].select("meter_no", "initial_reading").iter_rows()
    }
    return real, estimates, submissions, initial


def exported(home: Path, kind: str, month: Period, building: str) -> pl.DataFrame:
    return pl.read_csv(
        saime(home, "export", kind, "--period", str(month), "--building", building), infer_schema=False
    )


# The page


def page(found: list[Total], pairs: list[tuple[Decimal, Decimal]], submissions: pl.DataFrame) -> str:
    off = [total for total in found if total.off]
    if off:
        raise SystemExit(f"{len(off)} totals are not last minus first reading: {off}")
    fates = dict(submissions["fate"].value_counts().iter_rows())
    used = sum((total.charged for total in found), Decimal(0))
    return _TEXT.format(
        households=len(found), months=len(months()), first=months()[0], last=months()[-1],
        readings=len(submissions), rejected=fates.get("rejected", 0), used=f"{used:,.3f}",
        actual=sum(t.actual for t in found), average=sum(t.average for t in found), norm=sum(t.norm for t in found),
        no_reading=sum(t.no_reading for t in found), after=sum(1 for t in found if t.charged_after),
        pairs=len(pairs), **_accuracy(pairs), rows="\n".join(map(_row, found)),
    )  # fmt: skip


def _accuracy(pairs: list[tuple[Decimal, Decimal]]) -> dict[str, str]:
    off = sorted(estimated - real for estimated, real in pairs)
    size = sorted(map(abs, off))
    share = {
        limit: sum(value <= limit for value in size) / len(size)
        for limit in (Decimal("0.5"), Decimal(1), Decimal(2))
    }
    real = sum((used for _, used in pairs), Decimal(0))
    return {
        "bias": f"{statistics.mean(off):+.3f}", "median": f"{statistics.median(size):.3f}",
        "nine_tenths": f"{size[len(size) * 9 // 10]:.3f}", "largest": f"{size[-1]:.3f}",
        "mean_used": f"{real / len(pairs):.3f}", "sum_off": f"{100 * sum(off) / real:+.1f}",
        "half": f"{share[Decimal('0.5')]:.0%}", "one": f"{share[Decimal(1)]:.0%}", "two": f"{share[Decimal(2)]:.0%}",
    }  # fmt: skip


def _row(total: Total) -> str:
    return (
        f"| {total.name.split('-')[1]} | {total.first} | {total.last} | {total.charged} | {total.actual} | "
        f"{total.average or ''} | {total.norm or ''} | {total.no_reading or ''} | {total.charged_after or ''} |"
    )


_TEXT = """# 92 real households in Saime

Written by `tools/real_households.py`; do not edit. The readings are real (DAIAD, CC BY-SA 4.0, see
`src/saime/interchange/demo/data/daiad`): 92 households, read at the start of each month, with real gaps. One was never
read and has no meter here. The others are one building, imported with `saime import … --history` and charged month by
month ({first} to {last}) with `saime consumption`; what follows is what `saime export consumption` said.

## Nothing is lost

{households} households, {months} months, {readings} readings after the first ({rejected} refused as lower than the one
before), {used} m³ charged up to the last readings. **Every household's total of actual and average months equals its
last minus its first reading, to the thousandth.** By basis: {actual} months by reading, {average} by average (V),
{norm} by norm (N: no two readings yet), {no_reading} without a reading for three months and longer (charged nothing,
at fault for the water difference). {after} households were charged for months after their last reading; the next
reading would settle these.

## How good the averages are

For every household and month that has a reading, that reading was held back, and Saime estimated the month: {pairs}
estimates, each against what the reading shows was really used ({mean_used} m³ on the mean).

| | m³ |
|---|---|
| mean of (estimate − real) | {bias} |
| half of the estimates are off by less than | {median} |
| nine tenths are off by less than | {nine_tenths} |
| the worst | {largest} |

{half} of the estimates are within half a m³ of what was used, {one} within one and {two} within two. All estimates
together are {sum_off}% off: a building's difference hardly feels them. None of it stays: the next reading settles each.

![Estimates against what was used](pictures/real-households-averages.svg)

## Household by household

m³; "since" is what was charged by average after the last reading.

| household | first | last | charged | read | V | N | none | since |
|---|---|---|---|---|---|---|---|---|
{rows}
"""


def picture(pairs: list[tuple[Decimal, Decimal]]) -> str:
    """A histogram of (estimate − real), half a m³ a bar, those beyond 6 m³ in the outermost."""
    bars = [0] * 25
    for estimated, real in pairs:
        bars[max(0, min(24, int((estimated - real) * 2 + Decimal("12.5"))))] += 1
    top, wide = max(bars), 24
    shapes = [
        f'<rect x="{40 + i * wide}" y="{220 - 180 * n // top}" width="{wide - 3}" height="{180 * n // top}" '
        f'fill="{"#0f5545" if 10 <= i <= 14 else "#9c7a4d"}"/>'
        for i, n in enumerate(bars)
    ]
    marks = [
        f'<text x="{40 + (12 + 2 * m) * wide + wide // 2}" y="240" text-anchor="middle">{m:+d}</text>'.replace(
            "+0", "0"
        )
        for m in range(-6, 7)
    ]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 280" role="img" '
        'font-family="sans-serif" font-size="13">'
        "<title>Estimates minus what was really used, number of estimates by half m³</title>"
        '<rect width="680" height="280" fill="#ffffff"/>'
        f'{"".join(shapes)}<g fill="#333">{"".join(marks)}'
        '<text x="352" y="266" text-anchor="middle">estimate − really used, m³</text>'
        f'<text x="40" y="24">{top} of {len(pairs)} estimates</text></g></svg>\n'
    )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="saime-real-") as folder:
        home = Path(folder)
        home.chmod(0o755)  # the database may run as another user
        try:
            real, estimates, submissions, initial = run(home)
        finally:
            saime(home, "stop")
    pairs = errors(estimates)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(picture(pairs))
    PAGE.write_text(page(totals(real, initial), pairs, submissions))


if __name__ == "__main__":
    main()
