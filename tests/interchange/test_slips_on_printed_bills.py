"""saime bills-pdf: slips for the next readings on what is printed, and only there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.billing.document.reading import text_of
from tests.billing.factories import line, make_account, make_bill, make_meter, make_service

from saime.config.installation import create
from saime.interchange.cli import main


@pytest.mark.parametrize(
    ("words", "on_paper", "paperless"),
    [
        (["--print-file", "bills.pdf"], True, False),
        (["--dir", "bills", "--paper-only"], True, None),
        (["--print-file", "bills.pdf", "--without-slips"], False, False),
        (["--dir", "bills"], False, False),
    ],
)
def test_only_printed_bills_end_in_a_slip(
    words: list[str], on_paper: bool, paperless: bool | None, db: None, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, settings: Any,
) -> None:  # fmt: skip
    monkeypatch.setenv("SAIME_DATA_DIR", str(settings.TEST_DATA_DIR))
    settings.DATA_DIR = tmp_path / "home"
    settings.DATA_DIR.mkdir()
    create(settings.TEST_DATA_DIR)
    monkeypatch.chdir(tmp_path)
    bills = {}
    for name, wants_none in (("paper", False), ("paperless", True)):
        account = make_account(paperless=wants_none)
        make_meter(account)
        bills[name] = make_bill(account, "2026-10", [line(make_service())])
    assert main(["bills-pdf", "--period", "2026-10", *words]) == 0
    written = sorted(tmp_path.rglob("*.pdf"))
    if "--print-file" in words:
        (file,) = written
        assert text_of(file.read_bytes()).count("Noplēsiet šeit") == (1 if on_paper else 0)
        return
    found = {file.stem: "Noplēsiet šeit" in text_of(file.read_bytes()) for file in written}
    assert found.get(bills["paper"].bill_no) == on_paper
    assert found.get(bills["paperless"].bill_no) == paperless
