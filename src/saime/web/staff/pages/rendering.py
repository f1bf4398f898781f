"""A page of the office with its navigation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saime.web.staff.places import places_for


def render_staff(
    request: HttpRequest,
    template: str,
    current: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """`current`: the page's name among the places, by which the navigation marks it."""
    known = {"places": places_for(request), "current": current}
    return render(request, template, known | dict(context or {}), status=status)
