"""The meters of a bill and their months, as words and figures for the templates (see sheet.py)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from saime.billing.document import figures
from saime.billing.document.contracts import (
    BillDocument,
    BillDocumentHistory,
    BillDocumentMeter,
    BillDocumentMonth,
)
from saime.billing.document.drawing import MonthBar, months_svg
from saime.billing.document.inks import MEDIUM_INKS
from saime.billing.document.labels import Words

_MEDIUM = {"heat": "heat_meter"}  # "heat" itself is the group of lines


def meter_sheets(bill: BillDocument, word: Words) -> dict[str, Any]:
    return {"title": word("meters"), "blocks": [_meter(meter, bill, word) for meter in bill.meters]}


def _meter(meter: BillDocumentMeter, bill: BillDocument, word: Words) -> dict[str, Any]:
    language = bill.language

    def shown(value: Decimal) -> str:
        return figures.number(value, places=3, language=language)

    return {
        "ink": MEDIUM_INKS[meter.medium],
        "name": word(_MEDIUM.get(meter.medium, meter.medium)),
        "serial": word("meter_no", serial=meter.serial),
        "place": meter.place,
        "mark": meter.mark,
        "heads": [word("previous"), word("current"), word("consumption")],
        "previous": shown(meter.previous),
        "current": word("no_current") if meter.current is None else shown(meter.current),
        "missing": meter.current is None,
        "consumption": shown(meter.consumption),
        "unit": meter.unit,
        "notes": _meter_notes(meter, shown, word),
        "verification": _verification(meter, bill, word),
        "state": meter.verification,
    }


def _meter_notes(meter: BillDocumentMeter, shown: Callable[[Decimal], str], word: Words) -> list[str]:
    notes = []
    if meter.channel is not None:
        notes.append(word(f"channel_{meter.channel}"))
    if meter.basis != "actual":
        notes.append(word(f"reading_{meter.basis}"))
    if meter.charged_between:
        notes.append(word("charged_between", amount=f"{shown(meter.charged_between)}\u00a0{meter.unit}"))
    if meter.replaced_serial:
        notes.append(word("replaced", serial=meter.replaced_serial))
    return notes


def _verification(meter: BillDocumentMeter, bill: BillDocument, word: Words) -> str:
    if meter.valid_until is None:
        return word("verification_unknown")
    until = figures.day(meter.valid_until, language=bill.language)
    if meter.verification == "expired":
        return word("verification_expired", date=until)
    text = word("verified_until", date=until)
    if meter.verification == "expiring" and meter.verification_days is not None:
        text = f"{text}, {word.days_left(meter.verification_days)}"
    return text


def month_sheets(bill: BillDocument, word: Words) -> tuple[dict[str, Any], list[str]]:
    """The words of the charts, and the charts drawn, in the same order."""
    charted = [(history, _bars(history, bill, word)) for history in bill.history if history.months]
    estimated = any(bar.estimated for _, bars in charted for bar in bars)
    said = {
        "title": word("history_title"),
        "charts": [_chart(history, bars, word) for history, bars in charted],
        "actual": word("history_actual"),
        "estimated": word("history_estimated") if estimated else "",
    }
    return said, [months_svg(bars, ink=MEDIUM_INKS[history.medium]) for history, bars in charted]


def _chart(history: BillDocumentHistory, bars: list[MonthBar], word: Words) -> dict[str, str]:
    title = word("history", medium=word(_MEDIUM.get(history.medium, history.medium)), unit=history.unit)
    spoken = ", ".join(f"{bar.month} {bar.value}{' V' if bar.estimated else ''}" for bar in bars)
    return {"title": title, "alt": f"{title}: {spoken}"}


def _bars(history: BillDocumentHistory, bill: BillDocument, word: Words) -> list[MonthBar]:
    months = history.months[-12:]
    tallest = max(month.quantity for month in months)
    return [_bar(month, tallest, bill, word) for month in months]


def _bar(month: BillDocumentMonth, tallest: Decimal, bill: BillDocument, word: Words) -> MonthBar:
    """A credit month has no height; its figure says the rest."""
    return MonthBar(
        month=word.month(month.period, form="short"),
        value=figures.number(month.quantity, places=1, language=bill.language),
        height=int(month.quantity * 1000 / tallest) if tallest > 0 and month.quantity > 0 else 0,
        estimated=month.basis in {"average", "norm"},
        now=month.period == bill.period,
    )
