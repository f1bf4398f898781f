"""Payments: what was paid, what the account stands at, and how it came to that."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from saime.billing.queries import balances, payee
from saime.ledger.contracts import StatementKey
from saime.ledger.queries import statement
from saime.payments.contracts import PaymentKey
from saime.payments.queries import payments as payments_of
from saime.residents.access import ResidentRequest
from saime.web.portal.pages.payments import payment_places
from saime.web.portal.scope import Scope, portal_page

A_PAGE = 24


@require_safe
@portal_page
def payments(request: ResidentRequest, scope: Scope) -> HttpResponse:
    """The balance of each account, how to pay ahead, and the archive of payments."""
    try:
        before = PaymentKey.parse(request.GET["before"]) if "before" in request.GET else None
    except ValueError as error:
        raise Http404 from error
    found = payments_of(scope.account_ids, before=before, limit=A_PAGE)
    context = {
        "scope": scope, "current": "payments", "page": found, "is_first": before is None,
        "accounts": payment_places(scope.shown, balances(scope.account_ids, scope.today)), "payee": payee(),
    }  # fmt: skip
    return render(request, "portal/payments.html", context)


@require_safe
@portal_page
def account_statement(request: ResidentRequest, scope: Scope) -> HttpResponse:
    """Everything that changed the balance, with the balance after it."""
    try:
        before = StatementKey.parse(request.GET["before"]) if "before" in request.GET else None
    except ValueError as error:
        raise Http404 from error
    found = statement(scope.account_ids, before=before, limit=A_PAGE)
    context = {"scope": scope, "current": "payments", "page": found, "is_first": before is None}
    return render(request, "portal/statement.html", context)
