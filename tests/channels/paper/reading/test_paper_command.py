"""saime paper read and watch: what they print, and how they end."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.channels.paper import papers, scans
from tests.channels.paper.intake import files
from tests.channels.paper.reading.conftest import furnish

from saime.channels.paper.models import ScannedFile, ScannedForm
from saime.config.installation import create
from saime.interchange.cli import main
from saime.metering.models import Submission

READING = Decimal("128.250"), Decimal("54.125")


def clear(values: tuple[Any, ...] = READING, seed: int = 2, **options: Any) -> scans.Picture:
    return papers.filled(
        values, seed, pen=scans.Pen(), hand=scans.Hand(height_mm=5.6, off_mm=0.2, lean=2), **options
    )


@pytest.fixture
def strange_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which there is no installation."""
    monkeypatch.setenv("SAIME_DATA_DIR", str(tmp_path / "nowhere"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def installation(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any, files_folder: Path
) -> Path:
    """One that knows account 1000001 and its meters."""
    monkeypatch.setenv("SAIME_DATA_DIR", str(settings.TEST_DATA_DIR))
    create(settings.TEST_DATA_DIR)
    furnish()
    return tmp_path


def read(path: Path, capsys: pytest.CaptureFixture[str], status: int = 0) -> dict[str, Any]:
    assert main(["paper", "read", str(path), "--json"]) == status
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_a_scan_is_read_where_there_is_no_installation(
    strange_place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = strange_place / "scan.pdf"
    page = papers.worn(clear(), dpi=200, angle=2)
    path.write_bytes(scans.as_file([page, page * 0 + 250, page], "PDF", dpi=200))
    answer = read(path, capsys)
    assert answer["file"] == str(path)
    assert answer["summary"]["pages"] == 3
    assert [page["outcome"] for page in answer["pages"]] == ["form", "not_a_form", "duplicate"]
    [form] = answer["pages"][0]["forms"]
    assert (form["account_no"], form["period"], form["markers"], form["known"]) == (
        "1000001",
        "2026-11",
        4,
        False,
    )
    cold, hot = form["readings"]
    assert (cold["meter_no"], cold["medium"], cold["previous_reading"]) == ("M1", "cold", None)
    assert [Decimal(row["value"]) for row in (cold, hot)] == list(READING)
    assert all(0 <= row["confidence"] <= 1 and row["route"] in ("accepted", "review") for row in (cold, hot))


def test_an_installation_helps_with_what_it_knows_and_keeps_nothing(
    installation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = installation / "scan.png"
    path.write_bytes(scans.as_file([papers.worn(clear(), dpi=200)], "PNG"))
    before = Submission.objects.count()
    [form] = read(path, capsys)["pages"][0]["forms"]
    assert form["known"] is True
    assert [row["previous_reading"] for row in form["readings"]] == ["124.000", "52.000"]
    assert [row["route"] for row in form["readings"]] == ["accepted", "accepted"]
    assert Submission.objects.count() == before
    assert not ScannedFile.objects.exists()


def test_lines_for_people(strange_place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = strange_place / "scan.png"
    path.write_bytes(scans.as_file([papers.worn(clear(), dpi=200)], "PNG"))
    assert main(["paper", "read", str(path)]) == 0
    said = capsys.readouterr().out
    assert "account 1000001, month 2026-11" in said
    assert "M1 (cold): 128.25" in said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is empty"),
        (b"PK\x03\x04", "neither PDF nor TIFF"),
        (files.encrypted_pdf(), "protected by a password"),
        (files.pdf([files.page()])[:300], "damaged"),
    ],
    ids=["empty", "zip", "encrypted", "cut off"],
)
def test_a_file_that_cannot_be_read(
    strange_place: Path, capsys: pytest.CaptureFixture[str], data: bytes, said: str
) -> None:
    path = strange_place / "scan.pdf"
    path.write_bytes(data)
    assert main(["paper", "read", str(path), "--json"]) == 1
    captured = capsys.readouterr()
    assert said in captured.err
    assert json.loads(captured.out)["pages"] == []


def test_a_file_that_is_not_there(strange_place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper", "read", str(strange_place / "none.pdf")]) == 2
    assert "there is no file" in capsys.readouterr().err
    assert main(["paper", "watch", str(strange_place / "none")]) == 2
    assert "there is no folder" in capsys.readouterr().err


def test_a_bomb_and_a_photo_are_told(strange_place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = strange_place / "scan.png"
    path.write_bytes(files.png_bomb(20_000))
    assert read(path, capsys, status=1)["error"] == "too_large"
    path.write_bytes(files.png(files.page(mark=9)))
    assert read(path, capsys)["pages"][0]["outcome"] == "not_a_form"


def test_a_folder_is_taken_and_read_once(installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = installation / "scanner"
    folder.mkdir()
    good, bad = folder / "a.png", folder / "b.pdf"
    good.write_bytes(scans.as_file([papers.worn(clear(), dpi=200)], "PNG"))
    bad.write_bytes(files.encrypted_pdf())
    for path in (good, bad):
        os.utime(path, (path.stat().st_mtime - 60,) * 2)
    assert main(["paper", "watch", str(folder), "--once"]) == 1  # one of them cannot be read
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["file"] for line in lines if "file" in line] == ["a.png", "b.pdf"]
    states = {line["id"]: (line["state"], line["reason"]) for line in lines if "pages" in line}
    assert set(states.values()) == {("done", None), ("failed", "encrypted")}
    assert ScannedForm.objects.get().account_no == "1000001"
    assert list(folder.iterdir()) == []
    assert main(["paper", "watch", str(folder), "--once"]) == 0
