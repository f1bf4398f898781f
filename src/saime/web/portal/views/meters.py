"""Meters: how long the check of each holds."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from saime.metering.queries import meters_of
from saime.residents.access import ResidentRequest
from saime.web.portal.pages.meters import meter_groups
from saime.web.portal.scope import Scope, portal_page


@require_safe
@portal_page
def meters(request: ResidentRequest, scope: Scope) -> HttpResponse:
    ids = [account.account_id for account in scope.living]
    found = meters_of(ids, now=scope.now, with_removed=True, with_figures=False)
    context = {"scope": scope, "current": "readings", "groups": meter_groups(scope.living, found)}
    return render(request, "portal/meters.html", context)
