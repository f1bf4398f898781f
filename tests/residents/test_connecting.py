"""Customer number and one-time code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import override_settings
from tests.residents.houses import NOW, give, make_account, make_user

from saime.estate.models import Account
from saime.residents import operations, queries, rules
from saime.residents.contracts import ProvenCode
from saime.residents.models import Access, ConnectCode, Outbox, User
from saime.residents.operations import TooManyTries, UnableToConnect

HERE = "192.0.2.1"


def prove(number: str, code: str, *, address: str = HERE, now=NOW) -> ProvenCode:
    return operations.prove_code(account_no=number, code=code, address=address, now=now)


def test_a_code_opens_its_account_once(flat: Account, db: None) -> None:
    code = operations.issue_connect_code(flat.pk, NOW)
    user = make_user()
    operations.connect_by_code(user=user, proven=prove("4000001", code), now=NOW)

    assert [access.account_no for access in queries.accounts_of(user, NOW)] == ["4000001"]
    with pytest.raises(UnableToConnect):
        prove("4000001", code)


def test_of_a_code_only_a_hash_is_kept(flat: Account) -> None:
    code = operations.issue_connect_code(flat.pk, NOW)
    kept = bytes(ConnectCode.objects.get().code_hash)
    assert len(kept) == 32
    assert rules.normal_code(code).encode() not in kept


def test_codes_of_a_run_each_open_their_own_account(flat: Account, other_flat: Account) -> None:
    codes = operations.issue_connect_codes([flat.pk, other_flat.pk], NOW)
    assert prove("4000001", codes[flat.pk]).account_id == flat.pk
    assert prove("4000002", codes[other_flat.pk]).account_id == other_flat.pk
    with pytest.raises(UnableToConnect):
        prove("4000001", codes[other_flat.pk])


def test_a_code_expires(flat: Account) -> None:
    code = operations.issue_connect_code(flat.pk, NOW)
    assert prove("4000001", code, now=NOW + timedelta(days=59))
    with pytest.raises(UnableToConnect):
        prove("4000001", code, now=NOW + timedelta(days=60))


def test_codes_printed_before_a_used_one_are_void_and_later_ones_hold(flat: Account) -> None:
    october = operations.issue_connect_code(flat.pk, NOW - timedelta(days=30))
    november = operations.issue_connect_code(flat.pk, NOW)
    december = operations.issue_connect_code(flat.pk, NOW + timedelta(days=30))
    operations.connect_by_code(user=make_user(), proven=prove("4000001", november), now=NOW)
    with pytest.raises(UnableToConnect):
        prove("4000001", october)
    assert prove("4000001", december, now=NOW + timedelta(days=31))


def test_a_code_survives_a_change_of_the_secret_key(flat: Account) -> None:
    with override_settings(SECRET_KEY="the old key of a year ago, long enough"):
        code = operations.issue_connect_code(flat.pk, NOW)
    with pytest.raises(UnableToConnect):
        prove("4000001", code)
    with override_settings(SECRET_KEY_FALLBACKS=["the old key of a year ago, long enough"]):
        assert prove("4000001", code)


def test_unknown_number_and_wrong_code_are_told_the_same(flat: Account) -> None:
    operations.issue_connect_code(flat.pk, NOW)
    for number in ("4000001", "9999999"):
        for _try in range(rules.WRONG_CODES_FOR_NUMBER):
            with pytest.raises(UnableToConnect):
                prove(number, "AAA-AAA-AAA")
        with pytest.raises(TooManyTries):
            prove(number, "AAA-AAA-AAA")


def test_after_five_wrong_tries_the_right_code_waits_a_quarter_of_an_hour(flat: Account) -> None:
    code = operations.issue_connect_code(flat.pk, NOW)
    for _try in range(5):
        with pytest.raises(UnableToConnect):
            prove("4000001", "AAA-AAA-AAA")
    with pytest.raises(TooManyTries):
        prove("4000001", code)
    assert prove("4000001", code, now=NOW + timedelta(minutes=15, seconds=1))
    assert ConnectCode.objects.get().failed_attempts == 5


def test_one_address_cannot_try_many_numbers(db: None) -> None:
    for number in range(rules.WRONG_CODES_FROM_ADDRESS):
        with pytest.raises(UnableToConnect):
            prove(str(number), "AAA-AAA-AAA")
    with pytest.raises(TooManyTries):
        prove("777", "AAA-AAA-AAA")
    with pytest.raises(UnableToConnect):
        prove("777", "AAA-AAA-AAA", address="192.0.2.99")


def test_right_codes_do_not_count(flat: Account) -> None:
    code = operations.issue_connect_code(flat.pk, NOW)
    for _try in range(20):
        assert prove("4000001", code)


@pytest.mark.django_db(transaction=True)
def test_two_who_use_the_same_code_at_once_are_one() -> None:
    flat = make_account("4000001")
    proven = prove("4000001", operations.issue_connect_code(flat.pk, NOW))
    people = [make_user(f"p{number}@example.com") for number in range(4)]

    def connect(user: User) -> str:
        try:
            operations.connect_by_code(user=user, proven=proven, now=NOW)
        except UnableToConnect:
            return "too late"
        finally:
            connections.close_all()
        return "in"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(connect, people))
    assert sorted(outcomes) == ["in", "too late", "too late", "too late"]
    assert Access.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_pressing_twice_connects_once() -> None:
    flat = make_account("4000001")
    proven = prove("4000001", operations.issue_connect_code(flat.pk, NOW))
    user = make_user()

    def connect(_press: int) -> int:
        try:
            return operations.connect_by_code(user=user, proven=proven, now=NOW).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(connect, range(4)))) == 1
    assert Access.objects.count() == 1


def test_a_tenant_who_shows_the_code_becomes_an_owner(flat: Account) -> None:
    user = make_user()
    give(user, flat, "tenant")
    code = operations.issue_connect_code(flat.pk, NOW)
    later = NOW + timedelta(hours=1)
    operations.connect_by_code(user=user, proven=prove("4000001", code, now=later), now=later)
    assert [access.role for access in queries.accounts_of(user, later)] == ["owner"]


def test_the_owners_there_are_told(flat: Account, owner: User) -> None:
    code = operations.issue_connect_code(flat.pk, NOW)
    operations.connect_by_code(user=make_user("jauna@example.com"), proven=prove("4000001", code), now=NOW)
    letter = Outbox.objects.get()
    assert letter.recipient == owner.email
    assert "jauna@example.com" in letter.text


def test_a_code_is_sent_to_the_contact_and_its_absence_is_not_told(db: None) -> None:
    make_account("4000001", "1", email="konta@example.com")
    make_account("4000002", "2")
    for number in ("4000001", "4000002", "9999999"):
        assert operations.send_connect_code(account_no=number, address=HERE, now=NOW) is None
    letter = Outbox.objects.get()
    assert letter.recipient == "konta@example.com"
    code = next(word for word in letter.text.split() if word.count("-") == 2)
    assert prove("4000001", code)


def test_codes_cannot_be_had_sent_without_end(db: None) -> None:
    make_account("4000001", email="konta@example.com")
    for _try in range(rules.CODE_LETTERS_FOR_NUMBER):
        operations.send_connect_code(account_no="4000001", address=HERE, now=NOW)
    with pytest.raises(TooManyTries):
        operations.send_connect_code(account_no="4000001", address=HERE, now=NOW)
    assert Outbox.objects.count() == rules.CODE_LETTERS_FOR_NUMBER
