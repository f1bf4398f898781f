"""Shared access: an owner invites a tenant or a representative, sees who has access, and ends it."""

from __future__ import annotations

from datetime import datetime

from django.core import signing
from django.db import transaction
from django.db.models.functions import Lower

from saime.estate.models import Account
from saime.residents import mails, outbox, queries, rules, tries
from saime.residents.contracts import with_unit
from saime.residents.models import Access, Invitation, User
from saime.residents.operations.connecting import TooManyTries, grant_access

_SALT = "saime.residents.invitation"


class UnableToInvite(Exception):
    """The inviter does not own the account's access, or invited themselves."""


class UnableToAccept(Exception):
    """The invitation was withdrawn, has expired, was accepted by somebody else, or its inviter lost the access."""


class UnableToEnd(Exception):
    """The access is not there any more, or is not theirs to end."""


def invite(*, inviter: User, account_id: int, email: str, role: str, now: datetime) -> Invitation:
    """Invite by e-mail, with a signed link that works once and for 14 days. `role`: tenant or representative.

    Inviting the same address again sends the link again and renews its 14 days. TooManyTries after twenty
    invitations in a day.
    """
    address = email.strip().lower()
    if not tries.count_try(
        what="invite",
        of=str(inviter.pk),
        limit=rules.INVITATIONS_OF_USER,
        within=rules.LETTERS_BLOCK,
        now=now,
    ):
        raise TooManyTries
    with transaction.atomic():
        # Serialised by the account: two presses of the button are one invitation.
        account = Account.objects.select_for_update(of=("self",), no_key=True).select_related(
            "building", "unit"
        )
        found = account.get(pk=account_id)
        own = queries.access_of(inviter.pk, account_id, now)
        if own is None or not rules.may_invite(own) or address == inviter.email.lower():
            raise UnableToInvite
        invitation = _renewed(account_id, inviter, address, role, now)
        place = with_unit(found.building.address, found.unit.unit_no)
        language = _language_of(address) or inviter.language
        letter = mails.invitation(
            language, place=place, inviter=inviter.get_short_name(), role=role, token=token_of(invitation),
            until=invitation.expires_at,
        )  # fmt: skip
        outbox.post(letter, to=address, now=now)
        return invitation


def _renewed(account_id: int, inviter: User, address: str, role: str, now: datetime) -> Invitation:
    living = (
        Invitation.objects.annotate(lower_email=Lower("email"))
        .filter(
            account_id=account_id, lower_email=address, accepted_at__isnull=True, withdrawn_at__isnull=True
        )
        .first()
    )
    invitation = living or Invitation(account_id=account_id, email=address, invited_at=now)
    invitation.role, invitation.invited_by, invitation.expires_at = role, inviter, now + rules.INVITATION_LIFE
    invitation.save()
    return invitation


def _language_of(address: str) -> str:
    return User.objects.filter(email=address).values_list("language", flat=True).first() or ""


def token_of(invitation: Invitation) -> str:
    """What stands in the link. Signed; that it works once and for 14 days is in the row."""
    return signing.dumps(invitation.pk, salt=_SALT)


def invitation_of_token(token: str) -> int | None:
    """The invitation's id, None for a token that is not ours."""
    try:
        return int(signing.loads(token, salt=_SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def accept_invitation(*, invitation_id: int, user: User, now: datetime) -> Access:
    """Give the person the invited access. Once: repeating it for the same person changes nothing."""
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
        if invitation is None or not _acceptable(invitation, user, now):
            raise UnableToAccept
        if invitation.accepted_at is None:
            invitation.accepted_at, invitation.accepted_by = now, user
            invitation.save(update_fields=["accepted_at", "accepted_by"])
            return grant_access(
                user=user, account_id=invitation.account_id, role=invitation.role,
                granted_by=invitation.invited_by, now=now, tell_owners=True,
            )  # fmt: skip
        living = queries.access_of(user.pk, invitation.account_id, now)
        if living is None:
            raise UnableToAccept  # accepted once, and ended since
        return living


def _acceptable(invitation: Invitation, user: User, now: datetime) -> bool:
    if invitation.accepted_at is not None:
        return invitation.accepted_by_id == user.pk
    if invitation.withdrawn_at is not None or invitation.expires_at <= now:
        return False
    # An owner who has sold the flat lets nobody in any more.
    inviter = queries.access_of(invitation.invited_by_id, invitation.account_id, now)
    return inviter is not None and rules.may_invite(inviter)


def withdraw_invitation(*, invitation_id: int, actor: User, account_id: int, now: datetime) -> None:
    """Take an invitation back. UnableToEnd for somebody without the right; nothing where it is over already."""
    with transaction.atomic():
        own = queries.access_of(actor.pk, account_id, now)
        if own is None or not rules.may_invite(own):
            raise UnableToEnd
        Invitation.objects.filter(
            pk=invitation_id, account_id=account_id, accepted_at__isnull=True, withdrawn_at__isnull=True
        ).update(withdrawn_at=now)


def end_access(*, access_id: int, actor: User, account_id: int, now: datetime) -> None:
    """End somebody's access, or give one's own back. UnableToEnd where that is not the actor's to do.

    The person is told by e-mail. Invitations that an owner sent end with the owner's access.
    """
    with transaction.atomic():
        rows = {
            row.pk: row
            for row in Access.objects.select_for_update(of=("self",), no_key=True)
            .select_related("user", "account__building", "account__unit")
            .filter(account_id=account_id, ended_at__isnull=True)
            .order_by("id")
        }
        target = rows.get(access_id)
        own = next((row for row in rows.values() if row.user_id == actor.pk), None)
        if target is None or own is None or not rules.may_end(own, target):
            raise UnableToEnd
        target.ended_at, target.ended_by = now, actor
        target.save(update_fields=["ended_at", "ended_by"])
        if target.user_id != actor.pk:
            place = with_unit(target.account.building.address, target.account.unit.unit_no)
            outbox.post(mails.access_ended(target.user.language, place=place), to=target.user.email, now=now)
