"""The places of the office: what stands in its navigation, for whom, and by which keys one gets there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from saime.channels.paper import queries as paper
from saime.metering import desk

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the navigation. `key` is pressed after g; `waiting` is how much lies there."""

    name: str
    label: Text
    icon: str
    key: str
    right: str = ""
    waiting: int = 0

    @property
    def href(self) -> str:
        return reverse(f"staff:{self.name}")


DECIDE_FORMS, DECIDE_DOUBTS = "paper.add_fielddecision", "metering.add_review"
SEE_SCANS, ADD_SCANS = "paper.view_scannedfile", "paper.add_scannedfile"
SEE_MESSAGES = "sms.view_incomingmessage"
SEE_TERMINALS, ADD_TERMINALS = "terminal.view_terminal", "terminal.add_terminal"
REVOKE_TERMINALS = "terminal.change_terminal"
SEE_REMOTE = "remote.view_source"
PLACES = (
    Place("home", _("Reading desk"), "home", "h"),
    Place("forms", _("Forms to review"), "document", "f", DECIDE_FORMS),
    Place("doubts", _("Doubtful readings"), "alert", "d", DECIDE_DOUBTS),
    Place("scans", _("Scans"), "scan", "s", SEE_SCANS),
    Place("texts", _("Text messages"), "message", "m", SEE_MESSAGES),
    Place("terminals", _("Terminals"), "terminal", "t", SEE_TERMINALS),
    Place("remote", _("Remote readers"), "remote", "r", SEE_REMOTE),
)


def places_for(request: HttpRequest) -> list[Place]:
    """The places that the reader may go to, with how much waits there."""
    return [
        replace(place, waiting=_waiting(place.name))
        for place in PLACES
        if not place.right or request.user.has_perm(place.right)
    ]


def _waiting(name: str) -> int:
    if name == "forms":
        return paper.desk_queue(timezone.now()).waiting
    return desk.doubts_waiting().count if name == "doubts" else 0
