"""What a later file changes, and what it leaves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.interchange.conftest import ACCOUNTS, BUILDINGS, METERS, Load, counts, said, table

from saime.billing.models import Service
from saime.estate.models import Account, Building, Unit
from saime.metering.models import Meter

HEAD, FIRST = ACCOUNTS.splitlines()[:2]


def test_the_same_file_again_changes_nothing(company: Load) -> None:
    for kind, content, rows in (
        ("buildings", BUILDINGS, 2),
        ("accounts", ACCOUNTS, 4),
        ("meters", METERS, 5),
    ):
        assert counts(company(kind, content)) == (rows, 0, 0, rows, 0)


def test_a_building_is_corrected(company: Load) -> None:
    header = "building_no,address,regulation,cadastre_no,amenities"
    content = f'{header}\nB2,Parauga iela 2a,524,0100 001,no_bath\n"B1","Parauga iela 1, Rīga",1013,,\n'
    assert counts(company("buildings", content)) == (2, 0, 1, 1, 0)
    building = Building.objects.get(building_no="B2")
    assert (building.address, building.cadastre_no, building.amenities) == (
        "Parauga iela 2a",
        "0100 001",
        "no_bath",
    )
    # A column that lacks, or a cell that is empty, leaves what is there.
    assert counts(company("buildings", "building_no,address,regulation\nB2,Parauga iela 2a,524\n")) == (
        1,
        0,
        0,
        1,
        0,
    )


def test_a_holder_moves_out_and_another_in(company: Load) -> None:
    content = f"{HEAD},to_date\n{FIRST},2024-06-30\n000009,B1,1,apartment,50.10,1,Paraugs 9,2024-07-01,\n"
    assert counts(company("accounts", content)) == (2, 1, 1, 0, 0)
    assert counts(company("accounts", content)) == (2, 0, 0, 2, 0)
    # The first file does not say to_date: the account stays ended.
    assert counts(company("accounts", ACCOUNTS)) == (4, 0, 0, 4, 0)
    assert Account.objects.get(account_no="000001").to_date == date(2024, 6, 30)
    assert Unit.objects.count() == 4


@pytest.mark.parametrize(
    ("rows", "line", "wrong", "right"),
    [
        ("000009,B1,1,apartment,50.10,1,P,2024-07-01,\n", 2, "account 000001 pays for this unit from 2020-01-01",
         "to_date 2024-06-30 or earlier for that account"),
        ("000009,B1,1,apartment,50.10,1,P,2019-07-01,2020-01-01\n", 2, "account 000001 pays for this unit",
         "to_date 2019-12-31 or earlier"),
        ("000009,B1,11,apartment,50.10,1,P,2019-01-01,2020-06-30\n000010,B1,11,apartment,50.10,1,P,2020-06-30,\n", 3,
         "account 000009 pays for this unit from 2019-01-01 to 2020-06-30", "to_date 2020-06-29 or earlier for that"),
        ("000002,B1,1,apartment,50.10,1,P,2019-01-01,2019-06-30\n", 2, "account 000002 pays for another unit",
         "end it"),
    ],
)  # fmt: skip
def test_no_two_accounts_pay_for_a_unit_at_once(
    company: Load, rows: str, line: int, wrong: str, right: str
) -> None:
    done = company("accounts", f"{HEAD},to_date\n{rows}")
    ((said_line, _column, said_wrong, said_right),) = said(done)
    assert said_line == line
    assert wrong in said_wrong
    assert right in said_right
    assert Account.objects.count() == 4


def test_whoever_leans_on_a_refused_row_is_refused_with_it(company: Load) -> None:
    """The first account's end is refused for its e-mail; so it has not ended, and nobody can follow it."""
    rows = f"{FIRST},2024-06-30,nonsense\n000009,B1,1,apartment,50.10,1,Paraugs 9,2024-07-01,,\n"
    done = company("accounts", f"{HEAD},to_date,email\n{rows}", partial=True)
    assert [problem[:2] for problem in said(done)] == [(2, "email"), (3, "from_date")]
    assert Account.objects.get(account_no="000001").to_date is None


def test_two_accounts_of_a_unit_change_their_days_together(company: Load) -> None:
    row = "000009,B1,1,apartment,50.10,1,Paraugs 9,{0},\n"
    company("accounts", f"{HEAD},to_date\n{FIRST},2024-06-30\n" + row.format("2024-07-01"))
    for end, begin in (("2024-09-30", "2024-10-01"), ("2024-03-31", "2024-04-01")):
        content = f"{HEAD},to_date\n{FIRST},{end}\n" + row.format(begin)
        assert counts(company("accounts", content)) == (2, 0, 2, 0, 0)
        assert Account.objects.get(account_no="000009").from_date.isoformat() == begin


def test_a_unit_that_is_measured_anew_counts_as_an_update(company: Load) -> None:
    assert counts(company("accounts", ACCOUNTS.replace("50.10", "51.00"))) == (4, 0, 1, 3, 0)
    assert Unit.objects.get(building__building_no="B1", unit_no="1").area_m2 == Decimal("51.00")


def test_units_stand_in_natural_order(company: Load) -> None:
    units = Unit.objects.filter(building__building_no="B1").order_by("sort_key")
    assert list(units.values_list("unit_no", flat=True)) == ["1", "2", "10"]


REPLACED = "meter_no,building_no,unit_no,medium,digits,installed_on,initial_reading,removed_on,final_reading,replaces\n"


def test_a_meter_is_removed_by_a_later_file(company: Load) -> None:
    content = REPLACED + "M1,B1,1,cold,5,2023-12-05,100.000,2024-05-10,120.5,\n"
    assert counts(company("meters", content)) == (1, 0, 1, 0, 0)
    assert counts(company("meters", METERS)) == (5, 0, 0, 5, 0)
    meter = Meter.objects.get(meter_no="M1")
    assert (meter.removed_on, meter.final_reading) == (date(2024, 5, 10), Decimal("120.500"))


def test_a_line_of_replacements_starts_with_its_first_meter(company: Load) -> None:
    """In any order of rows, over two files, and for the link that comes last."""
    rows = [
        "N3,B1,1,cold,5,2024-07-01,0,,,N2",
        "N1,B1,1,cold,5,2024-05-01,0,2024-06-01,4,",
        "N2,B1,1,cold,5,2024-06-01,0,2024-07-01,5,N1",
    ]
    assert counts(company("meters", REPLACED + "\n".join(rows) + "\n")) == (3, 3, 0, 0, 0)
    chains = dict(Meter.objects.values_list("meter_no", "chain__meter_no"))
    assert chains == {
        "C1": "C1",
        "M1": "M1",
        "M2": "M2",
        "M10": "M10",
        "H4": "H4",
        "N1": "N1",
        "N2": "N1",
        "N3": "N1",
    }

    late = REPLACED + "M1,B1,1,cold,5,2023-12-05,100.000,2024-05-01,110,\nN1,B1,1,cold,5,2024-05-01,0,,,M1\n"
    assert counts(company("meters", late)) == (2, 0, 2, 0, 0)
    assert dict(Meter.objects.values_list("meter_no", "chain__meter_no"))["N3"] == "M1"


def test_services_find_their_place_on_the_bill(company: Load) -> None:
    rows = [
        ("management", "m2"), ("savings", "m2"), ("heating", "m2"), ("hot_water_heating", "m3_hot"),
        ("cold_water", "m3_cold"), ("sewage", "m3_total"), ("waste", "person"), ("lift", "unit"), ("xyz", "fixed"),
    ]  # fmt: skip
    head = "service,name_lv,name_ru,name_en,key,pricing\n"
    content = head + "".join(f"{code},L,R,E,{key},tariff\n" for code, key in rows)
    assert counts(company("services", content)) == (9, 9, 0, 0, 0)
    places = dict(Service.objects.values_list("service", "group"))
    assert places == {
        "management": "house", "savings": "house", "heating": "heat", "hot_water_heating": "heat",
        "cold_water": "water", "sewage": "water", "waste": "waste", "lift": "house", "xyz": "other",
    }  # fmt: skip
    order = list(Service.objects.order_by("position").values_list("service", flat=True))
    assert order == [
        "management",
        "savings",
        "lift",
        "heating",
        "hot_water_heating",
        "cold_water",
        "sewage",
        "waste",
        "xyz",
    ]
    assert counts(company("services", content.replace("cold_water,L", "cold_water,Ūdens"))) == (9, 0, 1, 8, 0)


def test_a_tariff_is_ended_and_another_follows(company: Load) -> None:
    company("services", "service,name_lv,name_ru,name_en,key,pricing\nmanagement,L,R,E,m2,tariff\n")
    head = "service,building_no,price,vat_rate,valid_from,valid_to\n"
    company("tariffs", head + "management,,0.5,21,2024-01-01,\n")
    content = head + "management,,0.6,21,2025-01-01,\nmanagement,,0.5,21,2024-01-01,2024-12-31\n"
    assert counts(company("tariffs", content)) == (2, 1, 1, 0, 0)
    assert counts(company("tariffs", content)) == (2, 0, 0, 2, 0)
    assert table("billing_tariff", "valid_from, valid_to, price") == [
        (date(2024, 1, 1), date(2024, 12, 31), Decimal("0.500000")), (date(2025, 1, 1), None, Decimal("0.600000")),
    ]  # fmt: skip


def test_decisions_invoices_and_payments_again(company: Load) -> None:
    company("services", "service,name_lv,name_ru,name_en,key,pricing\nheating,L,R,E,m2,supplier_invoice\n")
    rows = "norm_cold,,5.00,2024-01-01,Protokols 1\ndifference_524,B2,m2,2024-01-01,\n"
    policies = f"policy,building_no,value,valid_from,decision\n{rows}"
    assert counts(company("policies", policies)) == (2, 2, 0, 0, 0)
    assert counts(company("policies", policies.replace("5.00", "5.50"))) == (2, 0, 1, 1, 0)
    invoices = "building_no,service,period,net_amount\nB1,heating,2024-01,100.00\n"
    assert counts(company("supplier-invoices", invoices)) == (1, 1, 0, 0, 0)
    assert counts(company("supplier-invoices", invoices.replace("100.00", "-20.5"))) == (1, 0, 1, 0, 0)
    payments = "account_no,amount,paid_on,reference\n000001,10.00,2024-01-01,a\n000001,-3,2024-01-02,b\n"
    assert counts(company("payments", payments + "000001,10.00,2024-01-01,a\n")) == (3, 2, 0, 1, 0)
    assert counts(company("payments", payments)) == (2, 0, 0, 2, 0)
    assert table("payments_payment", "reference, amount_cents") == [("a", 1000), ("b", -300)]
