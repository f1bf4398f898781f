"""FiDAViSta 1.01: the statement format of the Latvian banks' association, often in WINDOWS-1257."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from saime.payments.statements.amounts import minor_units
from saime.payments.statements.contracts import BOOKED, Entry, References, Statement, Transaction
from saime.payments.statements.errors import UnableToReadStatement
from saime.payments.statements.xml import Finder


def statements(root: Any) -> Iterator[Statement]:
    """One for each account and currency."""
    find = Finder(root)
    for account in find.all(root, "Statement/AccountSet"):
        for statement in find.all(account, "CcyStmt"):
            yield _statement(find, account, statement)


def _statement(find: Finder, account: Any, element: Any) -> Statement:
    number = find.text(account, "IBAN", "AccNo")
    currency = find.text(element, "Ccy")
    if not number or not currency:
        raise UnableToReadStatement("an account without number or currency", line=element.sourceline)
    opening, closing = (_balance(find, element, name, currency) for name in ("OpenBal", "CloseBal"))
    return Statement(
        account=number, currency=currency, number="", opening=opening, closing=closing,
        opening_currency=currency, closing_currency=currency,
        entries=tuple(_entry(find, entry, currency) for entry in find.all(element, "TrxSet")),
    )  # fmt: skip


def _balance(find: Finder, element: Any, name: str, currency: str) -> int | None:
    text = find.text(element, name)
    return minor_units(text, currency, line=element.sourceline) if text else None


def _entry(find: Finder, element: Any, currency: str) -> Entry:
    """`CorD` says which way; a correction comes as the other letter, or below zero."""
    direction = find.text(element, "CorD")
    if direction not in ("C", "D"):
        raise UnableToReadStatement(f"CorD is {direction!r}, not C or D", line=element.sourceline)
    amount = minor_units(find.text(element, "AccAmt"), currency, line=element.sourceline)
    signed = amount if direction == "C" else -amount
    booked_on = find.day(element, "BookDate")
    return Entry(
        amount=signed, currency=currency, booked_on=booked_on,
        valued_on=find.day(element, "ValueDate") or booked_on, status=BOOKED, is_reversal=False,
        bank_reference=find.text(element, "BankRef"), code=find.text(element, "TypeCode"),
        information=find.text(element, "TypeName"), transactions=(_transaction(find, element, signed, currency),),
    )  # fmt: skip


def _transaction(find: Finder, element: Any, amount: int, currency: str) -> Transaction:
    party = "CPartySet"
    return Transaction(
        amount=amount, currency=currency,
        counterparty_name=find.text(element, f"{party}/AccHolder/Name", f"{party}/Name"),
        counterparty_iban=find.text(element, f"{party}/AccNo", f"{party}/IBAN"),
        references=References(
            document=find.text(element, "DocNo"), end_to_end=find.text(element, "ExtId"),
            creditor=find.text(element, "StrgRef", "RefNo"),
        ),
        remittance=find.text(element, "PmtInfo"), bank_reference=find.text(element, "BankRef"),
    )  # fmt: skip
