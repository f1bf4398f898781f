"""Statements of the Latvian banks' two formats: what was paid comes out, and what is no statement is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.payments.statements.made import OURS, Paid, camt053, fidavista

from saime.payments.statements import UnableToReadStatement, read_statements

# What an XML text can hold, a bank lets pass, and WINDOWS-1257 knows.
LETTERS = "aābcčdeēfgģhiījkķlļmnņoprsštuūvzž AĀČĒĢĪĶĻŅŠŪŽ0123456789.,&<>'\"/-"
TEXTS = st.text(LETTERS, min_size=1, max_size=60).map(lambda text: " ".join(text.split())).filter(bool)
PAID = st.builds(
    Paid,
    cents=st.integers(-10**11, 10**11).filter(bool),
    day=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    name=TEXTS, text=TEXTS,
    iban=st.sampled_from(["LV25UNLA0050000000002", "EE382200221020145685"]),
)  # fmt: skip
Make = Callable[..., bytes]


@settings(deadline=None)  # the schema is compiled once
@given(paid=st.lists(PAID, max_size=8), opening=st.integers(-(10**12), 10**12))
@pytest.mark.parametrize("make", [camt053, fidavista])
def test_what_goes_in_comes_out(make: Make, paid: list[Paid], opening: int) -> None:
    statement = read_statements(make(paid, opening=opening))[0]
    assert (statement.account, statement.currency, statement.opening) == (OURS, "EUR", opening)
    assert statement.adds_up
    read = [(e.amount, e.booked_on, e.valued_on, e.only) for e in statement.entries]
    assert [(amount, booked, valued) for amount, booked, valued, _ in read] == [
        (p.cents, p.day, p.day) for p in paid
    ]
    assert [(o.counterparty_name, o.counterparty_iban, o.remittance) for *_, o in read if o] == [
        (p.name, p.iban, p.text) for p in paid
    ]


def test_a_reversal_names_who_paid_at_first() -> None:
    statement = read_statements(camt053([Paid(5_000), Paid(-5_000, is_reversal=True)], opening=100))[0]
    assert [(e.amount, e.is_reversal, e.only and e.only.counterparty_iban) for e in statement.entries] == [
        (5_000, False, "LV25UNLA0050000000002"), (-5_000, True, "LV25UNLA0050000000002"),
    ]  # fmt: skip


def test_a_payment_that_is_not_booked_yet_moves_no_balance() -> None:
    statement = read_statements(camt053([Paid(5_000), Paid(700, status="PDNG")]))[0]
    assert (statement.moved, statement.adds_up) == (5_000, True)


def test_our_reference_is_told_from_what_the_payer_wrote() -> None:
    payment = (
        read_statements(camt053([Paid(5_000, reference="RF127000 02".replace(" ", ""))]))[0].entries[0].only
    )
    assert payment is not None
    assert (payment.references.creditor, payment.references.end_to_end) == ("RF12700002", "")
    assert payment.remittance == "Rēķins 202610-000002"


@given(st.integers(-(10**9), 10**9).filter(bool))
def test_one_cent_amiss_is_seen(difference: int) -> None:
    assert (
        read_statements(camt053([Paid(5_000)], opening=100, closing=5_100 + difference))[0].adds_up is False
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not well-formed"),
        (b"PK\x03\x04 a spreadsheet", "not well-formed"),
        (camt053([Paid(1)])[:-40], "not well-formed"),
        (b"<html><body>Session expired</body></html>", "<html> is not a bank statement"),
        (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "DOCTYPE"),
        (camt053([Paid(1)], version="11"), r"camt.053.001.11 is not known here.*iso20022.org"),
        (camt053([Paid(1)], opening=3).replace(b"0.03", b"0.035"), "finer than the currency"),
        (camt053([Paid(1)]).replace(b"Ccy='EUR'>0.01<", b"Ccy='EUR'>a lot<"), "line 1: this is not camt.053.001.02"),
        (fidavista([Paid(1)]).replace(b"<CorD>C", b"<CorD>X"), "CorD is 'X', not C or D"),
        (fidavista([Paid(1)]).replace(b"<AccAmt>0.01", b"<AccAmt>1 000,00 EUR"), "is not an amount"),
        (fidavista([Paid(1)]).replace(b"<BookDate>2026-11-12", b"<BookDate>12.11.2026"), "'12.11.2026' is not a date"),
        (b"<FIDAVISTA><Header/></FIDAVISTA>", "no statement in the file"),
    ],
)  # fmt: skip
def test_what_is_no_statement_is_refused_and_said(content: bytes, says: str) -> None:
    with pytest.raises(UnableToReadStatement, match=says):
        read_statements(content)


def test_a_thousand_million_laughs_are_not_heard() -> None:
    bomb = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    with pytest.raises(UnableToReadStatement):
        read_statements(f"<!DOCTYPE a [<!ENTITY l0 'ha'>{bomb}]><a>&l9;</a>".encode())


def test_a_further_version_is_read_where_its_schema_is_given(tmp_path: Path) -> None:
    from saime.payments.statements.schemas import OURS as SCHEMAS

    text = (SCHEMAS / "camt.053.001.02.xsd").read_text().replace("camt.053.001.02", "camt.053.001.03")
    (tmp_path / "camt.053.001.03.xsd").write_text(text)
    statement = read_statements(camt053([Paid(7)], version="03"), schema_folders=[tmp_path])[0]
    assert statement.moved == 7
