"""What crosses the ledger's border. Money is integer cents; what an account owes is positive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One entry as the account sees it, and the balance after it.

    `kind` as in `ledger.models.Entry.Kind`. `amount_cents` above 0 makes the account owe more (a bill), below 0 less (a
    payment). `reference` is the entry's ("bill:2026-11-000123"); `document` what stands behind its first colon.
    """

    entry_id: int
    account_id: int
    kind: str
    on_date: date
    posted_at: datetime
    reference: str
    why: str
    amount_cents: int
    balance_cents: int

    @property
    def document(self) -> str:
        return self.reference.partition(":")[2]

    @property
    def key(self) -> StatementKey:
        return StatementKey(self.on_date, self.entry_id, self.account_id)


@dataclass(frozen=True, slots=True, order=True)
class StatementKey:
    """Where a page of a statement ends; the next goes on before it."""

    on_date: date
    entry_id: int
    account_id: int

    @classmethod
    def parse(cls, text: str) -> StatementKey:
        """The key written by `str`. ValueError for anything else."""
        day, _, numbers = text.partition("_")
        entry, _, account = numbers.partition("_")
        if not (entry.isdecimal() and account.isdecimal()):
            raise ValueError(f"no place in a statement: {text!r}")
        return cls(date.fromisoformat(day), int(entry), int(account))

    def __str__(self) -> str:
        return f"{self.on_date.isoformat()}_{self.entry_id}_{self.account_id}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A page of the statement, latest first. `older` leads to the next page, None on the last."""

    rows: tuple[StatementRow, ...]
    older: StatementKey | None
