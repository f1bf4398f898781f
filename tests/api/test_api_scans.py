"""Scans over the API: kept as they came, once, and said at once what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.api.conftest import Answer, Caller, Make

from saime.channels.paper.models import ScannedFile

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>"


@pytest.fixture
def caller(make: Make) -> Caller:
    return Caller(make("paper:upload"))


def send(caller: Caller, body: bytes, query: str = "name=pile.pdf") -> Answer:
    return caller.post(f"paper/files?{query}", body, "application/octet-stream")


def test_a_scan_is_kept_once(caller: Caller) -> None:
    first = send(caller, PDF)
    assert (first.status, first.body["state"], first.body["is_new"]) == (200, "queued", True)
    again = send(caller, PDF, "name=other.pdf")
    assert (again.body["file_id"], again.body["is_new"]) == (first.body["file_id"], False)
    kept = ScannedFile.objects.get()
    assert (kept.name, kept.source, kept.size) == ("pile.pdf", "api", len(PDF))


def test_a_photo_of_a_cat_in_another_format_is_kept_and_told_of(caller: Caller) -> None:
    answer = send(caller, b"GIF89a" + b"meow" * 100)
    assert (answer.status, answer.body["state"], answer.body["reason"]) == (200, "failed", "not_a_scan")
    assert answer.body["text"].startswith("This is neither PDF")
    assert ScannedFile.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "query", "code"),
    [(b"", "name=x", "unusable_file"), (PDF, "received_on=2026-11-27", "unusable_file"),
     (PDF, "received_on=yesterday", "invalid"), (PDF, "name=" + "x" * 201, "invalid")],
)  # fmt: skip
def test_what_is_not_taken(caller: Caller, body: bytes, query: str, code: str) -> None:
    answer = send(caller, body, query)
    assert (answer.status, answer.body["code"]) == (422, code)
    assert answer.body["detail"]
    assert not ScannedFile.objects.exists()


def test_a_name_leads_nowhere(caller: Caller, tmp_path: Path) -> None:
    assert send(caller, PDF, "name=../../etc/passwd").status == 200
    assert ScannedFile.objects.get().name == "passwd"
    assert not (tmp_path.parent / "etc").exists()


def test_a_form_with_the_scan_in_it_is_kept_as_it_came(caller: Caller) -> None:
    form = {"file": SimpleUploadedFile("pile.pdf", PDF)}
    response = caller.client.post("/api/v1/paper/files", form, headers=caller.headers)
    assert response.status_code == 200
    assert response.json()["is_new"]
    assert ScannedFile.objects.get().size > len(PDF)


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"]
)
def test_large_bodies_of_any_kind_get_a_problem(make: Make, kind: str) -> None:
    answer = Caller(make(name="large")).post("readings", b"a=" + b" " * 1_200_000, kind)
    assert (answer.status, answer.body["code"]) == (413, "too_large")
