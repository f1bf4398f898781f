"""What somebody has begun before they have a login: a code shown, an invitation opened. Kept in their session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from saime.residents import queries, rules
from saime.residents.contracts import InvitationFacts, ProvenCode
from saime.residents.models import User
from saime.residents.operations import UnableToAccept, UnableToConnect, accept_invitation, connect_by_code

_KEY = "joining"


@dataclass(frozen=True, slots=True)
class Joining:
    """Exactly one of the two."""

    proven: ProvenCode | None = None
    invitation: InvitationFacts | None = None


def begin_with_code(request: HttpRequest, proven: ProvenCode, now: datetime) -> None:
    request.session[_KEY] = {"code": [proven.code_id, proven.account_id], "at": now.timestamp()}


def begin_with_invitation(request: HttpRequest, invitation_id: int, now: datetime) -> None:
    request.session[_KEY] = {"invitation": invitation_id, "at": now.timestamp()}


def pending(request: HttpRequest, now: datetime) -> Joining | None:
    """What was begun in the last two hours and can still be finished."""
    state = request.session.get(_KEY)
    if not state or now.timestamp() - state["at"] > rules.PROOF_LIFE.total_seconds():
        return None
    if "code" in state:
        return Joining(proven=ProvenCode(*state["code"]))
    facts = queries.invitation_facts(state["invitation"], now)
    return Joining(invitation=facts) if facts else None


def is_proven_mailbox(request: HttpRequest, email: str, now: datetime) -> bool:
    """The invitation's link was opened by who reads this mailbox."""
    begun = pending(request, now)
    return bool(begun and begun.invitation and begun.invitation.email.lower() == email.lower())


def finish(request: HttpRequest, user: User, now: datetime, *, signed_up: bool) -> str | None:
    """Connect what was begun, now that there is a login. Where to go on, None where nothing was begun."""
    begun = pending(request, now)
    if begun is None:
        return None
    if begun.proven:
        request.session.pop(_KEY, None)
        return _connect(request, user, begun.proven, now)
    if begun.invitation and signed_up:
        return "/" if accept(request, user, begun.invitation.invitation_id, now) else reverse("connect")
    # Somebody who had a login presses Accept: perhaps they logged in as somebody else than they meant.
    return reverse("invitation_accept")


def _connect(request: HttpRequest, user: User, proven: ProvenCode, now: datetime) -> str:
    try:
        connect_by_code(user=user, proven=proven, now=now)
    except UnableToConnect:
        messages.error(
            request, _("Your login is ready, but the code has been used meanwhile. Ask for a new one.")
        )
        return reverse("connect")
    messages.success(request, _("Welcome! Your meters and bills are here."))
    return "/"


def accept(request: HttpRequest, user: User, invitation_id: int, now: datetime) -> bool:
    """Accept the invitation; says how it went in a message. True if it was accepted."""
    request.session.pop(_KEY, None)
    try:
        accept_invitation(invitation_id=invitation_id, user=user, now=now)
    except UnableToAccept:
        messages.error(request, _("The invitation no longer holds. Ask the owner for a new one."))
        return False
    messages.success(request, _("Welcome! Your meters and bills are here."))
    return True
