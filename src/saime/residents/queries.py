"""Who may see what."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from saime.residents import rules
from saime.residents.contracts import (
    OWNER,
    AccountAccess,
    InvitationFacts,
    OpenInvitation,
    PersonWithAccess,
    StaffViewFacts,
    StaffVisit,
    with_unit,
)
from saime.residents.models import Access, Invitation, Outbox, StaffView

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from saime.residents.models import User

_ACCOUNT_FIELDS = (
    "account_id", "account__account_no", "account__unit_id", "account__unit__unit_no", "account__unit__kind",
    "account__building_id", "account__building__building_no", "account__building__address", "account__holder_name",
    "account__from_date", "account__to_date", "account__paperless",
)  # fmt: skip


def _living(now: datetime) -> Q:
    return Q(granted_at__lte=now) & (Q(ended_at__isnull=True) | Q(ended_at__gt=now))


def _access(access_id: int | None, role: str, fields: tuple[Any, ...]) -> AccountAccess:
    account_id, account_no, *rest = fields
    return AccountAccess(access_id, account_id, account_no, role, *rest)


def accounts_of(user: User | AnonymousUser, now: datetime) -> list[AccountAccess]:
    """Every account the person may see, by address and unit. One query; none for somebody not logged in."""
    if not user.is_authenticated:
        return []
    rows = (
        Access.objects.filter(_living(now), user_id=user.pk)
        .order_by("account__building__address", "account__unit__sort_key", "account__from_date", "id")
        .values_list("id", "role", *_ACCOUNT_FIELDS)
    )
    return [_access(row[0], row[1], row[2:]) for row in rows]


def access_of(user_id: int, account_id: int, now: datetime) -> Access | None:
    """The person's living access to the account."""
    return Access.objects.filter(_living(now), user_id=user_id, account_id=account_id).first()


def owner_emails(account_id: int, now: datetime) -> list[tuple[str, str]]:
    """(e-mail, language) of everybody who owns the account's access."""
    rows = Access.objects.filter(_living(now), account_id=account_id, role=OWNER)
    return list(rows.order_by("id").values_list("user__email", "user__language"))


def people_with_access(account_id: int, now: datetime, seen_by: int | None) -> list[PersonWithAccess]:
    """Who may see the account, owners first. `seen_by`: the reader's user id; without access they may end nothing."""
    rows = list(
        Access.objects.filter(_living(now), account_id=account_id).select_related("user").order_by("id")
    )
    reader = next((row for row in rows if row.user_id == seen_by), None)
    people = [
        PersonWithAccess(
            row.pk, row.user_id, row.user.email, row.user.name, row.role, row.granted_at,
            reader is not None and rules.may_end(reader, row), row.user_id == seen_by,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(people, key=lambda person: person.role != OWNER)


def open_invitations(account_id: int, now: datetime) -> list[OpenInvitation]:
    rows = Invitation.objects.filter(
        account_id=account_id, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now
    ).order_by("invited_at", "id")
    return [OpenInvitation(row.pk, row.email, row.role, row.invited_at, row.expires_at) for row in rows]


def invitation_facts(invitation_id: int, now: datetime) -> InvitationFacts | None:
    """An invitation that can still be accepted; None where there is none."""
    row = (
        Invitation.objects.filter(
            pk=invitation_id, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now
        )
        .select_related("account__building", "account__unit", "invited_by")
        .first()
    )
    if row is None:
        return None
    place = with_unit(row.account.building.address, row.account.unit.unit_no)
    inviter = row.invited_by.get_short_name()
    return InvitationFacts(row.pk, row.account_id, row.email, row.role, place, inviter, row.expires_at)


def staff_visits(account_id: int, limit: int = 20) -> list[StaffVisit]:
    """When customer service looked at the account as the resident sees it, latest first."""
    rows = StaffView.objects.filter(account_id=account_id).order_by("-started_at", "-id")[:limit]
    return [StaffVisit(row.started_at, row.ended_at, row.reason) for row in rows]


def staff_view(view_id: int, staff_id: int, now: datetime) -> StaffViewFacts | None:
    """The staff member's running view. None once it was ended or its half hour is over."""
    row = (
        StaffView.objects.filter(
            pk=view_id, staff_id=staff_id, staff__is_staff=True, ended_at__isnull=True,
            started_at__gt=now - rules.STAFF_VIEW_LIFE,
        )
        .values_list("reason", "started_at", *_ACCOUNT_FIELDS)
        .first()
    )  # fmt: skip
    if row is None:
        return None
    return StaffViewFacts(view_id, _access(None, OWNER, row[2:]), row[0], row[1] + rules.STAFF_VIEW_LIFE)


def mail_is_late(now: datetime) -> bool:
    """Whether e-mails are waiting because the mail server did not take them."""
    return Outbox.objects.filter(next_try_at__isnull=False, attempts__gt=0, expires_at__gt=now).exists()
