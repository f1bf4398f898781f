"""`saime remote` and `saime api key`: what they print, and their exit status."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from tests.channels.remote.houses import NOW
from tests.interchange.test_command import Saime
from tests.metering.houses import make_house

from saime.api.queries import key_of_token
from saime.config.installation import create
from saime.metering.models import RegisteredReading

pytestmark = pytest.mark.django_db


@pytest.fixture
def saime(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes],
    settings: Any,
) -> Saime:  # fmt: skip
    monkeypatch.setenv("SAIME_DATA_DIR", str(settings.TEST_DATA_DIR))
    create(settings.TEST_DATA_DIR)
    make_house()
    return Saime(tmp_path, capsysbinary)


def test_from_a_source_to_a_reading(saime: Saime) -> None:
    values = "meter_no,value,read_at\nM1,105.5,2026-11-{}T22:00:00+02:00\n"
    with time_machine.travel(NOW):
        assert (
            saime.run("remote", "import", "--source", "radio", saime.file("v.csv", values.format(23))).status
            == 2
        )
        saime.json("remote", "source", "radio", "Radio SIA")
        counts = saime.json("remote", "import", "--source", "radio", saime.file("v.csv", values.format(23)))
        assert (counts["created"], counts["registered"]) == (1, 0)
        done = saime.run("remote", "register", "--period", "2026-11")
        assert (done.status, "2026-11 is not over" in done.err) == (2, True)
    with time_machine.travel(datetime(2026, 12, 1, 5, 0, tzinfo=UTC)):
        saime.json("remote", "import", "--source", "radio", saime.file("w.csv", values.format(29)))
        assert saime.json("remote", "register", "--period", "2026-11")["registered"] == 1
        assert RegisteredReading.objects.get().channel == "remote"
        assert "radio" in saime.run("remote", "check").err


def test_bad_rows_are_listed_beside_the_file(saime: Saime) -> None:
    saime.json("remote", "source", "radio", "Radio SIA")
    path = saime.file("v.csv", "meter_no,value,read_at\nM9,105.5,2026-11-23T22:00:00+02:00\n")
    with time_machine.travel(NOW):
        done = saime.run("remote", "import", "--source", "radio", path)
    assert done.status == 1
    assert "v.csv:2:meter_no: there is no meter M9" in done.err
    assert (path.parent / "v.csv.errors.csv").exists()


def test_a_key_is_shown_once_listed_and_revoked(saime: Saime) -> None:
    made = saime.json("api", "key", "create", "Kiosk", "--scope", "readings:submit", "--channel", "terminal")
    token = str(made["key"])
    assert key_of_token(token) is not None
    listed = saime.run("api", "key", "list").out.decode()
    assert json.loads(listed)["name"] == "Kiosk"
    assert token.rsplit("_", 1)[1] not in listed
    saime.json("api", "key", "revoke", "Kiosk")
    assert key_of_token(token) is None
    assert saime.run("api", "key", "revoke", "Kiosk").status == 2
    assert saime.run("api", "key", "create", "X", "--scope", "everything").status == 2
