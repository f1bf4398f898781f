"""What terminals say and hear, as JSON. Nothing that a machine sends can be worse than a refused entry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from saime.channels.terminal.contracts import (
    REFUSED,
    TRY_AGAIN,
    EntryAnswer,
    EntryMade,
    KnownTerminal,
    Proof,
    Sign,
    Visit,
)
from saime.channels.terminal.operations import MOST_ENTRIES
from saime.metering.contracts import MeterView, WindowView
from saime.metering.reasons import sentence
from saime.platform.periods import Period

_LONGEST = {"account_no": 40, "bill_no": 40, "code": 1000, "meter_no": 60, "medium": 8, "value": 40}
# What a clock without a battery says lies before, what a broken one says behind: neither is a time.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
LANGUAGES = ("lv", "ru", "en")


class UnableToRead(Exception):
    """What came is not what is asked for. The text says, in English and for a programmer, what is."""


def parsed(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnableToRead("The body is not JSON (UTF-8).") from error
    if not isinstance(said, dict):
        raise UnableToRead('The body is not a JSON object, such as {"sent_at": …}.')
    return said


def sign(said: Mapping[str, Any]) -> Sign:
    queue = said.get("queue")
    is_count = isinstance(queue, int) and not isinstance(queue, bool) and 0 <= queue < 2**31
    return Sign(moment(said.get("sent_at")), queue if is_count else None, _text(said.get("software"), 60))


def proof(said: Mapping[str, Any]) -> Proof:
    """UnableToRead where neither a code nor both numbers are given."""
    account_no, bill_no, code = (_field(said, name) for name in ("account_no", "bill_no", "code"))
    if not code and not (account_no and bill_no):
        raise UnableToRead('Give "code" (the payment code of a bill), or "account_no" and "bill_no".')
    return Proof(account_no, bill_no, code)


def entries(said: Mapping[str, Any]) -> list[EntryMade]:
    """The batch. UnableToRead where it cannot be answered entry by entry: no list, too many, an entry without an id."""
    rows = said.get("entries")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnableToRead('"entries" is not a list of objects.')
    if len(rows) > MOST_ENTRIES:
        raise UnableToRead(f"{len(rows)} entries came; at most {MOST_ENTRIES} are taken at a time.")
    made = [_entry(row) for row in rows]
    if len({entry.entry_id for entry in made}) < len(made):
        raise UnableToRead("An entry_id stands twice in the batch.")
    return made


def _entry(row: Mapping[str, Any]) -> EntryMade:
    meter_id = row.get("meter_id")
    is_id = isinstance(meter_id, int) and not isinstance(meter_id, bool) and 0 < meter_id < 2**63
    account_no, bill_no, code = (_field(row, name) for name in ("account_no", "bill_no", "code"))
    return EntryMade(
        entry_id=_uuid(row.get("entry_id")), proof=Proof(account_no, bill_no, code), value=_field(row, "value"),
        meter_id=meter_id if is_id else None, meter_no=_field(row, "meter_no"), medium=_field(row, "medium"),
        entered_at=moment(row.get("entered_at")), is_confirmed=row.get("confirmed") is True,
        is_attended=row.get("attended") is True, came=_as_it_came(row),
    )  # fmt: skip


def _uuid(text: Any) -> UUID:
    try:
        return UUID(text if isinstance(text, str) else "")
    except ValueError:
        raise UnableToRead('Every entry has an "entry_id" of its own: a UUID made on the device.') from None


def _as_it_came(row: Mapping[str, Any]) -> dict[str, Any]:
    """For the record, cut where nobody would read on."""
    names = (*_LONGEST, "meter_id", "entered_at", "confirmed", "attended")
    came = {name: row[name] for name in names if name in row}
    return {
        name: value if value is None or (isinstance(value, bool | int) and abs(value) < 2**63)
        else _text(value, _LONGEST.get(name, 60))
        for name, value in came.items()
    }  # fmt: skip


def moment(text: Any) -> datetime | None:
    """A time in ISO 8601 with its offset, within reason; None for anything else."""
    try:
        read = datetime.fromisoformat(text)
        return read if read.tzinfo and _FIRST <= read < _LAST else None
    except (TypeError, ValueError, OverflowError):
        return None


def _field(said: Mapping[str, Any], name: str) -> str:
    return _text(said.get(name), _LONGEST[name])


def _text(value: Any, longest: int) -> str:
    """A text, or a number written as one; without what PostgreSQL cannot keep."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).replace("\0", "")[:longest].encode("utf-8", "replace").decode().strip()


# Answers


def health(terminal: KnownTerminal, now: datetime, difference: timedelta | None) -> dict[str, Any]:
    return {
        "terminal": terminal.name, "place": terminal.place, "now": now.isoformat(),
        "clock_difference_ms": None if difference is None else difference // timedelta(milliseconds=1),
    }  # fmt: skip


def visit(found: Visit) -> dict[str, Any]:
    period = found.window.period
    return {
        "period": str(period),
        "window": _window(found.window),
        "meters": [_meter(meter, period) for meter in found.meters],
    }


def _window(window: WindowView) -> dict[str, Any]:
    return {
        "is_open": window.is_open, "is_switched_off": window.is_switched_off,
        "opens_at": window.opens_at.isoformat(), "closes_at": window.closes_at.isoformat(),
    }  # fmt: skip


def _meter(meter: MeterView, period: Period) -> dict[str, Any]:
    registered = next((s for s in meter.submissions if s.fate == "registered"), None)
    return {
        "meter_id": meter.meter_id, "meter_no": meter.meter_no, "medium": meter.medium, "digits": meter.digits,
        "previous": _number(meter.previous_reading),
        "estimated": _number(meter.figure.estimated_before if meter.figure else Decimal(0)),
        "months": max(1, period.months_since(meter.previous_period)) if meter.previous_period else 1,
        "this_month": registered and {"value": _number(registered.value), "channel": registered.channel},
    }  # fmt: skip


def answer(became: EntryAnswer) -> dict[str, Any]:
    """In the active language."""
    said = became.submission
    return {
        "entry_id": str(became.entry_id), "outcome": became.outcome, "is_final": became.is_final,
        "reason": became.reason, "message": message(became), "m3": _number(became.m3), "mark": became.mark,
        "counted_at": became.counted_at.isoformat() if became.counted_at else None,
    } | ({"meter_no": said.meter_no, "medium": said.medium, "value": _number(said.value), "period": str(said.period),
          "channel": said.channel} if said else {})  # fmt: skip


def message(became: EntryAnswer) -> str:
    """What the person at the terminal, or the machine's operator, is told: what is wrong and what to do."""
    if became.outcome == TRY_AGAIN:
        return _("It is busy just now. The reading is kept and sent again.")
    if became.outcome == REFUSED and became.reason in _REFUSALS:
        return refusal(became.reason)
    return sentence(became.reason, became.details)


def refusal(reason: str) -> str:
    return _REFUSALS[reason]()


_REFUSALS = {
    "unknown_bill": lambda: _("Customer number and bill number do not belong together. Compare both with the bill."),
    "unknown_code": lambda: _(
        "This code is not known here. Use the payment code of your latest bill, or type the numbers."
    ),
    "wrong_too_often": lambda: _("That was wrong too often. Wait a quarter of an hour, or ask at the desk."),
    "unknown_meter": lambda: _("No meter of this customer has that number. Compare it with the number on the meter."),
    "which_meter": lambda: _("There are several such meters. Enter the number that stands on the meter."),
    "entry_id_taken": lambda: _("The terminal gave two readings one number. Please enter the reading again."),
}  # fmt: skip


def _number(value: Decimal | None) -> str | None:
    """Three decimals and a point, as text: a JSON number would lose what a Decimal keeps."""
    return None if value is None else str(value)
