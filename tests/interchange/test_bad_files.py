"""Files that are no table, or hold lines that are no rows: said clearly, and nothing half done."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.interchange.conftest import ACCOUNTS, BUILDINGS, Load, counts, said

from saime.estate.models import Building

HEADER = "building_no,address,regulation\n"


@pytest.mark.parametrize(
    ("content", "line", "wrong"),
    [
        (b"", 0, "The file is empty."),
        (b"\n\n", 0, "The file is empty."),
        (BUILDINGS.encode("utf-16"), 1, "UTF-16"),
        (BUILDINGS.encode("utf-16-be"), 1, "UTF-16"),
        ((HEADER + "B1,Parauga iela 1,524\nB2,Skārņu iela 2,524\n").encode("windows-1257"), 3, "not UTF-8"),
        (b"building_no;address;regulation\nB1;x;524\n", 1, "not separated by commas"),
        (b"building_no,address\nB1,x\n", 1, "Column regulation is missing."),
        (b"building_no,address,regulation,colour\nB1,x,524,red\n", 1, "Unknown column 'colour'."),
        (b"building_no,address,regulation,address\nB1,x,524,y\n", 1, "Column address stands twice."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 1, "not UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_refused_whole(load: Load, content: bytes, line: int, wrong: str) -> None:
    done = load("buildings", content, partial=True)
    (problem,) = said(done)
    assert problem[0] == line
    assert wrong in problem[2]
    assert problem[3]
    assert counts(done) == (0, 0, 0, 0, 0)
    assert not Building.objects.exists()


def test_all_that_is_wrong_with_a_header_is_said_at_once(load: Load) -> None:
    done = load("buildings", "building_no,adress,colour\n")
    assert [problem[1] for problem in said(done)] == ["adress", "colour", "address", "regulation"]


def test_a_header_alone_is_a_file_without_rows(load: Load) -> None:
    done = load("buildings", HEADER)
    assert counts(done) == (0, 0, 0, 0, 0)
    assert not said(done)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("B9,only two", "The line has 2 values, the header 3."),
        ("B9,Brīvības iela 1, Rīga,524", "The line has 4 values, the header 3."),
        ('B9,"never closed,524', "A double quote on this line is not closed"),
        ('B9,"closed" and more,524', "A double quote on this line is not closed, or text follows it."),
        ("B9," + "x" * 10_000_000 + ",524", "The line is 10000007 bytes long."),
        ("B9,a\0b,524", "The line holds NUL bytes."),
        ("B9,a\x07b,524", "the text holds control characters"),
    ],
)
def test_a_line_that_is_no_row_spoils_nothing_but_itself(load: Load, row: str, wrong: str) -> None:
    content = f"{HEADER}B1,x,524\n{row}\nB2,y,1013\n\nB3,z,524\n"
    refused = load("buildings", content)
    assert counts(refused) == (4, 0, 0, 0, 1)
    assert not Building.objects.exists()

    taken = load("buildings", content, partial=True)
    assert counts(taken) == (4, 3, 0, 0, 1)
    ((line, _column, said_wrong, right),) = said(taken)
    assert line == 3
    assert wrong in said_wrong
    assert right
    assert sorted(Building.objects.values_list("building_no", flat=True)) == ["B1", "B2", "B3"]


def test_quotes_that_go_wrong_on_many_lines_are_told_apart(load: Load) -> None:
    bad = 'B{0},"open {0},524'
    good = 'B{0},"Parauga iela ""{0}"", Rīga",524'
    rows = [(bad if n % 3 == 0 else good).format(n) for n in range(2, 60)]
    done = load("buildings", HEADER + "\n".join(rows) + "\n", partial=True)
    assert [problem[0] for problem in said(done)] == [n for n in range(2, 60) if n % 3 == 0]
    assert Building.objects.get(building_no="B4").address == 'Parauga iela "4", Rīga'


def test_what_other_programs_write_is_read(load: Load) -> None:
    """A BOM, CRLF, columns in another order, blanks around values, no newline at the end, needless quotes."""
    content = (
        '\ufeffregulation, address ,building_no\r\n"1013"," Parauga iela 1 ",B1\r\n524,Parauga iela 2, B2'
    )
    assert counts(load("buildings", content)) == (2, 2, 0, 0, 0)
    assert Building.objects.get(building_no="B1").address == "Parauga iela 1"
    assert Building.objects.get(building_no="B2").regulation == "524"


def workbook(rows: list[list[object]]) -> bytes:
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet()
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            page.write(number, column, value)
    book.close()
    return target.getvalue()


def test_a_workbook_holds_the_same_columns(load: Load) -> None:
    from datetime import date

    load("buildings", BUILDINGS)
    header = [*ACCOUNTS.splitlines()[0].split(","), "paperless", "to_date"]
    rows: list[list[object]] = [
        [*header],
        ["000001", "B1", 1, "apartment", 50.1, 2, "Paraugs 1", date(2020, 1, 1), True, date(2024, 5, 31)],
        [],
        ["000002", "B1", 2, "apartment", 40, 1, "Paraugs 2", "2020-01-01", "no", ""],
        ["000003", "B1", 3, "apartment", 40.123, 1, "Paraugs 3", "2020-01-01", "no", ""],
    ]
    done = load("accounts", workbook(rows), name="accounts.xlsx", partial=True)
    assert counts(done) == (3, 2, 0, 0, 1)
    assert [(line, column) for line, column, _wrong, _right in said(done)] == [(5, "area_m2")]


def zipped(name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, "<x/>")
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [BUILDINGS.encode(), b"PK\x03\x04 and nothing more", zipped("word/document.xml"), b"\xd0\xcf\x11\xe0old"],
    ids=["csv", "cut off", "another zip", "xls"],
)
def test_a_workbook_that_is_none_is_refused(load: Load, content: bytes) -> None:
    done = load("buildings", content, name="buildings.xlsx", partial=True)
    ((line, _column, wrong, right),) = said(done)
    assert line == 0
    assert "not an XLSX workbook" in wrong
    assert "CSV UTF-8" in right
    assert not Building.objects.exists()
