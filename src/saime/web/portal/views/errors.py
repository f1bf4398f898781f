"""What a reader sees when something is not there, not allowed or broken: our design, their language, and a way on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class ErrorWords:
    code: int
    icon: str
    title: str
    text: str
    advice: str


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001 (Django passes it)
    words = ErrorWords(
        400, "error", _("That did not arrive properly"),
        _("The page was sent something it cannot read."),
        _("Please go back, load the page again and try once more."),
    )  # fmt: skip
    return _page(request, words)


def permission_denied(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001 (Django passes it)
    words = ErrorWords(
        403, "lock", _("This page is not open to you"),
        _("It belongs to somebody else, or needs other rights than this login has."),
        _("If it is your home, connect it with the code on the bill, or ask its owner to share access with you."),
    )  # fmt: skip
    return _page(request, words)


def page_not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001 (Django passes it)
    words = ErrorWords(
        404, "search", _("There is no such page"),
        _("The address may be mistyped, or the page belongs to a home that is not connected to your login."),
        _("Bills, readings and payments of your homes are all reached from the start page."),
    )  # fmt: skip
    return _page(request, words)


def server_error(request: HttpRequest) -> HttpResponse:
    words = ErrorWords(
        500, "tool", _("Something broke on our side"),
        _("It is not your fault, and nothing you sent before is lost."),
        _("Please try again in a few minutes. Readings that the page has confirmed are registered."),
    )  # fmt: skip
    return _page(request, words)


def _page(request: HttpRequest, words: ErrorWords) -> HttpResponse:
    return render(request, "portal/error.html", {"error": words}, status=words.code)
