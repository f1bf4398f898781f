"""How long a company takes to come in: accounts with meters and two years of readings, by `saime import`.

    python -m benchmarks.bench_import [--accounts 180000] [--months 24] [--keep]

Floor: COPY of the very same rows into the same tables, emptied, in the same run (performance.md). One JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psycopg

from saime.platform.embedded import EmbeddedDatabase

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"
SAIME = [sys.executable, "-m", "saime.interchange.cli"]
TARGET = 4
FLATS = 36  # accounts a building
FIRST_MONTH = (2024, 1)
TABLES = {
    "buildings": ["estate_building"],
    "accounts": ["estate_unit", "estate_account"],
    "meters": ["metering_meter"],
    "readings": ["metering_submission", "metering_registeredreading"],
}
CHANNELS = np.array(["portal", "sms", "terminal", "paper"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=180_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--keep", action="store_true", help="leave the database for a look")
    asked = parser.parse_args()
    files = _files(asked.accounts, asked.months)
    home = CACHE / "import"
    shutil.rmtree(home, ignore_errors=True)
    database = EmbeddedDatabase(home)
    try:
        figures = _import(files, home)
        floors = _floor(database, home)
    finally:
        database.stop()
    if not asked.keep:
        shutil.rmtree(home, ignore_errors=True)
    print(json.dumps(_result(asked, figures, floors)), flush=True)


def _result(asked: argparse.Namespace, figures: dict[str, Any], floors: dict[str, float]) -> dict[str, Any]:
    figure, floor = sum(seconds for seconds, _rows in figures.values()), sum(floors.values())
    by_kind = {
        kind: {"rows": rows, "figure_s": round(seconds, 2), "floor_s": round(floors[kind], 2),
               "ratio": round(seconds / floors[kind], 2)}
        for kind, (seconds, rows) in figures.items()
    }  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    return {
        "bench": "import", "accounts": asked.accounts, "months": asked.months, "figure_s": round(figure, 2),
        "floor_s": round(floor, 2), "ratio": round(figure / floor, 2), "target": TARGET, "peak_gib": round(peak, 2),
        "by_kind": by_kind,
    }  # fmt: skip


# -- the files


def _files(accounts: int, months: int) -> Path:
    """The company as files, made once."""
    folder = CACHE / f"company-{accounts}-{months}"
    if not (folder / "complete").exists():
        _say(f"writing the files of {accounts:,} accounts")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _write_estate(folder, accounts)
        with (folder / "readings.csv").open("wb") as file:
            for number, part in enumerate(_readings(accounts, months)):
                part.write_csv(file, include_header=number == 0)
        (folder / "complete").touch()
    return folder


def _write_estate(folder: Path, accounts: int) -> None:
    unit = np.arange(accounts)
    building, flat = unit // FLATS, unit % FLATS + 1
    houses = np.arange(building[-1] + 1)
    pl.DataFrame({
        "building_no": _coded("B", houses), "address": _coded("Parauga iela ", houses), "regulation":
        np.where(houses % 2 == 0, "1013", "524"),
    }).write_csv(folder / "buildings.csv")  # fmt: skip
    pl.DataFrame({
        "account_no": _coded("", unit, 7), "building_no": _coded("B", building), "unit_no": flat.astype(str),
        "unit_kind": np.where(flat > FLATS - 1, "commercial", "apartment"),
        "area_m2": pl.Series(2500 + unit * 37 % 6000).cast(pl.Decimal(10, 2)) / 100, "declared_persons": unit % 5,
        "holder_name": _coded("Paraugs ", unit), "from_date": np.full(accounts, "2020-01-01"),
        "email": _coded("demo", unit) + "@example.com", "phone": pl.Series(20_000_000 + unit).cast(pl.String),
        "language": np.where(unit % 3 == 0, "ru", "lv"), "paperless": np.where(unit % 4 == 0, "yes", "no"),
    }).write_csv(folder / "accounts.csv")  # fmt: skip
    _meters(accounts).write_csv(folder / "meters.csv")


def _meters(accounts: int) -> pl.DataFrame:
    meter = np.arange(accounts * 2)
    unit = meter // 2
    return pl.DataFrame({
        "meter_no": _coded("M", meter, 7), "building_no": _coded("B", unit // FLATS),
        "unit_no": (unit % FLATS + 1).astype(str), "medium": np.where(meter % 2 == 0, "cold", "hot"),
        "digits": np.full(len(meter), 5), "installed_on": np.full(len(meter), "2023-12-05"),
        "initial_reading": _m3(_initial(meter)), "valid_until": np.full(len(meter), "2027-12-31"),
    })  # fmt: skip


def _initial(meter: np.ndarray) -> np.ndarray:
    return meter * 7919 % 50_000_000


def _readings(accounts: int, months: int) -> Iterator[pl.DataFrame]:
    """Month after month, a reading a meter, 2 to 6 m³ more than the last."""
    random = np.random.default_rng(1)
    meter = np.arange(accounts * 2)
    dial = _initial(meter)
    numbers = _coded("M", meter, 7)
    for month in range(months):
        dial = dial + random.integers(2000, 6000, len(meter))
        year, number = divmod(FIRST_MONTH[0] * 12 + FIRST_MONTH[1] - 1 + month, 12)
        begin = np.datetime64(date(year, number + 1, 25), "us")
        received = pl.Series(begin + random.integers(0, 3 * 86_400, len(meter)) * 1_000_000)
        yield pl.DataFrame({
            "meter_no": numbers, "value": _m3(dial), "received_at": received.dt.strftime("%Y-%m-%dT%H:%M:%S+02:00"),
            "channel": CHANNELS[random.integers(0, 4, len(meter))],
            "reference": _coded("r", meter + month * len(meter)),
        })  # fmt: skip


def _coded(prefix: str, numbers: np.ndarray, width: int = 1) -> pl.Series:
    return prefix + pl.Series(numbers).cast(pl.String).str.zfill(width)


def _m3(milli: np.ndarray) -> pl.Series:
    return pl.Series(milli).cast(pl.Decimal(18, 3)) / 1000


# -- figure and floor


def _import(files: Path, home: Path) -> dict[str, tuple[float, int]]:
    """Seconds of each command, from its start to its end, and its rows."""
    environment = os.environ | {"SAIME_DATA_DIR": str(home)}
    subprocess.run([*SAIME, "init"], env=environment, check=True, stdout=subprocess.DEVNULL)
    figures = {}
    for kind in TABLES:
        started = time.monotonic()
        command = [*SAIME, "import", kind, str(files / f"{kind}.csv"), "--history", "--progress"]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        seconds = time.monotonic() - started
        counts = json.loads(done.stdout)
        assert counts["created"] == counts["rows"], counts
        figures[kind] = (seconds, counts["rows"])
        _say(f"{kind}: {counts['rows']:,} rows in {seconds:.1f} s")
    return figures


def _floor(database: EmbeddedDatabase, home: Path) -> dict[str, float]:
    """The same rows once more by COPY alone, each kind in one transaction."""
    tables = [table for group in TABLES.values() for table in group]
    with psycopg.connect(database.url, autocommit=True) as connection:
        for table in tables:
            with (
                (home / table).open("wb") as file,
                connection.cursor().copy(f"COPY {table} TO STDOUT") as copy,
            ):
                for block in copy:
                    file.write(block)
        connection.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        connection.execute("CHECKPOINT")
    floors = {}
    for kind, group in TABLES.items():
        started = time.monotonic()
        with psycopg.connect(database.url) as connection:
            for table in group:
                _copy_in(connection, table, home / table)
        floors[kind] = time.monotonic() - started
        _say(f"{kind}: COPY alone {floors[kind]:.1f} s")
    return floors


def _copy_in(connection: psycopg.Connection[Any], table: str, path: Path) -> None:
    with path.open("rb") as file, connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        while block := file.read(1024 * 1024):
            copy.write(block)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
