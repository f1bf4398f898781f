"""Posting to the ledger: entries of legs that sum to zero, each once (domain.md, Payments).

The database keeps what must hold (zero sums, no change, one entry a reference); here it is said in words, and by the
thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl
from django.db import connection, transaction
from numpy.typing import NDArray

from saime.platform.columns import copy_frame

Int64 = NDArray[np.int64]


class UnableToPostEntry(ValueError):
    """The legs do not make an entry. The text says why."""


class AlreadyPosted(UnableToPostEntry):
    """An entry with this reference is in the ledger: what it stands for happened before. `entry_id` is its id."""

    def __init__(self, reference: str, entry_id: int) -> None:
        super().__init__(f"{reference} is in the ledger already")
        self.entry_id = entry_id


@dataclass(frozen=True, slots=True)
class LegInput:
    """One side of an entry: cents above 0 are a debit (the account owes more). `account_id` with receivable only."""

    book: str
    amount_cents: int
    account_id: int | None = None


def post_entry(
    *, kind: str, on_date: date, reference: str, legs: Sequence[LegInput], posted_at: datetime, why: str = ""
) -> int:
    """Post one entry and return its id. In one transaction with what it stands for, or one of its own.

    AlreadyPosted where the reference is in the ledger (nothing is posted, the transaction stays usable);
    UnableToPostEntry where the legs do not sum to zero.
    """
    if not legs or sum(leg.amount_cents for leg in legs) != 0:
        raise UnableToPostEntry(
            f"the legs of {reference} do not sum to zero: {[leg.amount_cents for leg in legs]}"
        )
    with transaction.atomic(), connection.cursor() as cursor:
        entry_id = _insert_entry(cursor, kind, on_date, posted_at, reference, why)
        cursor.executemany(
            "INSERT INTO ledger_leg (entry_id, book, account_id, amount_cents) VALUES (%s, %s, %s, %s)",
            [(entry_id, leg.book, leg.account_id, leg.amount_cents) for leg in legs],
        )
    return entry_id


def _insert_entry(cursor: Any, *values: Any) -> int:
    cursor.execute(
        "INSERT INTO ledger_entry (kind, on_date, posted_at, reference, why) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (reference) DO NOTHING RETURNING id",
        values,
    )
    if row := cursor.fetchone():
        return int(row[0])
    reference = values[3]
    cursor.execute("SELECT id FROM ledger_entry WHERE reference = %s", [reference])
    raise AlreadyPosted(reference, int(cursor.fetchone()[0]))


@dataclass(frozen=True, slots=True)
class LegColumns:
    """Legs of one book for many entries: `entry` is the entry's position, `account_id` with book receivable only."""

    book: str
    entry: Int64
    amount_cents: Int64
    account_id: Int64 | None = None


def post_entries(
    *, kind: str, on_dates: Sequence[date] | date, references: Sequence[str] | pl.Series, legs: Sequence[LegColumns],
    posted_at: datetime, why: str = "",
) -> Int64:  # fmt: skip
    """Post many entries of a kind by COPY, in the caller's transaction, and return their ids in order.

    UnableToPostEntry where an entry does not sum to zero; IntegrityError where a reference is in the ledger already.
    """
    count = len(references)
    _check_sums(count, legs)
    with connection.cursor() as cursor:
        entry_ids = new_ids(cursor, "ledger_entry", count)
        days = pl.lit(on_dates) if isinstance(on_dates, date) else pl.Series(on_dates, dtype=pl.Date)
        entries = pl.DataFrame({"id": entry_ids, "reference": references}).with_columns(
            kind=pl.lit(kind), on_date=days, posted_at=pl.lit(posted_at.isoformat()), why=pl.lit(why)
        )
        copy_frame(cursor, "ledger_entry", entries)
        copy_frame(cursor, "ledger_leg", _leg_frame(entry_ids, legs))
    return entry_ids


def _check_sums(count: int, legs: Sequence[LegColumns]) -> None:
    total = np.zeros(count, np.int64)
    for leg in legs:
        np.add.at(total, leg.entry, leg.amount_cents)
    if total.any():
        raise UnableToPostEntry(f"{np.count_nonzero(total)} entries do not sum to zero")


def _leg_frame(entry_ids: Int64, legs: Sequence[LegColumns]) -> pl.DataFrame:
    """All legs, those of an entry together: the check at commit finds them on one page."""
    parts = [
        pl.DataFrame({"entry_id": entry_ids[leg.entry], "amount_cents": leg.amount_cents}).with_columns(
            book=pl.lit(leg.book),
            account_id=pl.lit(None, pl.Int64) if leg.account_id is None else leg.account_id,
        )
        for leg in legs
    ]
    return pl.concat(parts).sort("entry_id", maintain_order=True)


def new_ids(cursor: Any, table: str, count: int) -> Int64:
    """Ids for rows to come, ascending, taken from the table's own sequence."""
    cursor.execute(
        "SELECT array_agg(nextval(pg_get_serial_sequence(%s, 'id'))) FROM generate_series(1, %s)",
        [table, count],
    )
    return np.array(cursor.fetchone()[0] or [], np.int64)
