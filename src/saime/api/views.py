"""What the API can do, on a page: made from its OpenAPI description, without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from saime.api.v1.api import api


@dataclass(frozen=True, slots=True)
class Endpoint:
    method: str
    path: str
    text: str


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "api/about.html", {"endpoints": _endpoints()})


@cache
def _endpoints() -> tuple[Endpoint, ...]:
    paths = api.get_openapi_schema()["paths"]
    return tuple(
        Endpoint(method.upper(), path, operation.get("description") or operation["summary"])
        for path, operations in sorted(paths.items())
        for method, operation in operations.items()
    )
