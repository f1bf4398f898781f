"""How one comes in: with a code from the bill, or by invitation."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from saime.residents import joining, operations, queries
from saime.residents.access import ResidentRequest, login_needed
from saime.residents.contracts import ProvenCode
from saime.residents.forms import ConnectForm, SendCodeForm
from saime.residents.models import User
from saime.residents.operations import TooManyTries, UnableToConnect

_GET_POST = ["GET", "HEAD", "POST"]


def _address(request: HttpRequest) -> str:
    return str(get_adapter(request).get_client_ip(request))


def limited(request: HttpRequest) -> HttpResponse:
    """Too often: the same page as allauth's limits show."""
    return render(request, "429.html", status=429)


@never_cache
@require_http_methods(_GET_POST)
def connect(request: HttpRequest) -> HttpResponse:
    """Customer number and code: the first step of signing up, or one more account for who is logged in."""
    form = ConnectForm(request.POST or None)
    if form.is_valid():
        try:
            proven = operations.prove_code(
                account_no=form.cleaned_data["account_no"], code=form.cleaned_data["code"],
                address=_address(request), now=timezone.now(),
            )  # fmt: skip
        except UnableToConnect:
            form.add_error(None, _not_together())
        except TooManyTries:
            return limited(request)
        else:
            return _proven(request, proven)
    return _connect_page(request, form)


def _not_together() -> forms.ValidationError:
    return forms.ValidationError(
        _("This number and this code do not belong together, or the code is used or expired. "
          "Compare both with your bill, or have a new code sent to you.")
    )  # fmt: skip


def _connect_page(request: HttpRequest, form: ConnectForm) -> HttpResponse:
    page = (
        "portal/account/add_account.html" if request.user.is_authenticated else "portal/account/connect.html"
    )
    return render(request, page, {"form": form})


def _proven(request: HttpRequest, proven: ProvenCode) -> HttpResponse:
    now = timezone.now()
    if not isinstance(request.user, User):
        joining.begin_with_code(request, proven, now)
        return redirect("account_signup")
    try:
        operations.connect_by_code(user=request.user, proven=proven, now=now)
    except UnableToConnect:
        messages.error(request, _("The code has been used meanwhile. Ask for a new one."))
        return redirect("connect")
    messages.success(request, _("The account is added."))
    return redirect("/")


@never_cache
@require_http_methods(_GET_POST)
def send_code(request: HttpRequest) -> HttpResponse:
    """A new code to the e-mail the company has. Says the same whether there is one or not."""
    form = SendCodeForm(request.POST or None, initial={"account_no": request.GET.get("number", "")})
    if not form.is_valid():
        return render(request, "portal/account/send_code.html", {"form": form})
    try:
        operations.send_connect_code(
            account_no=form.cleaned_data["account_no"], address=_address(request), now=timezone.now()
        )
    except TooManyTries:
        return limited(request)
    return redirect("connect_code_sent")


@require_GET
def code_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/account/code_sent.html")


@require_GET
def mail_status(request: HttpRequest) -> HttpResponse:
    """A sentence where e-mails are late at the moment, nothing otherwise. Fetched by pages that wait for an e-mail."""
    late = queries.mail_is_late(timezone.now())
    if request.headers.get("HX-Request"):
        return render(request, "portal/account/mail_late.html") if late else HttpResponse(status=204)
    return render(request, "portal/account/mail_status.html", {"late": late})


@never_cache
@require_GET
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation. Looking changes nothing: mail programmes look too."""
    now = timezone.now()
    invitation_id = operations.invitation_of_token(token)
    facts = queries.invitation_facts(invitation_id, now) if invitation_id else None
    if facts is None:
        return render(request, "portal/account/invitation_over.html", status=404)
    joining.begin_with_invitation(request, facts.invitation_id, now)
    if request.user.is_authenticated:
        return redirect("invitation_accept")
    has_login = User.objects.filter(email=facts.email.lower()).exists()
    return render(request, "portal/account/invitation.html", {"facts": facts, "has_login": has_login})


@never_cache
@require_http_methods(_GET_POST)
@login_needed
def accept(request: ResidentRequest) -> HttpResponse:
    now = timezone.now()
    begun = joining.pending(request, now)
    if begun is None or begun.invitation is None:
        return render(request, "portal/account/invitation_over.html", status=404)
    if request.method == "POST":
        joining.accept(request, request.user, begun.invitation.invitation_id, now)
        return redirect("/")
    return render(request, "portal/account/invitation_accept.html", {"facts": begun.invitation})
