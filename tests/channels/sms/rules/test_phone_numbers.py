"""Numbers as gateways write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saime.channels.sms.rules.phones import as_kept, e164


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+37129123456", "+37129123456"), ("37129123456", "+37129123456"), ("0037129123456", "+37129123456"),
        ("29123456", "+37129123456"), ("+371 29 123 456", "+37129123456"), ("+3725123456", "+3725123456"),
        ("+447911123456", "+447911123456"), ("1881", ""), ("Banka", ""), ("", ""), ("+1", ""), ("LMT-Info", ""),
        ("999999999999999999999999", ""), ("29123456; DROP", ""),
    ],
)  # fmt: skip
def test_numbers(written: str, number: str) -> None:
    assert e164(written) == number


@given(st.text(max_size=60))
def test_anything_is_a_number_or_none(written: str) -> None:
    found = e164(written)
    assert found == "" or (found[0] == "+" and found[1:].isdigit() and len(found) <= 16)
    assert e164(found) == found


def test_an_account_may_have_it_without_its_country() -> None:
    assert "29123456" in as_kept("+37129123456")
    assert as_kept("+447911123456") == ["+447911123456", "447911123456"]
