"""Readings: enter them, look back at them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from saime.metering.contracts import MeterView
from saime.metering.entry import UnableToReadNumber
from saime.metering.operations import ConfirmationNeeded, ReferenceTaken, submit_reading
from saime.metering.queries import meters_of, submissions_of, windows_for
from saime.metering.reasons import sentence
from saime.platform.periods import Period
from saime.residents import drafts
from saime.residents.access import ResidentRequest
from saime.web.portal.pages.entry import (
    EntryPage,
    Question,
    Verdict,
    entry_page,
    with_sent,
    with_typed,
    with_verdicts,
)
from saime.web.portal.pages.history import history_span, months_of
from saime.web.portal.scope import Scope, portal_page

FORM = "readings"
_TOKEN = re.compile(r"[\w-]{16,64}")
_LONGEST = 40
"""No reading is written with more characters; what is longer is cut, the answer says what is wrong with the rest."""


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def readings(request: ResidentRequest, scope: Scope) -> HttpResponse:
    """All meters of all accounts on one page, one button for all of them."""
    return _sent(request, scope) if request.method == "POST" else _opened(request, scope)


def _opened(request: ResidentRequest, scope: Scope) -> HttpResponse:
    page = load_entry_page(scope)
    token = request.GET.get("sent", "")
    if _TOKEN.fullmatch(token):
        page = with_sent(page, frozenset(_reference(token, entry.meter) for entry in page.entries))
    kept = drafts.kept(request, FORM)
    if kept:
        page = with_typed(page, _typed(kept, page))
    return _render(request, scope, page, is_kept=bool(kept))


def _sent(request: ResidentRequest, scope: Scope) -> HttpResponse:
    page = load_entry_page(scope, with_figures=False)
    typed = _typed(request.POST, page)
    token = _token(request.POST)
    verdicts = {
        entry.meter.meter_id: _submit(request, entry.meter, typed[entry.meter.meter_id], token, scope.now)
        for entry in sorted(page.entries, key=lambda entry: entry.meter.meter_id)
        if entry.meter.meter_id in typed
    }
    # Whatever became of it, the answer shows what was typed: nothing kept is needed any more.
    drafts.done(request, FORM)
    if verdicts and not any(verdict.error or verdict.question for verdict in verdicts.values()):
        return redirect(_after(scope, token))
    # What was taken stands in the tables now: read again, so that its m³ are the server's.
    page = load_entry_page(scope)
    return _render(request, scope, with_verdicts(page, typed=typed, verdicts=verdicts))


def load_entry_page(scope: Scope, *, with_figures: bool = True) -> EntryPage:
    """What is read now, for all accounts shown that go on today. Without figures: quicker, and no m³."""
    ids = [account.account_id for account in scope.living]
    meters = meters_of(ids, now=scope.now, with_figures=with_figures)
    windows = windows_for([account.building_id for account in scope.living], "portal", now=scope.now)
    return entry_page(accounts=scope.living, meters=meters, windows=windows, now=scope.now)


def _typed(fields: QueryDict, page: EntryPage) -> dict[int, str]:
    """What was typed, by meter; only for meters that are on the page."""
    found = {entry.meter.meter_id: fields.get(entry.field, "").strip()[:_LONGEST] for entry in page.entries}
    return {meter_id: text for meter_id, text in found.items() if text}


def _token(fields: QueryDict) -> str:
    token = fields.get("token", "")
    return token if _TOKEN.fullmatch(token) else secrets.token_urlsafe(18)


def _reference(token: str, meter: MeterView) -> str:
    """The same page sent twice names its submissions the same, so that they are one (domain.md, Readings 6)."""
    return f"portal:{token}:{meter.meter_id}"


def _submit(request: HttpRequest, meter: MeterView, text: str, token: str, now: datetime) -> Verdict:
    reference = _reference(token, meter)
    confirmed = request.POST.get(f"confirm_{meter.meter_id}") == text
    wanted: dict[str, Any] = {
        "meter_id": meter.meter_id, "value": text, "channel": "portal", "received_at": now, "now": now,
        "submitted_by": request.user.pk, "confirmed": confirmed,
    }  # fmt: skip
    try:
        try:
            outcome = submit_reading(**wanted, reference=reference)
        except ReferenceTaken:
            # Sent before with another number, and come back to with the browser's own button: a correction.
            outcome = submit_reading(**wanted, reference=f"{reference}:{text[:24]}")
    except UnableToReadNumber as error:
        return Verdict(error=_unreadable(error.reason))
    except ConfirmationNeeded as doubt:
        return Verdict(question=Question(text, doubt.m3))
    said = outcome.submission
    if said.fate != "rejected":
        return Verdict()
    return Verdict(error=sentence(said.reason, said.details), is_closed=said.reason == "period_closed")


def _unreadable(reason: str) -> str:
    sentences = {
        "not_a_number": _("Only digits and one comma, please: 123,456"),
        "too_many_decimals": _("At most three digits behind the comma: the red ones."),
        "negative": _("A reading cannot be below zero. Enter the number on the dial."),
    }
    return sentences[reason]


def _after(scope: Scope, token: str) -> str:
    mark = "&" if scope.query else "?"
    return f"{reverse('portal:readings')}{scope.query}{mark}sent={token}"


def _render(request: HttpRequest, scope: Scope, page: EntryPage, *, is_kept: bool = False) -> HttpResponse:
    context = {
        "scope": scope, "page": page, "current": "readings", "token": secrets.token_urlsafe(18), "is_kept": is_kept,
        "keep_marker": drafts.keep_marker(request, FORM), "form_name": FORM,
    }  # fmt: skip
    return render(request, "portal/readings.html", context)


@require_safe
@portal_page
def reading_history(request: ResidentRequest, scope: Scope) -> HttpResponse:
    """Every submission ever made, a year at a time, with what became of it."""
    first, last = history_span(request.GET.get("until", ""), now=scope.now)
    submissions = submissions_of(scope.account_ids, first=first, last=last, limit=1000)
    context: Mapping[str, Any] = {
        "scope": scope, "current": "readings", "months": months_of(submissions), "first": first, "last": last,
        "newest": Period.containing(scope.now),
    }  # fmt: skip
    return render(request, "portal/reading_history.html", context)
