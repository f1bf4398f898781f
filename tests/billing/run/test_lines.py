"""Each allocation key by hand, from the tables to the line on the bill."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.billing.run.houses import (
    ISSUED,
    MONTH,
    NOW,
    bill_of,
    line_of,
    make_account,
    make_flat,
    make_house,
    make_invoice,
    make_meter,
    make_service,
    make_tariff,
    told,
)

from saime.billing.models import Bill, BillLine
from saime.billing.operations import dry_run, issue_bills
from saime.estate.models import Account, Building, Unit
from saime.metering.models import HandOverReading, Meter
from saime.platform.models import Policy

pytestmark = pytest.mark.django_db
OCTOBER = MONTH - 1


@pytest.fixture
def house() -> Building:
    return make_house()


@pytest.fixture
def flat(house: Building) -> Unit:
    return make_flat(house, "1", "50.30")


@pytest.fixture
def account(flat: Unit) -> Account:
    return make_account(flat, "100001")


def issue() -> None:
    issue_bills(MONTH, now=NOW, issued_on=ISSUED)


# -- keys ------------------------------------------------------------------------------------


def test_keys_of_flat_and_account(account: Account) -> None:
    for key, price in (("m2", "0.4521"), ("person", "3.85"), ("unit", "8.20"), ("fixed", "1.005")):
        make_service(key, key, price)
    issue()
    assert told(line_of(account, "m2")) == ("50.300", "m2", "0.452100", 2274, 478, 2752)
    assert told(line_of(account, "person")) == ("2.000", "person", "3.850000", 770, 162, 932)
    assert told(line_of(account, "unit")) == ("1.000", "unit", "8.200000", 820, 172, 992)
    assert told(line_of(account, "fixed")) == ("1.000", "month", "1.005000", 101, 21, 122)
    bill = bill_of(account)
    assert (bill.net_cents, bill.vat_cents, bill.lines_cents, bill.total_due_cents) == (3965, 833, 4798, 4798)
    assert line_of(account, "m2").made_from == {"key": "m2", "area": 50300}


def test_nobody_declared_counts_as_one(flat: Unit) -> None:
    account = make_account(flat, declared_persons=0)
    make_service("waste", "person", "3.85")
    issue()
    assert told(line_of(account, "waste"))[:4] == ("1.000", "person", "3.850000", 385)
    assert line_of(account, "waste").made_from == {"key": "person", "persons": 0}


def test_lines_stand_in_the_order_of_their_services(account: Account) -> None:
    for position, service in enumerate(("third", "first", "second")):
        make_service(service, "unit", "1", position=[30, 10, 20][position])
    issue()
    names = BillLine.objects.order_by("position").values_list("position", "service__service")
    assert list(names) == [(1, "first"), (2, "second"), (3, "third")]


def test_measured_water_and_its_marks(account: Account, flat: Unit) -> None:
    make_meter(flat, {OCTOBER: "4.000", MONTH: "9.250"})
    make_meter(flat, {OCTOBER - 1: "2.000", OCTOBER: "4.000"}, "hot")  # not read in November
    make_meter(flat, {OCTOBER: "1.000", MONTH: "1.000"}, "hot")  # nothing used
    for key in ("m3_cold", "m3_hot", "m3_total"):
        make_service(key, key, "1.123", vat="12")
    issue()
    assert told(line_of(account, "m3_cold")) == ("5.250", "m3", "1.123000", 590, 71, 661)
    assert told(line_of(account, "m3_hot"))[0] == "2.000"
    assert told(line_of(account, "m3_total"))[0] == "7.250"
    marks = BillLine.objects.order_by("position").values_list("basis", "mark")
    assert list(marks) == [("actual", ""), ("average", "V"), ("average", "V")]
    meters = line_of(account, "m3_hot").made_from["meters"]
    assert [meter[1:] for meter in meters] == [[4000, None, 2000, "average", 0], [1000, 1000, 0, "actual", 0]]


def test_nothing_used_is_a_line_of_nothing_and_no_meter_is_none(
    house: Building, account: Account, flat: Unit
) -> None:
    make_meter(flat, {OCTOBER: "4.000", MONTH: "4.000"})
    other = make_account(make_flat(house, "2"))
    make_service("water", "m3_cold", "1.123")
    make_service("lift", "unit", "1")
    issue()
    assert told(line_of(account, "water")) == ("0.000", "m3", "1.123000", 0, 0, 0)
    assert not BillLine.objects.filter(bill=bill_of(other), service__service="water").exists()


def test_a_flat_without_a_meter_pays_the_norm(house: Building, account: Account) -> None:
    make_meter(house, {OCTOBER: "10.000", MONTH: "30.000"})
    make_service("water", "m3_cold", "1")
    make_service("difference", "m3_difference_cold", "1")
    issue()
    line = line_of(account, "water")
    assert (str(line.quantity), line.basis, line.mark) == ("12.160", "norm", "N")  # 6.08 × 2 persons
    assert str(line_of(account, "difference").quantity) == "7.840"
    why = line_of(account, "difference").made_from
    assert (why["common"], why["units"], why["difference"], why["n"], why["why"]) == (
        20000,
        12160,
        7840,
        1,
        "equal",
    )


def test_a_difference_below_zero_is_a_credit(house: Building, account: Account, flat: Unit) -> None:
    make_meter(house, {OCTOBER: "10.000", MONTH: "12.000"})
    make_meter(flat, {OCTOBER: "10.000", MONTH: "13.005"})
    make_service("difference", "m3_difference_cold", "1.50")
    issue()
    assert told(line_of(account, "difference")) == ("-1.005", "m3", "1.500000", -151, -32, -183)
    assert bill_of(account).total_due_cents == -183


# -- shared out ------------------------------------------------------------------------------------


def test_an_invoice_is_shared_out_to_the_cent(house: Building) -> None:
    accounts = [
        make_account(make_flat(house, unit_no, area))
        for unit_no, area in (("10", "25.30"), ("2", "25.30"), ("2a", "25.30"), ("3", "40.20"))
    ]
    heating = make_service("heating", "m2", vat="12", shared_out=True)
    invoice = make_invoice(heating, house, 100_004)
    issue()
    lines = [line_of(account, "heating") for account in accounts]
    # 21792.43 three times, 34626.71: of two missing cents one is flat 3's, and flat 2 is the first of three alike.
    assert [line.net_cents for line in lines] == [21792, 21793, 21792, 34627]
    assert told(lines[3]) == ("40.200", "m2", "8.613609", 34627, 4155, 38782)
    assert lines[3].invoice_id == invoice.id
    assert lines[3].made_from == {"key": "m2", "area": 40200, "shared": 100004, "sum": 116100}


def test_an_invoice_by_measured_water(house: Building) -> None:
    accounts = [make_account(make_flat(house, str(n))) for n in (1, 2)]
    for account, value in zip(accounts, ("1.000", "2.000"), strict=True):
        make_meter(account.unit, {MONTH: value})
    make_invoice(make_service("sewage", "m3_cold", shared_out=True), house, 1000)
    issue()
    assert [line_of(account, "sewage").net_cents for account in accounts] == [333, 667]
    assert str(line_of(accounts[0], "sewage").price) == "3.333333"


def test_an_ownership_share_takes_its_part_of_the_buildings_price(house: Building) -> None:
    accounts = [make_account(make_flat(house, str(n), area)) for n, area in ((1, "30.00"), (2, "60.00"))]
    make_service("insurance", "share", "100.00", vat="0", house=house)
    issue()
    assert told(line_of(accounts[0], "insurance")) == ("0.333", "share", "100.000000", 3333, 0, 3333)
    assert told(line_of(accounts[1], "insurance")) == ("0.667", "share", "100.000000", 6667, 0, 6667)


@pytest.mark.parametrize(("cents", "price"), [(195_939, "1959390.000000"), (-15_000_000, "-99999999.999999")])
def test_an_invoice_by_a_single_litre(account: Account, flat: Unit, cents: int, price: str) -> None:
    make_meter(flat, {OCTOBER: "4.000", MONTH: "4.001"})
    make_invoice(make_service("sewage", "m3_cold", shared_out=True), flat.building, cents)
    issue()
    assert told(line_of(account, "sewage"))[:4] == ("0.001", "m3", price, cents)


def test_an_invoice_that_nobody_can_be_charged_with_is_listed(house: Building, account: Account) -> None:
    make_service("lift", "unit", "1")
    make_invoice(make_service("sewage", "m3_cold", shared_out=True), house, 1000)
    report = issue_bills(MONTH, now=NOW)
    found = [one for one in report.findings if one.kind == "not_shared"]
    assert [(one.building_no, one.service, one.cents) for one in found] == [("B1", "sewage", 1000)]
    assert bill_of(account).lines.count() == 1


# -- part of a month ------------------------------------------------------------------------------------


@pytest.fixture
def passed_on(flat: Unit) -> tuple[Account, Account]:
    """The flat changes hands after the 10th of November."""
    return (
        make_account(flat, "100001", to_date=date(2026, 11, 10)),
        make_account(flat, "100002", from_date=date(2026, 11, 11)),
    )


def test_two_accounts_share_the_month_by_days(passed_on: tuple[Account, Account]) -> None:
    make_service("management", "m2", "0.4521")
    make_service("waste", "person", "3.85")
    issue()
    former, next_ = passed_on
    assert told(line_of(former, "management"))[:4] == ("16.767", "m2", "0.452100", 758)  # 50.3 × 10 ÷ 30
    assert told(line_of(next_, "management"))[:4] == ("33.533", "m2", "0.452100", 1516)
    assert told(line_of(next_, "waste"))[:4] == ("1.333", "person", "3.850000", 513)
    assert line_of(former, "management").made_from == {"key": "m2", "area": 50300, "days": [1, 10, 30]}


def test_measured_water_by_days_without_a_hand_over_reading(
    passed_on: tuple[Account, Account], flat: Unit
) -> None:
    make_meter(flat, {OCTOBER: "4.000", MONTH: "9.000"})
    make_service("water", "m3_cold", "1")
    issue()
    assert [str(line_of(account, "water").quantity) for account in passed_on] == ["1.667", "3.333"]
    assert line_of(passed_on[0], "water").made_from["by"] == "days"


def test_measured_water_by_the_hand_over_reading(passed_on: tuple[Account, Account], flat: Unit) -> None:
    meter = make_meter(flat, {OCTOBER: "4.000", MONTH: "9.000"})
    HandOverReading.objects.create(meter=meter, on_date=date(2026, 11, 10), value=Decimal("7.500"))
    make_meter(flat, {OCTOBER: "0.000", MONTH: "3.000"}, "hot")  # was not read at the hand-over
    make_service("water", "m3_total", "1")
    issue()
    former, next_ = (line_of(account, "water") for account in passed_on)
    assert (str(former.quantity), str(next_.quantity)) == ("4.500", "3.500")  # 3.5 + 1, 1.5 + 2
    assert (former.made_from["by"], former.made_from["unit_m3"]) == ("hand_over", 8000)


def test_days_without_an_account_are_nobodys(house: Building, flat: Unit) -> None:
    account = make_account(flat, from_date=date(2026, 11, 16))
    make_meter(flat, {OCTOBER: "4.000", MONTH: "9.000"})
    make_service("water", "m3_cold", "1")
    issue()
    assert str(line_of(account, "water").quantity) == "2.500"


def test_an_invoice_goes_by_days_too(house: Building, passed_on: tuple[Account, Account]) -> None:
    other = make_account(make_flat(house, "2", "50.30"))
    make_invoice(make_service("electricity", "unit", shared_out=True), house, 10_000)
    issue()
    nets = [line_of(account, "electricity").net_cents for account in (*passed_on, other)]
    assert nets == [1665, 3335, 5000]  # 0.333, 0.667 and 1 of 2
    assert sum(nets) == 10_000


# -- tariffs ------------------------------------------------------------------------------------


def test_the_buildings_own_tariff_wins(house: Building, account: Account) -> None:
    other = make_account(make_flat(make_house("B2")))
    service = make_service("management", "m2", "0.50")
    make_tariff(service, "0.40", house=house, decision="Kopsapulce 3/2026")
    issue()
    assert str(line_of(account, "management").price) == "0.400000"
    assert str(line_of(other, "management").price) == "0.500000"


def test_the_tariff_of_the_months_first_day(account: Account) -> None:
    service = make_service("management", "m2")
    make_tariff(service, "1", valid_to=date(2026, 11, 1))
    make_tariff(service, "2", valid_from=date(2026, 11, 2))
    issue()
    assert str(line_of(account, "management").price) == "1.000000"


def test_two_tariffs_at_once_are_refused(house: Building) -> None:
    service = make_service("management", "m2", "1")
    make_tariff(service, "3", house=house)
    with pytest.raises(IntegrityError, match="one_tariff_at_a_time"), transaction.atomic():
        make_tariff(service, "2", valid_from=date(2026, 1, 1))
    with pytest.raises(IntegrityError, match="one_tariff_at_a_time"), transaction.atomic():
        make_tariff(service, "2", house=house, valid_from=date(2019, 1, 1))


def test_a_tariff_that_ran_out_is_missed(house: Building, account: Account) -> None:
    service = make_service("management", "m2")
    make_tariff(service, "1", valid_to=date(2026, 10, 31))
    make_service("lift", "unit", "1")
    heating = make_service("heating", "m2", pricing="supplier_invoice")
    make_invoice(heating, house, 100_000)
    findings = dry_run(MONTH, today=ISSUED).findings
    missing = [(one.service, one.building_no, one.cents) for one in findings if one.kind == "missing_tariff"]
    assert missing == [("management", "B1", 0), ("heating", "B1", 100_000)]


def test_a_line_paid_straight_to_the_supplier_is_shown_and_not_owed(account: Account) -> None:
    make_service("waste", "person", "3.85", paid_direct=True)
    make_service("lift", "unit", "1")
    issue()
    bill = bill_of(account)
    assert line_of(account, "waste").paid_direct
    assert (bill.net_cents, bill.vat_cents, bill.lines_cents, bill.total_due_cents) == (100, 21, 121, 121)


# -- what looks wrong ------------------------------------------------------------------------------------


def test_the_dry_run_says_what_looks_wrong_and_writes_nothing(
    house: Building, account: Account, flat: Unit
) -> None:
    make_meter(house, {OCTOBER: "10.000"})
    make_meter(flat, {OCTOBER: "4.000", MONTH: "4.000"})
    empty = make_flat(house, "2")
    make_account(empty, "100002", to_date=date(2026, 10, 31))
    make_account(make_flat(house, "3"), "100003", from_date=date(2026, 12, 1))
    make_service("water", "m3_cold", "1")
    run = dry_run(MONTH, today=ISSUED)
    found = {(one.kind, one.reason, one.account_no, one.unit_no, one.medium) for one in run.findings}
    assert found == {
        ("missing_common_reading", "", "", "", "cold"), ("zero_consumption", "", "", "1", "cold"),
        ("no_bill", "ended", "100002", "2", ""), ("no_bill", "no_account", "", "2", ""),
        ("no_bill", "not_begun", "100003", "3", ""), ("no_bill", "no_account", "", "3", ""),
    }  # fmt: skip
    assert (run.totals.bills, run.totals.lines, run.totals.lines_cents) == (1, 1, 0)
    assert not Bill.objects.exists()
    assert not Meter.objects.filter(consumption__isnull=False).exists()


def test_three_times_last_month_is_doubtful(account: Account) -> None:
    service = make_service("lift", "unit")
    make_tariff(service, "1", valid_to=date(2026, 10, 31))
    make_tariff(service, "3.01", valid_from=date(2026, 11, 1))
    issue_bills(OCTOBER, now=NOW, issued_on=date(2026, 11, 2))
    run = dry_run(MONTH, today=ISSUED)
    doubtful = [one for one in run.findings if one.kind == "doubtful"]
    assert [(one.account_no, one.last_month_cents, one.cents) for one in doubtful] == [("100001", 121, 364)]
    assert [(total.service, total.gross_cents, total.last_month_gross_cents) for total in run.services] == [
        ("lift", 364, 121)
    ]
    Policy.objects.create(policy="doubtful_factor", value="4", valid_from=date(2026, 1, 1))
    assert not [one for one in dry_run(MONTH, today=ISSUED).findings if one.kind == "doubtful"]
