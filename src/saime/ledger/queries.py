"""What accounts owe, and what made it so. Cents: positive is owed, negative is an advance (domain.md, Payments).

What is overdue needs due dates, which belong to bills: `saime.billing.queries.balances`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection

from saime.ledger.contracts import Statement, StatementKey, StatementRow
from saime.platform.columns import ids
from saime.platform.copying import copy_out


def balance(account_ids: Sequence[int]) -> dict[int, int]:
    """Account id → cents, for each account asked for (0 where nothing was ever posted). One query."""
    return _balance(account_ids, "", {})


def balance_as_of(account_ids: Sequence[int], day: date) -> dict[int, int]:
    """As `balance`, of what counts up to the end of `day`. One query."""
    return _balance(account_ids, "AND e.on_date <= %(day)s", {"day": day})


def advance(account_ids: Sequence[int]) -> dict[int, int]:
    """Account id → cents received beyond what is owed, 0 where there are none. One query."""
    return {account: max(0, -cents) for account, cents in balance(account_ids).items()}


def _balance(account_ids: Sequence[int], condition: str, parameters: dict[str, Any]) -> dict[int, int]:
    entries = "JOIN ledger_entry e ON e.id = l.entry_id" if condition else ""
    rows = _rows(
        f"""SELECT l.account_id, sum(l.amount_cents)::bigint
              FROM ledger_leg l {entries}
             WHERE l.account_id = ANY(%(accounts)s) {condition} GROUP BY l.account_id""",
        {"accounts": ids(account_ids), **parameters},
    )
    return dict.fromkeys(account_ids, 0) | dict(rows)


# An entry may touch an account with more than one leg (a transfer between books of receivables): one row all the same.
_STATEMENT = """
    SELECT * FROM (
        SELECT e.id, l.account_id, e.kind, e.on_date, e.posted_at, e.reference, e.why, l.amount_cents,
               sum(l.amount_cents) OVER (PARTITION BY l.account_id ORDER BY e.on_date, e.id)::bigint AS balance_cents
          FROM (SELECT entry_id, account_id, sum(amount_cents)::bigint AS amount_cents
                  FROM ledger_leg WHERE account_id = ANY(%(accounts)s) GROUP BY entry_id, account_id) l
          JOIN ledger_entry e ON e.id = l.entry_id
    ) s
    WHERE %(day)s::date IS NULL OR (s.on_date, s.id, s.account_id) < (%(day)s, %(entry)s, %(account)s)
    ORDER BY s.on_date DESC, s.id DESC, s.account_id DESC LIMIT %(limit)s"""


def statement(
    account_ids: Sequence[int], *, before: StatementKey | None = None, limit: int = 50
) -> Statement:
    """The accounts' entries, latest first, each with its account's balance after it. One query."""
    place = (before.on_date, before.entry_id, before.account_id) if before else (None, None, None)
    keys = dict(zip(("day", "entry", "account"), place, strict=True))
    rows = _rows(_STATEMENT, {"accounts": ids(account_ids), "limit": limit + 1, **keys})
    found = tuple(StatementRow(*row) for row in rows)
    page = found[:limit]
    return Statement(page, page[-1].key if len(found) > limit else None)


def export_ledger(first: date, last: date, *, building_no: str | None = None) -> Iterator[bytes]:
    """CSV of the legs of all entries that count from `first` to `last`, both included (interchange.md, `ledger`).

    `leg` is the book; `account` the customer number where the book is receivables. With a building: all legs of the
    entries that touch its accounts, so that each entry still sums to zero.
    """
    own = """AND EXISTS (SELECT FROM ledger_leg o JOIN estate_account a ON a.id = o.account_id
                           JOIN estate_building b ON b.id = a.building_id
                          WHERE o.entry_id = e.id AND b.building_no = %(building)s)"""
    return copy_out(
        f"""SELECT e.id AS entry, {POSTED_AT} AS posted_at, COALESCE(a.account_no, '') AS account, l.book AS leg,
                   (l.amount_cents / 100.0)::numeric(20,2) AS amount, e.why, e.reference
              FROM ledger_entry e
              JOIN ledger_leg l ON l.entry_id = e.id
              LEFT JOIN estate_account a ON a.id = l.account_id
             WHERE e.on_date BETWEEN %(first)s AND %(last)s {own if building_no is not None else ""}
             ORDER BY e.on_date, e.id, l.id""",
        {"first": first, "last": last, "building": building_no},
    )


# ISO 8601 with Riga's offset, as in the other files.
POSTED_AT = """(to_char(e.posted_at AT TIME ZONE 'Europe/Riga', 'YYYY-MM-DD"T"HH24:MI:SS')
    || to_char((e.posted_at AT TIME ZONE 'Europe/Riga') - (e.posted_at AT TIME ZONE 'UTC'), '"+"HH24:MI'))"""


def _rows(query: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
