"""Bills as electronic invoices, held to every published rule of EN 16931 and Peppol by a validator of others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mockeinvoice import validate
from tests.billing.document.samples import PAYEE, added_up, bill, line

from saime.billing.document.contracts import BillDocument, BillDocumentLine, Language
from saime.billing.ubl import invoice_xml

# A rule that asks for more decimals of nothing, and those that are advice only, are named by their level.
LANGUAGES: list[Language] = ["lv", "ru", "en"]


def findings(document: BillDocument, **asked: str) -> list[str]:
    _document, report = validate(invoice_xml(document, **asked))
    assert report.verdict in ("valid", "invalid"), report.verdict
    return [f"{found.code} {found.path}: {found.text}" for found in report.failures]


def value(document: BillDocument, term: str) -> str:
    read, _report = validate(invoice_xml(document))
    return str(read.term(term).number if read.term(term) else None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plain_bill(language: Language) -> None:
    assert findings(bill(language), buyer_email="demo@saime.example") == []


def credited(document: BillDocument) -> BillDocument:
    turned = tuple(
        replace(each, quantity=-each.quantity, net_cents=-each.net_cents, vat_cents=-each.vat_cents,
                gross_cents=-each.gross_cents)
        for each in document.lines
    )  # fmt: skip
    return added_up(
        replace(
            document,
            lines=turned,
            credits_bill_no="2026-10-000001",
            opening_balance_cents=0,
            payments_cents=0,
        )
    )


CASES: dict[str, BillDocument] = {
    "debt from before": bill(opening_balance_cents=20_000, payments_cents=0),
    "paid ahead": bill(opening_balance_cents=-5_000, payments_cents=0),
    "paid ahead for months": bill(opening_balance_cents=-500_000, payments_cents=0),
    "late charge": bill(late_charge_cents=137),
    "no line": added_up(replace(bill(), lines=(line("savings", "Uzkrājums", "house", "1", "dz.", "0", vat=None),))),
    "nobody to reach": bill(payee=replace(PAYEE, email="", phone="", accounts=PAYEE.accounts[:1])),
    "more given back than used": bill(lines=(line("cold", "Ūdens", "water", "-2.500", "m³", "2.18"),)),
    "a credit note": credited(bill()),
    "a share of a cost": bill(lines=(replace(line("insurance", "Apdrošināšana", "other", "0.028", "", "1000"),
                                             net_cents=2_778, vat_cents=583, gross_cents=3_361),)),
    "paid straight to the supplier": bill(
        lines=(line("heating", "Apkure", "heat", "52.4", "m²", "0.5", paid_direct=True),
               line("cold", "Ūdens", "water", "4.25", "m³", "2.18"))),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_happens_on_bills(name: str) -> None:
    assert findings(CASES[name]) == []


EUROS = st.decimals("-40", "400", places=6, allow_nan=False)
LINES = st.builds(
    line,
    code=st.sampled_from(["management", "cold", "heating"]),
    name=st.just("Pakalpojums"),
    group=st.just("house"),
    quantity=st.decimals("-50", "500", places=3, allow_nan=False).map(str),
    unit=st.sampled_from(["m²", "m³", "MWh", "dz."]),
    price=EUROS.map(str),
    vat=st.sampled_from(["21", "12", "5", None]),
)


@given(
    lines=st.lists(LINES, min_size=1, max_size=6).map(tuple),
    opening=st.integers(-10**6, 10**6), late=st.integers(0, 10**4), credit=st.booleans(),
)  # fmt: skip
@settings(deadline=None, max_examples=15)
def test_any_bill(lines: tuple[BillDocumentLine, ...], opening: int, late: int, credit: bool) -> None:
    document = bill(lines=lines, opening_balance_cents=opening, payments_cents=0, late_charge_cents=late)
    assert findings(credited(document) if credit else document) == []


def test_the_figures_are_the_bills() -> None:
    document = bill(opening_balance_cents=-5_000, payments_cents=0, late_charge_cents=12)
    assert value(document, "BT-115") == str(Decimal(document.total_due_cents).scaleb(-2))  # due
    assert value(document, "BT-113") == "50.00"  # paid before
    owing = bill(opening_balance_cents=8_216, payments_cents=0)
    assert value(owing, "BT-115") == str(Decimal(owing.lines_gross_cents).scaleb(-2))
    text = invoice_xml(owing).decode()
    assert f"ar iepriekš neapmaksāto vai avansu: {Decimal(owing.total_due_cents).scaleb(-2)} EUR" in text
    assert (owing.reference in text, owing.payee.accounts[0].iban in text) == (True, True)
    assert date(2026, 10, 31).isoformat() in text
