"""Rows that do not fit: each says what is wrong and what would be right, and nothing of the file is taken."""

from __future__ import annotations

import pytest
from tests.interchange.conftest import ACCOUNTS, METERS, Load, counts, said, table

from saime.metering.models import Submission

READINGS = "meter_no,value,received_at,channel,reference,period\n"
TARIFFS = "service,building_no,price,vat_rate,valid_from,valid_to\n"
SERVICES = """\
service,name_lv,name_ru,name_en,key,pricing
management,Apsaimniekošana,Управление,Management,m2,tariff
heating,Apkure,Отопление,Heating,m2,supplier_invoice
"""


@pytest.mark.parametrize(
    ("cells", "column", "wrong", "right"),
    [
        ("M1,\"104,5\",2024-01-28T10:00:00+02:00,portal,r,", "value", "104,5 has a decimal comma", "a decimal point"),
        ("M1,-1.5,2024-01-28T10:00:00+02:00,portal,r,", "value", "-1.5 is negative", "0 or more"),
        ("M1,104.1234,2024-01-28T10:00:00+02:00,portal,r,", "value", "104.1234 has too many decimals", "at most 3"),
        ("M1,1234567890,2024-01-28T10:00:00+02:00,portal,r,", "value", "1234567890 is too large", "at most 9 digits"),
        (f"M1,{'9' * 400},2024-01-28T10:00:00+02:00,portal,r,", "value", "is too large", "at most 9 digits"),
        ("M1,1e3,2024-01-28T10:00:00+02:00,portal,r,", "value", "1e3 is not a number", "12.5"),
        ("M1,NaN,2024-01-28T10:00:00+02:00,portal,r,", "value", "NaN is not a number", "12.5"),
        ("M1,٣,2024-01-28T10:00:00+02:00,portal,r,", "value", "is not a number", "12.5"),
        ("M1,,2024-01-28T10:00:00+02:00,portal,r,", "value", "is empty", "a value"),
        ("M1,104,2024-01-28T10:00:00,portal,r,", "received_at", "has no time zone", "+02:00"),
        ("M1,104,2024-01-28,portal,r,", "received_at", "has no time zone", "+02:00"),
        ("M1,104,2024-02-31T10:00:00+02:00,portal,r,", "received_at", "is not a time of the calendar", "exists"),
        ("M1,104,28.01.2024 10:00,portal,r,", "received_at", "is not a time", "2024-02-28T18:30:00+02:00"),
        ("M1,104,2026-11-24T10:00:01Z,portal,r,", "received_at", "is in the future", "a time up to now"),
        ("M1,104,2024-01-28T10:00:00+02:00,portal,r,2027-01", "period", "in the future", "up to this one"),
        ("M1,104,2024-01-28T10:00:00+02:00,portal,r,2024-13", "period", "2024-13 is not a month", "2024-02"),
        ("M1,104,2024-01-28T10:00:00+02:00,pigeon,r,", "channel", "pigeon is not known here", "portal, sms"),
        ("M99,104,2024-01-28T10:00:00+02:00,portal,r,", "meter_no", "there is no meter M99", "imported before"),
        (f"M1,104,2024-01-28T10:00:00+02:00,portal,{'r' * 101},", "reference", "too long", "at most 100 characters"),
    ],
)  # fmt: skip
def test_a_reading_that_does_not_fit(company: Load, cells: str, column: str, wrong: str, right: str) -> None:
    content = f"{READINGS}M2,104,2024-01-28T10:00:00+02:00,portal,fine,\n{cells}\n"
    done = company("readings", content)
    ((line, said_column, said_wrong, said_right),) = said(done)
    assert (line, said_column) == (3, column)
    assert wrong in said_wrong
    assert right in said_right
    assert counts(done) == (2, 0, 0, 0, 1)
    assert not Submission.objects.exists()

    assert counts(company("readings", content, partial=True)) == (2, 1, 0, 0, 1)
    assert Submission.objects.get().reference == "fine"


def test_history_may_lie_in_the_future(company: Load) -> None:
    content = READINGS + "M1,104,2027-01-28T10:00:00+02:00,portal,r,2027-01\n"
    assert counts(company("readings", content, history=True)) == (1, 1, 0, 0, 0)


@pytest.mark.parametrize(
    "moment",
    ["2024-01-28T10:00:00+02:00", "2024-01-28T08:00:00Z", "2024-01-28 08:00z", "2024-01-28T10:00+02",
     "2024-01-28T08:00:00.000-00:00", "2024-01-28T10:00:00,000 +0200"],
)  # fmt: skip
def test_moments_are_read_as_iso_8601_has_them(company: Load, moment: str) -> None:
    assert not said(company("readings", READINGS + f'M1,104,"{moment}",portal,r,\n', history=True))
    assert Submission.objects.get().received_at.isoformat() == "2024-01-28T08:00:00+00:00"


def test_the_month_of_a_reading_is_that_of_the_clock_in_riga(company: Load) -> None:
    content = READINGS + "M1,104,2024-01-31T22:30:00Z,portal,a,\nM2,104,2024-01-31T21:30:00Z,portal,b,\n"
    company("readings", content, history=True)
    assert table("metering_submission", "reference, period") == [("a", 202402), ("b", 202401)]


def test_the_same_reference_twice_is_one_submission(company: Load) -> None:
    row = "M1,104,2024-01-28T10:00:00+02:00,portal,r1,\n"
    assert counts(company("readings", READINGS + row + row, history=True)) == (2, 1, 0, 1, 0)
    assert counts(company("readings", READINGS + row, history=True)) == (1, 0, 0, 1, 0)


def test_a_reference_for_another_reading_is_refused(company: Load) -> None:
    first = "M1,104,2024-01-28T10:00:00+02:00,portal,r1,\n"
    other = "M1,105,2024-01-28T10:00:00+02:00,portal,r1,\n"
    inside = company("readings", READINGS + first + other, history=True)
    assert [problem[:2] for problem in said(inside)] == [(3, "reference")]
    assert not Submission.objects.exists()

    company("readings", READINGS + first, history=True)
    later = company(
        "readings", READINGS + "M2,101,2024-01-28T10:00:00+02:00,portal,r2,\n" + other, history=True
    )
    ((line, column, wrong, _right),) = said(later)
    assert (line, column) == (3, "reference")
    assert "r1 stands for another reading already" in wrong
    assert Submission.objects.count() == 1


def test_conflicts_are_said_together_with_all_else(company: Load) -> None:
    rows = "M1,104,2024-01-28T10:00:00+02:00,portal,r1,\nM1,x,2024-01-28T10:00:00+02:00,portal,r2,\n"
    done = company(
        "readings", READINGS + rows + "M2,104,2024-01-28T10:00:00+02:00,portal,r1,\n", history=True
    )
    assert [problem[:2] for problem in said(done)] == [(3, "value"), (4, "reference")]


def test_a_reading_without_a_reference_is_known_again_by_its_content(company: Load) -> None:
    row = "M1,104,2024-01-28T10:00:00+02:00,portal\n"
    rows = "meter_no,value,received_at,channel\n" + row + "M1,104,2024-01-28T10:00:01+02:00,portal\n" + row
    assert counts(company("readings", rows, history=True)) == (3, 2, 0, 1, 0)
    assert counts(company("readings", rows, history=True)) == (3, 0, 0, 3, 0)
    with_column = READINGS + "M1,104.000,2024-01-28T08:00:00Z,portal,,\n"
    assert counts(company("readings", with_column, history=True)) == (1, 0, 0, 1, 0)
    # What was once derived stays so, whatever version derives it: or a file imported again would be new.
    assert Submission.objects.filter(reference="auto:e484bbf8aa271885b4d3de2bd0f65123").exists()


@pytest.mark.parametrize(
    ("change", "column", "wrong"),
    [
        (("000002,B1,2", "000001,B1,2"), "account_no", "000001 stands on line 2 already"),
        (("000002,B1,2", "000002,B9,2"), "building_no", "there is no building B9"),
        (("2,apartment,40.00", "2,cellar,40.00"), "unit_kind", "cellar is not known here"),
        (("2,apartment,40.00", "2,apartment,40.005"), "area_m2", "too many decimals"),
        (("40.00,1,Paraugs 2", "40.00,-1,Paraugs 2"), "declared_persons", "-1 is negative"),
        (("40.00,1,Paraugs 2", "40.00,1.5,Paraugs 2"), "declared_persons", "1.5 has too many decimals"),
        (("Paraugs 2,2020-01-01", "Paraugs 2,2020-02-30"), "from_date", "2020-02-30 is not a day of the calendar"),
        (("Paraugs 2,2020-01-01", "Paraugs 2,01.02.2020"), "from_date", "01.02.2020 is not written as YYYY-MM-DD"),
        (("Paraugs 2,2020-01-01", ",2020-01-01"), "holder_name", "is empty"),
        (("Paraugs 2,2020-01-01", f"{'P' * 201},2020-01-01"), "holder_name", "too long"),
        (("000002,B1,2,apartment", "000002,B1,1,commercial"), "unit_kind", "an earlier row says apartment"),
    ],
)  # fmt: skip
def test_an_account_that_does_not_fit(load: Load, change: tuple[str, str], column: str, wrong: str) -> None:
    from saime.estate.models import Account, Unit

    load("buildings", "building_no,address,regulation\nB1,x,1013\nB2,y,524\n")
    content = ACCOUNTS.replace(*change)
    done = load("accounts", content)
    assert said(done)[0][:2] == (3, column)
    assert wrong in said(done)[0][2]
    assert not Account.objects.exists()
    assert not Unit.objects.exists()
    load("accounts", content, partial=True)
    assert sorted(Account.objects.values_list("account_no", flat=True)) == ["000001", "000003", "000004"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("29123456", "+37129123456"), ("+371 29123456", "+37129123456"), ("0037129123456", "+37129123456"),
        ("67 10 50 00", "+37167105000"), ("+358 40 1234567", "+358401234567"), ("", ""),
    ],
)  # fmt: skip
def test_phone_numbers_are_kept_in_one_form(load: Load, given: str, kept: str) -> None:
    from saime.estate.models import Account

    load("buildings", "building_no,address,regulation\nB1,x,1013\n")
    head, row = ACCOUNTS.splitlines()[:2]
    assert not said(
        load("accounts", f"{head},phone,email,language,paperless\n{row},{given},a@example.com,ru,TRUE\n")
    )
    account = Account.objects.get()
    assert (account.phone, account.email, account.language, account.paperless) == (
        kept,
        "a@example.com",
        "ru",
        True,
    )


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("12,,,", "phone"),
        (",nobody,,", "email"),
        (",a@b,,", "email"),
        (",,de,", "language"),
        (",,,maybe", "paperless"),
    ],
)
def test_contacts_that_are_none(load: Load, cells: str, column: str) -> None:
    load("buildings", "building_no,address,regulation\nB1,x,1013\n")
    head, row = ACCOUNTS.splitlines()[:2]
    done = load("accounts", f"{head},phone,email,language,paperless\n{row},{cells}\n")
    assert [problem[:2] for problem in said(done)] == [(2, column)]


@pytest.mark.parametrize(
    ("change", "column", "wrong"),
    [
        (("M2,B1,2,", "M1,B1,2,"), "meter_no", "M1 stands on line 3 already"),
        (("M2,B1,2,", "M2,B1,7,"), "unit_no", "building B1 has no unit 7"),
        (("M2,B1,2,", "M2,B2,2,"), "unit_no", "building B2 has no unit 2"),
        (("M2,B1,2,cold", "M2,B1,2,gas"), "medium", "gas is not known here"),
        (("M2,B1,2,cold,5", "M2,B1,2,cold,2"), "digits", "2 digits"),
        (("M2,B1,2,cold,5,2023-12-05,100.000", "M2,B1,2,cold,5,2023-12-05,100000"), "initial_reading", "5 digits show"),
        (("M2,B1,2,cold,5,2023-12-05", "M2,B1,2,cold,5,2027-12-05"), "installed_on", "is in the future"),
    ],
)  # fmt: skip
def test_a_meter_that_does_not_fit(load: Load, change: tuple[str, str], column: str, wrong: str) -> None:
    load("buildings", "building_no,address,regulation\nB1,x,1013\nB2,y,524\n")
    load("accounts", ACCOUNTS)
    done = load("meters", METERS.replace(*change))
    assert said(done)[0][:2] == (4, column)
    assert wrong in said(done)[0][2]
    assert not table("metering_meter", "meter_no, id")


REPLACED = "meter_no,building_no,unit_no,medium,digits,installed_on,initial_reading,removed_on,final_reading,replaces\n"


@pytest.mark.parametrize(
    ("rows", "lines", "wrong"),
    [
        ("N1,B1,1,cold,5,2024-05-01,0,,,M9\n", [2], "there is no meter M9"),
        ("N1,B1,2,cold,5,2024-05-01,0,,,M1\n", [2], "M1 is a meter of another unit or medium"),
        ("N1,B1,1,hot,5,2024-05-01,0,,,M1\n", [2], "M1 is a meter of another unit or medium"),
        ("N1,B1,1,cold,5,2024-05-01,0,,,M1\nN2,B1,1,cold,5,2024-06-01,0,,,M1\n", [2, 3],
         "replaced by another meter too"),
        ("N1,B1,1,cold,5,2024-05-01,0,,,N2\nN2,B1,1,cold,5,2024-06-01,0,,,N1\n", [2, 3], "in a circle"),
        ("N1,B1,1,cold,5,2024-05-01,0,,,N1\n", [2], "in a circle"),
        ("N1,B1,1,cold,5,2024-05-01,0,2024-04-30,1,\n", [2], "2024-04-30 is before installed_on 2024-05-01"),
        ("N1,B1,1,cold,5,2024-05-01,0,,7,\n", [2], "no day of removal"),
    ],
)  # fmt: skip
def test_replacements_that_cannot_be(company: Load, rows: str, lines: list[int], wrong: str) -> None:
    done = company("meters", REPLACED + rows)
    assert [problem[0] for problem in said(done)] == lines
    assert wrong in said(done)[0][2]
    assert len(table("metering_meter", "meter_no, id")) == 5


def test_a_successor_of_a_refused_meter_is_refused_too(company: Load) -> None:
    rows = "N1,B1,1,cold,5,2024-05-01,x,,,M1\nN2,B1,1,cold,5,2024-06-01,0,,,N1\nN3,B1,2,cold,5,2024-06-01,0,,,M2\n"
    done = company("meters", REPLACED + rows, partial=True)
    assert [problem[:2] for problem in said(done)] == [(2, "initial_reading"), (3, "replaces")]
    assert counts(done) == (3, 1, 0, 0, 2)


@pytest.mark.parametrize(
    ("row", "column", "wrong"),
    [
        ("nothing,,1,21,2024-01-01,", "service", "there is no service nothing"),
        ("management,B9,1,21,2024-01-01,", "building_no", "there is no building B9"),
        ("management,,,21,2024-01-01,", "price", "service management has no price"),
        ("management,,1.1234567,21,2024-01-01,", "price", "too many decimals"),
        ("management,,1,121,2024-01-01,", "vat_rate", "121.00 percent"),
        ("management,,1,21,2024-01-01,2023-12-31", "valid_to", "is before valid_from"),
        ("management,,1,21,2023-06-01,2024-03-01", "valid_from", "from 2024-01-01 to further notice (imported before)"),
        ("management,,1,21,2025-01-01,", "valid_from", "from 2024-01-01 to further notice (imported before)"),
    ],
)  # fmt: skip
def test_a_tariff_that_does_not_fit(company: Load, row: str, column: str, wrong: str) -> None:
    company("services", SERVICES)
    assert (
        counts(company("tariffs", TARIFFS + "management,,0.55,21,2024-01-01,\nheating,,,12,2024-01-01,\n"))[1]
        == 2
    )
    done = company("tariffs", f"{TARIFFS}{row}\n")
    ((line, said_column, said_wrong, _right),) = said(done)
    assert (line, said_column) == (2, column)
    assert wrong in said_wrong
    assert len(table("billing_tariff", "id, price")) == 2


def test_overlapping_tariffs_of_one_file_name_each_other(company: Load) -> None:
    company("services", SERVICES)
    rows = "management,,1,21,2024-01-01,2024-12-31\nmanagement,B1,3,21,2024-01-01,\nmanagement,,2,21,2024-12-31,\n"
    ((line, _column, wrong, right),) = said(company("tariffs", TARIFFS + rows))
    assert line == 4
    assert "from 2024-01-01 to 2024-12-31 (line 2)" in wrong
    assert right == "valid_to 2024-12-30 or earlier for that one"


@pytest.mark.parametrize(
    ("row", "column", "wrong"),
    [
        ("norm_lukewarm,,5,2024-01-01", "policy", "unknown policy 'norm_lukewarm'"),
        ("norm_cold,,much,2024-01-01", "value", "'much' is not usable"),
        ("norm_cold,,-1,2024-01-01", "value", "it must be a number of 0 or more"),
        ("difference_524,B1,fairly,2024-01-01", "value", "write one of equal, m2, consumption"),
        ("norm_cold,B9,5,2024-01-01", "building_no", "there is no building B9"),
        ("norm_cold,,5,2024-02-31", "valid_from", "not a day of the calendar"),
    ],
)  # fmt: skip
def test_a_policy_that_does_not_fit(company: Load, row: str, column: str, wrong: str) -> None:
    done = company("policies", f"policy,building_no,value,valid_from\nnorm_hot,,4.5,2024-01-01\n{row}\n")
    ((line, said_column, said_wrong, _right),) = said(done)
    assert (line, said_column) == (3, column)
    assert wrong in said_wrong
    assert not table("platform_policy", "policy, value")


@pytest.mark.parametrize(
    ("row", "column", "wrong"),
    [
        ("9,1,2024-01-01,p,", "account_no", "there is no account 9"),
        ("000001,0.00,2024-01-01,p,", "amount", "a payment of 0"),
        ("000001,1.005,2024-01-01,p,", "amount", "too many decimals"),
        ("000001,\"1,05\",2024-01-01,p,", "amount", "decimal comma"),
        ("000001,1,2026-11-25,p,", "paid_on", "is in the future"),
        ("000001,1,2024-01-01,,", "reference", "is empty"),
        ("000001,1,2024-01-01,p,LV00BANK0000435195001", "payer_iban", "is not an IBAN"),
        ("000002,7,2024-01-01,first,", "reference", "already a payment of customer 000001"),
    ],
)  # fmt: skip
def test_a_payment_that_does_not_fit(company: Load, row: str, column: str, wrong: str) -> None:
    head = "account_no,amount,paid_on,reference,payer_iban\n"
    company("payments", head + "000001,7,2024-01-01,first,\n")
    done = company("payments", f"{head}000001,8,2024-01-01,second,LV80 BANK 0000 4351 9500 1\n{row}\n")
    ((line, said_column, said_wrong, _right),) = said(done)
    assert (line, said_column) == (3, column)
    assert wrong in said_wrong
    assert [row[0] for row in table("payments_payment", "reference, amount_cents")] == ["first"]


@pytest.mark.parametrize(
    ("row", "column", "wrong"),
    [
        ("B9,heating,2024-01,10", "building_no", "there is no building B9"),
        ("B1,cooling,2024-01,10", "service", "there is no service cooling"),
        ("B1,management,2024-01,10", "service", "has a tariff and is not shared out"),
        ("B1,heating,2024-1,10", "period", "2024-1 is not a month"),
        ("B1,heating,2024-01,10.999", "net_amount", "too many decimals"),
        ("B2,heating,2024-01,11.00", "period", "stands on line 2 already"),
    ],
)  # fmt: skip
def test_an_invoice_that_does_not_fit(company: Load, row: str, column: str, wrong: str) -> None:
    company("services", SERVICES)
    done = company(
        "supplier-invoices", f"building_no,service,period,net_amount\nB2,heating,2024-01,10.00\n{row}\n"
    )
    ((line, said_column, said_wrong, _right),) = said(done)
    assert (line, said_column) == (3, column)
    assert wrong in said_wrong
    assert not table("billing_supplierinvoice", "id, net_cents")
