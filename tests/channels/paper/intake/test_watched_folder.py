"""A scanner's folder: whole files are taken, others left until they are; nothing is lost on the way."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from tests.channels.paper.intake import files

from saime.channels.paper.contracts import TakenFile
from saime.channels.paper.intake.keeping import full
from saime.channels.paper.models import ScannedFile
from saime.channels.paper.operations import UnableToTakeFile, take_file
from saime.channels.paper.operations.watching import Folder, take_settled

NOW = datetime.now(UTC)
PICTURE = files.png(files.page(mark=2))
pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    (tmp_path / "scanner").mkdir()
    return tmp_path / "scanner"


def put(folder: Path, name: str, data: bytes = PICTURE, *, age: timedelta = timedelta(minutes=1)) -> Path:
    path = folder / name
    path.write_bytes(data)
    at = (NOW - age).timestamp()
    os.utime(path, (at, at))
    return path


def look_twice(folder: Path, **options: object) -> list[tuple[str, TakenFile | str]]:
    watch = Folder(folder)
    assert list(watch.take_whole(now=NOW)) == []  # one look says nothing
    return [(path.name, taken) for path, taken in watch.take_whole(now=NOW, **options)]  # type: ignore[arg-type]


def put_away() -> list[str]:
    return sorted(path.name for path in full("paper/done").rglob("*") if path.is_file())


def test_a_whole_file_is_taken_and_put_away(folder: Path) -> None:
    path = put(folder, "scan0001.png")
    [(name, taken)] = look_twice(folder)
    assert isinstance(taken, TakenFile)
    assert (name, taken.is_new, taken.state) == ("scan0001.png", True, "queued")
    assert not path.exists()
    file = ScannedFile.objects.get()
    assert full(file.kept_as).read_bytes() == PICTURE
    assert put_away() == ["scan0001.png"]


def test_a_file_that_is_being_written_is_left(folder: Path) -> None:
    watch = Folder(folder)
    path = put(folder, "scan.png", PICTURE[:100])
    list(watch.take_whole(now=NOW))
    put(folder, "scan.png", PICTURE[:5000])  # more has come
    assert list(watch.take_whole(now=NOW)) == []
    path.write_bytes(PICTURE)  # complete, a moment ago
    assert list(watch.take_whole(now=NOW)) == []
    assert list(watch.take_whole(now=NOW)) == []  # unchanged, but it may go on
    put(folder, "scan.png")
    list(watch.take_whole(now=NOW))
    assert len(list(watch.take_whole(now=NOW))) == 1


def test_what_is_no_finished_file_stays_where_it_is(folder: Path) -> None:
    for name in (".hidden.png", "half.part", "half.TMP"):
        put(folder, name)
    (folder / "sub").mkdir()
    (folder / "link.png").symlink_to(put(folder.parent, "elsewhere.png"))
    assert look_twice(folder) == []
    assert len(list(folder.iterdir())) == 5


def test_names_that_meet_again_are_both_kept(folder: Path) -> None:
    put(folder, "scan.png")
    look_twice(folder)
    put(folder, "scan.png", files.png(files.page(mark=5)))
    look_twice(folder)
    put(folder, "scan.png")  # the very first once more
    [(_, again)] = look_twice(folder)
    assert isinstance(again, TakenFile)
    assert not again.is_new
    assert put_away() == ["scan-1.png", "scan-2.png", "scan.png"]
    assert ScannedFile.objects.count() == 2


def test_what_cannot_be_taken_is_put_among_the_refused(folder: Path) -> None:
    put(folder, "empty.pdf", b"")
    put(folder, "letter.docx", b"PK\x03\x04")
    said = dict(look_twice(folder))
    assert said["empty.pdf"] == "empty"
    letter = said["letter.docx"]
    assert isinstance(letter, TakenFile)
    assert (letter.state, letter.reason) == ("failed", "not_a_scan")
    assert [path.name for path in full("paper/refused").rglob("*.pdf")] == ["empty.pdf"]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("age", "days"), [(timedelta(0), 0), (timedelta(days=3), 3), (timedelta(days=40), 0)]
)
def test_a_weekend_without_a_watch_costs_nobody_a_day(folder: Path, age: timedelta, days: int) -> None:
    put(folder, "scan.png", age=age + timedelta(seconds=10))
    look_twice(folder)
    from saime.platform.periods import RIGA

    expected = (NOW - timedelta(days=days, seconds=10)).astimezone(RIGA).date()
    assert ScannedFile.objects.get().received_on == expected


def test_a_scanner_whose_clock_is_ahead(folder: Path) -> None:
    put(folder, "scan.png", age=timedelta(days=-400))
    look_twice(folder)
    from saime.platform.periods import RIGA

    assert ScannedFile.objects.get().received_on == NOW.astimezone(RIGA).date()


def test_the_day_may_be_said(folder: Path) -> None:
    put(folder, "scan.png")
    day = (NOW - timedelta(days=12)).date()
    look_twice(folder, received_on=day)
    assert ScannedFile.objects.get().received_on == day


def test_once_waits_for_what_is_being_written(folder: Path) -> None:
    put(folder, "old.png")
    put(folder, "new.png", files.png(files.page(mark=4)), age=timedelta(seconds=-0.5))
    os.utime(folder / "new.png", (time.time() - 2, time.time() - 2))
    taken = take_settled(Folder(folder), clock=lambda: datetime.now(UTC))
    assert sorted(path.name for path, _ in taken) == ["new.png", "old.png"]


def test_cut_off_between_taking_and_putting_away(folder: Path) -> None:
    """The file is in the installation and in the folder: taken again, it is the same one."""
    path = put(folder, "scan.png")
    take_file(chunks=[path.read_bytes()], name=path.name, source="folder", now=NOW)
    [(_, taken)] = look_twice(folder)
    assert isinstance(taken, TakenFile)
    assert not taken.is_new
    assert ScannedFile.objects.count() == 1
    assert put_away() == ["scan.png"]


def test_too_much_is_refused_and_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless() -> object:
        while True:
            yield b"\xff" * (64 * 1024 * 1024)

    with pytest.raises(UnableToTakeFile) as refusal:
        take_file(chunks=endless(), name="x", source="upload", now=NOW)  # type: ignore[arg-type]
    assert refusal.value.reason == "file_too_large"
    assert list(full("paper/incoming").iterdir()) == []
    assert not ScannedFile.objects.exists()


def test_a_day_that_lies_ahead_is_refused(folder: Path) -> None:
    with pytest.raises(UnableToTakeFile) as refusal:
        take_file(chunks=[PICTURE], name="x", source="upload", now=NOW, received_on=date(2199, 1, 1))
    assert refusal.value.reason == "received_in_future"
