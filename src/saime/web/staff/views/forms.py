"""Forms to review: a pile, and one form at a time on one person's desk."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from saime.channels.paper import operations
from saime.channels.paper import queries as paper
from saime.channels.paper.contracts import FieldResult, FormOnDesk
from saime.channels.paper.queries.holding import forms_held, sureness_of
from saime.channels.paper.reasons import sentence
from saime.metering.operations import UnableToSubmitReading
from saime.metering.reasons import sentence as metering_sentence
from saime.web.staff.access import staff_id, staff_page
from saime.web.staff.pages.forms import FormPage, answers_of, form_page, month_typed, unreadable
from saime.web.staff.pages.pictures import picture_url
from saime.web.staff.pages.rendering import render_staff
from saime.web.staff.places import DECIDE_FORMS

_MOST_SECONDS = 24 * 60 * 60


@require_safe
@staff_page(DECIDE_FORMS)
def forms(request: HttpRequest) -> HttpResponse:
    context = {"queue": paper.desk_queue(timezone.now()), "held": len(forms_held(staff_id(request)))}
    return render_staff(request, "staff/forms.html", "forms", context)


@require_POST
@staff_page(DECIDE_FORMS)
def take_next(request: HttpRequest) -> HttpResponse:
    return _next(request)


def _next(request: HttpRequest, *, after: int = 0) -> HttpResponse:
    form = operations.next_form(user_id=staff_id(request), now=timezone.now(), after=after)
    if form is None:
        messages.success(request, _("That was the last one. Nothing more lies on the pile."))
        return redirect("staff:forms")
    return redirect("staff:form", form.form_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(DECIDE_FORMS)
def form(request: HttpRequest, form_id: int) -> HttpResponse:
    if form_id not in forms_held(staff_id(request)):
        # Sent twice is answered twice; opened by somebody else is not theirs.
        return _decided_already(request, form_id) if request.method == "POST" else _not_yours(request)
    on_desk = paper.form_on_desk(form_id)
    if request.method == "POST":
        return _decide(request, on_desk)
    return _page(request, on_desk)


def _page(request: HttpRequest, on_desk: FormOnDesk, **more: Any) -> HttpResponse:
    opened = _opened(request) if request.method == "POST" else _clock()
    return _show(request, form_page(on_desk, opened=opened, sureness=sureness_of(on_desk.form_id), **more))


def _show(request: HttpRequest, page: FormPage) -> HttpResponse:
    context = {"page": page, "queue": paper.desk_queue(timezone.now())}
    return render_staff(request, "staff/form.html", "forms", context, status=400 if page.errors else 200)


def _clock() -> int:
    return int(timezone.now().timestamp())


def _opened(request: HttpRequest) -> int:
    sent = request.POST.get("opened", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 12 else _clock()


def _seconds(request: HttpRequest) -> Decimal:
    return Decimal(min(max(_clock() - _opened(request), 0), _MOST_SECONDS))


def _not_yours(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("This form is not with you any more: somebody else has it, or it is done."))
    return redirect("staff:forms")


def _decided_already(request: HttpRequest, form_id: int) -> HttpResponse:
    try:
        operations.decide_fields(
            form_id=form_id, answers=(), user_id=staff_id(request), now=timezone.now(), seconds=Decimal(0)
        )
    except (operations.FormNotYours, operations.UnableToDecideForm):
        return _not_yours(request)
    return _next(request)


def _decide(request: HttpRequest, on_desk: FormOnDesk) -> HttpResponse:
    typed = request.POST.dict()
    found = answers_of(on_desk, typed)
    if found.errors:
        return _page(request, on_desk, typed=typed, errors=found.errors)
    try:
        results = operations.decide_fields(
            form_id=on_desk.form_id, answers=found.answers, user_id=staff_id(request), now=timezone.now(),
            seconds=_seconds(request),
        )  # fmt: skip
    except operations.FormNotYours:
        return _not_yours(request)
    except operations.UnableToDecideForm as error:
        errors = {error.field_id: unreadable(error.reason)} if error.field_id else {}
        return _page(request, on_desk, typed=typed, errors=errors)
    except UnableToSubmitReading:
        said = _("A reading could not be taken: it stands there already with another number.")
        return _page(request, on_desk, typed=typed, general_error=said)
    _say(request, on_desk, results)
    return _next(request)


def _say(request: HttpRequest, on_desk: FormOnDesk, results: list[FieldResult]) -> None:
    """What became of the form, and of each reading that was not registered."""
    meters = {field.field_id: field.meter_no for field in on_desk.fields}
    refused = [result for result in results if result.fate not in ("", "registered")]
    registered = sum(result.fate == "registered" for result in results)
    facts = {"account": on_desk.account_no or "?", "n": registered}
    messages.success(request, _("%(account)s: done. Readings registered: %(n)s.") % facts)
    for result in refused:
        said = metering_sentence(result.reason, result.details)
        messages.warning(request, f"{on_desk.account_no}, {meters.get(result.field_id, '')}: {said}")


@require_POST
@staff_page(DECIDE_FORMS)
def release(request: HttpRequest, form_id: int) -> HttpResponse:
    """Put it back, and take the one behind it."""
    try:
        operations.release(form_id=form_id, user_id=staff_id(request), now=timezone.now())
    except operations.FormNotYours:
        return _not_yours(request)
    others = [held for held in forms_held(staff_id(request)) if held != form_id]
    return redirect("staff:form", others[0]) if others else redirect("staff:forms")


@require_POST
@staff_page(DECIDE_FORMS)
def give_up(request: HttpRequest, form_id: int) -> HttpResponse:
    try:
        operations.give_up(
            form_id=form_id, user_id=staff_id(request), now=timezone.now(), seconds=_seconds(request)
        )
    except operations.FormNotYours:
        return _not_yours(request)
    messages.info(request, _("Set aside as unreadable. Nothing was registered of it."))
    return _next(request)


@require_POST
@staff_page(DECIDE_FORMS)
def identify(request: HttpRequest, form_id: int) -> HttpResponse:
    """Say whose form it is; the rows of its meters are filled in by that."""
    typed = {name: request.POST.get(name, "").strip()[:20] for name in ("account_no", "period", "part")}
    period = month_typed(typed["period"])
    error = "" if period else _("Write the month as year and month: 2026-11")
    if period:
        try:
            operations.identify(
                form_id=form_id, account_no=typed["account_no"], period=period, user_id=staff_id(request),
                now=timezone.now(), part=_part(typed["part"]),
            )  # fmt: skip
        except operations.FormNotYours:
            return _not_yours(request)
        except operations.UnableToIdentify as found:
            error = _unidentified(found.reason)
    if not error:
        return redirect("staff:form", form_id)
    if form_id not in forms_held(staff_id(request)):
        return _not_yours(request)
    shown = {f"typed_{name}": text for name, text in typed.items()}
    return _page(request, paper.form_on_desk(form_id), identify_error=error, **shown)


def _part(text: str) -> int:
    """Which of the customer's sheets; the first where nothing sensible is said."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 1


def _unidentified(reason: str) -> str:
    return (
        _("There is no such customer number. Check it.") if reason == "unknown_account" else sentence(reason)
    )


@require_POST
@staff_page(DECIDE_FORMS)
def ahead(request: HttpRequest, form_id: int) -> JsonResponse:
    """Take the form behind this one too, so that its pictures are there when it comes. At most one ahead."""
    others = [held for held in forms_held(staff_id(request)) if held != form_id]
    if others:
        following: FormOnDesk | None = paper.form_on_desk(others[0])
    else:
        following = operations.next_form(user_id=staff_id(request), now=timezone.now(), after=form_id)
    if following is None or following.form_id == form_id:
        return JsonResponse({"pictures": []})
    fields = [picture_url("field", field.field_id) for field in following.fields]
    return JsonResponse({"pictures": [picture_url("form", following.form_id), *fields]})
