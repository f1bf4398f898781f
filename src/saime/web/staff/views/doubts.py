"""Doubtful readings: looked at one by one, taken or refused with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from saime.metering import desk
from saime.metering.contracts import Doubt, SubmissionOutcome
from saime.metering.operations import UnableToReview, review_submission
from saime.metering.reasons import sentence
from saime.web.staff.access import staff_id, staff_page
from saime.web.staff.pages.doubts import doubt_page, reason_text, reasons
from saime.web.staff.pages.rendering import render_staff
from saime.web.staff.places import DECIDE_DOUBTS

_LISTED = 100


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was sent, and what is wrong with it: shown again with the page."""

    verdict: str = ""
    key: str = ""
    words: str = ""
    error: str = ""


@require_safe
@staff_page(DECIDE_DOUBTS)
def doubts(request: HttpRequest) -> HttpResponse:
    context = {"doubts": desk.doubts(limit=_LISTED), "waiting": desk.doubts_waiting()}
    return render_staff(request, "staff/doubts.html", "doubts", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(DECIDE_DOUBTS)
def doubt(request: HttpRequest, submission_id: int) -> HttpResponse:
    found = desk.doubt(submission_id)
    if found is None:
        raise Http404
    return _decide(request, found) if request.method == "POST" else _show(request, found, _Asked())


def _show(request: HttpRequest, found: Doubt, asked: _Asked) -> HttpResponse:
    following = desk.doubts(after=found.submission.submission_id, limit=1)
    context = {
        "page": doubt_page(found), "asked": asked, "following": following[0] if following else None,
        "taken": reasons("accepted"), "refused": reasons("rejected"), "waiting": desk.doubts_waiting(),
    }  # fmt: skip
    return render_staff(request, "staff/doubt.html", "doubts", context, status=400 if asked.error else 200)


def _decide(request: HttpRequest, found: Doubt) -> HttpResponse:
    verdict, key = request.POST.get("verdict", ""), request.POST.get("reason", "")
    words = request.POST.get("words", "")
    reason = reason_text(verdict, key, words, found.language)
    if verdict not in ("accepted", "rejected") or not reason:
        return _show(request, found, _Asked(verdict, key, words, _("Choose a reason, or write one.")))
    try:
        outcome = review_submission(
            submission_id=found.submission.submission_id, verdict=verdict, reason=reason,
            reviewed_by=staff_id(request), now=timezone.now(),
        )  # fmt: skip
    except UnableToReview:
        messages.warning(
            request, _("It cannot be decided any more: somebody has done so, or the month is closed.")
        )
    else:
        _say(request, outcome)
    return _on(found)


def _on(found: Doubt) -> HttpResponse:
    """To the next one that waits, the oldest again at the end of the pile."""
    rest = desk.doubts(after=found.submission.submission_id, limit=1) or desk.doubts(limit=1)
    return redirect("staff:doubt", rest[0].submission.submission_id) if rest else redirect("staff:doubts")


def _say(request: HttpRequest, outcome: SubmissionOutcome) -> None:
    taken, figure = outcome.submission, outcome.figure
    facts = {"meter": taken.meter_no, "m3": figure.m3 if figure else ""}
    if taken.fate == "registered":
        words = _("%(meter)s: registered. %(m3)s m³") if figure else _("%(meter)s: registered.")
        messages.success(request, words % facts)
    elif taken.reason == "reviewed":
        messages.success(request, _("%(meter)s: refused. The resident sees why.") % facts)
    else:
        messages.info(request, f"{taken.meter_no}: {sentence(taken.reason, taken.details)}")
