"""What we answer, in the reader's language, in one part where it can be.

Latvian and English go out in the GSM alphabet (accents taken off): 160 letters a part. Russian needs UCS-2: 70, so its
sentences are short. Of several ways to say a thing the fullest one that takes the fewest parts is chosen.

Cubic metres, former readings and the numbers of meters are told to the account's own phone only: whoever else knows a
customer number may send readings for it, but learns nothing from that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from saime.channels.sms.rules.alphabet import size_of, without_accents
from saime.channels.sms.rules.letters import MOST_LETTERS
from saime.metering.contracts import Figure, SubmissionOutcome, SubmissionView, WindowView
from saime.platform.money import euros
from saime.platform.periods import RIGA

_COLD, _HOT = "cold", "hot"


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom we answer. `is_own`: the phone is the account's, so it may read figures."""

    language: str
    is_own: bool
    account_no: str = ""
    meters: tuple[tuple[str, str], ...] = ()  # (number, medium), in the order in which K1, K2 count them
    names_account: bool = False  # the message named its customer number, or means several


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, ready to go."""

    text: str
    coding: str
    parts: int


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of the readings of one account."""

    to: Addressee
    outcomes: Sequence[SubmissionOutcome]
    sms_window: WindowView | None = None  # open now or next
    portal_window: WindowView | None = None


def shortest(language: str, candidates: Iterable[str]) -> Said:
    """The first of the candidates that takes the fewest parts."""
    said = [_said(language, text) for text in candidates]
    return min(said, key=lambda one: one.parts)


def _said(language: str, text: str) -> Said:
    plain = text if language == "ru" else without_accents(text)
    plain = plain[:MOST_LETTERS]
    size = size_of(plain)
    return Said(plain, size.coding, size.parts)


# Readings


def of_readings(parts: Sequence[Submitted]) -> Said:
    """What was registered, with its m³, and what was not, and why."""
    language = parts[0].to.language
    with translation.override(language):
        forms = [" ".join(_of_account(part, full=full) for part in parts) for full in (True, False)]
    return shortest(language, forms)


def _of_account(part: Submitted, *, full: bool) -> str:
    begin = f"{part.to.account_no}: " if part.to.names_account else ""
    registered = [outcome for outcome in part.outcomes if outcome.submission.fate == "registered"]
    sentences = []
    if registered:
        items = ", ".join(_item(outcome, part.to, full=full) for outcome in registered)
        sentences.append(_("Registered: %(readings)s.") % {"readings": items})
    rest = [outcome for outcome in part.outcomes if outcome.submission.fate != "registered"]
    if rest and all(outcome.submission.reason == "outside_window" for outcome in rest):
        sentences.append(_outside(part, full=full))
    else:
        sentences += _not_registered(rest, part, full=full)
    return begin + " ".join(sentences)


def _item(outcome: SubmissionOutcome, to: Addressee, *, full: bool) -> str:
    """K 123,456 (3,456 m³): the letter, the reading, and what it comes to."""
    reading = f"{label(outcome, to)} {figure(outcome.submission.value)}"
    return f"{reading} ({_m3(outcome.figure)})" if to.is_own and full and outcome.figure else reading


def _m3(found: Figure) -> str:
    unit = _("m³")
    return f"{figure(found.m3)} {unit} {found.mark}".rstrip()


def label(outcome: SubmissionOutcome, to: Addressee) -> str:
    """The letter of the meter's medium where there is one meter of it, else the meter's number."""
    submission = outcome.submission
    of_medium = [number for number, medium in to.meters if medium == submission.medium]
    if len(of_medium) == 1 or not to.is_own:
        return letter(submission.medium)
    return submission.meter_no


def letter(medium: str) -> str:
    return (
        pgettext("letter in a text message", "H")
        if medium == _HOT
        else pgettext("letter in a text message", "C")
    )


def _not_registered(rest: Sequence[SubmissionOutcome], part: Submitted, *, full: bool) -> list[str]:
    """A sentence for each reason: what befell several readings alike is said once."""
    found: dict[str, list[str]] = {}
    for outcome in rest:
        submission = outcome.submission
        is_outside = submission.reason == "outside_window"
        said = _outside(part, full=full) if is_outside else _why(submission, is_own=part.to.is_own)
        found.setdefault(said, []).append(_reading(outcome, part.to, full=full))
    return [f"{', '.join(readings)}: {said}" for said, readings in found.items()]


def _reading(outcome: SubmissionOutcome, to: Addressee, *, full: bool) -> str:
    """The reading; where another one has priority, with the m³ that this other one makes."""
    submission = outcome.submission
    reading = f"{label(outcome, to)} {figure(submission.value)}"
    told = submission.reason == "priority" and to.is_own and full
    return f"{reading} ({_m3(outcome.figure)})" if told and outcome.figure else reading


def _why(submission: SubmissionView, *, is_own: bool) -> str:
    """Why a reading is not the registered one, in as few words as there are; figures for the own phone only."""
    details = submission.details
    earlier = f" ({_dial(details.get('earlier'))})" if is_own and details.get("earlier") else ""
    said = {
        "priority": _("not used, another way has priority."),
        "later_one": _("not used, a later reading is there."),
        "implausible": _("much higher than usual. We will check it."),
        "lower_than_earlier": _("not registered, lower than before%(earlier)s. Check the meter."),
        "higher_than_later": _("not registered, higher than a later reading. Check the meter."),
        "too_many_digits": _("not registered, the meter has %(digits)s digits before the comma."),
        "channel_off": _("not registered, SMS is switched off. Use the portal."),
        "period_closed": _("kept, but this month's bill has been made already."),
        "removed": _("not registered, the meter has been taken out."),
        "not_installed_yet": _("not registered, the meter was not there yet."),
    }.get(submission.reason) or _("not registered. Call us.")
    return said % {"earlier": earlier, "digits": details.get("digits", "")}


def _outside(part: Submitted, *, full: bool) -> str:
    window = part.sms_window
    if window is None or window.is_switched_off:
        return _("not registered, SMS is switched off. Use the portal.")
    facts = {"first": _day(window.opens_at), "last": _day(window.closes_at - timedelta(seconds=1))}
    said = _("Not registered: SMS readings are taken %(first)s–%(last)s") % facts
    portal = part.portal_window
    if full and portal is not None and portal.is_open and part.to.is_own:
        until = _day(portal.closes_at - timedelta(seconds=1))
        said += " " + _("On the portal until %(last)s") % {"last": until}
    return said


# What was wrong


def of_problem(code: str, about: str, to: Addressee, numbers: Sequence[str] = ()) -> Said:
    """What was wrong with a message, and how to write it. `numbers`: the customer numbers of the phone."""
    with translation.override(to.language):
        facts = {"about": _about(about), "example": example(to), "numbers": ", ".join(numbers[:4]),
                 "meters": _meters(to)}  # fmt: skip
        sentences = [form % facts for form in _problem(code, is_own=to.is_own)]
        return shortest(to.language, sentences)


def _about(about: str) -> str:
    media = {_HOT: pgettext("a meter of", "hot water"), _COLD: pgettext("a meter of", "cold water")}
    return media.get(about, about.replace("¤", "?"))


def _problem(code: str, *, is_own: bool) -> list[str]:
    """The ways to say it, fullest first."""
    own = {
        "which_meter": [_("Several meters of %(about)s: %(meters)s. Write: %(example)s")],
        "unknown_meter": [
            _("Not registered: meter %(about)s is not among yours: %(meters)s."),
            _("Not registered: meter %(about)s is not yours."),
        ],
        "which_customer": [_("Which customer number? %(numbers)s. Write: %(example)s")],
    }
    if is_own and code in own:
        return own[code]
    return {
        "no_customer": [_("We do not know this phone. Write with your customer number: %(example)s")],
        "which_customer": [_("Which customer number? Write: %(example)s")],
        "unknown_customer": [_("There is no customer number %(about)s. Write: %(example)s")],
        "ended_customer": [_("Customer number %(about)s is no longer in use. Call us.")],
        "no_meter": [_("Not registered: there is no meter of %(about)s.")],
        "which_meter": [_("Several meters of %(about)s. Write the meter's number in place of the letter.")],
        "which_label": [_("Which meter is %(about)s? Write: %(example)s")],
        "unknown_meter": [_("Not registered: meter %(about)s is not of this customer number.")],
        "other_medium": [_("Not registered: meter %(about)s counts the other water. Check H and C.")],
        "two_numbers": [_("Not registered: two numbers for one meter. Write: %(example)s")],
        "no_number": [_("Not registered: no number for %(about)s. Write: %(example)s")],
        "no_readings": [_("There is no reading in your message. Write: %(example)s")],
        "contradiction": [_("Not registered: two different readings for one meter. Send one.")],
        "not_a_number": [_("Not registered: %(about)s is no reading. Write: %(example)s")],
        "negative": [_("Not registered: %(about)s is no reading. Write: %(example)s")],
        "too_many_decimals": [_("Not registered: %(about)s has more than 3 digits after the comma.")],
        "too_long": [_("Your message is too long. Write: %(example)s")],
        "binary": [_("We can read texts only. Write: %(example)s")],
        "encoding": [_("We can read texts only. Write: %(example)s")],
        "incomplete": [_("Only a part of your message arrived. Send it again, shorter: %(example)s")],
        "flood": [_("Too many messages. Try again in an hour.")],
        "failed": [_("We could not handle your message. Send it again later or use the portal.")],
    }.get(code) or [_("Not understood. Write: %(example)s (H hot, C cold)"), _("Write: %(example)s")]


def example(to: Addressee) -> str:
    """RAD 1234567 H 123.456 C 78.9, as this sender would write it: their meters, a number only where it is needed."""
    number = _("customer number") if not to.account_no else to.account_no
    words = [pgettext("beginning of a text message", "RAD")]
    if not to.is_own or to.names_account:
        words.append(number)
    readings = ("123.456", "78.9", "45.67", "8.9")
    for name, reading in zip(_labels(to), readings, strict=False):
        words += [name, figure(Decimal(reading))]
    return " ".join(words)


def _labels(to: Addressee) -> list[str]:
    """H and C; H1 and H2 where there are several. Strangers see both letters, whatever the account has."""
    if not to.is_own or not to.meters:
        return [letter(_HOT), letter(_COLD)]
    found = []
    for medium in (_HOT, _COLD):
        count = sum(of == medium for _number, of in to.meters)
        found += [letter(medium)] if count == 1 else [f"{letter(medium)}{n}" for n in range(1, count + 1)]
    return found


def _meters(to: Addressee) -> str:
    """H1 = 20001111, H2 = 20003333: which meter is which."""
    found = []
    for medium in (_HOT, _COLD):
        numbers = [number for number, of in to.meters if of == medium]
        single = len(numbers) == 1
        found += [f"{letter(medium)}{'' if single else n} = {no}" for n, no in enumerate(numbers, 1)]
    return ", ".join(found)


# Commands


def of_help(to: Addressee) -> Said:
    with translation.override(to.language):
        forms = [
            _("Readings: %(example)s. BALANCE – what you owe, STOP – no more messages."),
            _("%(example)s; BALANCE; STOP"),
        ]
        return shortest(to.language, [form % {"example": example(to)} for form in forms])


def of_stop(to: Addressee) -> Said:
    with translation.override(to.language):
        full = _("We will send you no more messages. Readings are still taken. START – messages again.")
        return shortest(to.language, [full, _("No more messages from us. START – messages again.")])


def of_start(to: Addressee) -> Said:
    with translation.override(to.language):
        return shortest(to.language, [_("We will answer your messages again. HELP – how to write.")])


def of_balance(lines: Sequence[tuple[str, int, int]], to: Addressee) -> Said:
    """(customer number, cents owed, cents of them overdue) of each account; below 0 it is paid ahead."""
    with translation.override(to.language):
        numbered = len(lines) > 1 or to.names_account
        sentences = [_balance(cents, overdue) for _no, cents, overdue in lines[:6]]
        texts = [
            f"{no}: {said}" if numbered else said
            for (no, _c, _o), said in zip(lines, sentences, strict=False)
        ]
        return shortest(to.language, [" ".join(texts)])


def _balance(cents: int, overdue: int) -> str:
    facts = {"amount": _money(abs(cents)), "overdue": _money(overdue)}
    if cents < 0:
        return _("Paid ahead: %(amount)s EUR.") % facts
    if cents == 0:
        return _("Nothing to pay.")
    if overdue:
        return _("To pay: %(amount)s EUR, overdue %(overdue)s EUR.") % facts
    return _("To pay: %(amount)s EUR.") % facts


def of_balance_refused(to: Addressee) -> Said:
    with translation.override(to.language):
        return shortest(
            to.language, [_("The balance is told only to the phone that the account is known by.")]
        )


# Figures


def figure(value: Decimal) -> str:
    """Three decimals as on the dial, or fewer where they are zeros: 123,456; 78,9; 5."""
    plain = f"{value:.3f}".rstrip("0").rstrip(".")
    return _dial(plain)


def _dial(plain: Any) -> str:
    text = str(plain)
    return text if (translation.get_language() or "lv").startswith("en") else text.replace(".", ",")


def _money(cents: int) -> str:
    return _dial(f"{euros(cents):.2f}")


def _day(moment: datetime) -> str:
    local = moment.astimezone(RIGA)
    return f"{local.day}.{local.month:02}."
