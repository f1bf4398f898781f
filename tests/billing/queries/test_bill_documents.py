"""A stored bill as a document: everything as it was on the day, beside last month's and last year's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.billing.factories import (
    line,
    make_account,
    make_bill,
    make_building,
    make_consumption,
    make_credit,
    make_meter,
    make_service,
    post,
)

from saime.billing.document.contracts import BillDocument, disagreements
from saime.billing.models import Bill, Service
from saime.billing.queries import bill_page, bills_of_period, documents
from saime.estate.models import Account
from saime.metering.models import Meter
from saime.platform.periods import Period


@pytest.fixture
def account(db: None) -> Account:
    return make_account(make_building(address="Ūdens iela 12, Rīga"), unit_no="34", account_no="4000123")


def one(bill: Bill) -> BillDocument:
    return next(documents([bill.pk]))


def test_a_document_says_who_what_and_how_much(account: Account) -> None:
    lines = [
        line(make_service()),
        line(make_service("savings"), price="0.15", vat="0"),
        line(make_service("heating", group="heat"), price="0.5", paid_direct=True),
    ]
    bill = make_bill(
        account, "2026-10", lines, opening=8_216, payments=8_000, late=12, bill_no="2026-10-000007"
    )
    found = one(bill)
    assert (found.number, found.period, found.issued_on, found.due_on) == (
        "2026-10-000007", 202610, date(2026, 11, 10), date(2026, 11, 24),
    )  # fmt: skip
    assert (found.account_no, found.address, found.unit) == ("4000123", "Ūdens iela 12, Rīga", "34")
    assert (found.area_m2, found.declared_persons, found.reference) == (Decimal("52.40"), 2, "RF724000123")
    assert [(row.service_code, row.vat_rate, row.unit, row.basis, row.paid_direct) for row in found.lines] == [
        ("management", Decimal(21), "m²", "m2", False), ("savings", None, "m²", "m2", False),
        ("heating", Decimal(21), "m²", "m2", True),
    ]  # fmt: skip
    assert (found.opening_balance_cents, found.payments_cents, found.late_charge_cents) == (8_216, 8_000, 12)
    assert disagreements(found) == ()
    assert found.payee.accounts[0].iban == "LV44HABA0551000000001"
    assert found.epc_payload is not None
    assert found.connect_code is None


def test_a_bill_stays_as_it_was_when_a_person_moves(account: Account) -> None:
    bill = make_bill(account, "2026-10", [line(make_service())])
    Account.objects.filter(pk=account.pk).update(holder_name="Demo Cits", declared_persons=5, language="ru")
    found = one(bill)
    assert (found.holder_name, found.declared_persons, found.language) == (account.holder_name, 2, "lv")


def test_a_bill_stays_as_it_was_when_services_and_meters_change(account: Account) -> None:
    service, meter = make_service(), make_meter(account, valid_until=date(2026, 12, 1))
    make_consumption(meter, "2026-10")
    long_ago = datetime(2026, 11, 10, tzinfo=UTC)
    entry = post(account, 2_704, date(2026, 11, 10), kind="bill", posted_at=long_ago)
    bill = make_bill(account, "2026-10", [line(service)], entry=entry)
    for name, day in [("Second name", date(2027, 1, 1)), ("Third name", date(2032, 12, 1))]:
        Service.objects.filter(pk=service.pk).update(name_lv=name, group="other")
        Meter.objects.filter(pk=meter.pk).update(valid_until=day)
    found, new = one(bill), one(make_bill(account, "2026-11", [line(service)]))
    assert (found.lines[0].name, found.lines[0].group) == ("management lv", "house")
    assert (found.meters[0].valid_until, found.meters[0].verification) == (date(2026, 12, 1), "expiring")
    assert (new.lines[0].name, new.lines[0].group) == ("Third name", "other")


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_names_come_in_the_language_of_the_account(language: str, db: None) -> None:
    bill = make_bill(make_account(language=language), "2026-10", [line(make_service())])
    assert (one(bill).language, one(bill).lines[0].name) == (language, f"management {language}")
    assert next(documents([bill.pk], language="en")).lines[0].name == "management en"


def test_lines_stand_beside_last_month_and_last_year(account: Account) -> None:
    service, new = make_service(), make_service("lift")
    make_bill(account, "2025-10", [line(service, price="0.3")])
    wrong = make_bill(account, "2026-09", [line(service, price="9")])
    make_credit(wrong)
    make_bill(account, "2026-09", [line(service, price="0.4")], edition=2)
    made_from = {"key": "m2", "recalculation": 1, "corrects": 202608, "reason": "Misread"}
    bill = make_bill(account, "2026-10", [line(service), line(new), line(service, made_from=made_from)])
    found = one(bill)
    assert [(row.last_month_gross_cents, row.last_year_gross_cents) for row in found.lines] == [
        (2_536, 1_902), (None, None), (None, None),
    ]  # fmt: skip
    assert [row.note for row in found.lines] == ["", "", "Pārrēķins par 2026. gada augustu: Misread"]
    assert (found.last_month_lines_gross_cents, found.last_year_lines_gross_cents) == (2_536, 1_902)


def test_credit_note_and_new_edition_name_what_they_stand_for(account: Account) -> None:
    wrong = make_bill(account, "2026-10", [line(make_service())])
    credit, right = (
        make_credit(wrong),
        make_bill(account, "2026-10", [line(make_service(), "50.000")], edition=2),
    )
    shown = list(documents([right.pk, credit.pk, wrong.pk]))
    assert [document.number for document in shown] == [right.bill_no, credit.bill_no, wrong.bill_no]
    assert [document.credits_bill_no for document in shown] == [None, wrong.bill_no, None]
    assert [document.replaces_bill_no for document in shown] == [wrong.bill_no, None, None]
    assert all(disagreements(document) == () for document in shown)


def test_meters_say_what_was_read_and_what_was_charged_before(account: Account) -> None:
    cold = make_meter(account, meter_no="C1", valid_until=date(2026, 12, 1))
    hot = make_meter(account, "hot", meter_no="H1", valid_until=date(2026, 11, 9))
    make_consumption(cold, "2026-09", "4.000", "average", read_period=Period.of(2026, 8))
    make_consumption(cold, "2026-10", "-2.500", estimated_before=Decimal("4.000"), reading=Decimal("129.500"))
    make_consumption(hot, "2026-10", "2.667", "average")
    first, second = one(make_bill(account, "2026-10", [])).meters
    assert (first.serial, first.medium, first.previous, first.current) == (
        "C1", "cold_water", Decimal("128.000"), Decimal("129.500"),
    )  # fmt: skip
    assert (first.consumption, first.basis, first.mark, first.channel) == (
        Decimal("-2.500"),
        "actual",
        "",
        "portal",
    )
    assert (first.charged_between, first.previous_period) == (Decimal("4.000"), 202608)
    assert (first.verification, first.verification_days) == ("expiring", 21)
    assert (second.current, second.basis, second.mark, second.channel) == (None, "average", "V", None)
    assert (second.verification, second.charged_between) == ("expired", None)


def test_a_replaced_meter_is_named(account: Account) -> None:
    old = make_meter(account, meter_no="OLD", removed_on=date(2026, 10, 12), final_reading=Decimal("131.000"))
    since = {"installed_on": date(2026, 10, 12), "initial_reading": Decimal("0.000")}
    new = make_meter(account, meter_no="NEW", replaces=old, **since)
    make_consumption(new, "2026-10", previous_reading=None)
    make_consumption(new, "2026-11", "3.000")
    shown = one(make_bill(account, "2026-10", [])).meters[0]
    assert (shown.serial, shown.replaced_serial, shown.previous) == ("NEW", "OLD", Decimal("0.000"))
    assert one(make_bill(account, "2026-11", [])).meters[0].replaced_serial == ""


def test_history_has_thirteen_months_with_the_weakest_basis(account: Account) -> None:
    bath, kitchen = make_meter(account), make_meter(account)
    for period in Period.parse("2025-09").through(Period.parse("2026-10")):
        make_consumption(bath, str(period), "2.000")
        make_consumption(kitchen, str(period), "1.500", "average" if period.month == 3 else "actual")
    (history,) = one(make_bill(account, "2026-10", [])).history
    assert (history.medium, len(history.months), history.months[0].period) == ("cold_water", 13, 202510)
    assert {month.quantity for month in history.months} == {Decimal("3.500")}
    assert [month.period for month in history.months if month.basis == "average"] == [202603]


def test_nobody_sees_what_the_former_account_used(account: Account) -> None:
    meter = make_meter(account)
    for period in ("2026-08", "2026-09", "2026-10"):
        make_consumption(meter, period)
    Account.objects.filter(pk=account.pk).update(to_date=date(2026, 9, 14))
    next_account = make_account(account.building, unit_no="34", from_date=date(2026, 9, 15))
    former, later = make_bill(account, "2026-09", []), make_bill(next_account, "2026-10", [])
    shown = list(documents([former.pk, later.pk]))
    assert [[month.period for month in document.history[0].months] for document in shown] == [
        [202608, 202609], [202609, 202610],
    ]  # fmt: skip


def test_many_documents_cost_three_queries(
    django_assert_num_queries: DjangoAssertNumQueries, db: None
) -> None:
    building, service, made = make_building(), make_service(), []
    for _ in range(20):
        account = make_account(building)
        meter = make_meter(account)
        make_consumption(meter, "2026-10")
        make_bill(account, "2026-09", [line(service)])
        made.append(make_bill(account, "2026-10", [line(service)]))
    wanted = [bill.pk for bill in reversed(made)]
    with django_assert_num_queries(3):
        found = list(documents(wanted, connect_codes={made[0].account_id: "ABCD-EFGH"}))
    assert [document.number for document in found] == [bill.bill_no for bill in reversed(made)]
    assert all(len(document.meters) == 1 and document.lines[0].last_month_gross_cents for document in found)
    assert [document.connect_code for document in found if document.connect_code] == ["ABCD-EFGH"]
    with django_assert_num_queries(0):
        assert list(documents([])) == []


def test_alone_or_among_many_a_document_is_the_same(account: Account) -> None:
    neighbour = make_account(account.building)
    made = []
    for one_account in (account, neighbour):
        make_consumption(make_meter(one_account), "2026-10")
        made.append(make_bill(one_account, "2026-10", [line(make_service())]))
    assert list(documents([bill.pk for bill in made])) == [one(bill) for bill in made]


def test_a_page_shows_the_bill_of_its_accounts_only(
    account: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stranger = make_account()
    before = make_bill(account, "2026-09", [line(make_service())])
    bill = make_bill(account, "2026-10", [line(make_service()), line(make_service("lift"))])
    make_consumption(make_meter(account), "2026-10")
    with django_assert_num_queries(3):
        page = bill_page(bill.bill_no, [account.pk, stranger.pk], language="en")
    assert page is not None
    assert page.document == replace(one(bill), language="en", lines=page.document.lines)
    assert page.document.lines[0].name == "management en"
    assert list(page.line_ids) == list(bill.lines.order_by("position").values_list("id", flat=True))
    assert (page.bill_id, page.account_id, page.credited_by) == (bill.pk, account.pk, None)
    assert (page.earlier_bill_no, page.later_bill_no) == (before.bill_no, None)
    assert page.balance_cents == before.lines_cents + bill.lines_cents
    assert page.open_cents == bill.lines_cents
    with django_assert_num_queries(1):
        assert bill_page(bill.bill_no, [stranger.pk]) is None
    assert bill_page(bill.bill_no, []) is None
    assert bill_page("2026-10-999999", [account.pk]) is None


def test_printed_are_the_bills_that_stand_of_those_who_want_paper(
    account: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    second, paperless = (
        make_account(account.building, unit_no="2"),
        make_account(account.building, paperless=True),
    )
    elsewhere = make_account(make_building(building_no="A0"))
    bills = {one.pk: make_bill(one, "2026-10", []) for one in (account, second, paperless, elsewhere)}
    make_credit(bills[account.pk])
    new = make_bill(account, "2026-10", [], edition=2)
    make_bill(second, "2026-09", [])
    with django_assert_num_queries(1):
        printed = bills_of_period(Period.of(2026, 10), on_paper_only=True)
    assert printed == [
        (bills[elsewhere.pk].pk, elsewhere.pk), (bills[second.pk].pk, second.pk), (new.pk, account.pk)
    ]  # fmt: skip
    of_building = bills_of_period(Period.of(2026, 10), building_no=account.building.building_no)
    assert {account_id for _, account_id in of_building} == {account.pk, second.pk, paperless.pk}
