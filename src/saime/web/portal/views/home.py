"""Home: three questions answered, the rest below and quiet."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from saime.billing.queries import due
from saime.metering.queries import closed_history
from saime.payments.queries import payments
from saime.platform.periods import Period
from saime.residents.access import ResidentRequest
from saime.web.portal.pages.consumption import mini_bars
from saime.web.portal.pages.entry import EntryPage
from saime.web.portal.pages.home import home_page
from saime.web.portal.scope import Scope, portal_page
from saime.web.portal.views.readings import load_entry_page

MONTHS = 6


@require_safe
@portal_page
def home(request: ResidentRequest, scope: Scope) -> HttpResponse:
    last = Period.containing(scope.now) - 1
    figures = closed_history(scope.account_ids, last - (MONTHS - 1), last)
    page = home_page(
        entry=_entry(scope), due=due(scope.account_ids, scope.today), accounts=scope.shown, figures=figures,
        today=scope.today,
    )  # fmt: skip
    context = {
        "scope": scope, "current": "home", "page": page, "bars": mini_bars(figures, last=last, months=MONTHS),
        "payments": payments(scope.account_ids, limit=3).payments,
    }  # fmt: skip
    return render(request, "portal/home.html", context)


def _entry(scope: Scope) -> EntryPage:
    """The m³ are computed only where they are shown: when everything has been read."""
    entry = load_entry_page(scope, with_figures=False)
    return load_entry_page(scope) if entry.is_done else entry
