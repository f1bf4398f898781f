"""Whoever owns an account is told what others did for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from saime.estate.contracts import AccountFacts
from saime.residents import mails, outbox, queries
from saime.residents.contracts import with_unit


def tell_of_readings(
    *, account: AccountFacts, readings: Sequence[tuple[str, str, Decimal]], now: datetime
) -> int:
    """Tell the account's owners of readings sent without a login: (medium, meter number, reading).

    Where nobody has a login, the e-mail that the company has is written to. How many letters were posted.
    """
    place = with_unit(account.address, account.unit_no)
    readers = queries.owner_emails(account.account_id, now)
    if not readers and account.email:
        readers = [(account.email, account.language)]
    for email, language in readers:
        outbox.post(mails.readings_without_login(language, place=place, readings=readings), to=email, now=now)
    return len(readers)
