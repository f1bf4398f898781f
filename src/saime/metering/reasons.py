"""Why a submission is not the registered reading, said so that one knows what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from saime.metering.models import Channel


def sentence(reason: str, details: Mapping[str, Any]) -> str:
    """The reason in the reader's language. `details`: what was stored with it (figures with a decimal point)."""
    template = _TEMPLATES.get(reason)
    if template is None:
        return ""
    return template() % _localised(details)


def channel_name(channel: str) -> str:
    return str(Channel(channel).label) if channel else ""


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def _localised(details: Mapping[str, Any]) -> _Blank:
    from saime.metering.figure_text import dial_text

    said = _Blank()
    for key, value in details.items():
        said[key] = (
            channel_name(value)
            if key == "channel"
            else dial_text(str(value))
            if key in _READINGS
            else str(value)
        )
    return said


_READINGS = ("earlier", "later", "value", "m3")
_TEMPLATES: dict[str, Callable[[], str]] = {
    "not_a_number": lambda: _("Enter the number on the dial, for example 123.456 or 123,456."),
    "too_many_decimals": lambda: _("Enter at most three digits after the comma."),
    "received_in_future": lambda: _("The time of the reading lies ahead. Check the date."),
    "negative": lambda: _("A reading cannot be below zero. Enter the number on the dial."),
    "too_many_digits": lambda: _(
        "The meter has %(digits)s digits before the decimals. Enter the black digits, then a comma and the red ones."
    ),
    "not_installed_yet": lambda: _("The meter was not yet installed in that month."),
    "removed": lambda: _("The meter has been taken out. Enter the reading of the meter that replaced it."),
    "lower_than_earlier": lambda: _(
        "The reading is lower than the one before it (%(earlier)s). Look at the dial again, and at the meter's number."
    ),
    "higher_than_later": lambda: _(
        "The reading is higher than one of a later month (%(later)s). Look at the month and the dial again."
    ),
    "implausible": lambda: _("The reading is much higher than usual. We will look at it before it counts."),
    "outside_window": lambda: _("Readings of this month are not taken now."),
    "channel_off": lambda: _("Readings are not taken this way at the moment. Use another way."),
    "period_closed": lambda: _(
        "The month's bill has been made. The reading was kept, but it no longer changes it."
    ),
    "priority": lambda: pgettext("reading", "Not used: a reading by %(channel)s has priority."),
    "later_one": lambda: _("Not used: a later reading by the same way replaced it."),
    "reviewed": lambda: "%(note)s",
}
