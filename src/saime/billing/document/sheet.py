"""A bill as the words and figures on paper: what the templates lay out, and nothing left for them to decide.

`sheet(bill)` gives a tree of strings and numbers that goes to typst as JSON. Text reaches the page as data, never as
markup, so whatever stands in a name is printed literally.
"""

from typing import Any

from saime.billing.document import figures
from saime.billing.document.contracts import BillDocument, BillDocumentGroup, BillDocumentLine
from saime.billing.document.drawing import bar_svg, qr_svg
from saime.billing.document.inks import GROUP_INKS
from saime.billing.document.labels import Words, words
from saime.billing.document.meters import meter_sheets, month_sheets
from saime.billing.document.slips import slip_pictures, slip_sheets
from saime.billing.document.text import printable, width

Sheet = dict[str, Any]


def sheet(bill: BillDocument) -> Sheet:
    """The bill for the templates. Raises `UnableToMakePaymentCode` where the payee's data do not fit into one."""
    word = words(bill.language)
    history, charts = month_sheets(bill, word)
    tree = {
        "lang": bill.language,
        **_head(bill, word),
        "panel": _panel(bill, word),
        "equation": _equation(bill, word),
        "bar": _bar(bill, word),
        "lines": _lines(bill, word),
        "meters": meter_sheets(bill, word),
        "history": history,
        **_closing(bill, word),
        "slips": slip_sheets(bill, word),
    }
    cleaned: Sheet = printable(tree)
    for group in cleaned["lines"]["groups"]:
        for row in group["rows"]:
            row["fits"] = _fits_one_line(row, compared=cleaned["lines"]["compared"])
    for slip, drawn in zip(cleaned["slips"], slip_pictures(bill), strict=True):
        slip.update(drawn)
    return cleaned | _pictures(bill, charts)


def _pictures(bill: BillDocument, charts: list[str]) -> Sheet:
    """Drawings are markup of our own and so are not cleaned like text."""
    parts = [(GROUP_INKS[group.group], group.gross_cents) for group in bill.groups if group.gross_cents > 0]
    return {
        "qr": qr_svg(bill.epc_payload) if bill.epc_payload else None,
        "bar_svg": bar_svg(parts) if parts else None,
        "month_svgs": charts,
    }


def _head(bill: BillDocument, word: Words) -> Sheet:
    title = word("credit_for" if bill.is_credit else "bill_for", period=word.period(bill.period))
    return {
        "title": title,
        "metadata_title": f"{title} · {bill.number}",
        "author": bill.payee.name,
        "running": f"{title} · {word('bill_no').lower()} {bill.number} · {bill.account_no}",
        "page": word("page"),
        "end": "end",
        "foot": f"{bill.payee.name} · {word('bill')} {bill.number}",
        "payee": bill.payee.name,
        "payee_details": _payee_details(bill, word),
        "holder": bill.holder_name,
        "address": bill.address,
        "facts": _facts(bill, word),
        "notices": _notices(bill, word),
    }


def _payee_details(bill: BillDocument, word: Words) -> list[str]:
    payee = bill.payee
    numbers = [f"{word('registration_no')} {payee.registration_no}"]
    if payee.vat_no:
        numbers.append(f"{word('vat_no')} {payee.vat_no}")
    return [" · ".join(numbers), payee.address]


def _facts(bill: BillDocument, word: Words) -> list[list[str]]:
    language = bill.language
    area = figures.quantity(bill.area_m2, unit="m²", language=language)
    return [
        [word("account_no"), bill.account_no],
        [word("bill_no"), bill.number],
        [word("issued_on"), figures.day(bill.issued_on, language=language)],
        [word("unit"), bill.unit],
        [word("area"), f"{area} m²"],
        [word("declared_persons"), str(bill.declared_persons)],
    ]


def _notices(bill: BillDocument, word: Words) -> list[str]:
    notices = []
    if bill.credits_bill_no is not None:
        notices.append(word("credit_notice", number=bill.credits_bill_no))
    if bill.replaces_bill_no is not None:
        notices.append(word("replaces_notice", number=bill.replaces_bill_no))
    return [*notices, *bill.notices]


def _panel(bill: BillDocument, word: Words) -> Sheet:
    """The first thing to be read: how much and by when, or that nothing is to be paid."""
    language = bill.language
    if bill.total_due_cents <= 0 or bill.is_credit:
        return _settled(bill, word)
    total = figures.money(bill.total_due_cents, language=language)
    account = bill.payee.accounts[0] if bill.payee.accounts else None
    return {
        "label": word("to_pay"),
        "amount": total,
        "due": word("due_on", date=figures.day(bill.due_on, language=language)),
        "note": "",
        "reference": [word("reference"), figures.spaced(bill.reference)],
        "scan": word("scan_to_pay"),
        "qr_alt": word(
            "qr_alt",
            amount=total,
            payee=bill.payee.name,
            iban=figures.spaced(account.iban) if account else "",
            reference=bill.reference,
        ),
    }


def _settled(bill: BillDocument, word: Words) -> Sheet:
    language = bill.language
    label, note = word("nothing_to_pay"), word("all_settled")
    if bill.is_credit:
        label, note = word("credited"), ""
    elif bill.total_due_cents < 0:
        note = word("advance_left", amount=figures.money(-bill.total_due_cents, language=language))
    shown = bill.lines_gross_cents if bill.is_credit else max(0, bill.total_due_cents)
    amount = figures.money(shown, language=language)
    return {"label": label, "amount": amount, "due": "", "note": note, "reference": None}


def _equation(bill: BillDocument, word: Words) -> Sheet:
    """Opening balance − payments + late charge + this month = total, each as its own figure."""
    opening = bill.opening_balance_cents
    name = "opening_debt" if opening > 0 else "opening_advance" if opening < 0 else "opening_zero"
    terms = [("", word(name), opening), ("−", word("payments"), bill.payments_cents)]
    if bill.late_charge_cents:
        terms.append(("+", word("late_charge"), bill.late_charge_cents))
    terms.append(
        ("+", word("month_lines", month=word.month(bill.period, form="for")), bill.lines_gross_cents)
    )
    total = word("to_pay") if bill.total_due_cents >= 0 else word("advance")
    terms.append(("=", total, bill.total_due_cents))
    return {
        "title": word("how_total"),
        "terms": [[sign, text, figures.money(cents, language=bill.language)] for sign, text, cents in terms],
    }


def _bar(bill: BillDocument, word: Words) -> Sheet | None:
    """Where the money goes. Groups that are a credit stand in the legend, not in the bar."""
    groups = [group for group in bill.groups if group.gross_cents]
    if not any(group.gross_cents > 0 for group in groups):
        return None
    parts = [
        {
            "ink": GROUP_INKS[group.group],
            "name": word(group.group),
            "amount": figures.money(group.gross_cents, language=bill.language),
        }
        for group in groups
    ]
    return {
        "title": word("where_it_goes"),
        "alt": word("bar_alt", parts=", ".join(f"{part['name']} {part['amount']}" for part in parts)),
        "parts": parts,
        "comparison": _comparison(bill, word),
    }


def _comparison(bill: BillDocument, word: Words) -> str:
    """The month against the month and the year before, as one sentence; empty where neither is known."""
    now, said = bill.lines_gross_cents, []
    if bill.last_month_lines_gross_cents is not None:
        said.append(_against(now - bill.last_month_lines_gross_cents, "month", bill, word))
    if bill.last_year_lines_gross_cents is not None:
        said.append(_against(now - bill.last_year_lines_gross_cents, "year", bill, word))
    sentence = ", ".join(said)
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""


def _against(cents: int, span: str, bill: BillDocument, word: Words) -> str:
    kind = "more" if cents > 0 else "less" if cents < 0 else "same"
    name = f"same_as_{span}" if kind == "same" else f"{kind}_than_{span}"
    return word(
        name,
        amount=figures.money(abs(cents), language=bill.language),
        month=word.month(_month_before(bill.period), form="in"),
    )


def _lines(bill: BillDocument, word: Words) -> Sheet:
    language = bill.language
    compared = any(line.last_month_gross_cents is not None for line in bill.lines)
    last_month = word("line_last_month", month=word.month(_month_before(bill.period), form="to"))
    heads = [
        word(f"line_{name}") for name in ("service", "quantity", "price", "net", "vat_rate", "vat", "gross")
    ]
    money = (
        sum(line.net_cents for line in bill.payable_lines),
        sum(line.vat_cents for line in bill.payable_lines),
        bill.lines_gross_cents,
    )
    return {
        "title": word("lines"),
        "compared": compared,
        "heads": [*heads, last_month] if compared else heads,
        "groups": [_group(group, bill, word) for group in bill.groups],
        "none": word("no_lines"),
        "total": word("lines_total", month=word.month(bill.period, form="for")),
        "totals": [figures.amount(cents, language=language) for cents in money],
        "total_difference": _difference(bill.lines_gross_cents, bill.last_month_lines_gross_cents, bill),
        "vat_title": word("vat_title"),
        "vat": _vat(bill, word),
        "marks": [[mark, word(f"mark_{mark.lower()}")] for mark in bill.marks],
        "direct": _direct(bill, word),
    }


def _group(group: BillDocumentGroup, bill: BillDocument, word: Words) -> Sheet:
    return {
        "ink": GROUP_INKS[group.group],
        "name": word(group.group),
        "gross": figures.amount(group.gross_cents, language=bill.language),
        "difference": _difference(group.gross_cents, group.last_month_gross_cents, bill),
        "rows": [_line(line, bill, word) for line in group.lines],
    }


def _line(line: BillDocumentLine, bill: BillDocument, word: Words) -> Sheet:
    language = bill.language
    about = [word(f"basis_{line.basis}")]
    if line.paid_direct:
        about.append(word("direct"))
    if line.note:
        about.append(line.note)
    rate = word("vat_exempt") if line.vat_rate is None else figures.percent(line.vat_rate, language=language)
    return {
        "name": line.name,
        "about": " · ".join(about),
        "mark": line.mark,
        "direct": line.paid_direct,
        "quantity": figures.quantity(line.quantity, unit=line.unit, language=language),
        "unit": line.unit,
        "cells": [
            figures.price(line.price, language=language),
            figures.amount(line.net_cents, language=language),
            rate,
            figures.amount(line.vat_cents, language=language) if line.vat_rate is not None else rate,
        ],
        "gross": figures.amount(line.gross_cents, language=language),
        "difference": _difference(line.gross_cents, line.last_month_gross_cents, bill),
    }


def _fits_one_line(row: Sheet, *, compared: bool) -> bool:
    """Whether a row surely needs one line only: rows of known height cost the layout half.

    The widths are those of templates/lines.typ, in points, with a little to spare.
    """
    service = width(row["name"], size=7.6) + width(f"  {row['about']}", size=6.6)
    unit = width(row["unit"], size=6.6) + (12 if row["mark"] else 0)
    return service < (166 if compared else 220) and unit < 34


def _difference(now: int, before: int | None, bill: BillDocument) -> str:
    return "" if before is None else figures.difference(now - before, language=bill.language)


def _vat(bill: BillDocument, word: Words) -> list[str]:
    language = bill.language
    said = []
    for vat in bill.vat_summary:
        net = figures.money(vat.net_cents, language=language)
        if vat.rate is None:
            said.append(word("vat_exempt_of", net=net))
        else:
            tax = figures.money(vat.vat_cents, language=language)
            said.append(word("vat_of", rate=figures.percent(vat.rate, language=language), net=net, vat=tax))
    return said


def _direct(bill: BillDocument, word: Words) -> str:
    if not any(line.paid_direct for line in bill.lines):
        return ""
    return word("direct_note", amount=figures.money(bill.paid_direct_cents, language=bill.language))


def _closing(bill: BillDocument, word: Words) -> Sheet:
    payee = bill.payee
    web = payee.web or word("the_portal")
    asked = [("phone", payee.phone), ("email", payee.email), ("web", payee.web)]
    asked += [("office_hours", payee.office_hours), ("address", payee.address)]
    return {
        "pay": _how_to_pay(bill, word) if bill.total_due_cents > 0 and not bill.is_credit else None,
        "ask": {"title": word("whom_to_ask"), "rows": [[word(name), text] for name, text in asked if text]},
        "connect": None
        if bill.connect_code is None
        else {
            "title": word("connect"),
            "code": bill.connect_code,
            "how": word("connect_how", web=web, account_no=bill.account_no),
        },
    }


def _how_to_pay(bill: BillDocument, word: Words) -> Sheet:
    ways = [word("pay_by_qr")] if bill.epc_payload else []
    if bill.payee.web:
        ways.append(word("pay_in_portal", web=bill.payee.web))
    if bill.payee.accounts:
        ways.append(word("pay_by_transfer", reference=figures.spaced(bill.reference)))
    return {
        "title": word("how_to_pay"),
        "ways": ways,
        "heads": [word("bank"), word("iban")],
        "accounts": [[account.bank, figures.spaced(account.iban)] for account in bill.payee.accounts],
    }


def _month_before(period: int) -> int:
    return period - 1 if period % 100 > 1 else period - 89
