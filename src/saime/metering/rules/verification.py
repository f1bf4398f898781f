"""How a meter's verification stands (domain.md, Readings 8)."""

from __future__ import annotations

from datetime import date

SOON = 90  # days ahead from which a page says "expires in N days": the first of the reminders


def days_left(valid_until: date | None, today: date) -> int | None:
    """Days until the verification ends; 0 on its last day, negative afterwards, None where the date is not known."""
    return None if valid_until is None else (valid_until - today).days


def state_of(valid_until: date | None, today: date) -> str:
    """`valid`, `expiring`, `expired` or `unknown`."""
    left = days_left(valid_until, today)
    if left is None:
        return "unknown"
    if left < 0:
        return "expired"
    return "expiring" if left <= SOON else "valid"
