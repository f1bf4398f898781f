"""What a message asks for, done: readings submitted, wishes noted, the answer composed. Nothing is kept here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from saime.billing.queries import balances
from saime.channels.sms import answers
from saime.channels.sms.answers import Said, Submitted
from saime.channels.sms.models import IncomingMessage, Kind, Outcome, OutgoingMessage, Wish
from saime.channels.sms.operations.knowing import People, people_around
from saime.channels.sms.rules import limits
from saime.channels.sms.rules.matching import Problem, Reading
from saime.channels.sms.rules.understanding import Understood, understand
from saime.metering import queries as metering
from saime.metering.contracts import SubmissionOutcome
from saime.metering.operations import submit_reading
from saime.platform.periods import RIGA

if TYPE_CHECKING:
    from saime.channels.sms.operations.receiving import Incoming

# After STOP we are silent but for what is asked for in so many words.
_ASKED_FOR = (Kind.STOP, Kind.START, Kind.HELP, Kind.BALANCE)


@dataclass(frozen=True, slots=True)
class Answer:
    said: Said
    language: str
    kind: str
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of a message. `submissions`: (submission, account). `wants`: STOP or START was said."""

    outcome: str
    problem: str = ""
    about: str = ""
    account_id: int | None = None
    submissions: tuple[tuple[int, int], ...] = ()
    wants: bool | None = None
    answer: Answer | None = None


def act(incoming: Incoming) -> Acted:
    """Do what the message asks; the caller keeps it, and takes everything back where this raises."""
    if not incoming.is_person:
        return Acted(Outcome.NOBODY)
    before = _looked_at_within_an_hour(incoming)
    if before >= limits.A_NUMBER_AN_HOUR:
        return _flood(incoming, is_first=before == limits.A_NUMBER_AN_HOUR)
    people = people_around(incoming.text, incoming.sender, received_at=incoming.received_at, now=incoming.now)
    acted = _unreadable(incoming, people) if incoming.unreadable else _understood(incoming, people)
    return _answered(acted, incoming, people)


def _looked_at_within_an_hour(incoming: Incoming) -> int:
    recent = IncomingMessage.objects.filter(
        sender=incoming.sender, arrived_at__gt=incoming.now - timedelta(hours=1)
    )
    return recent[: limits.A_NUMBER_AN_HOUR + 1].count()


def _flood(incoming: Incoming, *, is_first: bool) -> Acted:
    people = people_around("", incoming.sender, received_at=incoming.received_at, now=incoming.now)
    to = people.addressee()
    answer = Answer(answers.of_problem("flood", "", to), to.language, Kind.FLOOD, _only(people))
    return _answered(Acted(Outcome.FLOOD, answer=answer if is_first else None), incoming, people)


def _unreadable(incoming: Incoming, people: People) -> Acted:
    outcome = Outcome.FAILED if incoming.unreadable == "failed" else Outcome.UNREADABLE
    to = people.addressee()
    answer = Answer(answers.of_problem(incoming.unreadable, "", to), to.language, Kind.PROBLEM, _only(people))
    return Acted(outcome, incoming.unreadable, account_id=_only(people), answer=answer)


def _only(people: People) -> int | None:
    return people.own[0].account_id if len(people.own) == 1 else None


def _understood(incoming: Incoming, people: People) -> Acted:
    meant = understand(incoming.text, people.known)
    if meant.command:
        return _COMMANDS[meant.command](incoming, people, meant)
    if meant.problem is not None:
        return _problem(meant.problem, people)
    return _submit(incoming, people, meant.readings)


def _problem(problem: Problem, people: People) -> Acted:
    code = "ended_customer" if problem.about in people.ended else problem.code
    account_id = problem.account_id or _only(people)
    to = people.addressee(account_id)
    numbers = [account.account_no for account in people.own]
    answer = Answer(
        answers.of_problem(code, problem.about, to, numbers), to.language, Kind.PROBLEM, account_id
    )
    return Acted(Outcome.NOT_UNDERSTOOD, code, problem.about, account_id, answer=answer)


# Readings


def _submit(incoming: Incoming, people: People, readings: Sequence[Reading]) -> Acted:
    """Submit them in the order of their meters' ids, in which everybody locks."""
    accounts = list(dict.fromkeys(reading.account_id for reading in readings))
    found: dict[int, SubmissionOutcome] = {}
    for reading in sorted(readings, key=lambda reading: reading.meter_id):
        found[reading.meter_id] = submit_reading(
            meter_id=reading.meter_id, value=reading.value, channel="sms", received_at=incoming.received_at,
            now=incoming.now, reference=f"sms:{incoming.gateway}:{incoming.gateway_id}:{reading.meter_id}",
            evidence={"sms": incoming.text, "phone": incoming.sender},
        )  # fmt: skip
    parts = [_submitted(account, readings, found, people, incoming) for account in accounts]
    submissions = tuple((found[r.meter_id].submission.submission_id, r.account_id) for r in readings)
    to = parts[0].to
    answer = Answer(answers.of_readings(parts), to.language, Kind.READINGS, accounts[0])
    return Acted(Outcome.SUBMITTED, account_id=accounts[0], submissions=submissions, answer=answer)


def _submitted(
    account_id: int, readings: Sequence[Reading], found: dict[int, SubmissionOutcome], people: People,
    incoming: Incoming,
) -> Submitted:  # fmt: skip
    outcomes = [found[reading.meter_id] for reading in readings if reading.account_id == account_id]
    to = people.addressee(account_id)
    if all(outcome.submission.reason != "outside_window" for outcome in outcomes):
        return Submitted(to, outcomes)
    building = people.facts(account_id).building_id
    sms, portal = metering.windows_of_house(building, ["sms", "portal"], now=incoming.received_at)
    return Submitted(to, outcomes, sms, portal)


# Commands


def _help(_incoming: Incoming, people: People, _meant: Understood) -> Acted:
    to = people.addressee()
    answer = Answer(answers.of_help(to), to.language, Kind.HELP, _only(people))
    return Acted(Outcome.HELP, account_id=_only(people), answer=answer)


def _stop(incoming: Incoming, people: People, _meant: Understood) -> Acted:
    to = people.addressee()
    answer = None
    if _wants(incoming.sender):  # said once; whoever repeats it does not want to read it again
        answer = Answer(answers.of_stop(to), to.language, Kind.STOP, _only(people))
    return Acted(Outcome.STOP, account_id=_only(people), wants=False, answer=answer)


def _start(_incoming: Incoming, people: People, _meant: Understood) -> Acted:
    to = people.addressee()
    answer = Answer(answers.of_start(to), to.language, Kind.START, _only(people))
    return Acted(Outcome.START, account_id=_only(people), wants=True, answer=answer)


def _balance(incoming: Incoming, people: People, meant: Understood) -> Acted:
    """Of the phone's own accounts, or of the one that was named. Nobody learns another's."""
    own = [
        account for account in people.own if not meant.account_ids or account.account_id in meant.account_ids
    ]
    to = people.addressee()
    if not own:
        answer = Answer(answers.of_balance_refused(to), to.language, Kind.BALANCE)
        return Acted(Outcome.BALANCE, "not_own", answer=answer)
    today = incoming.now.astimezone(RIGA).date()
    standing = balances([account.account_id for account in own], today)
    lines = [
        (
            account.account_no,
            standing[account.account_id].balance_cents,
            standing[account.account_id].overdue_cents,
        )
        for account in own
    ]
    account_id = own[0].account_id if len(own) == 1 else None
    answer = Answer(answers.of_balance(lines, to), to.language, Kind.BALANCE, account_id)
    return Acted(Outcome.BALANCE, account_id=account_id, answer=answer)


_COMMANDS = {"help": _help, "stop": _stop, "start": _start, "balance": _balance}

# Whether it is answered


def _answered(acted: Acted, incoming: Incoming, people: People) -> Acted:
    """Nothing after STOP but what was asked for; strangers once a day, and all of them together only so often."""
    answer = acted.answer
    if answer is None:
        return acted
    if answer.kind not in _ASKED_FOR and not _wants(incoming.sender):
        return replace(acted, answer=None)
    if not _is_to_stranger(answer, people):
        return acted
    if _answered_today(incoming) or _too_many_strangers(incoming):
        return replace(acted, answer=None)
    return replace(acted, answer=replace(answer, kind=Kind.STRANGER))


def _is_to_stranger(answer: Answer, people: People) -> bool:
    """A number that we do not know, with a message that names no account. STOP and START are always confirmed."""
    return not people.own and answer.account_id is None and answer.kind not in (Kind.STOP, Kind.START)


def _wants(number: str) -> bool:
    wish = Wish.objects.filter(number=number).order_by("-id").values_list("wants", flat=True).first()
    return wish is not False


def _answered_today(incoming: Incoming) -> bool:
    since = incoming.now - limits.STRANGER_AGAIN
    return OutgoingMessage.objects.filter(
        number=incoming.sender, queued_at__gt=since, kind=Kind.STRANGER
    ).exists()


def _too_many_strangers(incoming: Incoming) -> bool:
    since = incoming.now - timedelta(hours=1)
    recent = OutgoingMessage.objects.filter(kind=Kind.STRANGER, queued_at__gt=since)
    return recent[: limits.STRANGERS_AN_HOUR].count() >= limits.STRANGERS_AN_HOUR
