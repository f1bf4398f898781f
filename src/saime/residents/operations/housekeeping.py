"""What is over is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from saime.residents.cache import purge
from saime.residents.models import Draft, Outbox, StaffView, Tries, User
from saime.residents.rules import STAFF_VIEW_LIFE

_UNCONFIRMED = timedelta(days=14)
_MAIL_RECORD = timedelta(days=90)


def forget_what_is_over(*, now: datetime) -> dict[str, int]:
    """Delete drafts, counters, sessions and old mail records whose time is over, and logins never confirmed.

    Says how many of each; nothing where another process is at it. Harmless at any time.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('saime.residents.housekeeping'))")
        return _forget(now) if cursor.fetchone()[0] else {}


def _forget(now: datetime) -> dict[str, int]:
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    unconfirmed = User.objects.filter(
        ~Exists(confirmed), last_login__isnull=True, is_staff=False, date_joined__lt=now - _UNCONFIRMED,
        access__isnull=True,
    )  # fmt: skip
    StaffView.objects.filter(ended_at__isnull=True, started_at__lt=now - STAFF_VIEW_LIFE).update(ended_at=now)
    return {
        "drafts": Draft.objects.filter(expires_at__lte=now).delete()[0],
        "tries": Tries.objects.filter(until__lte=now).delete()[0],
        "mail": Outbox.objects.filter(next_try_at__isnull=True, queued_at__lt=now - _MAIL_RECORD).delete()[0],
        "sessions": Session.objects.filter(expire_date__lte=now).delete()[0],
        "logins": unconfirmed.delete()[0],
        "cache": purge(now),
    }
