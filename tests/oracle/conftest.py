"""The `saime` command in this process, on the test's own database."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from saime.interchange.cli import main

Rows = list[dict[str, str]]


@contextmanager
def caught() -> Iterator[io.TextIOWrapper]:
    """What is written to standard output meanwhile; commands write texts and bytes."""
    before, sys.stdout = sys.stdout, io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    try:
        yield sys.stdout
    finally:
        sys.stdout = before


@dataclass(frozen=True)
class Doors:
    """The commands that the comparison goes through."""

    directory: Path

    def command(self, *arguments: str) -> tuple[int, str]:
        with caught() as out:
            status = main(arguments)
            return status, out.buffer.getvalue().decode()  # type: ignore[attr-defined]

    def take(self, kind: str, text: str, *options: str) -> dict[str, Any]:
        path = self.directory / f"{kind}.csv"
        path.write_text(text)
        status, out = self.command("import", kind, str(path), "--history", "--partial", *options)
        assert status == 0, (kind, path.with_name(path.name + ".errors.csv").read_text()[:2000])
        counts: dict[str, Any] = json.loads(out)
        return counts

    def give(self, kind: str, period: str) -> Rows:
        status, out = self.command("export", kind, "--period", period)
        assert status == 0
        return list(csv.DictReader(io.StringIO(out)))

    def issue(self, period: str) -> None:
        status, _ = self.command("bill-run", "--period", period, "--issue")
        assert status == 0


@pytest.fixture
def doors(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doors:
    monkeypatch.setenv("SAIME_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql:///already-open")  # Django's connection is the test's
    monkeypatch.setenv("SAIME_SECRET_KEY", "test-only")
    return Doors(tmp_path)
