"""Customer service sees what the resident sees."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saime.estate.models import Account
from saime.residents import operations, rules
from saime.residents.forms import StaffViewForm
from saime.residents.middleware import STAFF_VIEW_KEY
from saime.residents.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose an account and say why; then its pages are shown, read only, for half an hour."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    if not request.user.is_staff:
        raise PermissionDenied
    form = StaffViewForm(request.POST or None, initial={"account_no": request.GET.get("account", "")})
    if form.is_valid():
        number = rules.normal_account_no(form.cleaned_data["account_no"])
        account = Account.objects.filter(account_no=number).first()
        if account:
            reason = form.cleaned_data["reason"]
            now = timezone.now()
            view = operations.start_staff_view(staff=request.user, account=account, reason=reason, now=now)
            request.session[STAFF_VIEW_KEY] = view.pk
            return redirect("/")
        form.add_error("account_no", _("There is no such customer number. Check it."))
    return render(request, "portal/account/staff_view.html", {"form": form})


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    if request.session.pop(STAFF_VIEW_KEY, None) and isinstance(request.user, User):
        operations.end_staff_view(staff=request.user, now=timezone.now())
    return redirect("admin:index")
