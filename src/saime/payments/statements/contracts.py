"""A statement as banks tell it, in the same words whatever its format. Amounts are minor units (cents) with a sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

BOOKED, PENDING, INFORMATION = "BOOK", "PDNG", "INFO"


@dataclass(frozen=True, slots=True)
class References:
    """What names a payment. "" where the bank did not say; `creditor` is ours, from the bill (RF…)."""

    end_to_end: str = ""
    instruction: str = ""
    payment_information: str = ""
    transaction: str = ""
    mandate: str = ""
    document: str = ""
    creditor: str = ""
    further: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transaction:
    """One payment of an entry. `amount` is None where the bank tells only what several came to together."""

    amount: int | None
    currency: str
    counterparty_name: str
    counterparty_iban: str
    references: References
    remittance: str
    bank_reference: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the statement: above 0 money came in. Several payments booked as one are its `transactions`.

    `is_reversal`: an earlier entry is taken back. Only entries with status BOOK have moved the balance.
    """

    amount: int
    currency: str
    booked_on: date | None
    valued_on: date | None
    status: str
    is_reversal: bool
    bank_reference: str
    code: str  # the bank's transaction code: PMNT/RCDT/ESCT, or its own
    information: str
    transactions: Sequence[Transaction] = ()

    @property
    def only(self) -> Transaction | None:
        """The entry's one payment; None where there are several, or the bank told nothing of it."""
        return self.transactions[0] if len(self.transactions) == 1 else None


@dataclass(frozen=True, slots=True)
class Statement:
    """An account's entries of some days. Balances are None where the format has none (camt.054)."""

    account: str  # the IBAN, or the number the bank uses instead
    currency: str
    number: str
    opening: int | None
    closing: int | None
    opening_currency: str
    closing_currency: str
    entries: Sequence[Entry] = field(default_factory=tuple)

    @property
    def moved(self) -> int:
        """What the entries booked add up to."""
        return sum(entry.amount for entry in self.entries if entry.status == BOOKED)

    @property
    def adds_up(self) -> bool | None:
        """Whether opening balance and entries make the closing balance; None where there are no two balances."""
        if self.opening is None or self.closing is None:
            return None
        currencies = {self.currency, self.opening_currency, self.closing_currency}
        currencies |= {entry.currency for entry in self.entries if entry.status == BOOKED}
        return len(currencies) == 1 and self.opening + self.moved == self.closing
