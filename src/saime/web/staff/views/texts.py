"""Text messages: what came in, what became of it, and how far our answer got."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from saime.channels.sms import queries as sms
from saime.channels.sms.contracts import MessageView
from saime.estate.queries import account_of_number
from saime.web.staff.access import staff_page
from saime.web.staff.pages.rendering import render_staff
from saime.web.staff.pages.texts import OUTCOMES, is_late, outcome_options
from saime.web.staff.places import SEE_MESSAGES

_LISTED = 50
_LONGEST = 40


@require_safe
@staff_page(SEE_MESSAGES)
def texts(request: HttpRequest) -> HttpResponse:
    """The latest, or those of a phone or of a customer, or of one outcome."""
    asked = request.GET.get("q", "").strip()[:_LONGEST]
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in OUTCOMES else ""
    found = _found(asked, outcome, _number(request.GET.get("before", "")))
    now = timezone.now()
    health = sms.health(now=now)
    context = {
        "messages_found": found[:_LISTED], "more": found[_LISTED - 1].message_id if len(found) > _LISTED else None,
        "asked": asked, "outcome": outcome, "outcomes": outcome_options(), "health": health,
        "is_late": is_late(health, now),
    }  # fmt: skip
    return render_staff(request, "staff/texts.html", "texts", context)


def _found(asked: str, outcome: str, before: int | None) -> tuple[MessageView, ...]:
    """A customer number is one if there is such a customer; anything else is taken for a phone."""
    if not asked:
        return sms.latest_messages(outcomes=[outcome] if outcome else (), before=before, limit=_LISTED + 1)
    account = account_of_number(asked)
    found = (
        sms.messages_of_account(account.account_id, before=before, limit=_LISTED + 1)
        if account
        else sms.messages_of_number(asked, before=before, limit=_LISTED + 1)
    )
    return tuple(message for message in found if not outcome or message.outcome == outcome)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
