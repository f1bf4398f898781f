"""Who may open a page of the office.

    @staff_page("metering.add_review")
    def doubts(request: HttpRequest) -> HttpResponse: ...

Rights are Django's, as in /office/: a superuser gives them by groups. A resident is told that there is no such page:
they need not know that there is an office. What is shown is kept by no cache on the way and by no browser.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def staff_page(*rights: str) -> Callable[[View[P]], View[P]]:
    """A view for staff who have all of these rights ("app.action_model"); without any: for all staff."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.is_staff:
                raise Http404
            if not request.user.has_perms(rights):
                raise PermissionDenied
            response = view(request, *args, **kwargs)
            if not response.has_header("Cache-Control"):
                add_never_cache_headers(response)
            return response

        return guarded

    return decorate


def staff_id(request: HttpRequest) -> int:
    """Who is at work, behind `staff_page`."""
    return int(request.user.pk or 0)
