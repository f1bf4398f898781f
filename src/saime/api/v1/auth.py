"""Who asks: the key in the header, how often it may, and what for."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from saime.api.contracts import KeyFacts
from saime.api.operations import note_use
from saime.api.queries import key_of_token
from saime.api.v1.problems import MOST_BYTES, Problem
from saime.residents.tries import count_try

_MINUTE = timedelta(minutes=1)


class ApiRequest(HttpRequest):
    """A request with its key, for types."""

    auth: KeyFacts


class KeyAuth(HttpBearer):
    """A living key, of the scope, not too often. Without one nothing of the body is read."""

    def __init__(self, scope: str, *, most_bytes: int = MOST_BYTES) -> None:
        super().__init__()
        self.scope, self.most_bytes = scope, most_bytes

    def authenticate(self, request: HttpRequest, token: str) -> KeyFacts | None:
        now = timezone.now()
        key = key_of_token(token)
        if key is None:
            return None
        if not count_try(what="api-key", of=str(key.key_id), limit=key.per_minute, within=_MINUTE, now=now):
            raise Problem(429, "too_often", headers={"Retry-After": str(int(_MINUTE.total_seconds()))})
        if self.scope not in key.scopes:
            raise Problem(403, "wrong_scope", scope=self.scope)
        if _length(request) > self.most_bytes:
            raise Problem(413, "too_large", most=f"{self.most_bytes // 1024} KiB")
        note_use(key_id=key.key_id, now=now)
        return key


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
