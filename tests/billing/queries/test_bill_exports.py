"""Bills, lines and balances as files: the columns of the interchange, and sums that agree."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest
from tests.billing.factories import line, make_account, make_bill, make_service, post

from saime.billing.queries import export_balances, export_bill_lines, export_bills
from saime.estate.models import Account
from saime.platform.periods import Period

OCTOBER = Period.of(2026, 10)


def read(blocks: Iterable[bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(blocks).decode())))


@pytest.fixture
def account(db: None) -> Account:
    account = make_account(account_no="000001")
    lines = [line(make_service()), line(make_service("savings"), "52.400", "0.15", "0", basis="", mark="")]
    cold = make_service("cold", "m3_cold")
    water = line(cold, "-2.500", "2.18", "21", basis="average", mark="V", unit="m3")
    make_bill(
        account, "2026-10", [*lines, water], opening=-500, payments=100, late=7, bill_no="2026-10-000001"
    )
    make_bill(account, "2026-09", lines)
    other = make_account(account_no="000002")
    make_bill(other, "2026-10", [line(make_service())], bill_no="2026-10-000002")
    return account


def test_bills_have_the_columns_of_the_interchange(account: Account) -> None:
    rows = read(export_bills(OCTOBER))
    assert [row["bill_no"] for row in rows] == ["2026-10-000001", "2026-10-000002"]
    assert rows[0] == {
        "bill_no": "2026-10-000001", "account_no": "000001", "period": "2026-10", "issued_on": "2026-11-10",
        "due_on": "2026-11-24", "opening_balance": "-5.00", "payments": "1.00", "lines_gross": "28.31",
        "late_charge": "0.07", "total_due": "22.38",
    }  # fmt: skip


def test_lines_have_the_columns_of_the_interchange_and_add_up_to_their_bill(account: Account) -> None:
    rows = read(export_bill_lines(OCTOBER))
    assert rows[2] == {
        "bill_no": "2026-10-000001", "account_no": "000001", "service": "cold", "quantity": "-2.500", "unit": "m3",
        "price": "2.180000", "net": "-5.45", "vat_rate": "21.00", "vat": "-1.14", "gross": "-6.59", "basis": "average",
        "mark": "V",
    }  # fmt: skip
    bills = {row["bill_no"]: Decimal(row["lines_gross"]) for row in read(export_bills(OCTOBER))}
    sums = dict.fromkeys(bills, Decimal(0))
    for row in rows:
        sums[row["bill_no"]] += Decimal(row["gross"])
    assert sums == bills


def test_balances_name_every_account(account: Account) -> None:
    post(account, -10_000, date(2026, 11, 1), kind="payment")
    rows = read(export_balances(date(2026, 11, 25)))
    assert list(rows[0]) == ["account_no", "balance", "advance", "overdue"]
    found = {row["account_no"]: (row["balance"], row["advance"], row["overdue"]) for row in rows}
    assert found["000001"] == ("-36.72", "36.72", "0.00")
    assert found["000002"] == ("27.04", "0.00", "27.04")


def test_a_building_narrows_every_file(account: Account) -> None:
    scope = {"building_no": account.building.building_no}
    files = (
        export_bills(OCTOBER, **scope),
        export_bill_lines(OCTOBER, **scope),
        export_balances(date.max, **scope),
    )
    assert [{row["account_no"] for row in read(file)} for file in files] == [{"000001"}] * 3


@pytest.mark.django_db
def test_an_empty_month_is_a_header() -> None:
    assert b"".join(export_bills(Period.of(2030, 1))).startswith(b"bill_no,account_no,period,")
