"""Scans handed in at the office: taken by their content, told apart, followed; whatever comes, a clear answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.web.staff.office import NOVEMBER, NOW, Flat, form_of, make_staff
from tests.web.staff.papers import make_form

from saime.channels.paper.models import ScannedFile, ScannedPage
from saime.residents.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def scan(tmp_path: Path) -> bytes:
    path = tmp_path / "scan.pdf"
    Image.new("RGB", (600, 800), "white").save(path, "PDF")
    return path.read_bytes()


def hand_in(office: Client, *files: tuple[str, bytes], received_on: str = "2026-11-25") -> str:
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    form = {"files": sent, "received_on": received_on}
    return office.post("/staff/scans/upload/", form, follow=True).content.decode()


def test_a_file_is_taken_with_its_day_and_who_brought_it(office: Client, staff: User, scan: bytes) -> None:
    page = hand_in(office, ("novembris.pdf", scan))
    assert "1 file is taken and waits to be read." in page
    file = ScannedFile.objects.get()
    assert (file.name, file.content_type, file.source, file.sent_by) == (
        "novembris.pdf", "application/pdf", "upload", staff,
    )  # fmt: skip
    assert (str(file.received_on), file.state) == ("2026-11-25", "queued")
    assert 'hx-trigger="every 2s"' in page


def test_several_at_once_each_by_itself(office: Client, scan: bytes, tmp_path: Path) -> None:
    Image.new("L", (900, 1200), 250).save(tmp_path / "a.png")
    picture = (tmp_path / "a.png").read_bytes()
    page = hand_in(
        office, ("viens.pdf", scan), ("divi.pdf", picture), ("tukss.pdf", b""), ("virus.pdf", b"MZ\x90\x00")
    )
    assert "2 files are taken and wait to be read." in page
    assert "tukss.pdf: The file is empty." in page
    assert "virus.pdf: This is neither PDF nor TIFF, JPEG or PNG." in page
    assert sorted(ScannedFile.objects.values_list("name", "content_type")) == [
        ("divi.pdf", "image/png"), ("viens.pdf", "application/pdf"), ("virus.pdf", ""),
    ]  # fmt: skip


def test_the_same_file_twice_is_one(office: Client, scan: bytes) -> None:
    hand_in(office, ("viens.pdf", scan))
    assert "viens-2.pdf has come before" in hand_in(office, ("viens-2.pdf", scan))
    assert ScannedFile.objects.count() == 1


def test_a_day_that_lies_ahead_is_refused(office: Client, scan: bytes) -> None:
    assert "The day of receipt lies ahead." in hand_in(office, ("a.pdf", scan), received_on="2027-01-01")
    assert not ScannedFile.objects.exists()


def test_nothing_chosen_is_said(office: Client) -> None:
    assert "Choose a file first" in hand_in(office)


def test_a_name_is_only_a_name(office: Client, scan: bytes) -> None:
    page = hand_in(office, ('"><img src=x>.pdf', scan))
    assert "<img src=x>" not in page
    assert "&gt;.pdf" in page


def test_the_list_asks_again_only_while_something_is_read(office: Client, flats: list[Flat]) -> None:
    form_of(flats[0])
    listed = office.get("/staff/scans/", HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in listed
    assert "hx-trigger" not in listed
    make_form(flats[1].account, NOVEMBER, [], received_at=NOW, still_reading=True)
    listed = office.get("/staff/scans/", HTTP_HX_REQUEST="true").content.decode()
    assert 'hx-trigger="every 2s"' in listed
    assert '<progress max="7" value="1"' in listed


def test_a_file_page_by_page(office: Client, flats: list[Flat]) -> None:
    form = form_of(flats[0])
    ScannedPage.objects.create(
        file=form.page.file, number=2, outcome="not_a_form", reason="no_markers", kept_as="paper/x.jpg"
    )
    page = office.get(f"/staff/scans/{form.page.file_id}/").content.decode()
    assert f"/staff/pictures/page/{form.page_id}/" in page
    assert "Customer 4000001" in page
    assert "There is no form of ours on the page." in page
    assert office.get("/staff/scans/999999/").status_code == 404


def test_earlier_files_are_leafed_to(office: Client, flats: list[Flat]) -> None:
    files = [form_of(flats[0], name=f"fails-{number}.pdf").page.file_id for number in range(52)]
    page = office.get("/staff/scans/").content.decode()
    assert f"?before={files[2]}" in page
    earlier = office.get("/staff/scans/", {"before": files[2]}).content.decode()
    assert "fails-0.pdf" in earlier
    assert "fails-2.pdf" not in earlier
    assert office.get("/staff/scans/", {"before": "x"}).status_code == 200


def test_looking_is_not_handing_in(scan: bytes) -> None:
    client = Client()
    client.force_login(make_staff("skatas@example.com", "paper.view_scannedfile"))
    assert "upload" not in client.get("/staff/scans/").content.decode().split("<main")[1].split("</main")[0]
    sent = {"files": [SimpleUploadedFile("a.pdf", scan)]}
    assert client.post("/staff/scans/upload/", sent).status_code == 403
    assert not ScannedFile.objects.exists()
