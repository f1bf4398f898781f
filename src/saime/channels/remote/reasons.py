"""What is wrong with a delivered value, said so that its sender knows what to do: (wrong, right)."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from saime.channels.remote.rules.values import OLDEST_DAYS, Fault

_SENTENCES: dict[Fault, Callable[[], tuple[str, str]]] = {
    Fault.IN_FUTURE: lambda: (_("the time lies ahead"), _("a time up to now; check the reader's clock")),
    Fault.TOO_OLD: lambda: (
        _("the time lies too far back"),
        _("a time of the last {days} days; check the reader's clock").format(days=OLDEST_DAYS),
    ),
    Fault.TOO_MANY_DIGITS: lambda: (
        _("the reading has more digits than the meter's dial"), _("the number on the dial, in cubic metres"),
    ),
    Fault.NOT_INSTALLED_YET: lambda: (
        _("the meter was not yet installed on that day"), _("a day on which the meter was in use"),
    ),
    Fault.REMOVED: lambda: (
        _("the meter had been taken out before that day"), _("the meter that replaced it"),
    ),
}  # fmt: skip


def code(fault: int) -> str:
    return Fault(fault).name.lower()


def sentences(fault: int) -> tuple[str, str]:
    """What is wrong, and what would be right."""
    return _SENTENCES[Fault(fault)]()
