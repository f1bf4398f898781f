"""Printed forms as pictures, filled in and scanned: what the tests of reading begin with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache

import numpy as np
from tests.channels.paper import scans

from saime.billing.document.contracts import BillDocumentPayee
from saime.channels.paper.printing.contracts import Form, FormMeter
from saime.channels.paper.printing.render import print_forms
from saime.channels.paper.sheet import Payload, SheetKind, split_into_sheets
from saime.platform.periods import Period

NOVEMBER = Period.of(2026, 11)
COLD, HOT = FormMeter("M1", "cold", 5), FormMeter("M2", "hot", 5)
COMPANY = BillDocumentPayee(
    name="Paraugs", registration_no="40000000000", vat_no="LV40000000000", accounts=(), address="Testa iela 2"
)


def code_of(
    meters: Sequence[FormMeter] = (COLD, HOT), account_no: str = "1000001", period: Period = NOVEMBER
) -> Payload:
    """What the code of an account's (only) form says."""
    sheets = split_into_sheets(SheetKind.FORM, account_no, period, [meter.on_sheet for meter in meters])
    assert len(sheets) == 1
    return sheets[0]


@cache
def printed(
    meters: tuple[FormMeter, ...] = (COLD, HOT), account_no: str = "1000001", period: Period = NOVEMBER
) -> scans.Picture:
    """The form as it comes from the printer, at 300 dpi."""
    form = Form(
        language="lv", account_no=account_no, holder_name="Paraugs", address="Testa iela 1", unit="1", period=period,
        first_day=date(period.year, period.month, 20), last_day=date(period.year, period.month, 27),
        company=COMPANY, meters=meters,
    )  # fmt: skip
    return scans.render(print_forms([form]))


def filled(
    values: Sequence[str | Decimal], seed: int = 1, *, meters: tuple[FormMeter, ...] = (COLD, HOT),
    account_no: str = "1000001", period: Period = NOVEMBER, pen: scans.Pen | None = None,
    hand: scans.Hand | None = None,
) -> scans.Picture:  # fmt: skip
    """The form with readings (Decimal) or texts box by box ("_" empty, "x" crossed out) in its boxes."""
    rng = np.random.default_rng(seed)
    writer = scans.held_out_writers()[seed % len(scans.held_out_writers())]
    rows = [
        value if isinstance(value, str) else scans.in_boxes(value, meter.digits)
        for value, meter in zip(values, meters, strict=True)
    ]
    sheet = code_of(meters, account_no, period).sheet
    page = printed(meters, account_no, period)
    return scans.fill(page, sheet, rows, scans.held_out().of(writer), rng, pen=pen, hand=hand)


def worn(page: scans.Picture, **wear: object) -> scans.Picture:
    return scans.scan(page, scans.Wear(**wear))  # type: ignore[arg-type]


def bgr(page: scans.Picture) -> scans.Picture:
    """In the order of colours in which pages are read."""
    return np.ascontiguousarray(page[:, :, ::-1])
