"""Remote readers: who delivers, what leaks or stands still, and what does not fit together."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from saime.channels.remote import queries
from saime.platform.periods import RIGA
from saime.web.staff.access import staff_page
from saime.web.staff.pages.rendering import render_staff
from saime.web.staff.places import SEE_REMOTE

_CONFLICTS_FOR = timedelta(days=30)
_LISTED = 200


@require_safe
@staff_page(SEE_REMOTE)
def remote(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = {
        "sources": queries.source_health(now=now),
        "suspects": queries.suspect_meters(today=now.astimezone(RIGA).date(), limit=_LISTED),
        "conflicts": queries.conflicts(since=now - _CONFLICTS_FOR, limit=_LISTED),
    }
    return render_staff(request, "staff/remote.html", "remote", context)
