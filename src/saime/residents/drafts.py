"""Forms that are not lost when the session ends, the CSRF token is stale or the connection breaks.

A form that wants it says so, in its template:

    <form method="post" action="{{ url("readings") }}" data-keep="readings">
      {{ csrf_input }}{{ request.keep_marker("readings") }}
      <div data-keep-note hidden>{{ kept_note() }}</div>     (shown by keep.js; from portal/account/kept.html)
      …
    </form>

(portal/base.html brings keep.js)

and its view asks for what was kept when it shows the form (GET), and says when it has taken it:

    kept = drafts.kept(request, "readings")          # QueryDict of the fields, or None
    form = ReadingsForm(initial=kept.dict()) if kept else ReadingsForm()
    …render with kept=kept; the template shows `{% if kept %}{{ kept_note() }}{% endif %}` (portal/account/kept.html)
    …
    drafts.done(request, "readings")                 # after success; a redirect answered to the POST says the same

What happens:
- POST without a login (the session ended): the fields are kept, the person logs in, lands on the page the form was on
  with the fields filled in and a note, and sends with one press.
- POST with a stale CSRF token (logged in again in another tab): the same without the login.
- No connection: keep.js has kept the fields in the browser and fills them in when the page opens again.

The marker is signed and names page and reader, so a foreign site cannot plant a draft, and nobody else who logs in on
the same machine gets to see it. Kept for a day; passwords and codes never; sealed with a key that only the browser's
cookie has.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from saime.residents.models import Draft

MARKER = "keep"
COOKIE = "saime_draft"
SENT_COOKIE = "saime_sent"
LIFE = timedelta(hours=24)
_LARGEST = 64 * 1024
_SALT = "saime.residents.drafts"
_NEVER = ("password", "csrf", "code", "token", MARKER)


def owner_mark(request: HttpRequest) -> str:
    """Whose browser fields these are, for keep.js: not the person, but always the same for them."""
    who = str(request.user.pk or "")
    return salted_hmac(_SALT + ".owner", who, algorithm="sha256").hexdigest()[:16]


def keep_marker(request: HttpRequest, name: str) -> SafeString:
    """The hidden field that makes a form kept. `name`: the form's, as in `kept` and data-keep."""
    value = signing.dumps([name, request.user.pk, request.get_full_path()], salt=_SALT)
    return format_html(
        '<input type="hidden" name="{}" value="{}" data-keep-owner="{}">', MARKER, value, owner_mark(request)
    )


def _marker(request: HttpRequest) -> tuple[str, int, str] | None:
    """(form, user id, page) of the form that was sent; None without a marker of ours."""
    try:
        name, user_id, page = signing.loads(request.POST.get(MARKER, ""), salt=_SALT, max_age=90 * 86400)
    except (signing.BadSignature, ValueError):
        return None
    return name, user_id, page


def keep_and_ask_for_login(request: HttpRequest) -> HttpResponseBase | None:
    """Keep the fields of a form sent without a login, and ask for it. None where it was no form of ours."""
    return _keep(
        request, _("Please log in again. What you had entered is kept and will be there."), login=True
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponseBase:  # noqa: ARG001 (Django passes it)
    """CSRF_FAILURE_VIEW: a stale form comes back filled in; anything else is refused with a plain sentence."""
    from django.shortcuts import render

    if _came_from_us(request):
        text = _(
            "The page had been open for too long. What you had entered is kept: check it and send it again."
        )
        kept_response = _keep(request, text, login=not request.user.is_authenticated)
        if kept_response is not None:
            return kept_response
    return render(request, "portal/account/csrf_failed.html", status=403)


def _came_from_us(request: HttpRequest) -> bool:
    origin = request.headers.get("origin") or request.headers.get("referer", "")
    return urlsplit(origin).netloc == request.get_host()


def _keep(request: HttpRequest, text: str, *, login: bool) -> HttpResponseBase | None:
    marker = _marker(request)
    if marker is None or (request.user.is_authenticated and request.user.pk != marker[1]):
        return None
    name, user_id, page = marker
    fields = _keepable(request.POST)
    if fields is None:
        return None
    messages.warning(request, text)
    response: HttpResponse = redirect_to_login(page) if login else HttpResponseRedirect(page)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
    _store(response, [name, user_id, fields.urlencode()], timezone.now())
    return response


def _keepable(posted: QueryDict) -> QueryDict | None:
    """The fields without secrets; None where that is more than a form."""
    fields = posted.copy()
    for field in list(fields):
        if any(word in field.lower() for word in _NEVER):
            del fields[field]
    return fields if len(fields.urlencode()) <= _LARGEST else None


def _seal(token: str) -> Fernet:
    key = sha256(f"{_SALT}\0{settings.SECRET_KEY}\0{token}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _store(response: HttpResponseBase, content: list[Any], now: datetime) -> None:
    token = secrets.token_urlsafe(32)
    sealed = _seal(token).encrypt(signing.JSONSerializer().dumps(content))
    Draft.objects.create(token_hash=_hash(token), sealed=sealed, kept_at=now, expires_at=now + LIFE)
    response.set_cookie(
        COOKIE, token, max_age=int(LIFE.total_seconds()), httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def kept(request: HttpRequest, name: str) -> QueryDict | None:
    """What the reader had entered into the form of that name before it was interrupted, or None.

    Stays until the form is sent or a day is over. No query where nothing was kept.
    """
    token = request.COOKIES.get(COOKIE)
    if not token or not request.user.is_authenticated:
        return None
    draft = Draft.objects.filter(token_hash=_hash(token), expires_at__gt=timezone.now()).first()
    if draft is None:
        return None
    try:
        form, user_id, fields = signing.JSONSerializer().loads(_seal(token).decrypt(bytes(draft.sealed)))
    except InvalidToken:
        return None
    return QueryDict(fields) if (form, user_id) == (name, request.user.pk) else None


def done(request: HttpRequest, name: str) -> None:
    """The form of that name was taken: forget what was kept, here and in the browser."""
    request.kept_form_done = name  # type: ignore[attr-defined]


def settle(request: HttpRequest, response: HttpResponseBase) -> None:
    """After the view: a form that was taken is forgotten. Called by the middleware."""
    name = getattr(request, "kept_form_done", None) or _taken_by_redirect(request, response)
    if name is None:
        return
    response.set_cookie(SENT_COOKIE, name, max_age=600, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    if token := request.COOKIES.get(COOKIE):
        Draft.objects.filter(token_hash=_hash(token)).delete()
        response.delete_cookie(COOKIE, samesite="Lax")


def _taken_by_redirect(request: HttpRequest, response: HttpResponseBase) -> str | None:
    if request.method != "POST" or response.status_code not in (302, 303) or COOKIE in response.cookies:
        return None
    if MARKER not in request.POST or not request.user.is_authenticated:
        return None
    marker = _marker(request)
    return marker[0] if marker and marker[1] == request.user.pk else None
