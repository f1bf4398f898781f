"""Readings without a login: customer number, last bill's number and the meter's number open one form, and nothing else.

Whoever guesses learns nothing: an unknown customer, a wrong bill, and meters none of which is the customer's get the
same answer after the same queries. What is wrong with the writing of a reading is said before anything is looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from saime.billing.queries import bills
from saime.channels.guest import rules
from saime.channels.guest.contracts import Answer, Result, Sent, Typed
from saime.estate.contracts import AccountFacts
from saime.estate.queries import account_of_number
from saime.metering.contracts import MeterView, SubmissionOutcome
from saime.metering.operations import ConfirmationNeeded, ReferenceTaken, submit_reading
from saime.metering.queries import meters_of, windows_for
from saime.platform.periods import RIGA
from saime.residents.operations import tell_of_readings
from saime.residents.rules import normal_account_no
from saime.residents.tries import count_try, take_back

NOT_THIS_CUSTOMERS = "not_this_customers"
TWICE = "twice"
_NOBODY = 0


class UnableToFind(Exception):
    """Customer, bill and meters do not belong together. Which of them is wrong is not said."""


class TooManyTries(Exception):
    """For this number, from this address, or altogether; whether the number exists is not said."""


def send_readings(*, sent: Sent, now: datetime) -> Result:
    """Take a form's readings. All of it is one transaction; the same form again is the same submissions.

    Raises UnableToFind, TooManyTries. The lines' values are readings in writing (`metering.entry.parse_reading`).
    """
    number = rules.plain(sent.account_no)
    _count(number, sent.address, now)
    account, meters = _looked_up(sent, now)
    found = {line.row: rules.matching(line.meter_no, meters) for line in sent.lines}
    if account is None or not any(found.values()):
        raise UnableToFind
    _take_back(number, sent.address)
    if not count_try(
        what="guest-sent", of=number, limit=rules.SENT_FOR_ACCOUNT_A_DAY, within=rules.DAY, now=now
    ):
        raise TooManyTries
    answers = _submit_all(
        account, sent, {row: meters.get(number or "") for row, number in found.items()}, now
    )
    window = windows_for([account.building_id], "portal", now=now)[account.building_id]
    return Result(tuple(answers), window, now)


# Counted before anything is looked up: a hundred requests at once are a hundred tries.
_LIMITS = (
    ("guest-address", rules.WRONG_FROM_ADDRESS, rules.WITHIN),
    ("guest-account", rules.WRONG_FOR_ACCOUNT, rules.WITHIN),
    ("guest-account-day", rules.WRONG_FOR_ACCOUNT_A_DAY, rules.DAY),
    ("guest-all", rules.WRONG_ALTOGETHER, rules.WITHIN),
)


def _subjects(number: str, address: str) -> dict[str, str]:
    return {"guest-account": number, "guest-account-day": number, "guest-address": address, "guest-all": ""}


def _count(number: str, address: str, now: datetime) -> None:
    of = _subjects(number, address)
    # The narrow ones first, and nothing behind the first that is full: one address cannot close the page for all.
    allowed = (
        count_try(what=what, of=of[what], limit=limit, within=within, now=now)
        for what, limit, within in _LIMITS
    )
    if not all(allowed):
        raise TooManyTries


def _take_back(number: str, address: str) -> None:
    for what, of in _subjects(number, address).items():
        take_back(what=what, of=of)


def _looked_up(sent: Sent, now: datetime) -> tuple[AccountFacts | None, dict[str, MeterView]]:
    """The account and its meters, if customer and bill belong together. The same queries whoever is asked for."""
    today = now.astimezone(RIGA).date()
    account = account_of_number(normal_account_no(sent.account_no))
    account_id = account.account_id if account else _NOBODY
    latest = [
        (bill.bill_no, bill.issued_on) for bill in bills([account_id], limit=12).bills if bill.kind == "bill"
    ]
    meters = {meter.meter_no: meter for meter in meters_of([account_id], now=now, with_figures=False)}
    is_right = rules.opens(sent.bill_no, latest, today)
    if account is None or not is_right or not account.is_open_on(today):
        return None, {}
    return account, meters


def _submit_all(
    account: AccountFacts, sent: Sent, meters: dict[int, MeterView | None], now: datetime
) -> Sequence[Answer]:
    """By meter, as everybody takes them who takes several; answered in the order of the form."""
    answers: dict[int, Answer] = {}
    first_of: dict[int, int] = {}
    with transaction.atomic():
        for line in sorted(sent.lines, key=lambda line: _id_of(meters[line.row])):
            meter = meters[line.row]
            if meter is None:
                answers[line.row] = Answer(line.row, line.meter_no, problem=NOT_THIS_CUSTOMERS)
            elif first_of.setdefault(meter.meter_id, line.row) != line.row:
                answers[line.row] = Answer(line.row, line.meter_no, problem=TWICE)
            else:
                answers[line.row] = _submit(line, meter, sent, now)
        _tell(account, list(answers.values()), now)
    return [answers[line.row] for line in sent.lines]


def _id_of(meter: MeterView | None) -> int:
    return meter.meter_id if meter else 0


def _submit(line: Typed, meter: MeterView, sent: Sent, now: datetime) -> Answer:
    reference = f"guest:{sent.token}:{meter.meter_id}"
    try:
        outcome = _submitted(line, meter, reference, now)
    except ConfirmationNeeded as doubt:
        return Answer(line.row, line.meter_no, doubtful_m3=doubt.m3)
    return Answer(line.row, line.meter_no, outcome=outcome)


def _submitted(line: Typed, meter: MeterView, reference: str, now: datetime) -> SubmissionOutcome:
    def submit(reference: str) -> SubmissionOutcome:
        return submit_reading(
            meter_id=meter.meter_id, value=line.value, channel="portal", received_at=now, now=now,
            reference=reference, confirmed=line.confirmed, evidence={"without_login": True},
        )  # fmt: skip

    try:
        return submit(reference)
    except ReferenceTaken:
        # The form sent before with another number, and come back to with the browser's own button: a correction.
        return submit(f"{reference}:{line.value[:24]}")


def _tell(account: AccountFacts, answers: list[Answer], now: datetime) -> None:
    """The owner learns of what somebody entered for them; not of what was refused, nor twice of the same."""
    taken = [a.outcome.submission for a in answers if a.is_taken and a.outcome and a.outcome.is_new]
    if taken:
        readings = [(reading.medium, reading.meter_no, reading.value) for reading in taken]
        tell_of_readings(account=account, readings=readings, now=now)
