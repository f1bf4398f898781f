"""One page: customer, bill, meters and readings in; what became of them out. Nothing else is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from saime.channels.guest import rules
from saime.channels.guest.form import GuestForm, read_form, with_result
from saime.channels.guest.operations import TooManyTries, UnableToFind, send_readings
from saime.residents import drafts

FORM = "send-reading"


# Without a login there is nothing that a foreign page could use: whoever sends the form has to know what is in it. So
# a page that has lain open for a week still sends, and nothing typed is lost.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send_reading(request: HttpRequest) -> HttpResponse:
    return _sent(request, timezone.now()) if request.method == "POST" else _page(request, GuestForm())


def _sent(request: HttpRequest, now: datetime) -> HttpResponse:
    form = read_form(request.POST)
    if form.errors:
        return _page(request, form)
    try:
        result = send_readings(sent=form.sent(_address(request)), now=now)
    except UnableToFind:
        return _page(request, replace(form, problem=_not_together()))
    except TooManyTries:
        response = _page(request, replace(form, problem=_too_often()), status=429)
        response["Retry-After"] = str(int(rules.WITHIN.total_seconds()))
        return response
    form = with_result(form, result)
    if form.is_done:
        drafts.done(request, FORM)
    return _page(request, form)


def _address(request: HttpRequest) -> str:
    return str(get_adapter(request).get_client_ip(request))


def _not_together() -> str:
    return _("These numbers do not belong together. Compare the customer number, the bill's number and the meter's "
             "number with your last bill.")  # fmt: skip


def _too_often() -> str:
    return _("That was tried too often. Wait a quarter of an hour and send once more, or log in, or call us. "
             "What you have typed is still here.")  # fmt: skip


def _page(request: HttpRequest, form: GuestForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "form_name": FORM}
    return render(request, "guest/send_reading.html", context, status=status)
