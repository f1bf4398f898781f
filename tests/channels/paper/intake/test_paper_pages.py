"""Pages out of files of every kind; what is no scan, or more than one can bear, is refused in time."""

from __future__ import annotations

import resource
from pathlib import Path

import numpy as np
import pytest
from tests.channels.paper.intake import files

from saime.channels.paper.contracts import JPEG, PDF, PNG, TIFF
from saime.channels.paper.intake.kinds import content_type_of
from saime.channels.paper.intake.pages import (
    LONGEST_SIDE,
    UnableToOpenFile,
    UnableToReadPage,
    open_pages,
)
from saime.channels.paper.reading.readers import Readers


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return tmp_path / "scan"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (files.pdf([files.page()]), PDF),
        (b"junk before\n" + files.pdf([files.page()]), PDF),
        (files.tiff([files.page()]), TIFF),
        (b"MM\x00*\x00\x00\x00\x08", TIFF),
        (files.jpeg(files.page()), JPEG),
        (files.png(files.page()), PNG),
        (b"GIF89a", ""),
        (b"PK\x03\x04", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"", ""),
    ],
)
def test_what_a_file_is_is_told_by_its_content(data: bytes, kind: str) -> None:
    assert content_type_of(data[:1024]) == kind


@pytest.mark.parametrize("make", [files.pdf, files.tiff], ids=["pdf", "tiff"])
def test_every_page_comes_as_a_picture_in_any_order(scan: Path, make: object) -> None:
    scan.write_bytes(make([files.page(mark=n) for n in range(4)]))  # type: ignore[operator]
    with open_pages(scan) as pages:
        assert len(pages) == 4
        dark = [int((pages.picture(n) < 100).sum()) for n in (3, 0, 2, 1)]
    assert dark[1] == 0
    assert dark[1] < dark[3] < dark[2] < dark[0]


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "packbits", "tiff_adobe_deflate", "jpeg"])
def test_tiff_as_scanners_write_it(scan: Path, compression: str) -> None:
    picture = files.page(mark=3)
    if compression == "group4":
        from PIL import Image

        Image.fromarray(picture).convert("1").save(scan, "TIFF", compression="group4")
    else:
        scan.write_bytes(files.tiff([picture], compression))
    with open_pages(scan) as pages:
        read = pages.picture(0)
    assert read.shape == picture.shape
    assert np.abs(read.astype(int) - picture).mean() < 15


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I"])
def test_pictures_of_every_mode_become_black_on_white(scan: Path, mode: str) -> None:
    from PIL import Image

    grey = Image.fromarray(files.page(mark=3))
    if mode.startswith("I"):
        picture = Image.fromarray((np.asarray(grey).astype(np.uint16 if mode == "I;16" else np.int32)) * 200)
    else:
        picture = grey.convert(mode)
    picture.save(scan, "TIFF")
    with open_pages(scan) as pages:
        read = pages.picture(0)
    middle = read if read.ndim == 2 else read.max(axis=2)
    assert read.dtype == np.uint8
    assert int(middle[110, 400]) < 60
    assert int(middle[900, 400]) > 200


def test_transparent_paper_is_white(scan: Path) -> None:
    from PIL import Image

    ink = np.zeros((600, 500, 4), np.uint8)
    ink[100:200, 100:400] = (0, 0, 0, 255)
    Image.fromarray(ink).save(scan, "PNG")
    with open_pages(scan) as pages:
        read = pages.picture(0)
    assert (read[0, 0] == 255).all()
    assert (read[150, 200] == 0).all()


def test_a_large_photo_comes_smaller(scan: Path) -> None:
    scan.write_bytes(files.jpeg(np.full((6000, 8000), 200, np.uint8)))
    with open_pages(scan) as pages:
        assert max(pages.picture(0).shape) <= LONGEST_SIDE


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 a zip", "not_a_scan"),
        (b"GIF89a and so on", "not_a_scan"),
        (b"\x00" * 5000, "not_a_scan"),
        (files.encrypted_pdf(), "encrypted"),
        (files.pdf([files.page()])[:300], "broken"),
        (b"%PDF-1.7\nnothing else", "broken"),
        (b"\x89PNG\r\n\x1a\n broken", "broken"),
        (b"\xff\xd8\xff\xe0 broken", "broken"),
        (b"II*\x00\xff\xff\xff\x7f", "broken"),
        (files.empty_pdf(pages=2001), "too_many_pages"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(scan: Path, data: bytes, reason: str) -> None:
    scan.write_bytes(data)
    with pytest.raises(UnableToOpenFile) as refusal, open_pages(scan) as pages:
        len(pages)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (files.png_bomb(9_000), "too_large"),
        (files.png(np.full((50, 40), 200, np.uint8)), "too_small"),
        (files.empty_pdf("0 0 10000 1"), "too_small"),
        (files.png(files.page(mark=9))[:-400], "broken_page"),
        (files.jpeg(files.page(mark=9))[:2000], "broken_page"),
        (files.tiff([files.page(mark=9)])[:3000], "broken_page"),
    ],
)
def test_a_page_that_is_no_picture_is_told_apart(scan: Path, data: bytes, reason: str) -> None:
    scan.write_bytes(data)
    with pytest.raises((UnableToReadPage, UnableToOpenFile)) as refusal, open_pages(scan) as pages:
        pages.picture(0)
    assert refusal.value.reason in (reason, "broken")


def test_bombs_cost_no_memory(scan: Path) -> None:
    """3.6 thousand million pixels in a few hundred kilobytes, as PNG and inside a PDF: refused unopened."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for data in (files.png_bomb(), files.pdf_with_large_picture()):
        scan.write_bytes(data)
        with pytest.raises((UnableToReadPage, UnableToOpenFile)) as refusal, open_pages(scan) as pages:
            pages.picture(0)
        assert refusal.value.reason == "too_large"
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 900_000  # kilobytes; what making the bombs took included


def test_a_page_of_any_size_becomes_a_bounded_picture(scan: Path) -> None:
    scan.write_bytes(files.empty_pdf("0 0 14400 14400"))
    with open_pages(scan) as pages:
        assert max(pages.picture(0).shape) <= LONGEST_SIDE + 1


def test_five_hundred_pages_are_read_one_at_a_time(scan: Path) -> None:
    scan.write_bytes(files.empty_pdf(pages=500))
    with open_pages(scan) as pages:
        assert len(pages) == 500
        assert int(pages.picture(499).min()) == 255


# Processes


def test_pages_come_in_order_from_several_processes(scan: Path) -> None:
    scan.write_bytes(files.tiff([files.page(mark=n % 7) for n in range(12)]))
    with Readers(2) as readers:
        assert readers.count(scan) == 12
        found = list(readers.read(scan, range(12)))
    assert [index for index, _ in found] == list(range(12))
    assert {page.outcome for _, page in found} == {"not_a_form"}
    assert found[0][1].reason == "blank"
    assert found[5][1].reason == "no_markers"


def test_a_page_that_kills_its_reader_costs_that_page_alone(scan: Path) -> None:
    scan.write_bytes(files.tiff([files.page(mark=1)] * 6))
    with Readers(2) as readers:
        reading = readers.read(scan, range(6))
        first = next(reading)
        for worker in readers.workers:
            worker.process.kill()  # as the system does to whoever takes too much memory
        rest = list(reading)
    assert [index for index, _ in (first, *rest)] == list(range(6))
    assert {page.outcome for _, page in rest} == {"not_a_form"}  # tried again, and read


def test_a_page_that_takes_for_ever_is_given_up(scan: Path) -> None:
    scan.write_bytes(files.tiff([files.page(mark=1)] * 2))
    with Readers(1, patience=0.0) as readers:
        found = list(readers.read(scan, [0, 1]))
    assert {page.reason for _, page in found} <= {"took_too_long", "no_markers"}
    assert len(found) == 2


def test_leaving_in_the_middle_leaves_no_process(scan: Path) -> None:
    scan.write_bytes(files.tiff([files.page(mark=1)] * 8))
    with Readers(2) as readers:
        next(readers.read(scan, range(8)))
        processes = [worker.process for worker in readers.workers]
    assert all(process.poll() is not None for process in processes)
