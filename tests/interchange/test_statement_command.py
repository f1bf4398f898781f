"""`saime statement inspect`: a bank's file as lines, without an installation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.payments.statements.made import OURS, Paid, camt053, fidavista

from saime.interchange.cli import main


@pytest.fixture(params=[camt053, fidavista])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "statement.xml"
    path.write_bytes(request.param([Paid(15_731), Paid(-250, text="Komisija")], opening=1_000))
    return path


def test_a_statement_line_by_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["statement", "inspect", str(file)]) == 0
    heading, first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (heading["account"], heading["currency"]) == (OURS, "EUR")
    assert (heading["opening_balance"], heading["closing_balance"], heading["adds_up"]) == (
        "1000",
        "16481",
        True,
    )
    assert (first["amount"], first["booking_date"], first["value_date"]) == (
        "15731",
        "2026-11-12",
        "2026-11-12",
    )
    assert (first["counterparty_name"], first["counterparty_iban"]) == (
        "Demo Paraugs",
        "LV25UNLA0050000000002",
    )
    assert (first["remittance"], first["bank_reference"]) == ("Rēķins 202610-000002", "2026111200001-1")
    assert (second["amount"], second["remittance"]) == ("-250", "Komisija")


def test_what_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "statement.xml"
    path.write_text("Nav pieejams")
    assert main(["statement", "inspect", str(path)]) == 1
    assert "not well-formed XML" in capsys.readouterr().err
    assert main(["statement", "inspect", str(tmp_path / "nothing.xml")]) == 2
    assert "No such file" in capsys.readouterr().err
