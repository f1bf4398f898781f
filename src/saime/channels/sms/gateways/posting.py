"""One HTTP request to a gateway: no redirects, no proxies, an answer of bounded size within bounded time."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_SECONDS = 10
_MOST_OCTETS = 4096


class UnableToReach(Exception):
    """The gateway did not answer. The text names the kind of failure, never what was sent."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: str

    @property
    def is_fine(self) -> bool:
        return 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
    """UnableToReach where there is no answer."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = parts.path or "/"
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=_SECONDS)
        try:
            connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, dict(headers))
            reply = connection.getresponse()
            return Reply(reply.status, reply.read(_MOST_OCTETS).decode("utf-8", errors="replace"))
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UnableToReach(type(error).__name__) from error
