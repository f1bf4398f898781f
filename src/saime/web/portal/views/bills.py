"""Bills: the archive, a bill as a page, Why? of a line, the PDF."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_safe

from saime.billing.contracts import BillKey, BillPage
from saime.billing.document.contracts import Language
from saime.billing.document.render import render_bill
from saime.billing.explain import Explanation, explain_bill, explain_line
from saime.billing.queries import bill_page
from saime.billing.queries import bills as bills_of
from saime.residents.access import ResidentRequest
from saime.web.portal.pages.bill import bill_view
from saime.web.portal.pages.bills import years_of
from saime.web.portal.scope import Scope, portal_page

A_PAGE = 24
_TOTALS = ("opening", "payments", "late_charge", "total")


@require_safe
@portal_page
def bills(request: ResidentRequest, scope: Scope) -> HttpResponse:
    try:
        before = BillKey.parse(request.GET["before"]) if "before" in request.GET else None
    except ValueError as error:
        raise Http404 from error
    found = bills_of(scope.account_ids, before=before, limit=A_PAGE)
    context = {
        "scope": scope, "current": "bills", "years": years_of(found.bills), "is_first": before is None,
        "older": found.older,
    }  # fmt: skip
    return render(request, "portal/bills.html", context)


@require_safe
@portal_page
def bill(request: ResidentRequest, scope: Scope, bill_no: str) -> HttpResponse:
    page = bill_view(_bill(scope, bill_no))
    return render(request, "portal/bill.html", {"scope": scope, "current": "bills", "page": page})


@require_safe
@portal_page
def bill_why(request: ResidentRequest, scope: Scope, bill_no: str, what: str) -> HttpResponse:
    """Why a line (by its id) or a total is what it is: a page of its own, or (htmx) what opens under the line."""
    why = _explanation(scope, bill_no, what)
    if why is None:
        raise Http404
    context = {"scope": scope, "current": "bills", "why": why, "bill_no": bill_no, "anchor": f"line-{what}"}
    is_fragment = request.headers.get("HX-Request") == "true"
    response = render(request, "portal/why_inside.html" if is_fragment else "portal/why.html", context)
    response["Vary"] = "HX-Request"
    return response


def _explanation(scope: Scope, bill_no: str, what: str) -> Explanation | None:
    if what.isdecimal():
        return explain_line(int(what), scope.all_ids, language=_language(), bill_no=bill_no)
    if what not in _TOTALS:
        return None
    explained = explain_bill(bill_no, scope.all_ids, language=_language())
    said: Explanation | None = getattr(explained, what, None)
    return said


@require_safe
@portal_page
def bill_pdf(request: ResidentRequest, scope: Scope, bill_no: str) -> HttpResponse:  # noqa: ARG001 (as all views)
    """The bill on paper, in the reader's language, made when it is asked for."""
    document = _bill(scope, bill_no).document
    response = HttpResponse(render_bill(document), content_type="application/pdf")
    # Translators: the beginning of a file's name, ASCII letters only.
    name = pgettext("file name", "bill")
    response["Content-Disposition"] = f'attachment; filename="{name}-{document.number}.pdf"'
    return response


def _bill(scope: Scope, bill_no: str) -> BillPage:
    """One of the reader's own bills, whichever home is chosen; anybody else's is not found."""
    found = bill_page(bill_no, scope.all_ids, language=_language())
    if found is None:
        raise Http404
    return found


def _language() -> Language:
    return cast("Language", (get_language() or "en")[:2])
