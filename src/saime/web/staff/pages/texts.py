"""What may have become of a text message, for the filter of their page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from saime.channels.sms.contracts import ChannelHealth

_LATE = timedelta(minutes=10)
OUTCOMES: dict[str, Callable[[], str]] = {
    "submitted": lambda: _("readings taken"),
    "problem": lambda: _("not understood"),
    "failed": lambda: _("could not be handled"),
    "help": lambda: _("asked for help"),
    "balance": lambda: _("asked for the balance"),
    "stop": lambda: _("wants no messages"),
    "start": lambda: _("wants messages again"),
    "repeat": lambda: _("the same message again"),
    "flood": lambda: _("too many messages"),
    "unreadable": lambda: _("not a text"),
    "nobody": lambda: _("not from a phone"),
}


def outcome_options() -> list[tuple[str, str]]:
    """(code, words) for a select, all of them first."""
    return [("all", _("all")), *((code, words()) for code, words in OUTCOMES.items())]


def is_late(health: ChannelHealth, now: datetime) -> bool:
    """Whether an answer has waited so long that something must have stopped."""
    since = health.oldest_waiting_since
    return since is not None and now - since > _LATE
