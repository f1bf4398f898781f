"""Keys are made, used and revoked."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import Q

from saime.api.models import ApiKey, KeyBuilding, Scope
from saime.channels.remote.queries import source_id_of
from saime.estate.queries import building_ids

_PREFIX = "saime"
_NOTE_USE_EVERY = timedelta(minutes=1)


class UnableToCreateKey(Exception):
    """The text says what to give instead."""


class UnableToRevokeKey(Exception):
    """There is no living key of that name."""


def hash_of(secret: str) -> bytes:
    """What is kept of a secret. One round is enough: it has 256 bits that nobody chose."""
    return sha256(b"saime.api.key\0" + secret.encode()).digest()


def split_token(token: str) -> tuple[str, str]:
    """(prefix, secret) of a token as it is sent; empty ones for what is no token of ours."""
    word, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    return (prefix, secret) if word == _PREFIX and prefix.isalnum() and prefix.isascii() else ("", "")


def create_key(
    *, name: str, scopes: Sequence[str], now: datetime, channel: str = "", source: str = "",
    building_nos: Sequence[str] = (), per_minute: int = 120,
) -> str:  # fmt: skip
    """Make a key and give its token, which is shown this once. UnableToCreateKey says what is missing."""
    _require_sense(name, scopes, channel, source)
    buildings = _buildings(building_nos)
    prefix, secret = secrets.token_hex(5), secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            key = ApiKey.objects.create(
                name=name.strip(), prefix=prefix, secret_hash=hash_of(secret), scopes=sorted(set(scopes)),
                channel=channel, source_id=_source(source), per_minute=per_minute, is_limited=bool(buildings),
                created_at=now,
            )  # fmt: skip
            KeyBuilding.objects.bulk_create(KeyBuilding(key=key, building_id=b) for b in sorted(buildings))
    except IntegrityError as error:
        raise UnableToCreateKey(f"there is a key called {name!r} already; choose another name") from error
    return f"{_PREFIX}_{prefix}_{secret}"


def _require_sense(name: str, scopes: Sequence[str], channel: str, source: str) -> None:
    unknown = sorted(set(scopes) - set(Scope.values))
    if not name.strip() or len(name) > 80:
        raise UnableToCreateKey("a key has a name of at most 80 characters")
    if unknown or not scopes:
        raise UnableToCreateKey(f"unknown scope {unknown}; there are: {', '.join(Scope.values)}")
    if (Scope.SUBMIT in scopes) != bool(channel):
        raise UnableToCreateKey(f"a key with the scope {Scope.SUBMIT} (and no other) names its channel")
    if (Scope.REMOTE in scopes) != bool(source):
        raise UnableToCreateKey(f"a key with the scope {Scope.REMOTE} (and no other) names its source")
    if channel not in ("", "portal", "sms", "terminal", "paper", "remote"):
        raise UnableToCreateKey(f"readings cannot come by the channel {channel!r} over the API")


def _buildings(numbers: Sequence[str]) -> set[int]:
    found = building_ids(numbers)
    missing = sorted(set(numbers) - found.keys())
    if missing:
        raise UnableToCreateKey(f"there is no building {', '.join(missing)}")
    return set(found.values())


def _source(code: str) -> int | None:
    if not code:
        return None
    source_id = source_id_of(code)
    if source_id is None:
        raise UnableToCreateKey(f"there is no source {code!r}; make it with: saime remote source {code} NAME")
    return source_id


def revoke_key(*, name: str, now: datetime) -> None:
    """From now on the key opens nothing. Revoking it again is an error, so that a typing mistake is seen."""
    if not ApiKey.objects.filter(name=name, revoked_at__isnull=True).update(revoked_at=now):
        raise UnableToRevokeKey(f"there is no living key called {name!r}")


def note_use(*, key_id: int, now: datetime) -> None:
    """When the key was last used, to the minute: a row is not written at every request."""
    earlier = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - _NOTE_USE_EVERY)
    ApiKey.objects.filter(earlier, pk=key_id).update(last_used_at=now)
