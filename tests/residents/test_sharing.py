"""An owner invites, sees who has access, and ends it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from tests.residents.houses import NOW, give, make_account, make_user

from saime.estate.models import Account
from saime.residents import operations, queries
from saime.residents.models import Access, Invitation, Outbox, User
from saime.residents.operations import UnableToAccept, UnableToEnd, UnableToInvite
from saime.residents.operations.sharing import token_of


def invite(owner: User, flat: Account, email: str = "irnieks@example.com", *, now=NOW) -> Invitation:
    return operations.invite(inviter=owner, account_id=flat.pk, email=email, role="tenant", now=now)


def accept(invitation: Invitation, user: User, *, now=NOW) -> Access:
    return operations.accept_invitation(invitation_id=invitation.pk, user=user, now=now)


def test_an_invited_tenant_gets_in(owner: User, flat: Account) -> None:
    invitation = invite(owner, flat)
    letter = Outbox.objects.get()
    assert letter.recipient == "irnieks@example.com"
    assert token_of(invitation) in letter.text
    assert operations.invitation_of_token(token_of(invitation)) == invitation.pk

    tenant = make_user("irnieks@example.com")
    accept(invitation, tenant)
    assert [(a.account_no, a.role) for a in queries.accounts_of(tenant, NOW)] == [("4000001", "tenant")]


@pytest.mark.parametrize("token", ["", "x", "1", "MQ:1abc:forged", "ķ" * 300])
def test_a_token_that_is_not_ours_is_none(token: str) -> None:
    assert operations.invitation_of_token(token) is None


def test_inviting_twice_is_one_invitation_and_two_letters(owner: User, flat: Account) -> None:
    first = invite(owner, flat)
    again = invite(owner, flat, "Irnieks@Example.com", now=NOW + timedelta(days=3))
    assert first.pk == again.pk
    assert Invitation.objects.get().expires_at == NOW + timedelta(days=17)
    assert Outbox.objects.count() == 2


@pytest.mark.parametrize("role", ["tenant", "representative"])
def test_only_an_owner_invites(flat: Account, role: str) -> None:
    user = make_user("cits@example.com")
    give(user, flat, role)
    with pytest.raises(UnableToInvite):
        invite(user, flat)
    assert not Invitation.objects.exists()
    assert not Outbox.objects.exists()


def test_a_stranger_neither_invites_nor_withdraws_nor_ends(
    owner: User, flat: Account, other_flat: Account
) -> None:
    stranger = make_user("svesa@example.com")
    give(stranger, other_flat)
    invitation = invite(owner, flat)
    with pytest.raises(UnableToInvite):
        invite(stranger, flat)
    with pytest.raises(UnableToEnd):
        operations.withdraw_invitation(
            invitation_id=invitation.pk, actor=stranger, account_id=flat.pk, now=NOW
        )
    # ... nor by naming an account of their own.
    operations.withdraw_invitation(
        invitation_id=invitation.pk, actor=stranger, account_id=other_flat.pk, now=NOW
    )
    access = Access.objects.get(user=owner)
    for account in (flat, other_flat):
        with pytest.raises(UnableToEnd):
            operations.end_access(access_id=access.pk, actor=stranger, account_id=account.pk, now=NOW)
    invitation.refresh_from_db()
    access.refresh_from_db()
    assert (invitation.withdrawn_at, access.ended_at) == (None, None)


def test_withdrawn_expired_and_used_invitations_open_nothing(owner: User, flat: Account) -> None:
    person = make_user("irnieks@example.com")
    withdrawn = invite(owner, flat)
    operations.withdraw_invitation(invitation_id=withdrawn.pk, actor=owner, account_id=flat.pk, now=NOW)
    with pytest.raises(UnableToAccept):
        accept(withdrawn, person)
    expired = invite(owner, flat)
    with pytest.raises(UnableToAccept):
        accept(expired, person, now=NOW + timedelta(days=14))
    accept(expired, person)
    with pytest.raises(UnableToAccept):
        accept(expired, make_user("cits@example.com"))
    assert Access.objects.filter(account=flat).count() == 2


def test_an_ended_access_does_not_come_back_by_the_old_link(owner: User, flat: Account) -> None:
    person = make_user("irnieks@example.com")
    invitation = invite(owner, flat)
    access = accept(invitation, person)
    operations.end_access(access_id=access.pk, actor=owner, account_id=flat.pk, now=NOW)
    with pytest.raises(UnableToAccept):
        accept(invitation, person, now=NOW + timedelta(hours=1))
    assert queries.accounts_of(person, NOW) == []


def test_the_invitation_of_somebody_who_is_no_owner_any_more_does_not_hold(
    owner: User, flat: Account
) -> None:
    invitation = invite(owner, flat)
    own = Access.objects.get(user=owner)
    operations.end_access(access_id=own.pk, actor=owner, account_id=flat.pk, now=NOW)
    with pytest.raises(UnableToAccept):
        accept(invitation, make_user("irnieks@example.com"))


def test_an_owner_ends_a_tenants_access_and_not_another_owners(owner: User, flat: Account) -> None:
    tenant, other = make_user("irnieks@example.com"), make_user("otra@example.com")
    lets, owns = give(tenant, flat, "tenant"), give(other, flat)
    with pytest.raises(UnableToEnd):
        operations.end_access(access_id=owns.pk, actor=owner, account_id=flat.pk, now=NOW)
    operations.end_access(access_id=lets.pk, actor=owner, account_id=flat.pk, now=NOW)
    assert queries.accounts_of(tenant, NOW) == []
    assert len(queries.accounts_of(other, NOW)) == 1
    assert Outbox.objects.get().recipient == "irnieks@example.com"
    with pytest.raises(UnableToEnd):
        operations.end_access(access_id=lets.pk, actor=owner, account_id=flat.pk, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_the_same_invitation_at_once_are_one() -> None:
    flat, owner = make_account("4000001"), make_user()
    give(owner, flat)
    invitation = invite(owner, flat)
    people = [make_user(f"p{number}@example.com") for number in range(4)]

    def try_it(user: User) -> str:
        try:
            accept(invitation, user)
        except UnableToAccept:
            return "too late"
        finally:
            connections.close_all()
        return "in"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(try_it, people)) == ["in", "too late", "too late", "too late"]
    assert Access.objects.filter(role="tenant").count() == 1


@pytest.mark.django_db(transaction=True)
def test_inviting_the_same_person_twice_at_once_is_one_invitation() -> None:
    flat, owner = make_account("4000001"), make_user()
    give(owner, flat)

    def try_it(_press: int) -> int:
        try:
            return invite(owner, flat).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(try_it, range(4)))) == 1


def test_who_sees_whom(owner: User, flat: Account) -> None:
    tenant = make_user("irnieks@example.com")
    give(tenant, flat, "tenant")
    seen = queries.people_with_access(flat.pk, NOW, owner.pk)
    assert [(p.email, p.may_be_ended) for p in seen] == [(owner.email, True), ("irnieks@example.com", True)]
    seen = queries.people_with_access(flat.pk, NOW, tenant.pk)
    assert [p.may_be_ended for p in seen] == [False, True]


def test_accounts_are_read_in_one_query(owner: User, flat: Account, django_assert_num_queries) -> None:
    for number in range(3):
        give(owner, make_account(f"41{number}", "1", building_no=f"B{number + 2}"))
    with django_assert_num_queries(1):
        found = queries.accounts_of(owner, NOW)
    assert [access.account_no for access in found] == ["4000001", "410", "411", "412"]
    assert found[0].place == "Parauga iela 1-1"


def test_an_ended_access_shows_nothing(owner: User, flat: Account) -> None:
    Access.objects.update(ended_at=NOW + timedelta(days=1))
    assert len(queries.accounts_of(owner, NOW)) == 1
    assert queries.accounts_of(owner, NOW + timedelta(days=1)) == []
