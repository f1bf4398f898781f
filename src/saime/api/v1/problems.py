"""What went wrong, as application/problem+json (RFC 9457): a code for machines, a sentence in the asked language."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

MOST_BYTES = 1024 * 1024

_SENTENCES: dict[str, Callable[[], str]] = {
    "no_key": lambda: _(
        "Send a key in the header: Authorization: Bearer …. Yours is missing, wrong or revoked."
    ),
    "wrong_scope": lambda: _("The key may not do this. Ask for one with the scope %(scope)s."),
    "too_often": lambda: _(
        "Too many requests. Wait a minute and send the same again: nothing is counted twice."
    ),
    "too_large": lambda: _("The request is larger than %(most)s. Send it in several parts."),
    "not_json": lambda: _("The body is not JSON in UTF-8."),
    "invalid": lambda: _("Some fields are missing or written wrongly; they are listed under errors."),
    "unusable_file": lambda: "%(text)s",
    "not_found": lambda: _("There is no such thing here, or the key may not see it."),
}
_TITLES = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 400: "Bad Request",
           413: "Content Too Large", 422: "Unprocessable Content", 429: "Too Many Requests"}  # fmt: skip


class Problem(Exception):
    """An answer that is a problem. `details` fill the sentence in and stand beside it."""

    def __init__(
        self, status: int, code: str, *, headers: dict[str, str] | None = None, **details: Any
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.details, self.headers = status, code, details, headers or {}


def response_of(problem: Problem) -> HttpResponse:
    body = {
        "type": f"urn:saime:problem:{problem.code}", "title": _TITLES.get(problem.status, "Error"),
        "status": problem.status, "code": problem.code, "detail": _SENTENCES[problem.code]() % problem.details,
        **problem.details,
    }  # fmt: skip
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), status=problem.status, content_type="application/problem+json",
        headers=problem.headers,
    )  # fmt: skip


def install(api: NinjaAPI) -> None:
    """Every error of the API is answered as a problem."""
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(AuthenticationError, lambda _request, _error: response_of(no_key()))
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(ValidationError, _invalid)


def _problem(_request: HttpRequest, error: Problem | type[Problem]) -> HttpResponse:
    return response_of(error if isinstance(error, Problem) else no_key())


def no_key() -> Problem:
    return Problem(401, "no_key", headers={"WWW-Authenticate": "Bearer"})


def _http_error(_request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    status = getattr(error, "status_code", 400)
    return response_of(Problem(status, "not_found" if status == 404 else "not_json"))


def _invalid(_request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    """Where and what, without what was sent: an error does not repeat a stranger's data."""
    found = [
        {"field": ".".join(str(part) for part in e["loc"][1:]), "message": e["msg"]}
        for e in getattr(error, "errors", [])[:50]
    ]
    return response_of(Problem(422, "invalid", errors=found))
