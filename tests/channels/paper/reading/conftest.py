"""An installation with a flat whose two meters are on the printed form, and a folder for what comes in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from tests.metering.houses import make_house, make_meter, submitter

from saime.channels.paper.operations import read_waiting, take_file
from saime.channels.paper.operations.pipeline import ReadFile
from saime.channels.paper.reading.readers import Readers
from saime.estate.models import Account
from saime.metering.models import Meter
from saime.platform.models import Policy

RECEIVED = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


@dataclass
class Office:
    """Takes files and reads them, at a time that the test sets."""

    account: Account
    cold: Meter
    hot: Meter
    readers: Readers
    now: datetime = RECEIVED
    names: list[str] = field(default_factory=list)

    def take(self, data: bytes, name: str = "scan.pdf", **options: Any) -> int:
        values: dict[str, Any] = {"source": "upload", "now": self.now, **options}
        return take_file(chunks=[data], name=name, **values).file_id

    def read(self) -> list[ReadFile]:
        return list(read_waiting(readers=self.readers, clock=lambda: self.now))

    def take_and_read(self, data: bytes, name: str = "scan.pdf", **options: Any) -> ReadFile:
        file_id = self.take(data, name, **options)
        return next(done for done in self.read() if done.file_id == file_id)


@pytest.fixture
def files_folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def furnish() -> tuple[Account, Meter, Meter]:
    """Account 1000001 with meters M1 (cold) and M2 (hot), read every month up to October: 4 and 2 m³ a month."""
    trust_the_machine()
    account, cold = make_house()
    hot = make_meter(cold.building, cold.unit, "M2", medium="hot", installed_on=date(2026, 5, 10),
                     initial_reading=Decimal("40.000"))  # fmt: skip
    for month in range(5, 11):
        at = datetime(2026, month, 26, tzinfo=UTC)
        submitter(cold)(str(100 + 4 * (month - 4)), at=at, reference=f"c{month}")
        submitter(hot)(str(40 + 2 * (month - 4)), at=at, reference=f"h{month}")
    return account, cold, hot


def trust_the_machine() -> None:
    """The company takes what is four fifths sure, all of it: how good the network is, others measure."""
    for policy, value in (("paper_threshold", "0.8"), ("paper_sample_percent", "0")):
        Policy.objects.create(policy=policy, value=value, valid_from=date(2020, 1, 1), decision="test")


@pytest.fixture(scope="session")
def readers() -> Iterator[Readers]:
    with Readers(2) as pool:
        yield pool


@pytest.fixture
def office(db: None, files_folder: Path, readers: Readers) -> Office:
    return Office(*furnish(), readers)
