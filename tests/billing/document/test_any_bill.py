"""Whatever a bill holds, it comes out as a PDF that says its total."""

from datetime import date, timedelta
from decimal import Decimal

import pypdfium2 as pdfium
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.billing.document.samples import PAYEE, added_up

from saime.billing.document import figures
from saime.billing.document.contracts import (
    LANGUAGES,
    LINE_GROUPS,
    BillDocument,
    BillDocumentHistory,
    BillDocumentLine,
    BillDocumentMeter,
    BillDocumentMonth,
)
from saime.billing.document.render import render_bill

CENTS = st.integers(-10_000_000, 10_000_000)
MILLI = st.decimals(-100_000, 100_000, places=3)
TEXT = st.text(max_size=120)
PERIODS = st.builds(lambda year, month: year * 100 + month, st.integers(1990, 2199), st.integers(1, 12))
DATES = st.dates(date(2000, 1, 1), date(2100, 12, 31))
MARKS = st.sampled_from(["", "V", "N"])
READING_BASES = st.sampled_from(["actual", "average", "norm", "no_reading"])
MEDIA = st.sampled_from(["cold_water", "hot_water", "heat", "electricity", "gas"])


@st.composite
def lines(draw: st.DrawFn) -> BillDocumentLine:
    net, vat = draw(CENTS), draw(st.integers(-1_000_000, 1_000_000))
    return BillDocumentLine(
        service_code=draw(TEXT),
        name=draw(TEXT),
        group=draw(st.sampled_from(LINE_GROUPS)),
        quantity=draw(MILLI),
        unit=draw(st.sampled_from(["m³", "m²", "MWh", "pers."]) | st.text(max_size=20)),
        price=draw(st.decimals(-1000, 1000, places=6)),
        net_cents=net,
        vat_rate=draw(st.sampled_from([None, Decimal(0), Decimal(5), Decimal(12), Decimal("21.5")])),
        vat_cents=vat,
        gross_cents=net + vat,
        basis=draw(
            st.sampled_from(
                ["actual", "average", "norm", "no_reading", "m2", "person", "unit", "fixed", "share"]
            )
        ),
        mark=draw(MARKS),
        paid_direct=draw(st.booleans()),
        note=draw(TEXT),
        last_month_gross_cents=draw(st.none() | CENTS),
    )


@st.composite
def meters(draw: st.DrawFn) -> BillDocumentMeter:
    return BillDocumentMeter(
        serial=draw(TEXT),
        medium=draw(MEDIA),
        previous=draw(MILLI),
        current=draw(st.none() | MILLI),
        consumption=draw(MILLI),
        basis=draw(READING_BASES),
        mark=draw(MARKS),
        place=draw(TEXT),
        channel=draw(st.sampled_from([None, "portal", "sms", "terminal", "paper", "remote", "staff"])),
        charged_between=draw(st.none() | MILLI),
        valid_until=draw(st.none() | DATES),
        verification=draw(st.sampled_from(["valid", "expiring", "expired", "unknown"])),
        verification_days=draw(st.none() | st.integers(-1000, 1000)),
        replaced_serial=draw(TEXT),
    )


MONTHS = st.builds(BillDocumentMonth, period=PERIODS, quantity=MILLI, basis=READING_BASES)
HISTORIES = st.builds(BillDocumentHistory, medium=MEDIA, months=st.lists(MONTHS, max_size=14).map(tuple))


@st.composite
def bills(draw: st.DrawFn) -> BillDocument:
    issued_on = draw(DATES)
    return added_up(
        BillDocument(
            language=draw(st.sampled_from(LANGUAGES)),
            number=draw(TEXT),
            period=draw(PERIODS),
            account_no=draw(TEXT),
            holder_name=draw(TEXT),
            address=draw(TEXT),
            unit=draw(TEXT),
            area_m2=draw(st.decimals(0, 10_000, places=2)),
            declared_persons=draw(st.integers(0, 99)),
            issued_on=issued_on,
            due_on=issued_on + timedelta(days=14),
            payee=PAYEE,
            reference="RF724000123",
            lines=tuple(draw(st.lists(lines(), max_size=12))),
            meters=tuple(draw(st.lists(meters(), max_size=4))),
            opening_balance_cents=draw(CENTS),
            payments_cents=draw(CENTS),
            late_charge_cents=draw(CENTS),
            lines_gross_cents=0,
            total_due_cents=0,
            history=tuple(draw(st.lists(HISTORIES, max_size=3))),
            last_month_lines_gross_cents=draw(st.none() | CENTS),
            last_year_lines_gross_cents=draw(st.none() | CENTS),
            connect_code=draw(st.none() | TEXT),
            credits_bill_no=draw(st.none() | TEXT),
            replaces_bill_no=draw(st.none() | TEXT),
            notices=tuple(draw(st.lists(TEXT, max_size=3))),
        )
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(document=bills())
def test_any_bill_becomes_a_pdf_that_says_its_total(document: BillDocument) -> None:
    paper = pdfium.PdfDocument(render_bill(document))
    text = paper[0].get_textpage().get_text_bounded()
    total = figures.amount(abs(document.total_due_cents), language=document.language)
    assert "".join(total.split()) in "".join(text.split())
    paper.close()
