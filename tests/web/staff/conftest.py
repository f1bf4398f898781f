"""The office on the last Thursday of the month: a house with flats, and somebody of ours logged in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from tests.web.staff.office import NOW, Flat, make_flats, make_staff

from saime.residents.models import User


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: object) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    return tmp_path / "files"


@pytest.fixture
def flats(db: None) -> list[Flat]:
    return make_flats(3)


@pytest.fixture
def staff(db: None) -> User:
    return make_staff()


@pytest.fixture
def office(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client
