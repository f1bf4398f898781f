"""Whose message it may be: the accounts of the sender's phone, and those whose numbers stand in the text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from saime.channels.sms.answers import Addressee
from saime.channels.sms.models import IncomingMessage, Outcome
from saime.channels.sms.rules import limits
from saime.channels.sms.rules.letters import fold, script_language
from saime.channels.sms.rules.phones import as_kept
from saime.channels.sms.rules.tokens import numbers_to_look_up
from saime.channels.sms.rules.understanding import Known, KnownAccount, KnownMeter
from saime.channels.sms.rules.words import ENGLISH
from saime.estate import queries as estate
from saime.estate.contracts import AccountFacts
from saime.metering import queries as metering
from saime.platform.periods import RIGA

_MOST_ACCOUNTS = 12


@dataclass(frozen=True, slots=True)
class People:
    """The accounts around a message: `own` by the phone, `named` by number, `recent` by the phone's last message.

    All of them open; `ended`: numbers that are no longer in use.
    """

    own: tuple[AccountFacts, ...]
    named: dict[str, AccountFacts]
    recent: AccountFacts | None
    ended: frozenset[str]
    known: Known
    language: str  # in which a stranger is answered

    def facts(self, account_id: int) -> AccountFacts:
        return next(account for account in self._all() if account.account_id == account_id)

    def _all(self) -> list[AccountFacts]:
        return [*self.own, *self.named.values(), *([self.recent] if self.recent else [])]

    def is_own(self, account_id: int) -> bool:
        return any(account.account_id == account_id for account in self.own)

    def addressee(self, account_id: int | None = None) -> Addressee:
        """To whom we answer about the account; without one: the phone's owner, or a stranger."""
        if account_id is None:
            if len(self.own) == 1:
                return self.addressee(self.own[0].account_id)
            language = self.own[0].language if self.own else self.language
            return Addressee(language, is_own=bool(self.own), names_account=True)
        facts = self.facts(account_id)
        named = not self.is_own(account_id) or len(self.own) > 1
        language = facts.language if self.is_own(account_id) or not self.own else self.own[0].language
        meters = next(a.meters for a in self.known.accounts() if a.account_id == account_id)
        pairs = tuple((meter.meter_no, meter.medium) for meter in meters)
        return Addressee(language, self.is_own(account_id), facts.account_no, pairs, named)


def people_around(text: str, sender: str, *, received_at: datetime, now: datetime) -> People:
    """At most five queries."""
    today = received_at.astimezone(RIGA).date()
    folded = fold(text)
    own = [a for a in estate.accounts_with_phone(as_kept(sender)) if a.is_open_on(today)][:_MOST_ACCOUNTS]
    found = estate.accounts_of_numbers(numbers_to_look_up(folded))
    named = {account.account_no: account for account in found if account.is_open_on(today)}
    recent = None if own or named else _recent(sender, today, now)
    meters = _meters([*own, *named.values(), *([recent] if recent else [])], now)
    known = Known(
        tuple(_known(account, meters) for account in own),
        {number: _known(account, meters) for number, account in named.items()},
        _known(recent, meters) if recent else None,
    )
    ended = frozenset(account.account_no for account in found) - named.keys()
    return People(tuple(own), named, recent, ended, known, _language(text, folded))


def _recent(sender: str, today: date, now: datetime) -> AccountFacts | None:
    """Who writes in two messages names the customer number in the first one only."""
    rows = IncomingMessage.objects.filter(
        sender=sender, outcome=Outcome.SUBMITTED, arrived_at__gt=now - limits.GOES_ON
    )
    number = rows.order_by("-arrived_at", "-id").values_list("account__account_no", flat=True).first()
    account = estate.account_of_number(number) if number else None
    return account if account is not None and account.is_open_on(today) else None


def _known(account: AccountFacts, meters: dict[int, list[KnownMeter]]) -> KnownAccount:
    return KnownAccount(account.account_id, account.account_no, tuple(meters[account.unit_id]))


def _meters(accounts: Sequence[AccountFacts], now: datetime) -> dict[int, list[KnownMeter]]:
    found: dict[int, list[KnownMeter]] = defaultdict(list)
    ids = [account.account_id for account in accounts]
    for meter in metering.meters_of(ids, now=now, with_figures=False) if ids else ():
        if meter.unit_id is not None:
            found[meter.unit_id].append(KnownMeter(meter.meter_id, meter.meter_no, meter.medium))
    return found


def _language(text: str, folded: str) -> str:
    """Russian for Cyrillic letters, English for English words, else Latvian."""
    if script := script_language(text):
        return script
    return "en" if ENGLISH & set(folded.replace("\n", " ").split()) else "lv"
