"""Terminals: how they are, adding one by a one-time code, shutting one out."""

from __future__ import annotations

from datetime import timedelta

import pghistory
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from saime.channels.terminal import operations
from saime.channels.terminal import queries as terminal
from saime.channels.terminal.contracts import TerminalHealth
from saime.web.staff.access import staff_id, staff_page
from saime.web.staff.pages.rendering import render_staff
from saime.web.staff.pages.terminals import refused_why
from saime.web.staff.places import ADD_TERMINALS, REVOKE_TERMINALS, SEE_TERMINALS

_REFUSED_FOR = timedelta(days=30)
_LONGEST_NAME, _LONGEST_PLACE = 60, 200


@require_safe
@staff_page(SEE_TERMINALS)
def terminals(request: HttpRequest) -> HttpResponse:
    return _list(request)


def _list(
    request: HttpRequest, *, name: str = "", place: str = "", error: str = "", ask: bool = False
) -> HttpResponse:
    now = timezone.now()
    context = {
        "terminals": terminal.terminals(now=now), "refused": terminal.refused_entries(since=now - _REFUSED_FOR),
        "typed_name": name, "typed_place": place, "error": error, "asks_to_renew": ask, "refused_why": refused_why,
        "may_add": request.user.has_perm(ADD_TERMINALS), "may_revoke": request.user.has_perm(REVOKE_TERMINALS),
    }  # fmt: skip
    return render_staff(request, "staff/terminals.html", "terminals", context, status=400 if error else 200)


@require_POST
@staff_page(SEE_TERMINALS, ADD_TERMINALS)
def enrol(request: HttpRequest) -> HttpResponse:
    """The code is in this answer and nowhere else: who closes the page asks for another."""
    name = " ".join(request.POST.get("name", "").split())[:_LONGEST_NAME]
    place = request.POST.get("place", "").strip()[:_LONGEST_PLACE]
    if not name:
        return _list(request, place=place, error=_("Give the terminal a name, for example where it stands."))
    try:
        with pghistory.context(user=staff_id(request)):
            code = operations.enrol(
                name=name, place=place, now=timezone.now(), renew=request.POST.get("renew") == "on"
            )
    except operations.NameTaken:
        said = _(
            "A terminal of this name is at work. Tick the box to give it a new key, or choose another name."
        )
        return _list(request, name=name, place=place, error=said, ask=True)
    return render_staff(request, "staff/terminal_code.html", "terminals", {"name": name, "code": code})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(SEE_TERMINALS, REVOKE_TERMINALS)
def revoke(request: HttpRequest, terminal_id: int) -> HttpResponse:
    """Asked first: what is shut out has to be enrolled again by hand."""
    found = _terminal(terminal_id)
    if request.method != "POST":
        return render_staff(request, "staff/terminal_revoke.html", "terminals", {"terminal": found})
    try:
        operations.revoke(name=found.name, revoked_by=staff_id(request), now=timezone.now())
    except operations.UnknownTerminal:
        messages.info(request, _("%(name)s was shut out already.") % {"name": found.name})
    else:
        messages.success(
            request, _("%(name)s is shut out: its key opens nothing any more.") % {"name": found.name}
        )
    return redirect("staff:terminals")


def _terminal(terminal_id: int) -> TerminalHealth:
    rows = terminal.terminals(now=timezone.now(), with_revoked=False)
    for row in rows:
        if row.terminal_id == terminal_id:
            return row
    raise Http404
