"""Why? answers for every key, in three languages, with stored figures only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.billing.explain.saying import readings, texts
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
    snapshot,
)

from saime.billing.explain import Explanation, explain_bill, explain_line
from saime.billing.models import Bill, BillLine, Service, SupplierInvoice, Tariff
from saime.estate.models import Account
from saime.platform.models import Policy
from saime.platform.periods import Period

HARD = "\u00a0"
DIFFERENCE = {
    "common": 512_345, "units": 500_000, "difference": 12_345, "regulation": 524, "n": 36, "fault": 0, "why": "equal",
    "rule": "equal",
}  # fmt: skip


@pytest.fixture
def account(db: None) -> Account:
    return make_account(make_building(), unit_no="34")


def tariff(service: Service, price: str | None, **values: Any) -> Tariff:
    since = {"valid_from": date(2025, 7, 1), "vat_rate": Decimal(21)}
    return Tariff.objects.create(service=service, price=price and Decimal(price), **{**since, **values})


def why(account: Account, row: BillLine, *, language: str = "en", period: str = "2026-10") -> Explanation:
    bill = make_bill(account, period, [row])
    found = explain_line(bill.lines.get().pk, [account.pk], language=language)  # type: ignore[arg-type]
    assert found is not None
    return found


def shown(explanation: Explanation) -> dict[str, str]:
    return {row.label: f"{row.value} {row.unit}".strip() for row in explanation.rows}


def test_floor_area_by_a_tariff(account: Account) -> None:
    service = make_service()
    made_from = {"key": "m2", "area": 52_400}
    decided = tariff(service, "0.4265", decision="Council 12.05.2025")
    found = why(account, line(service, tariff=decided, made_from=made_from))
    assert (found.subject, found.headline) == (
        "management en",
        "52.4 m² of floor area at €0.4265 each: €27.04.",
    )
    assert shown(found) == {
        "Quantity": "52.4 m²", "Price": "€0.4265", "Without VAT": "€22.35", "VAT 21%": "€4.69",
        "Total": "€27.04",
    }  # fmt: skip
    assert found.rules[0] == "By floor area: that of your home, without balconies."
    (source,) = found.sources
    assert (source.kind, source.text, source.since, source.decision) == (
        "tariff", "Price for all houses since 1\xa0Jul\xa02025: €0.4265", date(2025, 7, 1), "Council 12.05.2025",
    )  # fmt: skip
    assert (found.comparisons, found.meters) == ((), ())


def test_it_is_said_in_the_language_asked_for(account: Account) -> None:
    service = make_service()
    own = tariff(service, "0.4265", building=account.building)
    row = line(service, tariff=own, made_from={"key": "m2", "area": 52_400})
    bill = make_bill(account, "2026-10", [row])
    latvian, russian = (
        explain_line(bill.lines.get().pk, [account.pk], language=language) for language in ("lv", "ru")
    )  # type: ignore[arg-type]
    assert latvian is not None
    assert russian is not None
    assert latvian.headline == f"Par 52,4 m² platības, 0,4265{HARD}€ par katru: 27,04{HARD}€."
    assert russian.headline == f"За 52,4 m² площади, 0,4265{HARD}€ за каждый: 27,04{HARD}€."
    assert latvian.sources[0].text == f"Jūsu mājas cena kopš 01.07.2025: 0,4265{HARD}€"
    assert russian.rules[0] == "По площади вашей квартиры без балконов."


def test_part_of_a_month_shows_the_whole_and_the_days(account: Account) -> None:
    service = make_service("waste", "person", group="waste")
    made_from = {"key": "person", "persons": 2, "days": [17, 31, 31]}
    found = why(account, line(service, "0.968", "3.92", unit="person", made_from=made_from))
    assert shown(found)["Declared persons"] == "2"
    assert shown(found)["Days of the month that are yours"] == "15 of 31 (17 to 31)"
    assert "You pay for your days of the month only." in found.rules


def test_an_invoice_is_shown_with_the_whole_house(account: Account) -> None:
    service = make_service("lift", "unit", pricing="supplier_invoice")
    invoice = SupplierInvoice.objects.create(
        building=account.building, service=service, period=Period.of(2026, 10), net_cents=36_001
    )
    row = line(
        service, "1.000", "10.000278", unit="unit", invoice=invoice, tariff=tariff(service, None),
        made_from={"key": "unit", "shared": 36_001, "sum": 36_000},
    )  # fmt: skip
    found = why(account, row)
    assert found.headline == "Your part of the supplier's invoice for your house: €12.10."
    assert shown(found)["Supplier's invoice without VAT"] == "€360.01"
    assert shown(found)["The whole house"] == "36 apt"
    assert [source.kind for source in found.sources] == ["invoice"]
    assert (
        found.sources[0].text == "The supplier's invoice to your house for October 2026, without VAT: €360.01"
    )
    assert "It is shared out by this key so that all parts add up to it exactly, to the cent." in found.rules


@pytest.fixture
def water(db: None) -> Service:
    return make_service("cold", "m3_cold", group="water")


def m3(service: Service, quantity: str, basis: str = "actual", mark: str = "") -> BillLine:
    made_from = {"key": service.key, "meters": []}
    return line(service, quantity, "2.18", basis=basis, mark=mark, unit="m3", made_from=made_from)


def test_a_reading_is_shown_meter_by_meter(account: Account, water: Service) -> None:
    make_consumption(make_meter(account, meter_no="C1"), "2026-10", "4.250")
    make_consumption(make_meter(account, "hot", meter_no="H1"), "2026-10", "1.000")
    found = why(account, m3(water, "4.250"))
    assert found.headline == "4.250 m³ by your meters at €2.18 each: €11.22."
    (meter,) = found.meters
    assert (meter.meter_no, meter.medium, meter.basis, meter.mark) == ("C1", "cold", "actual", "")
    assert [(row.label, row.value, row.unit) for row in meter.rows] == [
        ("Previous reading", "128.000", "m³"), ("This month's reading", "132.250", "m³"),
        ("Charged this month", "4.250", "m³"),
    ]  # fmt: skip
    assert meter.sentences == ("Charged is this month's reading less the previous one.",)


def test_a_credit_says_what_was_charged_too_much(account: Account, water: Service) -> None:
    row = {"estimated_before": Decimal("5.000"), "reading": Decimal("130.500")}
    make_consumption(make_meter(account), "2026-10", "-2.500", **row)
    found = why(account, m3(water, "-2.500"))
    assert found.headline == "2.500 m³ come back to you at €2.18 each: −€6.59."
    assert found.meters[0].sentences == (
        "Earlier bills charged 5.000 m³ as an average, more than was used: 2.500 m³ are given back.",
    )


def test_an_average_names_the_readings_it_was_taken_of(
    account: Account, water: Service, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    meter = make_meter(account, installed_on=date(2026, 4, 10), initial_reading=Decimal("100.000"))
    readings(
        meter, {Period.of(2026, 4): "104.000", Period.of(2026, 5): "109.000", Period.of(2026, 7): "115.000"}
    )
    make_consumption(meter, "2026-08", "3.667", "average", read_period=Period.of(2026, 7))
    line_id = make_bill(account, "2026-08", [m3(water, "3.667", "average", "V")]).lines.get().pk
    with django_assert_num_queries(6):
        found = explain_line(line_id, [account.pk], language="en")
    assert found is not None
    assert found.headline == "3.667 m³, partly or wholly an average, at €2.18 each: €9.67."
    assert found.meters[0].mark == "V"
    assert found.meters[0].sentences[1] == (
        "Between April 2026 (104.000) and July 2026 (115.000) the meter counted 11.000 m³ in 3 months: 3.667 m³ a "
        "month."
    )
    assert [source.text for source in found.sources] == [
        "Months in a row charged with the mean: 2 (usual, nothing else was decided)",
        "Months the mean is taken over: 3 (usual, nothing else was decided)",
    ]


def test_an_average_of_the_initial_reading(account: Account, water: Service) -> None:
    meter = make_meter(account, installed_on=date(2026, 7, 10), initial_reading=Decimal("100.000"))
    readings(meter, {Period.of(2026, 7): "104.000"})
    make_consumption(meter, "2026-08", "4.000", "average", read_period=Period.of(2026, 7))
    found = why(account, m3(water, "4.000", "average", "V"), period="2026-08")
    assert found.meters[0].sentences[1] == (
        "Between June 2026 (100.000) and July 2026 (104.000) the meter counted 4.000 m³ in 1 month: 4.000 m³ a month."
    )


def test_readings_that_do_not_give_the_average_are_not_named(account: Account, water: Service) -> None:
    meter = make_meter(account, installed_on=date(2026, 4, 10), initial_reading=Decimal("99990.000"))
    readings(meter, {Period.of(2026, 7): "10.000"})
    make_consumption(meter, "2026-08", "5.000", "average", read_period=Period.of(2026, 7))
    found = why(account, m3(water, "5.000", "average", "V"), period="2026-08")
    assert len(found.meters[0].sentences) == 2


def test_a_norm_is_multiplied_out(account: Account, water: Service) -> None:
    Policy.objects.create(policy="norm_cold", value="5", valid_from=date(2026, 1, 1), decision="Council 1")
    make_consumption(make_meter(account), "2026-10", "5.000", "norm", read_period=None)
    make_consumption(make_meter(account), "2026-10", "5.000", "norm", read_period=None)
    found = why(account, m3(water, "10.000", "norm", "N"))
    assert found.meters[0].sentences[1] == "Norm 5.000 m³ × declared persons 2 ÷ meters 2 = 5.000 m³."
    assert [(source.text, source.since, source.decision) for source in found.sources] == [
        (
            f"Norm of cold water a person and month: 5.000 m³ (decided for all houses from 1{HARD}Jan{HARD}2026)",
            date(2026, 1, 1),
            "Council 1",
        )
    ]


def test_no_reading_says_what_follows_from_it(account: Account, water: Service) -> None:
    make_consumption(make_meter(account), "2026-10", "0.000", "no_reading", at_fault=True, months_missing=3)
    found = why(account, m3(water, "0.000", "no_reading"))
    assert found.headline == "Nothing is charged, because there has been no reading for several months."
    assert found.meters[0].sentences[0] == (
        "There has been no reading for more than 2 months, so no consumption is charged."
    )


def test_a_replaced_meter_is_named(account: Account, water: Service) -> None:
    old = make_meter(account, meter_no="OLD", removed_on=date(2026, 10, 12), final_reading=Decimal("131.000"))
    make_consumption(make_meter(account, installed_on=date(2026, 10, 12), replaces=old), "2026-10")
    found = why(account, m3(water, "4.250"))
    assert found.meters[0].sentences[0].startswith("The meter No. OLD was replaced this month")


def difference(account: Account, quantity: str, medium: str = "cold", **made_from: Any) -> Explanation:
    service = make_service(f"difference_{medium}", f"m3_difference_{medium}", group="water")
    what = {**DIFFERENCE, "key": service.key, **made_from}
    return why(account, line(service, quantity, "2.18", unit="m3", made_from=what))


def test_a_difference_names_house_homes_and_share(
    account: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    found = difference(account, "0.343")
    assert found.headline == "Your home's share of the house's difference of cold water, 0.343 m³: €0.91."
    assert {name: shown(found)[name] for name in list(shown(found))[:5]} == {
        "The house's common meter": "512.345 m³", "All homes together": "500.000 m³", "Difference": "12.345 m³",
        "Homes that share it": "36", "Your home's share": "0.343 m³",
    }  # fmt: skip
    assert found.rules[0] == "The difference is shared equally by all homes."
    assert [source.text for source in found.sources] == ["Cabinet Regulation No. 524 of 2015"]
    line_id = BillLine.objects.get().pk
    with django_assert_num_queries(4):
        explain_line(line_id, [account.pk], language="lv")


def test_those_at_fault_bear_it_first_under_1013(account: Account) -> None:
    parts = {"regulation": 1013, "fault": 2, "norm": 6_080, "first": 6_080}
    at_fault = difference(account, "6.085", why="at_fault", **parts)
    assert shown(at_fault)["What each of those bears first"] == "6.080 m³"
    assert "each up to the norm of one person (6.080 m³)" in at_fault.rules[0]
    assert at_fault.rules[1] == "Your home is one of those."
    assert [source.text for source in at_fault.sources] == ["Cabinet Regulation No. 1013 of 2008"]
    neighbour = difference(make_account(account.building), "0.005", why="equal", **parts)
    assert neighbour.rules[1] == "Your home is not one of those."
    nobody = difference(make_account(account.building), "0.343", regulation=1013)
    assert nobody.rules[0].startswith("No home is without readings or meter")


@pytest.mark.parametrize(("rule", "said"), [("m2", "by floor area"), ("consumption", "by consumption")])
def test_what_the_owners_decided_is_named_with_its_day(account: Account, rule: str, said: str) -> None:
    found = difference(account, "0.343", why=rule, rule=rule, since="2026-01-01", decision="Owners 3/2025")
    assert found.rules[0] == f"The owners decided to share the difference {said}."
    assert (found.sources[1].kind, found.sources[1].since, found.sources[1].decision) == (
        "policy", date(2026, 1, 1), "Owners 3/2025",
    )  # fmt: skip


def test_a_credit_of_the_house_comes_back(account: Account) -> None:
    found = difference(account, "-0.343", "hot", difference=-12_345, why="credit", **{"from": "2026-08"})
    assert found.headline.startswith(
        "The homes counted more than the house's meter: your share of it, 0.343 m³, comes"
    )
    assert found.rules[0] == "A difference below zero is given back to all homes equally."
    assert shown(found)["The common meter was not read every month; counted together for"] == (
        "August 2026 – October 2026"
    )


def test_a_line_stands_beside_last_month_and_last_year(account: Account, water: Service) -> None:
    make_bill(account, "2025-10", [line(water, "4.250", "2.00", unit="m3")])
    make_bill(account, "2026-09", [m3(water, "5.000")])
    month, year = why(account, m3(water, "4.250")).comparisons
    assert (month.span, month.period, month.trend) == ("month", 202609, "less")
    assert month.sentence == "€1.97 less than in September 2026."
    assert [(change.label, change.now, change.then, change.difference) for change in month.changes] == [
        ("Quantity", "4.250", "5.000", "−0.750"), ("Price", "€2.18", "€2.18", "="),
        ("Without VAT", "€9.27", "€10.90", "−€1.63"), ("Total", "€11.22", "€13.19", "−€1.97"),
    ]  # fmt: skip
    assert year.sentence.endswith("more than in October 2025.")
    assert year.changes[0].trend == "same"
    assert (year.changes[1].difference, year.changes[1].trend) == ("+€0.18", "more")


def test_what_is_new_on_the_bill_says_so(account: Account, water: Service) -> None:
    make_bill(account, "2026-09", [])
    (month,) = why(account, m3(water, "4.250")).comparisons
    assert (month.sentence, month.trend, month.changes) == (
        "In September 2026 this was not on the bill.",
        "more",
        (),
    )


def test_a_recalculation_gives_its_reason(account: Account, water: Service) -> None:
    make_bill(account, "2026-09", [m3(water, "4.250")])
    made_from = {
        "key": "m3_cold",
        "recalculation": 7,
        "corrects": 202608,
        "reason": "Reading of 12 August was misread",
    }
    found = why(account, line(water, "-1.000", "2.18", unit="m3", made_from=made_from))
    assert found.headline == "A correction for August 2026, −€2.64: Reading of 12 August was misread"
    assert found.rules[0].startswith("An issued bill is never changed.")
    assert (found.comparisons, found.meters, found.sources) == ((), (), ())


def test_a_line_of_a_credit_note_names_the_bill(account: Account) -> None:
    bill = make_bill(account, "2026-10", [line(make_service())])
    credit = make_credit(bill)
    found = explain_line(credit.lines.get().pk, [account.pk], language="en")
    assert found is not None
    assert found.headline == f"This takes the line of bill {bill.bill_no} back: −€27.04."
    whole = explain_bill(credit.bill_no, [account.pk], language="en")
    assert whole is not None
    assert whole.total.headline == f"This credit note takes bill {bill.bill_no} back."


def test_direct_payment_is_said(account: Account) -> None:
    found = why(account, line(make_service(), paid_direct=True, made_from={"key": "m2", "area": 52_400}))
    assert found.rules[-1].startswith("It is calculated here but paid straight to the supplier")


def test_a_stranger_gets_no_answer(
    account: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stranger = make_account()
    bill = make_bill(account, "2026-10", [line(make_service())])
    line_id = bill.lines.get().pk
    with django_assert_num_queries(1):
        assert explain_line(line_id, [stranger.pk], language="lv") is None
    assert explain_line(line_id, [], language="lv") is None
    assert explain_line(0, [account.pk], language="lv") is None
    assert explain_bill(bill.bill_no, [stranger.pk], language="lv") is None


def every_key(account: Account) -> Bill:
    """A bill with a line of each key, a month before and a year before it."""
    rows = {
        "m2": {"area": 52_400}, "person": {"persons": 2}, "unit": {}, "fixed": {}, "m3_cold": {}, "m3_hot": {},
        "share": {"area": 52_400, "shared": 36_000, "sum": 1_900_000}, "m3_total": {},
        "m3_difference_cold": DIFFERENCE, "m3_difference_hot": {**DIFFERENCE, "regulation": 1013},
    }  # fmt: skip
    services = {key: make_service(key, key) for key in rows}
    lines = [
        line(services[key], "1.000", "2", unit="m3", made_from={"key": key, **rows[key]}) for key in rows
    ]
    for period in ("2025-10", "2026-09", "2026-10"):
        bill = make_bill(account, period, lines, opening=500, payments=300, late=12)
    return bill


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_every_key_answers_in_every_language(
    account: Account, language: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cold, hot = make_meter(account), make_meter(account, "hot")
    make_consumption(cold, "2026-10", "4.000", "average")
    make_consumption(hot, "2026-10", "0.000", "no_reading")
    bill = every_key(account)
    with django_assert_num_queries(8):
        found = explain_bill(bill.bill_no, [account.pk], language=language)  # type: ignore[arg-type]
    assert found is not None
    assert list(found.lines) == list(bill.lines.order_by("position").values_list("pk", flat=True))
    said = list(texts(found))
    assert not [text for text in said if "%(" in text or "None" in text]
    english = explain_bill(bill.bill_no, [account.pk], language="en")
    if language != "en":
        for one, other in zip(found.lines.values(), english.lines.values(), strict=True):  # type: ignore[union-attr]
            assert one.headline != other.headline
            assert one.rules[0] != other.rules[0]
            assert all(
                a.sentence != b.sentence for a, b in zip(one.comparisons, other.comparisons, strict=True)
            )
    assert all(len(one.comparisons) == 2 for one in found.lines.values())


def test_the_totals_say_where_they_come_from(account: Account) -> None:
    former = make_bill(account, "2026-09", [line(make_service(), "1", "82.16", "0")])
    post(account, -5_000, date(2026, 10, 20), kind="payment")
    post(account, -3_000, date(2026, 11, 2), kind="payment")
    overdue = [["202608-000001", 5_000, "2026-09-24", 47, 38], ["", 900, "2026-01-01", 1, 1]]
    late = {"bills": overdue, "charged_before": 32}
    bill = make_bill(
        account, "2026-10", [line(make_service(), "1", "10", "0")], opening=8_216, payments=8_000, late=7,
        snapshot={**snapshot(account), "late": late},
    )  # fmt: skip
    found = explain_bill(bill.bill_no, [account.pk], language="en")
    assert found is not None
    assert found.opening.headline == "You owed €82.16 before this bill."
    assert shown(found.opening) == {
        f"Bill {former.bill_no} of 10{HARD}Oct{HARD}2026 asked for": "€82.16", "Balance before this bill": "€82.16",
    }  # fmt: skip
    assert found.payments.headline == "€80.00 came in since the bill before."
    assert [row.value for row in found.payments.rows] == ["€50.00", "€30.00", "€80.00"]
    assert found.late_charge is not None
    assert found.late_charge.headline == "€0.07 for what was not paid when it was due."
    assert shown(found.late_charge) == {
        f"Bill 202608-000001, €50.00 due on 24{HARD}Sep{HARD}2026: 47 days late": "€0.38",
        f"€9.00 due on 1{HARD}Jan{HARD}2026: 1 day late": "€0.01",
        "Of it charged on earlier bills": "€0.32", "Late charge on this bill": "€0.07",
    }  # fmt: skip
    assert [source.text for source in found.late_charge.sources] == [
        "Late charge a year: 6% (usual, nothing else was decided)",
        "Largest late charge on one bill: 10% (usual, nothing else was decided)",
        "What a payment pays first: the late charge (usual, nothing else was decided)",
    ]
    assert found.total.headline == f"€12.23 is to be paid by 24{HARD}Nov{HARD}2026."
    assert list(shown(found.total).values()) == ["€82.16", "−€80.00", "€0.07", "€10.00", "€12.23"]


def test_payments_that_are_not_the_bills_are_not_listed(account: Account) -> None:
    post(account, -5_000, date(2026, 10, 20), kind="payment")
    bill = make_bill(account, "2026-10", [], payments=4_000)
    found = explain_bill(bill.bill_no, [account.pk], language="en")
    assert found is not None
    assert [row.label for row in found.payments.rows] == ["Together"]
    assert found.total.headline == "Nothing is to be paid: €40.00 stays paid ahead for the next bill."
