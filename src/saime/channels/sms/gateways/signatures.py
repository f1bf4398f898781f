"""Who sent it, and when: HMAC-SHA256 over the time and the body, compared in constant time.

A signature is good for five minutes; within them the same message is known by its id, so that playing it again does
nothing. Several secrets are accepted while one is being replaced.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

WINDOW_SECONDS = 300
_PREFIX = "sha256="


class UnableToVerify(Exception):
    """The signature is missing, wrong, or too old. The text says which; it says nothing of the secret."""


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """What stands in X-Saime-Signature: "sha256=" and the hexadecimal HMAC of "TIMESTAMP.BODY"."""
    return _PREFIX + hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()


def verify(*, secrets: Sequence[str], timestamp: str, signature: str, body: bytes, now: datetime) -> None:
    """UnableToVerify unless one of the secrets signed this body within the window."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise UnableToVerify("X-Saime-Timestamp is missing, or no time in seconds since 1970")
    if abs(now.timestamp() - int(timestamp)) > WINDOW_SECONDS:
        raise UnableToVerify("the signature is too old, or the clocks differ: it is good for five minutes")
    expected = [sign(secret, int(timestamp), body) for secret in secrets]
    # All are compared, so that the time taken does not say which one matched.
    if not any([hmac.compare_digest(signature.encode(), one.encode()) for one in expected]):  # noqa: C419
        raise UnableToVerify("X-Saime-Signature is missing or wrong")


def token_signature(secret: str, token: str) -> str:
    """A short signature of a message's token, for addresses that a gateway calls back."""
    return hmac.new(secret.encode(), b"report:" + token.encode(), hashlib.sha256).hexdigest()[:32]


def same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
