"""The kiosk page, the worker that keeps it for when the line is lost, and the form that enrols a browser."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from saime.channels.terminal.operations import TooManyTries, UnableToEnrol, redeem_code
from saime.channels.terminal.views import device
from saime.channels.terminal.views.api import address_of
from saime.channels.terminal.words import words, words_by_language

STYLES = ("saime/css/tokens.css", "saime/css/base.css", "saime/css/components.css", "saime/css/meter.css",
          "saime/css/utilities.css", "terminal/kiosk.css", "terminal/slip.css")  # fmt: skip
SCRIPTS = ("saime/js/dial.js", "terminal/queue.js", "terminal/scanner.js", "terminal/screens.js", "terminal/slip.js",
           "terminal/rest.js", "terminal/kiosk.js")  # fmt: skip
OTHERS = ("saime/fonts/inter-latin.woff2", "saime/fonts/inter-cyrillic.woff2", "saime/icons/icons.svg",
          "saime/icons/logo.svg")  # fmt: skip
# Latvian until somebody chooses: the page goes back to it after each visit.
FIRST_LANGUAGE = "lv"


@cache
def files() -> tuple[str, ...]:
    """Everything the page needs, under the names that collected static files have: new content is a new name."""
    return tuple(static(name) for name in (*STYLES, *SCRIPTS, *OTHERS))


@cache
def version() -> str:
    """Of the page with its words and of every file: what differs in any of them is another version."""
    with translation.override(FIRST_LANGUAGE):
        page = render_to_string("terminal/kiosk.html", _shown(""))
    return sha256("\n".join([page, *files()]).encode()).hexdigest()[:12]


def _shown(version: str) -> dict[str, Any]:
    return {
        "words": words(), "all_words": json.dumps(words_by_language(), ensure_ascii=False), "styles": STYLES,
        "scripts": SCRIPTS, "version": version, "company": settings.COMPANY["name"],
    }  # fmt: skip


@never_cache
@require_safe
def kiosk(request: HttpRequest) -> HttpResponse:
    """The same for everybody: it holds nobody's data, and whether the device may send is asked by its script."""
    with translation.override(FIRST_LANGUAGE):
        return render(request, "terminal/kiosk.html", _shown(version()))


@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; its text changes with the version, which is how a browser finds that there is a new one."""
    context = {"version": version(), "files": files(), "page": device.PATH}
    response = render(request, "terminal/worker.js", context, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = device.PATH
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Staff type the one-time code into the device; the browser gets its key as a cookie that no script can read."""
    if request.method != "POST":
        return render(request, "terminal/enrol.html", {"error": "", "code": ""})
    code = request.POST.get("code", "")[:40]
    try:
        enrolled = redeem_code(code=code, address=address_of(request), now=timezone.now())
    except TooManyTries:
        return _again(request, code, _("That was wrong too often. Wait 15 minutes."), 429)
    except UnableToEnrol:
        text = _("The code is wrong, used or older than a day. Compare it, or make a new one.")
        return _again(request, code, text, 422)
    response = redirect("terminal:kiosk")
    device.remember(response, enrolled.key)
    return response


def _again(request: HttpRequest, code: str, error: str, status: int) -> HttpResponse:
    return render(request, "terminal/enrol.html", {"error": error, "code": code}, status=status)
