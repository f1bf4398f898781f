"""Customer service sees what the resident sees: with a reason, for half an hour, read only, shown to the resident."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from saime.estate.models import Account
from saime.residents.models import StaffView, User

_REASON_LENGTH = 200


class UnableToView(Exception):
    """Not a member of staff, or no reason was given."""


@transaction.atomic
def start_staff_view(*, staff: User, account: Account, reason: str, now: datetime) -> StaffView:
    """Begin to look at one account. A view still open is ended: one at a time."""
    why = " ".join(reason.split())[:_REASON_LENGTH]
    if not staff.is_staff or not staff.is_active or not why:
        raise UnableToView
    User.objects.select_for_update(no_key=True).get(pk=staff.pk)
    end_staff_view(staff=staff, now=now)
    return StaffView.objects.create(staff=staff, account=account, reason=why, started_at=now)


def end_staff_view(*, staff: User, now: datetime) -> None:
    """End the staff member's open views."""
    StaffView.objects.filter(staff=staff, ended_at__isnull=True).update(ended_at=now)
