"""The tear-off slips of a bill, as words and places for the template: what the paper channel reads, it reads by these.

Where everything stands is `saime.platform.sheets`; here and in templates/slip.typ nothing is measured anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from saime.billing.document import figures
from saime.billing.document.contracts import BillDocument, BillDocumentSlip, BillDocumentSlipMeter
from saime.billing.document.inks import MEDIUM_INKS
from saime.billing.document.labels import Words
from saime.platform.periods import Period
from saime.platform.sheets import FieldPlace, Payload, Rect, SheetKind, SheetMeter, split_into_sheets
from saime.platform.sheets.drawing import code_svg, sheet_svg

_ON_SHEET = {"cold_water": "cold", "hot_water": "hot"}


def slip_sheets(bill: BillDocument, word: Words) -> list[dict[str, Any]]:
    """A slip for every three meters; none where the bill has no slip."""
    slip = bill.slip
    if slip is None:
        return []
    by_serial = {meter.serial: meter for meter in slip.meters}
    return [
        _slip(bill, slip, payload, [by_serial[meter.number] for meter in payload.meters], word)
        for payload in _payloads(bill, slip)
    ]


def slip_pictures(bill: BillDocument) -> list[dict[str, str]]:
    """Markers and boxes, and the code, of each slip: markup of our own, not cleaned like text."""
    if bill.slip is None:
        return []
    return [
        {"sheet_svg": sheet_svg(payload.sheet), "code_svg": code_svg(payload)}
        for payload in _payloads(bill, bill.slip)
    ]


def last_reading(value: Decimal | None, period: int | None, word: Words) -> str:
    """The reading before, and of which month; empty where there is none."""
    if value is None:
        return ""
    shown = figures.number(value, places=3, language=word.language)
    if period is None:
        return word("last_reading", value=shown)
    return word("last_reading_of", value=shown, month=word.month(period, form="in"), year=period // 100)


def _payloads(bill: BillDocument, slip: BillDocumentSlip) -> tuple[Payload, ...]:
    meters = [SheetMeter(meter.serial, _ON_SHEET[meter.medium], meter.digits) for meter in slip.meters]
    return split_into_sheets(SheetKind.SLIP, bill.account_no, Period.from_number(slip.period), meters)


def _slip(
    bill: BillDocument,
    slip: BillDocumentSlip,
    payload: Payload,
    meters: Sequence[BillDocumentSlipMeter],
    word: Words,
) -> dict[str, Any]:
    sheet, payee, period = payload.sheet, bill.payee, word.period(slip.period)
    office = ", ".join(part for part in (payee.name, payee.address, payee.office_hours) if part)
    numbers = ", ".join(meter.serial for meter in meters)
    return {
        "width": sheet.width_mm,
        "height": sheet.height_mm,
        "tear_off": word("tear_off"),
        "title": word("readings_for", period=period),
        "part": word("sheet_of", part=payload.part, parts=payload.parts) if payload.parts > 1 else "",
        "hand_in": word("hand_in_by", date=figures.day(slip.last_day, language=bill.language)),
        "where": word("slip_where", office=office),
        "how": word("slip_how"),
        "account": [word("account_no"), bill.account_no],
        "address": ", ".join(part for part in (bill.address, bill.unit) if part),
        "code": _place(sheet.code) | {"alt": word("readings_code_alt", account=bill.account_no, period=period,
                                                  meters=numbers)},
        "date": _place(sheet.date) | {"label": word("date")},
        "signature": _place(sheet.signature) | {"label": word("signature")},
        "meters": [_meter(field, meter, word) for field, meter in zip(sheet.fields, meters, strict=True)],
    }  # fmt: skip


def _meter(field: FieldPlace, meter: BillDocumentSlipMeter, word: Words) -> dict[str, Any]:
    return {
        "row": _place(field.row),
        "entry": _place(field.entry),
        "ink": MEDIUM_INKS[meter.medium],
        "name": word(meter.medium),
        "serial": word("meter_no", serial=meter.serial),
        "previous": last_reading(meter.previous, meter.previous_period, word),
    }


def _place(rect: Rect) -> dict[str, Any]:
    return {"x": rect.x_mm, "y": rect.y_mm, "w": rect.w_mm, "h": rect.h_mm}
