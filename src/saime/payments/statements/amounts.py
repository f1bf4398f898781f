"""Amounts of money as minor units of their currency (ISO 4217)."""

from __future__ import annotations

import re
from decimal import Decimal

from saime.payments.statements.errors import UnableToReadStatement

# All others have two decimals.
_NO_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
     "XPF")
)  # fmt: skip
_THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_AMOUNT = re.compile(r"[+-]?\d{1,18}([.,]\d{1,18})?|[+-]?[.,]\d{1,18}")


def decimals_of(currency: str) -> int:
    return 0 if currency in _NO_DECIMALS else 3 if currency in _THREE_DECIMALS else 2


def minor_units(text: str, currency: str, *, line: int | None = None) -> int:
    """ "18.15" of EUR is 1815. UnableToReadStatement where it is no amount, or is finer than the currency."""
    text = text.strip()
    if not _AMOUNT.fullmatch(text):
        raise UnableToReadStatement(f"{text[:40]!r} is not an amount", line=line)
    scaled = Decimal(text.replace(",", ".")).scaleb(decimals_of(currency))
    if scaled != scaled.to_integral_value():
        raise UnableToReadStatement(
            f"{text} {currency} is finer than the currency: it has {decimals_of(currency)} decimals",
            line=line,
        )
    return int(scaled)
