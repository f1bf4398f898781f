"""Readings from terminals, at once or from a queue: each taken once, however often it is sent, and none lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, transaction

from saime.channels.terminal import rules
from saime.channels.terminal.contracts import (
    NEEDS_CONFIRMATION,
    REFUSED,
    TRY_AGAIN,
    EntryAnswer,
    EntryMade,
    KnownTerminal,
    Sign,
)
from saime.channels.terminal.models import TerminalEntry
from saime.channels.terminal.operations.visits import UnableToLookUp, WrongTooOften, note_sign, prove
from saime.channels.terminal.rules import CountedTime
from saime.metering.entry import UnableToReadNumber
from saime.metering.operations import ConfirmationNeeded, ReferenceTaken, figure_now, submit_reading
from saime.metering.queries import meters_of, submission_view

MOST_ENTRIES = 50
"""In one call. What is more waits for the next one."""


# Of an entry that comes again these have to be the same; whether it is confirmed by now may differ.
_WHAT_IS_READ = ("value", "meter_id", "meter_no", "medium")


class _Refused(Exception):
    def __init__(self, reason: str, account_id: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.account_id = reason, account_id


def take_entries(
    *, terminal: KnownTerminal, entries: Sequence[EntryMade], sign: Sign, now: datetime
) -> list[EntryAnswer]:
    """Take a batch, each entry on its own: one that is wrong, or has to wait, keeps none of the others.

    Answers in the order of the entries. An entry sent again is answered with what became of it the first time.
    """
    note_sign(terminal=terminal, sign=sign, now=now)
    return [_take(terminal, entry, sign, now) for entry in entries]


def _take(terminal: KnownTerminal, entry: EntryMade, sign: Sign, now: datetime) -> EntryAnswer:
    if (known := _known(terminal, entry)) is not None:
        return known
    time = rules.counted_time(entered_at=entry.entered_at, sent_at=sign.sent_at, received_at=now)
    try:
        account_id = _account(terminal, entry, time, now)
        with transaction.atomic():
            return _submit(terminal, entry, sign, time, now, account_id)
    except (WrongTooOften, OperationalError):  # the latter: a lock that another has held for too long
        return EntryAnswer(entry.entry_id, TRY_AGAIN)
    except _Refused as refusal:
        return _refuse(terminal, entry, sign, time, now, refusal)
    except IntegrityError:
        return _taken_meanwhile(terminal, entry)


def _known(terminal: KnownTerminal, entry: EntryMade) -> EntryAnswer | None:
    """What became of the entry, if it has come before; another reading under its id is not it."""
    row = TerminalEntry.objects.filter(terminal_id=terminal.terminal_id, entry_id=entry.entry_id).first()
    if row is None:
        return None
    if any(row.came.get(name) != entry.came.get(name) for name in _WHAT_IS_READ):
        return EntryAnswer(entry.entry_id, REFUSED, "entry_id_taken")
    return _answer(row)


def _taken_meanwhile(terminal: KnownTerminal, entry: EntryMade) -> EntryAnswer:
    """The same entry was sent twice at once, and the other one was first."""
    return _known(terminal, entry) or EntryAnswer(entry.entry_id, TRY_AGAIN)


def _submit(
    terminal: KnownTerminal, entry: EntryMade, sign: Sign, time: CountedTime, now: datetime, account_id: int
) -> EntryAnswer:
    meters = meters_of([account_id], now=time.at, with_figures=False)
    try:
        meter = rules.meant(meters, meter_id=entry.meter_id, meter_no=entry.meter_no, medium=entry.medium)
        outcome = submit_reading(
            meter_id=meter.meter_id, value=entry.value, channel="terminal", received_at=time.at, now=now,
            reference=f"terminal:{entry.entry_id}", confirmed=entry.is_confirmed, attended=entry.is_attended,
            evidence=_evidence(terminal, entry, sign, time),
        )  # fmt: skip
    except ConfirmationNeeded as doubt:
        return EntryAnswer(entry.entry_id, NEEDS_CONFIRMATION, doubt.reason, doubt.details, m3=doubt.m3)
    except (rules.UnableToTellMeter, UnableToReadNumber) as error:
        raise _Refused(error.reason, account_id) from error
    except ReferenceTaken as error:
        raise _Refused("entry_id_taken", account_id) from error
    row = _keep(
        terminal, entry, sign, time, now,
        account_id=account_id, submission_id=outcome.submission.submission_id, outcome="submitted",
    )  # fmt: skip
    return _answer(row)


def _account(terminal: KnownTerminal, entry: EntryMade, time: CountedTime, now: datetime) -> int:
    try:
        return prove(terminal, entry.proof, at=time.at, now=now)
    except UnableToLookUp as error:
        raise _Refused("unknown_bill") from error


def _refuse(
    terminal: KnownTerminal, entry: EntryMade, sign: Sign, time: CountedTime, now: datetime, refusal: _Refused
) -> EntryAnswer:
    try:
        with transaction.atomic():
            row = _keep(
                terminal, entry, sign, time, now,
                account_id=refusal.account_id, outcome="refused", reason=refusal.reason,
            )  # fmt: skip
    except IntegrityError:
        return _taken_meanwhile(terminal, entry)
    return _answer(row)


def _keep(
    terminal: KnownTerminal, entry: EntryMade, sign: Sign, time: CountedTime, now: datetime, **became: Any
) -> TerminalEntry:
    return TerminalEntry.objects.create(
        terminal_id=terminal.terminal_id, entry_id=entry.entry_id, received_at=now, entered_at=entry.entered_at,
        sent_at=sign.sent_at, clock_difference_ms=_milliseconds(time.difference), counted_at=time.at,
        counted_by=time.basis, came=entry.came, **became,
    )  # fmt: skip


def _answer(row: TerminalEntry) -> EntryAnswer:
    if row.submission_id is None:
        return EntryAnswer(row.entry_id, REFUSED, row.reason, counted_at=row.counted_at)
    view = submission_view(row.submission_id)
    figure = figure_now(view.meter_id, view.period)
    return EntryAnswer(
        row.entry_id, view.fate, view.reason, view.details, view, figure.m3 if figure else None,
        figure.mark if figure else "", row.counted_at,
    )  # fmt: skip


def _evidence(terminal: KnownTerminal, entry: EntryMade, sign: Sign, time: CountedTime) -> dict[str, Any]:
    """What staff see beside the submission: which terminal, and why this time counts."""
    return {
        "terminal": terminal.name, "entry_id": str(entry.entry_id), "counted_by": time.basis,
        "entered_at": _text(entry.entered_at), "sent_at": _text(sign.sent_at),
        "clock_difference_ms": _milliseconds(time.difference),
    }  # fmt: skip


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _milliseconds(difference: timedelta | None) -> int | None:
    return None if difference is None else difference // timedelta(milliseconds=1)
