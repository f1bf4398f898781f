"""`saime statement inspect FILE`: what a bank's file says, as JSON lines.

Nothing is booked, and no installation is needed.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any

from saime.config import installation
from saime.interchange.cli import FAILED, WrongUsage
from saime.interchange.commands.session import say
from saime.payments.statements import (
    Entry,
    References,
    Statement,
    Transaction,
    UnableToReadStatement,
    read_statements,
)


def statement(asked: Namespace) -> int:
    """A line for each statement, followed by one for each of its entries. 1: the file is none that can be booked."""
    try:
        content = asked.file.read_bytes()
    except OSError as error:
        raise WrongUsage(f"{asked.file} cannot be read: {error.strerror}") from None
    try:
        found = read_statements(content, schema_folders=[installation.data_dir() / "xsd"])
    except UnableToReadStatement as error:
        print(f"saime statement inspect: {asked.file}: {error}", file=sys.stderr)
        return FAILED
    for each in found:
        say(_heading(each))
        for entry in each.entries:
            say(_entry(entry))
    return 0


def _heading(statement: Statement) -> dict[str, Any]:
    return {
        "account": statement.account, "currency": statement.currency, "statement": statement.number,
        "opening_balance": _units(statement.opening), "closing_balance": _units(statement.closing),
        "adds_up": statement.adds_up, "entries": len(statement.entries),
    }  # fmt: skip


def _units(amount: int | None) -> str | None:
    return None if amount is None else str(amount)


def _entry(entry: Entry) -> dict[str, Any]:
    """Of several payments booked as one the first is on the entry's line, and all are below it."""
    first = entry.transactions[0] if entry.transactions else None
    line = {
        "amount": str(entry.amount), "currency": entry.currency,
        "booking_date": entry.booked_on and entry.booked_on.isoformat(),
        "value_date": entry.valued_on and entry.valued_on.isoformat(),
        **_payment(first, entry.information), "bank_reference": _bank_reference(entry, first),
        "status": entry.status, "reversal": entry.is_reversal, "code": entry.code, "information": entry.information,
    }  # fmt: skip
    if len(entry.transactions) > 1:
        line["transactions"] = [_part(part) for part in entry.transactions]
    return line


def _bank_reference(entry: Entry, first: Transaction | None) -> str:
    return entry.bank_reference or (first.bank_reference if first else "")


def _payment(payment: Transaction | None, information: str) -> dict[str, Any]:
    if payment is None:
        return {"counterparty_name": "", "counterparty_iban": "", "references": {}, "remittance": information}
    return {
        "counterparty_name": payment.counterparty_name, "counterparty_iban": payment.counterparty_iban,
        "references": _references(payment.references), "remittance": payment.remittance,
    }  # fmt: skip


def _part(payment: Transaction) -> dict[str, Any]:
    own = {"amount": _units(payment.amount), "currency": payment.currency}
    return own | _payment(payment, "") | {"bank_reference": payment.bank_reference}


def _references(references: References) -> dict[str, Any]:
    """Those that the bank gave."""
    named = {name: getattr(references, name) for name in References.__slots__}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in named.items() if value
    }
