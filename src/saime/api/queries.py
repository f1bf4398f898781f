"""Which key a token is, and which keys there are."""

from __future__ import annotations

from hmac import compare_digest

from saime.api.contracts import KeyFacts, KeyListing
from saime.api.models import ApiKey, KeyBuilding
from saime.api.operations import hash_of, split_token

_NOBODY = hash_of("")


def key_of_token(token: str) -> KeyFacts | None:
    """The living key of the token. An unknown prefix, a wrong secret and a revoked key look alike."""
    prefix, secret = split_token(token[:200])
    key = ApiKey.objects.filter(prefix=prefix).first()
    is_right = compare_digest(bytes(key.secret_hash) if key else _NOBODY, hash_of(secret))
    if key is None or not is_right or key.revoked_at is not None:
        return None
    return KeyFacts(
        key.pk, key.name, frozenset(key.scopes), key.channel, key.source_id, key.per_minute, _buildings(key)
    )


def _buildings(key: ApiKey) -> frozenset[int] | None:
    if not key.is_limited:
        return None
    return frozenset(KeyBuilding.objects.filter(key_id=key.pk).values_list("building_id", flat=True))


def list_keys() -> list[KeyListing]:
    """Every key ever made, by name."""
    keys = ApiKey.objects.select_related("source").prefetch_related("buildings__building").order_by("name")
    return [
        KeyListing(
            key.name, key.prefix, tuple(key.scopes), key.channel, key.source.code if key.source else "",
            key.per_minute, tuple(sorted(b.building.building_no for b in key.buildings.all())),
            key.created_at, key.revoked_at, key.last_used_at,
        )
        for key in keys
    ]  # fmt: skip
