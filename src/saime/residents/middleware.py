"""What every request of the portal carries: language, accounts, staff view, and forms that are not lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import resolve
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from saime.residents import drafts, joining, queries
from saime.residents.contracts import AccountAccess, StaffViewFacts

GetResponse = Callable[[HttpRequest], HttpResponseBase]
STAFF_VIEW_KEY = "staff_view"
_SAFE = ("GET", "HEAD", "OPTIONS")
_WRITABLE_IN_STAFF_VIEW = {"staff_view_end", "set_language", "account_logout"}


def _has_login(request: HttpRequest) -> bool:
    """Without reading a user from the database for a visitor."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session


def resident_language(get_response: GetResponse) -> GetResponse:
    """A login's own language goes before the cookie's and the browser's, which LocaleMiddleware has chosen from."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not _has_login(request):
            return get_response(request)
        language = getattr(request.user, "language", None)
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        response = get_response(request)
        response["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        return response

    return middleware


def resident_accounts(get_response: GetResponse) -> GetResponse:
    """Sets `request.accounts` and `request.staff_view` (access.py); refuses to write during a staff view."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.staff_view = SimpleLazyObject(lambda: _staff_view(request))  # type: ignore[attr-defined]
        request.accounts = SimpleLazyObject(lambda: _accounts(request))  # type: ignore[attr-defined]
        request.joining = SimpleLazyObject(lambda: joining.pending(request, timezone.now()))  # type: ignore[attr-defined]
        if request.method not in _SAFE and _has_login(request) and STAFF_VIEW_KEY in request.session:
            return _refuse_writing(request) or get_response(request)
        return get_response(request)

    return middleware


def _staff_view(request: HttpRequest) -> StaffViewFacts | None:
    view_id = request.session.get(STAFF_VIEW_KEY) if _has_login(request) else None
    if view_id is None or not request.user.is_authenticated:
        return None
    return queries.staff_view(view_id, request.user.pk, timezone.now())


def _accounts(request: HttpRequest) -> list[AccountAccess]:
    view = _staff_view(request)
    return [view.account] if view else queries.accounts_of(request.user, timezone.now())


def _refuse_writing(request: HttpRequest) -> HttpResponse | None:
    match = resolve(request.path_info)
    is_office = bool({"admin", "staff"} & set(match.app_names))
    if is_office or match.url_name in _WRITABLE_IN_STAFF_VIEW or _staff_view(request) is None:
        return None
    return render(request, "portal/account/read_only.html", status=403)


class kept_forms:  # noqa: N801 (a middleware is used like a function)
    """A form sent by somebody whose session has ended comes back filled in after the login (drafts.py)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.keep_marker = partial(drafts.keep_marker, request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        drafts.settle(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """After the CSRF check, before the view."""
        if getattr(view, "csrf_exempt", False):
            return None  # for machines: it reads the body itself, however large, and a form of ours is none of it
        if request.method == "POST" and drafts.MARKER in request.POST and not request.user.is_authenticated:
            return drafts.keep_and_ask_for_login(request)
        return None
