"""Help and contact: for everybody, with the house's own windows for those who are logged in."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from saime.billing.queries import payee
from saime.metering.queries import windows_of_house
from saime.residents.access import ResidentRequest
from saime.web.portal.pages.entry import first_day, last_day

CHANNELS = ("portal", "sms", "terminal", "paper")


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to read a meter, what the marks mean, when and how readings are taken, whom to ask."""
    accounts = cast("ResidentRequest", request).accounts if request.user.is_authenticated else []
    context = {
        "current": "help",
        "company": payee(),
        "windows": _windows(accounts[0].building_id) if accounts else [],
    }
    return render(request, "portal/help.html", context)


def _windows(building_id: int) -> list[dict[str, object]]:
    views = windows_of_house(building_id, CHANNELS, now=timezone.now())
    return [
        {
            "channel": view.channel,
            "is_switched_off": view.is_switched_off,
            "first_day": first_day(view),
            "last_day": last_day(view),
        }
        for view in views
    ]
