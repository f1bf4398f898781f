"""Changes to the estate that people make one at a time."""

from __future__ import annotations

from saime.estate.models import Account


def set_paperless(*, account_id: int, paperless: bool) -> bool:
    """Give the printed bill up, or take it back. True if that changed anything: repeating it does not count twice."""
    changed = Account.objects.filter(pk=account_id).exclude(paperless=paperless).update(paperless=paperless)
    return changed == 1
