"""Which terminal is calling: by a header, or by the cookie of the browser that was enrolled.

The kiosk's key lies in a cookie and not in IndexedDB: no script can read it, whatever should ever run on the page. It
is sent by the browser to /terminal/ only, and never along with a request that another site began.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from saime.channels.terminal.contracts import KnownTerminal
from saime.channels.terminal.queries import terminal_with_key

COOKIE = "saime_terminal"
PATH = "/terminal/"
# As long as browsers keep any cookie; given anew with every sign of life.
_COOKIE_AGE = 400 * 24 * 60 * 60
_KEY_HEADER = "Authorization"
_PREFIX = "Bearer "


def key_of(request: HttpRequest) -> str:
    header = request.headers.get(_KEY_HEADER, "")
    return header.removeprefix(_PREFIX) if header.startswith(_PREFIX) else request.COOKIES.get(COOKIE, "")


def calling(request: HttpRequest) -> KnownTerminal | None:
    key = key_of(request)
    return terminal_with_key(key) if key else None


def remember(response: HttpResponse, key: str) -> None:
    response.set_cookie(
        COOKIE, key, max_age=_COOKIE_AGE, path=PATH, httponly=True, samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
