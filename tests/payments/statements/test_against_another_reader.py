"""The samples of genkgo/camt: what it reads from each, we read too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from saime.payments.statements import Entry, Transaction, UnableToReadStatement, read_statements

SAMPLES = Path(__file__).parent / "data" / "genkgo"
NAMES = sorted(file.stem for file in SAMPLES.glob("*.json"))


def read(name: str) -> list[Any]:
    return read_statements((SAMPLES / f"{name}.xml").read_bytes())


def entries(name: str) -> list[Entry]:
    return list(read(name)[-1].entries)


def theirs(name: str) -> list[dict[str, Any]]:
    """Their entries: of a file with several statements those of the last one."""
    found: list[dict[str, Any]] = json.loads((SAMPLES / f"{name}.json").read_text())["getEntries"]
    return found


def day(value: dict[str, str] | None) -> str | None:
    return value and value["0"][:10]


def test_there_are_samples_of_every_version() -> None:
    assert {name[:10] for name in NAMES} == {"camt053.v2", "camt053.v8", "camt054.v2", "camt054.v8"}


@pytest.mark.parametrize("name", NAMES)
def test_entries_are_theirs(name: str) -> None:
    ours = [
        (
            str(entry.amount),
            entry.currency,
            str(entry.booked_on),
            str(entry.valued_on),
            entry.bank_reference or None,
        )
        for entry in entries(name)
    ]
    assert ours == [
        (their["getAmount"]["getAmount"], their["getAmount"]["getCurrency"]["getCode"], day(their["getBookingDate"]),
         day(their["getValueDate"]), their["getAccountServicerReference"])
        for their in theirs(name)
    ]  # fmt: skip


def payments(name: str) -> Iterator[tuple[Transaction, dict[str, Any]]]:
    for entry, their in zip(entries(name), theirs(name), strict=True):
        first = their["getTransactionDetail"]
        others = [part for part in their["getTransactionDetails"] if isinstance(part, dict)]
        yield from zip(entry.transactions, [first, *others], strict=True)


@pytest.mark.parametrize("name", NAMES)
def test_payments_are_theirs(name: str) -> None:
    seen = 0
    for ours, their in payments(name):
        reference = their["getReference"] or {}
        assert ours.references.end_to_end == (reference.get("getEndToEndId") or "")
        parties = [party for party in their["getRelatedParties"] if isinstance(party, dict)]
        names = {(party.get("getRelatedPartyType") or {}).get("getName") or "" for party in parties}
        assert not names or ours.counterparty_name in names
        message = (their["getRemittanceInformation"] or {}).get("getMessage") or ""
        assert message in ours.remittance
        seen += 1
    assert seen


@pytest.mark.parametrize(
    ("name", "opening", "closing", "adds_up"),
    [
        ("camt053.v2.multi.statement", 1_815, 2_700, True),
        ("camt053.v2.minimal", 1_815, -2_700, False),  # the closing balance is in another currency
        ("camt053.v2.five.decimals", 1_815, 2_705, False),
        ("camt054.v8", None, None, None),
    ],
)
def test_balances(name: str, opening: int | None, closing: int | None, adds_up: bool | None) -> None:
    first = read(name)[0]
    assert (first.opening, first.closing, first.adds_up) == (opening, closing, adds_up)


def test_several_statements_of_a_file_are_told_apart() -> None:
    first, second = read("camt053.v2.multi.statement")
    assert (first.number, second.number) == ("253EURNL26VAYB8060476890", "254EURNL26VAYB8060476890")
    assert (second.opening, second.moved, second.closing) == (2_700, -700, 2_000)


def test_payments_of_a_batch_have_its_sign() -> None:
    entry = entries("camt054.v8")[0]
    assert entry.only is None
    assert [(part.amount, part.currency) for part in entry.transactions] == [
        (-310, "CHF"), (-320, "CHF"), (-320, "CHF")
    ]  # fmt: skip


def test_a_batch_that_tells_no_amounts_is_read_and_says_so() -> None:
    assert [part.amount for part in entries("camt054.v2")[0].transactions] == [None, None, None]


def test_what_breaks_the_schema_is_refused_with_its_line() -> None:
    with pytest.raises(UnableToReadStatement, match=r"line 3: .*Expected is \( Stmt \)"):
        read("camt053.v2.wrong")
