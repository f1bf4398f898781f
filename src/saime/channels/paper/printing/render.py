"""Forms as tagged PDF, a sheet a page. The same forms always give the same bytes."""

from __future__ import annotations

import json
import threading
from calendar import timegm
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst

from saime.billing.document import figures
from saime.billing.document.labels import words
from saime.billing.document.slips import last_reading
from saime.billing.document.text import FONTS, printable, printable_text, width
from saime.channels.paper.printing.contracts import Form, FormMeter
from saime.channels.paper.printing.words import word
from saime.platform.sheets import FieldPlace, Payload, Rect
from saime.platform.sheets.drawing import code_svg, sheet_svg

_TEMPLATES = Path(__file__).parent / "templates"
_MEDIUM = {"cold": "cold_water", "hot": "hot_water"}
_POINTS = 72 / 25.4  # a millimetre
_HEAD_ROOM = 138 * _POINTS  # beside the code
_BELOW_SIGNATURE = 9.5  # from the line for the signature to the advice, mm
_local = threading.local()


class UnableToPrintForms(Exception):
    """The forms cannot be put on paper; the message says which and why."""


def print_forms(forms: Sequence[Form]) -> bytes:
    """One PDF/UA-1 of all sheets of all forms, in their order. Raises `UnableToPrintForms`.

    A few hundred a call are a good measure: each costs 12 kB, 5 ms and, while the file is made, 0.7 MB of memory.
    """
    sheets = [sheet for form in forms for sheet in _checked(form)]
    if not sheets:
        raise UnableToPrintForms("There is no form to print.")
    first = forms[0]
    data = {
        "title": _title(first),
        "author": first.company.name,
        "lang": first.language,
        "sheets": sheets,
    }
    files: Any = {"main.typ": _main(), "forms.json": json.dumps(data).encode()}
    try:
        compiled = _compiler(files).compile(
            input=files,
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=timegm(first.first_day.timetuple()),  # a fixed moment: printing again changes nothing
        )
    except typst.TypstError as error:
        named = f"Forms of {forms[0].account_no} to {forms[-1].account_no}"
        raise UnableToPrintForms(f"{named}: {error}") from error
    return cast("bytes", compiled)


def _checked(form: Form) -> list[dict[str, Any]]:
    try:
        return list(sheets_of(form))
    except ValueError as error:  # what a reader would refuse is not printed
        raise UnableToPrintForms(f"Form of {form.account_no}: {error}") from error


def sheets_of(form: Form) -> Iterator[dict[str, Any]]:
    """What the template sets, a sheet at a time: words, and places in millimetres."""
    meters = {meter.number: meter for meter in form.meters}
    for payload in form.sheets:
        on_it = [meters[meter.number] for meter in payload.meters]
        text: dict[str, Any] = printable(_words(form, payload) | {"meters": _meters(form, payload, on_it)})
        # Drawings are markup of our own and so are not cleaned like text.
        yield text | {"sheet_svg": sheet_svg(payload.sheet), "code_svg": code_svg(payload)}


def _words(form: Form, payload: Payload) -> dict[str, Any]:
    language, sheet, say, title = form.language, payload.sheet, words(form.language), _title(form)
    return {
        "lang": language,
        "width": sheet.width_mm,
        "height": sheet.height_mm,
        "title": title,
        "title_size": _size(title, (17, 15.5, 14, 12.5), _HEAD_ROOM),
        "sheet": say("sheet_of", part=payload.part, parts=payload.parts) if payload.parts > 1 else "",
        "holder": _shortened(form.holder_name, 11, _HEAD_ROOM),
        "address": _shortened(_address(form), 10, _HEAD_ROOM),
        "account": [say("account_no"), form.account_no],
        "code": _place(sheet.code) | {"alt": _code_alt(form, payload)},
        "date": _place(sheet.date) | {"label": say("date")},
        "signature": _place(sheet.signature) | {"label": say("signature")},
        "how_at": sheet.signature.y_mm + sheet.signature.h_mm + _BELOW_SIGNATURE,
        **_dates(form),
        **{name: word(name, language) for name in ("how", "how_read", "how_write", "how_correct")},
        **_company(form),
    }


def _title(form: Form) -> str:
    say = words(form.language)
    return say("readings_for", period=say.period(form.period.number))


def _address(form: Form) -> str:
    unit = f"{words(form.language)('unit').lower()} {form.unit}" if form.unit else ""
    return ", ".join(part for part in (form.address, unit) if part)


def _dates(form: Form) -> dict[str, str]:
    first, last = (figures.day(day, language=form.language) for day in (form.first_day, form.last_day))
    return {
        "hand_in": words(form.language)("hand_in_by", date=last),
        "when": word("when", form.language, first=first, last=last),
    }


def _company(form: Form) -> dict[str, Any]:
    company, language = form.company, form.language
    office = ", ".join(part for part in (company.name, company.address, company.office_hours) if part)
    further = [word("quicker", language, web=company.web)] if company.web else []
    if company.phone:
        further.append(word("ask", language, phone=company.phone))
    return {
        "payee": company.name,
        "payee_size": _size(company.name, (11.5, 10, 8.5, 7), 100 * _POINTS),
        "contact": " · ".join(part for part in (company.phone, company.email, company.web) if part),
        "where": word("where", language),
        "where_office": office,
        "further": " · ".join(further),
    }


def _code_alt(form: Form, payload: Payload) -> str:
    numbers = ", ".join(meter.number for meter in payload.meters)
    say = words(form.language)
    period = say.period(form.period.number)
    return say("readings_code_alt", account=form.account_no, period=period, meters=numbers)


def _meters(form: Form, payload: Payload, meters: Sequence[FormMeter]) -> list[dict[str, Any]]:
    places = zip(payload.sheet.fields, meters, strict=True)
    return [_meter(form, field, meter) for field, meter in places]


def _meter(form: Form, field: FieldPlace, meter: FormMeter) -> dict[str, Any]:
    say, row, entry, last = words(form.language), field.row, field.entry, field.boxes[-1]
    serial, room = say("meter_no", serial=meter.number), entry.x_mm - row.x_mm - 1
    return {
        "x": row.x_mm,
        "y": row.y_mm,
        "w": row.w_mm,
        "room": room,
        "medium": meter.medium,
        "name": say(_MEDIUM[meter.medium]),
        "serial": serial,
        "serial_size": _size(serial, (10, 8.5, 7), room * _POINTS),
        "previous": _previous(form, meter),
        "unit_at": [entry.x_mm + entry.w_mm + 0.3, last.y_mm + last.h_mm / 2 - 1.2],
    }


def _previous(form: Form, meter: FormMeter) -> str:
    period = meter.previous_period.number if meter.previous_period else None
    return last_reading(meter.previous, period, words(form.language))


def _place(rect: Rect) -> dict[str, Any]:
    return {"x": rect.x_mm, "y": rect.y_mm, "w": rect.w_mm, "h": rect.h_mm}


def _size(text: str, sizes: Sequence[float], room: float) -> float:
    """The first of the sizes in which a text fits on a line of so many points; the last where none does."""
    shown = printable_text(text)
    return next((size for size in sizes if width(shown, size=size) < room), sizes[-1])


def _shortened(text: str, size: float, room: float) -> str:
    """On one line, with … for what finds no room."""
    shown = printable_text(text)
    while width(shown, size=size) >= room:
        shown = f"{shown.rstrip('…')[:-1].rstrip()}…"
    return shown


def _compiler(files: Any) -> typst.Compiler:
    """This thread's compiler: it holds templates and fonts."""
    if not hasattr(_local, "compiler"):
        _local.compiler = typst.Compiler(
            input=files, root=str(_TEMPLATES), font_paths=[str(FONTS)], ignore_system_fonts=True
        )
    return cast("typst.Compiler", _local.compiler)


@cache
def _main() -> bytes:
    return (_TEMPLATES / "forms.typ").read_bytes()
