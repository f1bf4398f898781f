"""How a page knows whom it may show what.

`request.accounts`: every account the reader may see, as `AccountAccess`, by address. Read once, when first asked for.
`request.staff_view`: `StaffViewFacts` while a member of staff looks on as a resident; then `request.accounts` is that
one account, and nothing can be sent. Else None.

    @resident_required
    def bill(request: ResidentRequest, number: str) -> HttpResponse:
        found = bill_of_accounts(number, [access.account_id for access in request.accounts])
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from saime.residents.contracts import AccountAccess, StaffViewFacts
from saime.residents.models import User

P = ParamSpec("P")


class ResidentRequest(HttpRequest):
    """A request as the middleware and `resident_required` leave it, for types."""

    user: User
    accounts: list[AccountAccess]
    staff_view: StaffViewFacts | None


def resident_required(
    view: Callable[Concatenate[ResidentRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Only for who has at least one account: others log in, or are shown how to add their account."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        resident = cast("ResidentRequest", request)
        if not resident.accounts:
            return redirect("connect")
        return view(resident, *args, **kwargs)

    return guarded


def login_needed(
    view: Callable[Concatenate[ResidentRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For everybody logged in, with or without an account."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(cast("ResidentRequest", request), *args, **kwargs)

    return guarded


def account_or_404(request: HttpRequest, account_no: str) -> AccountAccess:
    """The reader's account of that customer number. Somebody else's is not found, like one that does not exist."""
    for access in cast("ResidentRequest", request).accounts:
        if access.account_no == account_no:
            return access
    raise Http404
