"""How a terminal gets its key, keeps it, and loses it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.channels.terminal.hall import NOW, Visitor, entry, make_terminal, take
from tests.residents.houses import make_user

from saime.channels.terminal.contracts import KnownTerminal, Sign
from saime.channels.terminal.models import Terminal
from saime.channels.terminal.operations import (
    NameTaken,
    TooManyTries,
    UnableToEnrol,
    UnknownTerminal,
    enrol,
    note_sign,
    redeem_code,
    revoke,
)
from saime.channels.terminal.queries import terminal_with_key, terminals

pytestmark = pytest.mark.django_db


def redeem(code: str, *, at: timedelta = timedelta(0)) -> str:
    return redeem_code(code=code, address="10.0.0.1", now=NOW + at).key


def test_a_code_is_good_once_and_typed_as_people_type(db: None) -> None:
    code = enrol(name="Zāle", now=NOW)
    key = redeem(code.lower().replace("-", " "))
    known = terminal_with_key(key)
    assert known is not None
    assert known.name == "Zāle"
    with pytest.raises(UnableToEnrol):
        redeem(code)


def test_a_code_is_good_for_a_day() -> None:
    code = enrol(name="Zāle", now=NOW)
    with pytest.raises(UnableToEnrol):
        redeem(code, at=timedelta(hours=24))


def test_a_new_code_replaces_one_that_was_not_typed() -> None:
    former, code = enrol(name="Zāle", now=NOW), enrol(name="Zāle", now=NOW)
    with pytest.raises(UnableToEnrol):
        redeem(former)
    assert redeem(code)
    assert Terminal.objects.count() == 1


def test_wrong_codes_are_counted() -> None:
    code = enrol(name="Zāle", now=NOW)
    for _ in range(10):
        with pytest.raises(UnableToEnrol):
            redeem("AAA-AAA-AAA")
    with pytest.raises(TooManyTries):
        redeem(code)
    assert redeem(code, at=timedelta(minutes=16))


def test_a_terminal_at_work_is_not_taken_over_by_its_name() -> None:
    _terminal, key = make_terminal("Zāle")
    with pytest.raises(NameTaken):
        enrol(name="Zāle", now=NOW)
    assert terminal_with_key(key)


def test_a_new_key_replaces_the_former_when_it_is_there() -> None:
    terminal, key = make_terminal("Zāle")
    code = enrol(name="Zāle", now=NOW, renew=True)
    assert terminal_with_key(key) == terminal
    fresh = redeem(code)
    assert terminal_with_key(key) is None
    assert terminal_with_key(fresh) == terminal


def test_revoked_it_opens_nothing() -> None:
    _terminal, key = make_terminal("Zāle")
    code = enrol(name="Zāle", now=NOW, renew=True)
    member = make_user()
    revoke(name="Zāle", revoked_by=member.pk, now=NOW)
    assert terminal_with_key(key) is None
    with pytest.raises(UnableToEnrol):
        redeem(code)
    with pytest.raises(UnknownTerminal):
        revoke(name="Zāle", now=NOW)
    row = Terminal.objects.get()
    assert (row.revoked_at, row.revoked_by_id) == (NOW, member.pk)
    make_terminal("Zāle")
    assert [t.state for t in terminals(now=NOW)] == ["silent", "revoked"]


def test_the_database_keeps_no_key_and_no_two_names() -> None:
    _terminal, key = make_terminal("Zāle")
    row = Terminal.objects.get()
    assert key.split(".")[1].encode() not in bytes(row.key_hash or b"")
    with pytest.raises(IntegrityError, match="one_living_terminal_a_name"), transaction.atomic():
        Terminal.objects.create(name="Zāle", created_at=NOW)
    with pytest.raises(IntegrityError, match="revoked_terminal_has_no_key"), transaction.atomic():
        Terminal.objects.update(revoked_at=NOW)


@pytest.mark.parametrize(
    "forged", ["", ".", "1", "x.y", "1.", ".abc", "99999999999999999999.abc", "0.abc", "１.abc", "-1.abc"]
)
def test_forged_keys(forged: str) -> None:
    assert terminal_with_key(forged) is None


def test_another_terminals_secret_is_not_mine() -> None:
    (_one, key), (other, _key) = make_terminal("Zāle"), make_terminal("Veikals")
    assert terminal_with_key(f"{other.terminal_id}.{key.split('.')[1]}") is None


def test_health_says_what_staff_need(terminal: KnownTerminal, visitor: Visitor) -> None:
    enrol(name="Jauns", place="Ogre", now=NOW)
    take(terminal, entry(visitor), entry(visitor, "nav"))
    sign = Sign(sent_at=NOW - timedelta(minutes=7), queue_length=3, software="4f2a")
    note_sign(terminal=terminal, sign=sign, now=NOW)
    seen, waiting = terminals(now=NOW + timedelta(minutes=1))
    assert (seen.state, seen.queue_length, seen.entries_today, seen.software) == ("clock", 3, 2, "4f2a")
    assert (seen.clock_difference, seen.last_seen_at) == (timedelta(minutes=-7), NOW)
    assert (waiting.name, waiting.place, waiting.state, waiting.last_seen_at) == (
        "Jauns",
        "Ogre",
        "waiting",
        None,
    )
    assert terminals(now=NOW + timedelta(hours=13))[0].entries_today == 0
