"""The saime command: its arguments, what it prints and where, and its exit status."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from mockeinvoice import validate
from python_calamine import CalamineWorkbook
from tests.interchange.conftest import ACCOUNTS, BUILDINGS, METERS

from saime.config.installation import create
from saime.interchange.cli import main

READINGS = """\
meter_no,value,received_at,channel
C1,1012.500,2023-12-31T20:00:00+02:00,staff
M1,103.000,2023-12-28T10:00:00+02:00,portal
M2,104.000,2023-12-28T10:00:00+02:00,sms
M10,102.000,2023-12-28T10:00:00+02:00,paper
H4,101.250,2023-12-28T10:00:00+02:00,terminal
"""
COUNTS = ["kind", "rows", "created", "updated", "unchanged", "rejected", "seconds"]


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended and what it said."""

    status: int
    out: bytes
    err: str


class Saime:
    """The command, run in this process on the test's own database."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[bytes]) -> None:
        self.root, self.capture = root, capture

    def run(self, *words: str | Path) -> Done:
        self.capture.readouterr()
        status = main([str(word) for word in words])
        said = self.capture.readouterr()
        return Done(status, said.out, said.err.decode())

    def json(self, *words: str | Path) -> dict[str, object]:
        done = self.run(*words)
        assert done.status == 0, done.err
        (line,) = done.out.decode().splitlines()
        answer: dict[str, object] = json.loads(line)
        return answer

    def file(self, name: str, content: str) -> Path:
        path = self.root / name
        path.write_text(content, encoding="utf-8")
        return path

    def rows(self, *words: str) -> list[dict[str, str]]:
        done = self.run("export", *words)
        assert done.status == 0, done.err
        return list(csv.DictReader(io.StringIO(done.out.decode())))


@pytest.fixture
def company(
    db: None,
    tmp_path: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> Saime:
    """The small company with a month of readings."""
    monkeypatch.setenv("SAIME_DATA_DIR", str(settings.TEST_DATA_DIR))
    settings.DATA_DIR = tmp_path / "home"
    settings.DATA_DIR.mkdir()
    create(settings.TEST_DATA_DIR)
    saime = Saime(tmp_path, capsysbinary)
    for kind, content in (
        ("buildings", BUILDINGS),
        ("accounts", ACCOUNTS),
        ("meters", METERS),
        ("readings", READINGS),
    ):
        answer = saime.json(
            "import", kind, saime.file(f"{kind}.csv", content), *["--history"] * (kind == "readings")
        )
        assert list(answer) == COUNTS
        assert (answer["kind"], answer["created"], answer["rejected"]) == (kind, answer["rows"], 0)
    return saime


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "required"),
        (("import",), "required"),
        (("import", "cats", "x.csv"), "invalid choice"),
        (("export", "consumption", "--period", "2024-13"), "is not a month"),
        (("export", "bills", "--colour", "red"), "unrecognized arguments"),
        (("bill-run", "--period", "2024-01"), "required"),
        (("bill-run", "--period", "2024-01", "--dry-run", "--issue"), "not allowed"),
        (("bill-run", "--period", "2024-01", "--issue", "--issued-on", "2024-02-31"), "is not a day"),
        (("demo-data", "--accounts", "0"), "is not a whole number of 1 or more"),
    ],
)  # fmt: skip
def test_arguments_are_checked_before_anything_else(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    answer = capsys.readouterr()
    assert said in answer.err
    assert answer.out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "meters", "nowhere.csv"), "there is no file nowhere.csv"),
        (("export", "consumption"), "consumption needs --period YYYY-MM"),
        (("export", "ledger", "--from", "2024-01-01"), "ledger needs --from"),
        (("export", "consumption", "--period", "2024-01", "--building", "B9"), "there is no building 'B9'"),
        (("bills-pdf", "--period", "2024-01", "--dir", "bills"), "there are no bills of 2024-01"),
    ],
)  # fmt: skip
def test_wrong_usage_is_status_2_and_a_sentence(company: Saime, words: tuple[str, ...], said: str) -> None:
    done = company.run(*words)
    assert done.status == 2
    assert said in done.err
    assert "Traceback" not in done.err
    assert done.out == b""


def test_bad_rows_are_listed_on_the_screen_and_in_a_file(company: Saime) -> None:
    rows = "".join(f"M1,{n}x,2024-01-28T10:00:00+02:00,portal\n" for n in range(30))
    path = company.file("bad.csv", "meter_no,value,received_at,channel\n" + rows)
    done = company.run("import", "readings", path, "--history")
    assert done.status == 1
    answer = json.loads(done.out)
    assert (answer["rows"], answer["created"], answer["rejected"]) == (30, 0, 30)
    screen = done.err.splitlines()
    assert screen[0] == "bad.csv:2:value: 0x is not a number; right would be: a number, for example 12.5"
    assert sum(line.startswith("bad.csv:") for line in screen) == 20
    assert "… and 10 more" in screen
    assert "Nothing was imported." in screen

    listed = list(
        csv.DictReader(io.StringIO((company.root / "bad.csv.errors.csv").read_text(encoding="utf-8")))
    )
    assert len(listed) == 30
    assert listed[-1] == {
        "file": "bad.csv", "line": "31", "column": "value", "wrong": "29x is not a number",
        "right": "a number, for example 12.5",
    }  # fmt: skip

    # Put right, it goes in, and the old list does not stay behind.
    company.file("bad.csv", "meter_no,value,received_at,channel\n")
    assert company.run("import", "readings", path).status == 0
    assert not (company.root / "bad.csv.errors.csv").exists()


def test_partial_takes_the_good_rows_and_still_ends_with_status_1(company: Saime) -> None:
    path = company.file(
        "policies.csv",
        "policy,building_no,value,valid_from\nnorm_hot,,4,2030-01-01\nnorm_hot,,x,2031-01-01\n",
    )
    done = company.run("import", "policies", path, "--partial")
    assert done.status == 1
    answer = json.loads(done.out)
    assert (answer["created"], answer["rejected"]) == (1, 1)


def test_a_month_is_shown_and_exported(company: Saime) -> None:
    answer = company.json("consumption", "--period", "2023-12")
    assert (answer["buildings"], answer["rows"], answer["actual"]) == (2, 5, 5)
    assert (answer["cold_m3"], answer["cold_difference_m3"]) == (9.0, 3.5)
    rows = company.rows("consumption", "--period", "2023-12", "--building", "B1")
    assert [(row["unit_no"], row["meter_no"], row["account_no"], row["m3"]) for row in rows] == [
        ("", "C1", "", "12.500"), ("1", "M1", "000001", "3.000"), ("2", "M2", "000002", "4.000"),
        ("10", "M10", "000003", "2.000"),
    ]  # fmt: skip
    assert list(rows[0]) == [
        "period", "building_no", "unit_no", "account_no", "meter_no", "medium", "previous_reading", "reading",
        "channel", "m3", "basis", "mark", "estimated_before",
    ]  # fmt: skip
    shares = company.rows("water-difference", "--period", "2023-12")
    assert [(row["unit_no"], row["share_m3"]) for row in shares] == [
        ("1", "1.167"),
        ("2", "1.167"),
        ("10", "1.166"),
    ]
    assert list(shares[0]) == [
        "period", "building_no", "medium", "common_m3", "units_m3", "difference_m3", "unit_no", "share_m3", "why",
    ]  # fmt: skip
    (fate,) = company.rows("submissions", "--period", "2023-12", "--building", "B2")
    assert fate["received_at"] == "2023-12-28T10:00:00+02:00"
    assert (fate["meter_no"], fate["value"], fate["fate"], fate["reason"]) == (
        "H4",
        "101.250",
        "registered",
        "",
    )


def test_an_export_is_a_workbook_too(company: Saime) -> None:
    done = company.run("export", "consumption", "--period", "2023-12", "--xlsx")
    assert done.status == 0, done.err
    header, *rows = CalamineWorkbook.from_filelike(io.BytesIO(done.out)).get_sheet_by_index(0).to_python()
    assert header[:5] == ["period", "building_no", "unit_no", "account_no", "meter_no"]
    assert rows[1][3:10] == ["000001", "M1", "cold", 100.0, 103.0, "portal", 3.0]
    assert not list((company.root / "home").iterdir())


@pytest.fixture
def billed(company: Saime) -> Saime:
    """The company with a service, a tariff and a payment, and its first month billed."""
    services = (
        "service,name_lv,name_ru,name_en,key,pricing\nmanagement,Apsaimniekošana,Управление,Fee,m2,tariff\n"
    )
    company.json("import", "services", company.file("services.csv", services))
    tariffs = "service,building_no,price,vat_rate,valid_from\nmanagement,,0.5,21,2023-01-01\n"
    company.json("import", "tariffs", company.file("tariffs.csv", tariffs))
    payments = "account_no,amount,paid_on,reference\n000001,5.00,2023-12-20,cash-1\n"
    company.json("import", "payments", company.file("payments.csv", payments))
    before = month_of(company)
    tried = company.json("bill-run", "--period", "2023-12", "--dry-run")
    assert (tried["bills"], tried["dry_run"]) == (4, True)
    assert company.rows("bills", "--period", "2023-12") == []
    issued = company.json("bill-run", "--period", "2023-12", "--issue", "--issued-on", "2024-01-10")
    assert (issued["bills"], issued["issued_on"]) == (4, "2024-01-10")
    assert issued["lines_gross"] == tried["lines_gross"]
    # The month is closed now, and comes out of the tables as it was computed.
    assert month_of(company) == before
    assert company.json("consumption", "--period", "2023-12")["closed"] == 2
    return company


def month_of(company: Saime) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    month = ("--period", "2023-12")
    return company.rows("consumption", *month), company.rows("water-difference", *month)


def test_a_month_is_billed_once(billed: Saime) -> None:
    again = billed.json("bill-run", "--period", "2023-12", "--issue")
    assert (again["bills"], again["skipped"]) == (0, 2)
    assert len(billed.rows("bills", "--period", "2023-12")) == 4


def test_bills_are_exported_with_lines_balances_and_ledger(billed: Saime) -> None:
    first = billed.rows("bills", "--period", "2023-12")[0]
    assert list(first) == [
        "bill_no", "account_no", "period", "issued_on", "due_on", "opening_balance", "payments", "lines_gross",
        "late_charge", "total_due",
    ]  # fmt: skip
    assert list(first.values())[1:] == [
        "000001", "2023-12", "2024-01-10", "2024-01-24", "0.00", "5.00", "30.31", "0.00", "25.31",
    ]  # fmt: skip
    (line,) = billed.rows("bill-lines", "--period", "2023-12", "--building", "B2")
    assert list(line) == [
        "bill_no", "account_no", "service", "quantity", "unit", "price", "net", "vat_rate", "vat", "gross",
        "basis", "mark",
    ]  # fmt: skip
    assert (line["service"], line["quantity"], line["price"], line["net"]) == (
        "management",
        "60.000",
        "0.500000",
        "30.00",
    )
    balance = billed.rows("balances")[0]
    assert (list(balance), balance["balance"]) == (["account_no", "balance", "advance", "overdue"], "25.31")
    ledger = billed.rows("ledger", "--from", "2023-12-01", "--to", "2024-01-31")
    assert list(ledger[0]) == ["entry", "posted_at", "account", "leg", "amount", "why", "reference"]
    assert sum(Decimal(row["amount"]) for row in ledger) == 0


def test_a_closed_month_takes_no_more(billed: Saime) -> None:
    late = READINGS.splitlines()[0] + "\nM1,103.5,2023-12-29T10:00:00+02:00,portal\n"
    billed.json("import", "readings", billed.file("late.csv", late), "--history")
    assert "period_closed" in {row["reason"] for row in billed.rows("submissions", "--period", "2023-12")}
    moved = METERS.replace("M1,B1,1,cold,5,2023-12-05,100.000", "M1,B1,1,cold,5,2023-12-05,99.000")
    refused = billed.run("import", "meters", billed.file("moved.csv", moved))
    assert refused.status == 1
    assert "months of this meter are closed" in refused.err


def test_bills_go_on_paper(billed: Saime) -> None:
    printed = billed.json("bills-pdf", "--period", "2023-12", "--dir", billed.root / "bills")
    assert (printed["bills"], printed["failed"], printed["files"]) == (4, 0, 4)
    pdfs = sorted((billed.root / "bills").iterdir())
    assert [pdf.stem for pdf in pdfs] == [
        bill["bill_no"] for bill in billed.rows("bills", "--period", "2023-12")
    ]
    assert all(pdf.read_bytes().startswith(b"%PDF") for pdf in pdfs)
    target = billed.root / "print.pdf"
    together = billed.json("bills-pdf", "--period", "2023-12", "--print-file", target, "--paper-only")
    assert (together["bills"], together["files"]) == (4, 1)
    assert target.read_bytes().startswith(b"%PDF")


def test_bills_as_electronic_invoices(billed: Saime) -> None:
    folder = billed.root / "ubl"
    done = billed.json("export", "ubl", "--period", "2023-12", "--dir", folder)
    assert done["files"] == 4
    numbers = [bill["bill_no"] for bill in billed.rows("bills", "--period", "2023-12")]
    assert sorted(file.name for file in folder.iterdir()) == [f"{number}.xml" for number in numbers]
    for file in folder.iterdir():
        _document, report = validate(file.read_bytes())
        assert (report.verdict, report.failures) == ("valid", [])
    refused = billed.run("export", "ubl", "--period", "2023-12")
    assert (refused.status, "--dir DIR" in refused.err) == (2, True)
