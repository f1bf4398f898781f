"""Changes to the estate that people make one at a time."""

from __future__ import annotations

import pghistory

from saime.estate.models import Account


def set_paperless(*, account_id: int, paperless: bool, changed_by: int) -> bool:
    """Give the printed bill up, or take it back. True if that changed anything: repeating it does not count twice.

    `changed_by`: the user whose choice it is; the account's history names them.
    """
    with pghistory.context(user=changed_by):
        changed = (
            Account.objects.filter(pk=account_id).exclude(paperless=paperless).update(paperless=paperless)
        )
    return changed == 1
