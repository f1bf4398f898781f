"""Files in, rows out: what the tests of imports and exports share."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.utils import translation

from saime.interchange.exports import Wanted, export_csv
from saime.interchange.imports import Imported, import_file
from saime.platform.periods import Period

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

Load = Callable[..., Imported]


@pytest.fixture(autouse=True)
def _english() -> Iterable[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def load(db: None, tmp_path: Path) -> Load:
    """Import a file's content as the command would."""

    def do(
        kind: str, content: str | bytes, *, partial: bool = False, history: bool = False, now: datetime = NOW,
        name: str = "file.csv",
    ) -> Imported:  # fmt: skip
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_file(kind=kind, path=path, partial=partial, history=history, now=now)

    return do


BUILDINGS = 'building_no,address,regulation\nB1,"Parauga iela 1, Rīga",1013\nB2,Parauga iela 2,524\n'
ACCOUNTS = """\
account_no,building_no,unit_no,unit_kind,area_m2,declared_persons,holder_name,from_date
000001,B1,1,apartment,50.10,2,Paraugs 1,2020-01-01
000002,B1,2,apartment,40.00,1,Paraugs 2,2020-01-01
000003,B1,10,commercial,100.00,0,Paraugs 3,2020-01-01
000004,B2,1,apartment,60.00,3,Paraugs 4,2020-01-01
"""
METERS = """\
meter_no,building_no,unit_no,medium,digits,installed_on,initial_reading
C1,B1,,cold,6,2023-12-05,1000.000
M1,B1,1,cold,5,2023-12-05,100.000
M2,B1,2,cold,5,2023-12-05,100.000
M10,B1,10,cold,5,2023-12-05,100.000
H4,B2,1,hot,5,2023-12-05,100.000
"""


@pytest.fixture
def company(load: Load) -> Load:
    """Two houses, four accounts, five meters."""
    for kind, content in (("buildings", BUILDINGS), ("accounts", ACCOUNTS), ("meters", METERS)):
        assert not len(load(kind, content).problems), kind
    return load


def said(done: Imported) -> list[tuple[int, str, str, str]]:
    return list(done.problems.sort("line", maintain_order=True).iter_rows())


def counts(done: Imported) -> tuple[int, int, int, int, int]:
    loaded = done.loaded
    return done.rows, loaded.created, loaded.updated, loaded.unchanged, done.rejected


def exported(kind: str, period: str | None = None, **options: object) -> list[dict[str, str]]:
    wanted = Wanted(
        kind=kind, today=date(2026, 11, 24), period=Period.parse(period) if period else None,
        **options,  # type: ignore[arg-type]
    )  # fmt: skip
    return list(csv.DictReader(io.StringIO(b"".join(export_csv(wanted)).decode())))


def table(name: str, columns: str) -> list[tuple[object, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {name} ORDER BY 1, 2")
        return list(cursor.fetchall())
