"""Sent many times at once, read by several, killed in the middle: each file, page and reading once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection, connections
from tests.channels.paper import papers, scans
from tests.channels.paper.intake import files
from tests.channels.paper.reading.conftest import RECEIVED, furnish

from saime.channels.paper.intake.keeping import full
from saime.channels.paper.models import FormField, ScannedFile, ScannedForm, ScannedPage
from saime.channels.paper.operations import read_waiting, take_file
from saime.channels.paper.reading.readers import Readers
from saime.metering.models import Submission

ROOT = Path(__file__).parents[4]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("files_folder")]


def together(jobs: list[Callable[[], object]]) -> list[object]:
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def take(data: bytes, name: str = "scan.tif") -> int:
    return take_file(chunks=[data], name=name, source="upload", now=RECEIVED).file_id


def stack(count: int) -> bytes:
    """As many papers of one account, each with readings of its own, and a blank page after each second one."""
    pages = []
    for n in range(count):
        readings = [Decimal(f"{125 + n}.{n}50"), Decimal(f"{53 + n}.{n}25")]
        page = papers.filled(readings, n, pen=scans.Pen(), hand=scans.Hand(height_mm=5.6, off_mm=0.2, lean=2))
        pages.append(papers.worn(page, dpi=150, grey=True))
        pages += [papers.worn(page * 0 + 250, dpi=150, grey=True)] if n % 2 else []
    return scans.as_file(pages, "TIFF", dpi=150)


def found() -> tuple[list[object], list[object], list[object]]:
    pages = ScannedPage.objects.order_by("file_id", "number").values_list("number", "outcome")
    forms = ScannedForm.objects.order_by("page__number").values_list("page__number", "content", "state")
    readings = (
        Submission.objects.filter(channel="paper").order_by("reference").values_list("reference", "value")
    )
    return list(pages), list(forms), list(readings)


def accepted() -> int:
    """Fields that needed nobody; each has its own submission."""
    sure = FormField.objects.filter(route="accepted")
    assert sure.values("submission").distinct().count() == sure.count()
    return sure.count()


def test_the_same_file_given_eight_times_at_once_is_one() -> None:
    data = files.png(files.page(mark=5))
    ids = together([lambda n=n: take(data, f"{n}.png") for n in range(8)])
    assert len(set(ids)) == 1
    file = ScannedFile.objects.get()
    assert full(file.kept_as).read_bytes() == data
    assert [path.name for path in full("paper/incoming").iterdir()] == []


def test_several_readers_read_each_page_once() -> None:
    furnish()
    for n in range(3):
        take(stack(2) + bytes(n), f"{n}.tif")  # bytes after the end of a TIFF: another file, the same pages

    def read() -> int:
        with Readers(1) as readers:
            return sum(done.pages for done in read_waiting(readers=readers, clock=lambda: RECEIVED))

    assert sum(together([read, read, read])) == 9  # type: ignore[call-overload]
    pages, forms, readings = found()
    assert (len(pages), len(forms)) == (9, 2)
    assert len(readings) == accepted() > 0
    assert set(ScannedFile.objects.values_list("state", flat=True)) == {"done"}


def test_an_upload_is_read_where_nobody_watches(settings: LazySettings) -> None:
    """By a thread of the process that took it, which is gone when nothing waits any more."""
    settings.SAIME_PAPER_THREAD = True
    for n in range(3):
        take(files.png(files.page(mark=n)), f"{n}.png")
    for thread in threading.enumerate():
        if thread.name == "saime-paper":
            thread.join(120)
    assert set(ScannedFile.objects.values_list("state", flat=True)) == {"done"}
    assert ScannedPage.objects.count() == 3


def start(folder: Path) -> subprocess.Popen[str]:
    settings = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "saime.config.settings.test", "PYTHONPATH": str(ROOT),
        "DATABASE_URL": f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.channels.paper.reading.killed", str(folder)]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_killed_in_the_middle_and_read_again(files_folder: Path) -> None:
    """kill -9 after the first page, and at moments that nobody chose; then once more, in peace."""
    furnish()
    take(stack(6))
    moments = random.Random(3)
    for _ in range(4):
        before = ScannedPage.objects.count()
        with start(files_folder) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            while ScannedPage.objects.count() == before and process.poll() is None:
                time.sleep(0.01)
            time.sleep(moments.random() * 0.2)
            process.kill()
            process.wait(60)
    assert ScannedFile.objects.get().state in ("reading", "done")
    with Readers(2) as readers:
        _wait_until_free(readers)
    pages, forms, readings = found()
    assert [number for number, _ in pages] == list(range(1, 10))  # type: ignore[misc]
    assert [outcome for _, outcome in pages] == ["form", "form", "not_a_form"] * 3  # type: ignore[misc]
    assert len(forms) == 6
    assert len(readings) == accepted() > 6


def _wait_until_free(readers: Readers) -> None:
    """The server notices that a killed reader has gone, and gives up its lock."""
    for _ in range(200):
        list(read_waiting(readers=readers, clock=lambda: RECEIVED))
        if ScannedFile.objects.get().state == "done":
            return
        time.sleep(0.05)
