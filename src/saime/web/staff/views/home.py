"""The reading desk: what waits, and how the month comes along."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from saime.web.staff.access import staff_page
from saime.web.staff.pages.home import home_page
from saime.web.staff.pages.rendering import render_staff


@require_safe
@staff_page()
def home(request: HttpRequest) -> HttpResponse:
    return render_staff(request, "staff/home.html", "home", {"page": home_page(request, timezone.now())})


@require_safe
@staff_page()
def keys(request: HttpRequest) -> HttpResponse:
    """The keyboard map, for browsers that open no dialog."""
    return render_staff(request, "staff/keys.html", "")
