"""Two houses, keys for them, and a client that sends JSON with a key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from tests.channels.remote.houses import source
from tests.metering.houses import IN_WINDOW, make_house, make_meter

from saime.api.operations import create_key
from saime.estate.models import Building
from saime.metering.models import Meter

Make = Callable[..., str]


@dataclass
class Answer:
    status: int
    body: Any
    response: HttpResponse


class Caller:
    """Sends to the API with a key."""

    def __init__(self, token: str = "", language: str = "en") -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {token}"} if token else {})

    def post(self, path: str, body: Any, content_type: str = "application/json") -> Answer:
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return _answer(
            self.client.post(f"/api/v1/{path}", data, content_type=content_type, headers=self.headers)
        )

    def get(self, path: str) -> Answer:
        return _answer(self.client.get(f"/api/v1/{path}", headers=self.headers))


def _answer(response: Any) -> Answer:
    is_json = "json" in response["Content-Type"]
    return Answer(
        response.status_code, json.loads(response.content) if is_json else response.content, response
    )


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(IN_WINDOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def meter(db: None) -> Meter:
    """Of this month: what it shows beyond 100 is the month's consumption."""
    meter = make_house()[1]
    Meter.objects.filter(pk=meter.pk).update(installed_on=date(2026, 11, 2))
    return meter


@pytest.fixture
def strangers_meter(meter: Meter) -> Meter:
    other = Building.objects.create(building_no="B2", address="Testa iela 2", regulation="524")
    return make_meter(other, None, "M2")


@pytest.fixture
def make(meter: Meter) -> Make:
    """Makes a key of a scope for the first house."""

    def make(scope: str = "readings:submit", **options: Any) -> str:
        given: dict[str, Any] = {"name": f"a key for {scope}", "scopes": [scope], "now": IN_WINDOW,
                                 "building_nos": ["B1"]}  # fmt: skip
        if scope == "readings:submit":
            given["channel"] = "terminal"
        if scope == "remote:readings":
            source()
            given["source"] = "radio"
        return create_key(**given | options)

    return make
