"""What was wrong with an entry of which no reading could be made."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from saime.metering.reasons import sentence

_REFUSALS: dict[str, Callable[[], str]] = {
    "unknown_bill": lambda: _("Customer number and bill number do not belong together. Compare both with the bill."),
    "unknown_meter": lambda: _("No meter of this customer has that number. Compare it with the number on the meter."),
    "which_meter": lambda: _("There are several such meters. Enter the number that stands on the meter."),
    "entry_id_taken": lambda: _("The terminal gave two readings one number. Please enter the reading again."),
}  # fmt: skip


def refused_why(reason: str) -> str:
    """The sentence that the person at the terminal read."""
    known = _REFUSALS.get(reason)
    return known() if known else sentence(reason, {}) or reason
