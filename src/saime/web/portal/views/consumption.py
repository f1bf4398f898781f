"""Consumption by month, with the building's mean and the year before; by day where meters are read remotely."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from saime.channels.remote.queries import days_of_accounts
from saime.metering.queries import building_means, consumption_history
from saime.platform.periods import Period
from saime.residents.access import ResidentRequest
from saime.web.portal.pages.consumption import MONTHS, consumption_page, means_of
from saime.web.portal.pages.daily import daily_charts
from saime.web.portal.scope import Scope, portal_page


@require_safe
@portal_page
def consumption(request: ResidentRequest, scope: Scope) -> HttpResponse:
    last = Period.containing(scope.now)
    figures = consumption_history(scope.account_ids, last - (2 * MONTHS - 1), last)
    # A mean is of one house; the sum of several homes has nothing to be held against.
    building = scope.shown[0].building_id if scope.is_one else None
    means = building_means([building], last - (MONTHS - 1), last) if building else {}
    context = {
        "scope": scope, "current": "consumption", "years": consumption_page(figures, means_of(means), last=last),
        "daily": daily_charts(days_of_accounts(scope.account_ids, now=scope.now)),
    }  # fmt: skip
    return render(request, "portal/consumption.html", context)
