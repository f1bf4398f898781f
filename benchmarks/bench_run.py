"""How long a month's bills take: consumption, difference, lines, bills, ledger entries, months closed.

    python -m benchmarks.bench_run [--accounts 180000] [--months 14] [--cold] [--profile] [--keep]

A company is written straight into the tables (houses of 36 flats, two meters a flat, ten services), its last month but
one is billed, most of those bills are paid, and then the last month is billed and timed. With --cold nothing was billed
before: the run works its way through all the months.

Floor: COPY of the very same rows into the same tables with all their indexes, keys and triggers, in the same run
(performance.md). One JSON line. SAIME_DATA_DIR: where the database is made, by default .cache/bench/run.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("SAIME_DATA_DIR") or ROOT / ".cache" / "bench" / "run").absolute()
TARGET = 3
# In the order in which their keys allow.
TABLES = [
    "ledger_entry", "ledger_leg", "billing_bill", "billing_billline", "metering_consumption",
    "metering_waterdifference", "metering_differenceshare", "metering_periodclosure",
]  # fmt: skip
_COUNTED = TABLES[:-1]  # tables with an id


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=180_000)
    parser.add_argument("--months", type=int, default=14)
    parser.add_argument("--cold", action="store_true", help="nothing was billed before")
    parser.add_argument("--profile", action="store_true", help="print where Python's time goes")
    parser.add_argument("--keep", action="store_true", help="leave the database for a look")
    asked = parser.parse_args()
    _stop()  # one that was kept
    shutil.rmtree(HOME, ignore_errors=True)
    try:
        result = _bench(asked)
    finally:
        _stop()
    if not asked.keep:
        shutil.rmtree(HOME, ignore_errors=True)
    print(json.dumps(result), flush=True)


def _bench(asked: argparse.Namespace) -> dict[str, Any]:
    _set_up()
    from benchmarks.company import Company

    company = Company(asked.accounts, asked.months)
    with _timed(f"writing a company of {asked.accounts:,} accounts"):
        company.write()
    if not asked.cold:
        with _timed(f"billing {company.last_month - 1}"):
            _issue(company.last_month - 1)
        company.pay()
    before = _state()
    phases = _profiled(company) if asked.profile else _issue(company.last_month)
    figure = sum(phases.values())
    _say(f"bills of {company.last_month}: {figure:.1f} s")
    rows, floors = _floor(before, company.last_month.number)
    return _result(asked, figure, phases, rows, floors)


def _result(
    asked: argparse.Namespace,
    figure: float,
    phases: dict[str, float],
    rows: dict[str, int],
    floors: dict[str, float],
) -> dict[str, Any]:
    floor = sum(floors.values())
    return {
        "bench": "run", "accounts": asked.accounts, "bills": rows["billing_bill"], "lines": rows["billing_billline"],
        "figure_s": round(figure, 2), "floor_s": round(floor, 2), "ratio": round(figure / floor, 2), "target": TARGET,
        "bills_per_s": round(rows["billing_bill"] / figure), "cold": asked.cold,
        "phases": {name: round(seconds, 2) for name, seconds in phases.items()},
        "floors": {name: round(seconds, 2) for name, seconds in floors.items()},
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2, 2),
    }  # fmt: skip


# -- the figure ------------------------------------------------------------------------------------


def _issue(period: Any) -> dict[str, float]:
    """Issue the month; seconds by phase: worked out, written, committed."""
    from datetime import UTC, datetime, timedelta

    from saime.billing.operations import issue_bills

    phases: dict[str, float] = defaultdict(float)
    last = time.monotonic()

    def take_time(progress: Any) -> None:
        nonlocal last
        now = time.monotonic()
        phases[progress.stage] += now - last
        last = now

    issued_on = (period + 1).first_day
    now = datetime.combine(issued_on + timedelta(days=1), datetime.min.time(), UTC)
    issue_bills(period, now=now, issued_on=issued_on, progress=take_time)
    phases["rest"] += time.monotonic() - last
    return dict(phases)


def _profiled(company: Any) -> dict[str, float]:
    import cProfile
    import pstats

    profile = cProfile.Profile()
    profile.enable()
    phases = _issue(company.last_month)
    profile.disable()
    pstats.Stats(profile, stream=sys.stderr).sort_stats("cumtime").print_stats(60)
    return phases


# -- the floor ------------------------------------------------------------------------------------


def _state() -> dict[str, int]:
    """The last id of each table before the run."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"(SELECT COALESCE(max(id), 0) FROM {table})" for table in _COUNTED)
        )
        return dict(zip(_COUNTED, cursor.fetchone(), strict=True))


def _floor(before: dict[str, int], period: int) -> tuple[dict[str, int], dict[str, float]]:
    """Take the run's rows out, put everything back as it was before, then COPY them in, a table a transaction."""
    import psycopg

    conditions = {table: f"id > {last}" for table, last in before.items()} | {
        TABLES[-1]: f"period = {period}"
    }
    rows, floors = {}, {}
    with psycopg.connect(_database().url, autocommit=True) as connection:
        for table, condition in conditions.items():
            _copy_out(connection, table, condition, HOME / table)
            _copy_out(connection, table, f"NOT ({condition})", HOME / f"{table}.before")
        _empty(connection)
        for table in TABLES:
            _copy_in(connection, table, HOME / f"{table}.before")
        connection.execute("SET session_replication_role = origin")
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
        for table in TABLES:
            started = time.monotonic()
            rows[table] = _copy_in(connection, table, HOME / table)
            floors[table] = time.monotonic() - started
    _say(f"COPY alone: {sum(floors.values()):.1f} s")
    return rows, floors


def _empty(connection: Any) -> None:
    """No rows in the tables; what points to them from elsewhere is let go, and comes back with them."""
    connection.execute("SET session_replication_role = replica")
    keys = connection.execute(
        """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE contype = 'f' AND confrelid = ANY(%s::regclass[]) AND NOT conrelid = ANY(%s::regclass[])""",
        [TABLES, TABLES],
    ).fetchall()
    for table, name, _definition in keys:
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    connection.execute(f"TRUNCATE {', '.join(TABLES)}")
    for table, name, definition in keys:
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID")


def _copy_out(connection: Any, table: str, condition: str, path: Path) -> None:
    order = "id" if table in _COUNTED else "building_id"
    query = f"COPY (SELECT * FROM {table} WHERE {condition} ORDER BY {order}) TO STDOUT"
    with path.open("wb") as file, connection.cursor().copy(query) as copy:
        for block in copy:
            file.write(block)


def _copy_in(connection: Any, table: str, path: Path) -> int:
    cursor = connection.cursor()
    with path.open("rb") as file, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        while block := file.read(1024 * 1024):
            copy.write(block)
    return int(cursor.rowcount)


# -- the database ------------------------------------------------------------------------------------


def _set_up() -> None:
    os.environ |= {"SAIME_DATA_DIR": str(HOME), "DJANGO_SETTINGS_MODULE": "saime.config.settings.production"}
    from saime.config import installation

    installation.create(HOME)
    installation.ensure_database()
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)


def _database() -> Any:
    from saime.platform.embedded import EmbeddedDatabase

    return EmbeddedDatabase(HOME)


def _stop() -> None:
    _database().stop()


@contextmanager
def _timed(what: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    _say(f"{what}: {time.monotonic() - started:.1f} s")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
