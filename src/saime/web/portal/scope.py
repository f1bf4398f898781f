"""Whose homes a page shows: every account the reader may see, and the one chosen with `?account=`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from saime.residents.access import ResidentRequest, resident_required
from saime.residents.contracts import AccountAccess

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Scope:
    """The reader's accounts at a moment. `chosen` is None where all are shown together."""

    accounts: tuple[AccountAccess, ...]
    chosen: AccountAccess | None
    now: datetime

    @property
    def shown(self) -> tuple[AccountAccess, ...]:
        return (self.chosen,) if self.chosen else self.accounts

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @property
    def account_ids(self) -> list[int]:
        return [account.account_id for account in self.shown]

    @property
    def all_ids(self) -> list[int]:
        """Of every account the reader may see, whichever is chosen."""
        return [account.account_id for account in self.accounts]

    @property
    def is_one(self) -> bool:
        return len(self.shown) == 1

    @property
    def living(self) -> tuple[AccountAccess, ...]:
        """Those that go on today: only their meters can be read."""
        return tuple(account for account in self.shown if account.is_open_on(self.today))

    @property
    def query(self) -> str:
        """What keeps the choice on the next page: "?account=4000123", "" for all."""
        return "?" + urlencode({"account": self.chosen.account_no}) if self.chosen else ""

    @property
    def heading(self) -> str:
        """The home's address, or a word for all of them."""
        return self.shown[0].place if self.is_one else _("My homes")

    def account(self, account_id: int) -> AccountAccess:
        return next(account for account in self.accounts if account.account_id == account_id)

    def place(self, account_id: int) -> str:
        """The address, where the page shows more than one home."""
        return "" if self.is_one else self.account(account_id).place


PortalView = Callable[Concatenate[ResidentRequest, Scope, P], HttpResponse]


def portal_page(view: PortalView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view of somebody with at least one account: it gets the request and its `Scope`.

    Somebody else's customer number in `?account=` is not found, like one that does not exist.
    """

    @wraps(view)
    def with_scope(request: ResidentRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, scope_of(request), *args, **kwargs)

    return resident_required(with_scope)


def scope_of(request: ResidentRequest) -> Scope:
    accounts = tuple(request.accounts)
    number = request.GET.get("account", "")
    chosen = next((account for account in accounts if account.account_no == number), None)
    if number and chosen is None:
        raise Http404
    return Scope(accounts, chosen if len(accounts) > 1 else None, timezone.now())
