"""Codes and rights, without a database."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saime.residents import rules


@dataclass(frozen=True)
class Holder:
    role: str
    user_id: int


CODES = st.text(rules.ALPHABET, min_size=rules.CODE_LENGTH, max_size=rules.CODE_LENGTH)


@given(CODES)
def test_a_code_survives_being_printed_and_typed(code: str) -> None:
    printed = rules.grouped_code(code)
    assert rules.normal_code(printed) == code
    assert rules.normal_code(printed.lower().replace("-", " ")) == code


def test_a_code_typed_on_a_russian_keyboard_is_the_same() -> None:
    assert rules.normal_code("К7М-4НХ-Р2Т") == "K7M4HXP2T"


def test_no_letter_is_taken_for_another() -> None:
    assert not set("01OILUVAE") & set(rules.ALPHABET)


@pytest.mark.parametrize(
    ("actor", "target", "may"),
    [
        (Holder("owner", 1), Holder("tenant", 2), True),
        (Holder("owner", 1), Holder("representative", 2), True),
        (Holder("owner", 1), Holder("owner", 2), False),
        (Holder("tenant", 1), Holder("tenant", 2), False),
        (Holder("representative", 1), Holder("tenant", 2), False),
        (Holder("tenant", 1), Holder("tenant", 1), True),
        (Holder("owner", 1), Holder("owner", 1), True),
    ],
)
def test_who_may_end_whose_access(actor: Holder, target: Holder, may: bool) -> None:
    assert rules.may_end(actor, target) is may


@given(st.integers(1, 10_000))
def test_mail_is_tried_again_sooner_or_later(attempts: int) -> None:
    assert timedelta(seconds=10) <= rules.retry_after(attempts) <= timedelta(minutes=30)
