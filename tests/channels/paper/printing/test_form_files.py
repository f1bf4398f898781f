"""Thousands of forms in one file: one a page, in order, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from tests.channels.paper.printing.samples import form
from tests.channels.paper.scans import render

from saime.channels.paper.printing.contracts import Form
from saime.channels.paper.printing.files import AT_A_TIME, write_forms
from saime.channels.paper.printing.render import UnableToPrintForms
from saime.channels.paper.sheet import decode

LANGUAGES = ("lv", "ru", "en")


def forms(count: int) -> Iterator[Form]:
    for n in range(count):
        yield form(1 + n % 3, language=LANGUAGES[n % 3], account_no=f"{1_000_000 + n}")


def accounts_in(file: Path) -> list[str]:
    """The account on each page, by what is printed: reading a thousand codes would take a minute."""
    document = pypdfium2.PdfDocument(file)
    try:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return [
        next(word for word in text.split() if word.startswith("1000") and len(word) == 7) for text in texts
    ]


def test_a_thousand_forms_are_a_thousand_pages_in_one_file(tmp_path: Path) -> None:
    target = tmp_path / "deeper" / "forms.pdf"
    progress = list(write_forms(forms(1000), target))
    assert progress == list(range(AT_A_TIME, 1001, AT_A_TIME))
    assert accounts_in(target) == [f"{1_000_000 + n}" for n in range(1000)]
    pdf = target.read_bytes()
    for page in (0, 199, 200, 999):
        (code,) = zxingcpp.read_barcodes(render(pdf, page))
        assert decode(code.text).account_no == f"{1_000_000 + page}"
    assert len(pdf) < 1000 * 20_000
    assert list(target.parent.iterdir()) == [target]


def test_a_few_forms_keep_their_tags(tmp_path: Path) -> None:
    target = tmp_path / "forms.pdf"
    assert list(write_forms(forms(3), target)) == [3]
    assert b"/StructTreeRoot" in target.read_bytes()


def test_no_forms_are_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnableToPrintForms):
        list(write_forms(iter(()), tmp_path / "forms.pdf"))
    assert list(tmp_path.iterdir()) == []


def test_what_is_broken_off_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    def broken() -> Iterator[Form]:
        yield from forms(AT_A_TIME * 4)
        raise ConnectionError

    target = tmp_path / "forms.pdf"
    target.write_bytes(b"old")
    with pytest.raises(ConnectionError):
        list(write_forms(broken(), target))
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]
