"""What a resident decides: language, paper, who has access, how they log in."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saime.estate.operations import set_paperless
from saime.residents import operations, queries, rules
from saime.residents.access import ResidentRequest, account_or_404, login_needed, resident_required
from saime.residents.contracts import AccountAccess
from saime.residents.forms import InviteForm
from saime.residents.operations import TooManyTries, UnableToEnd, UnableToInvite
from saime.web.portal.account.views.joining import limited

_GET_POST = ["GET", "HEAD", "POST"]


@require_GET
@login_needed
def overview(request: ResidentRequest) -> HttpResponse:
    return render(request, "portal/account/settings.html")


@require_GET
@login_needed
def language(request: ResidentRequest) -> HttpResponse:
    return render(request, "portal/account/language.html")


@require_http_methods(_GET_POST)
@resident_required
def bills(request: ResidentRequest) -> HttpResponse:
    """Paper or paperless, an account at a time."""
    if request.method == "POST":
        access = account_or_404(request, request.POST.get("account_no", ""))
        choice = request.POST.get("paperless", "")
        if choice not in ("yes", "no") or not rules.may_choose_paper(access.role):
            raise Http404
        if set_paperless(account_id=access.account_id, paperless=choice == "yes", changed_by=request.user.pk):
            messages.success(request, _paper_sentence(choice == "yes", access))
        return redirect("settings_bills")
    accounts = [(access, rules.may_choose_paper(access.role)) for access in request.accounts]
    return render(request, "portal/account/bills.html", {"rows": accounts})


def _paper_sentence(paperless: bool, access: AccountAccess) -> str:
    text = (
        _("The bills of %(place)s no longer come on paper. We write to you when a new one is here.")
        if paperless
        else _("The bills of %(place)s come on paper again, from the next one on.")
    )
    return text % {"place": access.place}


@require_GET
@resident_required
def access(request: ResidentRequest) -> HttpResponse:
    """Who sees which account, who is invited, and when customer service looked."""
    return render(request, "portal/account/access.html", {"accounts": _sharing(request)})


def _sharing(request: ResidentRequest) -> list[dict[str, Any]]:
    now = timezone.now()
    return [
        {
            "access": access,
            "people": _people(request, access),
            "invitations": queries.open_invitations(access.account_id, now) if access.is_owner else [],
            "visits": queries.staff_visits(access.account_id),
        }
        for access in request.accounts
    ]


def _people(request: ResidentRequest, access: AccountAccess) -> list[Any]:
    """A tenant or representative sees themselves; the owners see everybody. Staff looking on see what an owner sees."""
    reader = None if request.staff_view else request.user.pk
    people = queries.people_with_access(access.account_id, timezone.now(), reader)
    return people if access.is_owner else [person for person in people if person.is_self]


@require_http_methods(_GET_POST)
@resident_required
def invite(request: ResidentRequest, account_no: str) -> HttpResponse:
    access = account_or_404(request, account_no)
    if not access.is_owner:
        raise Http404
    form = InviteForm(request.POST or None)
    if form.is_valid():
        try:
            operations.invite(
                inviter=request.user, account_id=access.account_id, email=form.cleaned_data["email"],
                role=form.cleaned_data["role"], now=timezone.now(),
            )  # fmt: skip
        except UnableToInvite:
            form.add_error("email", _("This is your own e-mail. Write the other person's."))
        except TooManyTries:
            return limited(request)
        else:
            text = _("The invitation is on its way to %(email)s.") % {"email": form.cleaned_data["email"]}
            messages.success(request, text)
            return redirect("settings_access")
    return render(request, "portal/account/invite.html", {"form": form, "access": access})


@require_POST
@resident_required
def withdraw(request: ResidentRequest, account_no: str, invitation_id: int) -> HttpResponse:
    access = account_or_404(request, account_no)
    try:
        operations.withdraw_invitation(
            invitation_id=invitation_id, actor=request.user, account_id=access.account_id, now=timezone.now()
        )
    except UnableToEnd:
        raise Http404 from None
    messages.success(request, _("The invitation is withdrawn. Its link no longer works."))
    return redirect("settings_access")


@require_http_methods(_GET_POST)
@resident_required
def end(request: ResidentRequest, account_no: str, access_id: int) -> HttpResponse:
    """Asks once, then ends somebody's access or one's own."""
    access = account_or_404(request, account_no)
    person = next((p for p in _people(request, access) if p.access_id == access_id and p.may_be_ended), None)
    if person is None:
        raise Http404
    if request.method != "POST":
        return render(request, "portal/account/end_access.html", {"person": person, "access": access})
    try:
        operations.end_access(
            access_id=access_id, actor=request.user, account_id=access.account_id, now=timezone.now()
        )
    except UnableToEnd:
        raise Http404 from None
    messages.success(request, _("The access is ended."))
    return redirect("settings" if person.is_self else "settings_access")


@require_GET
@login_needed
def security(request: ResidentRequest) -> HttpResponse:
    """Password, e-mail, second step, passkeys."""
    kinds = list(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    steps = {
        "app": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "recovery": Authenticator.Type.RECOVERY_CODES in kinds,
    }
    return render(request, "portal/account/security.html", {"steps": steps})
