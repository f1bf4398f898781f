"""Somebody stands before a terminal: whose meters they may read, and that the terminal is alive."""

from __future__ import annotations

from datetime import datetime, timedelta

from saime.billing.queries import account_by_bill, account_by_payment_code
from saime.channels.terminal.contracts import KnownTerminal, Proof, Sign, Visit
from saime.channels.terminal.models import SignOfLife
from saime.estate.queries import building_of_account
from saime.metering.queries import meters_of, windows_for
from saime.platform.periods import RIGA
from saime.residents import tries

# A hall full of people mistypes a number now and then; nobody finds a bill's number in thirty tries.
_WRONG_ON_TERMINAL = 30
_WRONG_FOR_NUMBER = 6
_BLOCK = timedelta(minutes=15)


class UnableToLookUp(Exception):
    """Customer number and bill number (or the scanned code) do not belong together. Which is wrong is not said."""


class WrongTooOften(Exception):
    """Too many wrong numbers on this terminal, or for this customer number, in a short time."""


def look_up(*, terminal: KnownTerminal, proof: Proof, now: datetime) -> Visit:
    """The meters of the bill's account with what is needed to enter a reading. UnableToLookUp, WrongTooOften."""
    account_id = prove(terminal, proof, at=now, now=now)
    meters = tuple(meters_of([account_id], now=now))
    building_id = building_of_account(account_id)
    return Visit(account_id, meters, windows_for([building_id], "terminal", now=now)[building_id])


def prove(terminal: KnownTerminal, proof: Proof, *, at: datetime, now: datetime) -> int:
    """The account of the bill, if it pays at that time. Each wrong one counts."""
    subjects = [("terminal-wrong", str(terminal.terminal_id), _WRONG_ON_TERMINAL)]
    if proof.account_no and not proof.code:
        number = "".join(proof.account_no.split()).upper()
        subjects.append(("terminal-wrong-number", number, _WRONG_FOR_NUMBER))
    allowed = [
        tries.count_try(what=what, of=of, limit=limit, within=_BLOCK, now=now) for what, of, limit in subjects
    ]
    if not all(allowed):
        raise WrongTooOften
    account_id = account_of(proof, at=at)
    if account_id is None:
        raise UnableToLookUp
    for what, of, _limit in subjects:
        tries.take_back(what=what, of=of)
    return account_id


def account_of(proof: Proof, *, at: datetime) -> int | None:
    day = at.astimezone(RIGA).date()
    if proof.code:
        return account_by_payment_code(proof.code, on=day)
    return account_by_bill(account_no=proof.account_no, bill_no=proof.bill_no, on=day)


def note_sign(*, terminal: KnownTerminal, sign: Sign, now: datetime) -> timedelta | None:
    """Keep what the terminal says of itself. Gives how far its clock is ahead of ours, None where it told no time."""
    difference = None if sign.sent_at is None else sign.sent_at - now
    said = {
        "seen_at": now, "queue_length": sign.queue_length, "software": sign.software,
        "clock_difference_ms": None if difference is None else difference // timedelta(milliseconds=1),
    }  # fmt: skip
    SignOfLife.objects.update_or_create(terminal_id=terminal.terminal_id, defaults=said)
    return difference
