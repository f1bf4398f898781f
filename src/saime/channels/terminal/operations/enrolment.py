"""A terminal is added by staff, gets its key for a one-time code, and can be shut out at any time."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from saime.channels.terminal.contracts import Enrolled, KnownTerminal
from saime.channels.terminal.keys import hashed
from saime.channels.terminal.models import Terminal
from saime.channels.terminal.rules import CODE_LIFE
from saime.residents import tries
from saime.residents.rules import ALPHABET, CODE_LENGTH, grouped_code, normal_code

_CODES_FROM_ADDRESS = 10
_BLOCK = timedelta(minutes=15)


class UnableToEnrol(Exception):
    """The code is not, or no longer, that of a terminal. Which of these is not said."""


class TooManyTries(UnableToEnrol):
    """Too many codes were tried from the address."""


class UnknownTerminal(Exception):
    """There is no terminal of that name that is not revoked."""


class NameTaken(Exception):
    """A terminal of that name is at work. Revoke it, ask for a new key for it, or choose another name."""


@transaction.atomic
def enrol(*, name: str, place: str = "", now: datetime, renew: bool = False) -> str:
    """Add a terminal and give the one-time code to type into it, as K7M-4QX-R2D: good for a day and once.

    A terminal that has not typed its code yet gets a new one. For one at work: NameTaken, unless `renew`; then its key
    works until the new code is typed in.
    """
    terminal = Terminal.objects.select_for_update().filter(name=name, revoked_at__isnull=True).first()
    if terminal is None:
        terminal = Terminal(name=name, created_at=now)
    elif terminal.key_hash is not None and not renew:
        raise NameTaken
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    terminal.place = place or terminal.place
    terminal.code_hash, terminal.code_expires_at = hashed(code), now + CODE_LIFE
    terminal.save()
    return grouped_code(code)


def redeem_code(*, code: str, address: str, now: datetime) -> Enrolled:
    """Give a terminal its key for the code. UnableToEnrol; TooManyTries after ten wrong codes from an address."""
    if not tries.count_try(
        what="terminal-code", of=address, limit=_CODES_FROM_ADDRESS, within=_BLOCK, now=now
    ):
        raise TooManyTries
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        waiting = Terminal.objects.select_for_update().filter(
            code_hash=hashed(normal_code(code)), code_expires_at__gt=now, revoked_at__isnull=True
        )
        terminal = waiting.first()
        if terminal is None:
            raise UnableToEnrol
        terminal.code_hash = terminal.code_expires_at = None
        terminal.key_hash, terminal.enrolled_at = hashed(secret), now
        terminal.save(update_fields=["code_hash", "code_expires_at", "key_hash", "enrolled_at"])
    tries.take_back(what="terminal-code", of=address)
    return Enrolled(KnownTerminal(terminal.pk, terminal.name, terminal.place), f"{terminal.pk}.{secret}")


@transaction.atomic
def revoke(*, name: str, revoked_by: int | None = None, now: datetime) -> None:
    """Shut a terminal out: its key and its code open nothing from this moment on. UnknownTerminal.

    What still waits in its queue stays on the device, and is sent when the device is enrolled again.
    """
    terminal = Terminal.objects.select_for_update().filter(name=name, revoked_at__isnull=True).first()
    if terminal is None:
        raise UnknownTerminal
    terminal.revoked_at, terminal.revoked_by_id = now, revoked_by
    terminal.key_hash = terminal.code_hash = terminal.code_expires_at = None
    terminal.save()
