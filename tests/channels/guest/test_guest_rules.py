"""What is taken for the same number, and which bill opens."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saime.channels.guest.rules import matching, opens, plain

TODAY = date(2026, 11, 26)
LAST, BEFORE = ("2026-10-000123", date(2026, 11, 1)), ("2026-09-000120", date(2026, 10, 1))


@pytest.mark.parametrize(
    "typed", ["2026-10-000123", "2026 10 000123", "202610000123", " 2026-10-000123 ", "2026–10–000123"]
)
def test_the_last_bill_as_people_write_it(typed: str) -> None:
    assert opens(typed, [LAST, BEFORE], TODAY)


@pytest.mark.parametrize(
    "typed", ["", " ", "-", "2026-09-000120", "000123", "2026-10-00012", "2026-10-0001233"]
)
def test_what_is_not_the_last_bill(typed: str) -> None:
    assert not opens(typed, [LAST, BEFORE], TODAY)


def test_a_bill_that_may_still_be_on_its_way() -> None:
    for days, opened in ((0, True), (14, True), (15, False)):
        assert opens(BEFORE[0], [LAST, BEFORE], LAST[1] + timedelta(days=days)) is opened
    assert not opens("2026-08-000001", [LAST, BEFORE, ("2026-08-000001", date(2026, 9, 1))], LAST[1])


def test_without_a_bill_nothing_opens() -> None:
    assert not opens("", [], TODAY)
    assert not opens("2026-10-000123", [], TODAY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("AB-12345", "AB-12345"), ("ab 12345", "AB-12345"), ("АВ12345", "AB-12345"), ("2345", "AB-12345"),
     ("345", None), ("", None), ("7777", None), ("67777", "CD-67777"), ("99", "99"), ("12346", None)],
)  # fmt: skip
def test_the_meter_that_is_meant(typed: str, meant: str | None) -> None:
    assert matching(typed, ["AB-12345", "CD-67777", "EF-57777", "99"]) == meant


@given(st.text(max_size=30), st.lists(st.text(max_size=12), max_size=4))
def test_whatever_is_typed_is_one_of_the_accounts_meters_or_none(typed: str, numbers: list[str]) -> None:
    found = matching(typed, numbers)
    assert found is None or found in numbers
    assert plain(plain(typed)) == plain(typed)
