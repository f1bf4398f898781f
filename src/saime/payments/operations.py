"""Money in: payments are recorded and posted to the ledger once, whoever tells of them and how often.

What makes it once is the unique reference of the ledger's entry, not a look beforehand: of two that come at the same
instant one waits for the other inside the INSERT and then finds it done (domain.md, Payments).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection, transaction

from saime.payments.contracts import (
    NO_REFERENCE,
    OTHER_ACCOUNT,
    OTHER_AMOUNT,
    OTHER_DAY,
    TAKEN,
    UNKNOWN_ACCOUNT,
    ZERO,
    PaymentColumns,
    PaymentRefusal,
    RecordedAs,
    RecordedPayments,
)  # fmt: skip
from saime.platform.columns import copy_frame

# From this many rows on a temporary table and COPY; below, arrays in the statement itself.
_MANY = 5000
_SCHEMA = {
    "account_id": pl.Int64, "amount_cents": pl.Int64, "paid_on": pl.Date, "reference": pl.String,
    "payer_iban": pl.String,
}  # fmt: skip


class UnableToRecordPayment(ValueError):
    """The payment cannot stand in the books. The text says why and what to do; `refusal` says it in parts."""

    def __init__(self, refusal: PaymentRefusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


class UnableToReversePayment(ValueError):
    """There is no such payment, or it has been reversed already."""


def record_payment(
    *, account_id: int, amount_cents: int, paid_on: date, reference: str, now: datetime, payer_iban: str = ""
) -> bool:
    """Record one payment; below 0 it is a refund. True: recorded now. False: it had been recorded before, just so.

    Raises `UnableToRecordPayment`: no reference, an amount of 0, no such account, or the reference belongs to a payment
    of another account, amount or day.
    """
    columns = PaymentColumns([account_id], [amount_cents], [paid_on], [reference], [payer_iban])
    outcome = record_payments(columns, now=now)
    if outcome.refusals:
        raise UnableToRecordPayment(outcome.refusals[0])
    return outcome.created == 1


def record_payments(columns: PaymentColumns, *, now: datetime) -> RecordedPayments:
    """Record many payments in one transaction: bank against receivables, on the day the money came.

    Rows that cannot stand are left out and listed, the others are recorded; whoever wants all or nothing rolls back.
    A reference that comes twice in the columns counts once, its first row first.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        incoming = _incoming(cursor, columns)
        created = _post(cursor, incoming, now)
        refusals = _refusals(cursor, incoming)
        incoming.drop(cursor)
    return RecordedPayments(created, len(columns) - created - len(refusals), refusals)


def reverse_payment(*, reference: str, on_date: date, why: str, now: datetime) -> None:
    """Take a payment out of the books by an entry of kind reversal that counts from `on_date`; it stays listed.

    Raises `UnableToReversePayment`: no such payment, or already reversed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_REVERSE, {"reference": reference, "on_date": on_date, "why": why, "now": now})
        if cursor.rowcount != 1:
            raise UnableToReversePayment(_why_not_reversed(cursor, reference))
        cursor.execute(_REVERSE_LEGS, {"reference": reference})


def _why_not_reversed(cursor: Any, reference: str) -> str:
    cursor.execute("SELECT FROM payments_payment WHERE reference = %s", [reference])
    if cursor.rowcount:
        return f"The payment {reference} has already been reversed."
    return f"There is no payment {reference}. Check the reference."


@dataclass(frozen=True, slots=True)
class _Incoming:
    """Where a statement finds the rows: a FROM item `i` with the columns of PaymentColumns and n; its parameters."""

    relation: str
    parameters: dict[str, Any]
    is_table: bool = False

    def drop(self, cursor: Any) -> None:
        if self.is_table:
            cursor.execute("DROP TABLE payments_incoming")


def _incoming(cursor: Any, columns: PaymentColumns) -> _Incoming:
    if len(columns) < _MANY:
        arrays = {field.name: list(getattr(columns, field.name)) for field in fields(columns)}
        return _Incoming(
            """unnest(%(account_id)s::bigint[], %(amount_cents)s::bigint[], %(paid_on)s::date[], %(reference)s::text[],
                      %(payer_iban)s::text[])
               WITH ORDINALITY AS i(account_id, amount_cents, paid_on, reference, payer_iban, n)""",
            arrays,
        )
    # Millions of rows take longer than a page may; the deferred checks at commit as well.
    cursor.execute("SET LOCAL statement_timeout = 0")
    cursor.execute(
        """CREATE TEMPORARY TABLE payments_incoming (n bigint, account_id bigint, amount_cents bigint, paid_on date,
                                                     reference text, payer_iban text) ON COMMIT DROP"""
    )
    frame = pl.DataFrame(
        {field.name: getattr(columns, field.name) for field in fields(columns)}, schema=_SCHEMA
    )
    copy_frame(cursor, "payments_incoming", frame.with_row_index("n", offset=1))
    cursor.execute("ANALYZE payments_incoming")
    return _Incoming("payments_incoming AS i", {}, is_table=True)


# In the order of references: two files that share some cannot wait for each other. `IS TRUE` keeps the planner from
# making a join of it: it cannot know how many entries there will be, and takes a nested loop where it expects one.
_POST = """
    WITH first AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('ledger_entry', 'id')) AS entry_id, f.*
          FROM (SELECT DISTINCT ON (i.reference) i.* FROM {incoming} ORDER BY i.reference, i.n) f
         WHERE f.reference <> '' AND length(f.reference) <= 100 AND f.amount_cents <> 0
           AND EXISTS (SELECT FROM estate_account a WHERE a.id = f.account_id)
           AND NOT EXISTS (SELECT FROM payments_payment p WHERE p.reference = f.reference)
         ORDER BY f.reference
    ), entry AS (
        INSERT INTO ledger_entry (id, kind, on_date, posted_at, reference, why)
        SELECT entry_id, 'payment', paid_on, %(now)s, 'payment:' || reference, '' FROM first ORDER BY reference
        ON CONFLICT (reference) DO NOTHING RETURNING id
    ), made AS MATERIALIZED (
        SELECT first.* FROM first WHERE (first.entry_id IN (SELECT id FROM entry)) IS TRUE
    ), legs AS (
        INSERT INTO ledger_leg (entry_id, book, account_id, amount_cents)
        SELECT made.entry_id, leg.*
          FROM made, LATERAL (VALUES ('bank', NULL::bigint, made.amount_cents),
                                     ('receivable', made.account_id, -made.amount_cents)) AS leg
    ), payment AS (
        INSERT INTO payments_payment (account_id, amount_cents, paid_on, reference, payer_iban, entry_id, recorded_at)
        SELECT account_id, amount_cents, paid_on, reference, payer_iban, entry_id, %(now)s FROM made
    )
    SELECT count(*) FROM made"""

# After the posting every sound row has its payment: recorded now or earlier, by us or by somebody else.
_REFUSED = f"""
    SELECT i.n, i.reference,
           CASE WHEN i.reference = '' OR length(i.reference) > 100 THEN '{NO_REFERENCE}'
                WHEN i.amount_cents = 0 THEN '{ZERO}'
                WHEN NOT EXISTS (SELECT FROM estate_account a WHERE a.id = i.account_id) THEN '{UNKNOWN_ACCOUNT}'
                WHEN p.id IS NULL THEN '{TAKEN}'
                WHEN p.account_id <> i.account_id THEN '{OTHER_ACCOUNT}'
                WHEN p.amount_cents <> i.amount_cents THEN '{OTHER_AMOUNT}'
                ELSE '{OTHER_DAY}' END,
           a.account_no, p.amount_cents, p.paid_on
      FROM {{incoming}}
      LEFT JOIN payments_payment p ON p.reference = i.reference
      LEFT JOIN estate_account a ON a.id = p.account_id
     WHERE p.id IS NULL OR i.amount_cents = 0
        OR (p.account_id, p.amount_cents, p.paid_on) IS DISTINCT FROM (i.account_id, i.amount_cents, i.paid_on)
     ORDER BY i.n"""

_REVERSE = """
    INSERT INTO ledger_entry (kind, on_date, posted_at, reference, why)
    SELECT 'reversal', %(on_date)s, %(now)s, 'reversal:payment:' || p.reference, %(why)s
      FROM payments_payment p WHERE p.reference = %(reference)s
    ON CONFLICT (reference) DO NOTHING"""

_REVERSE_LEGS = """
    INSERT INTO ledger_leg (entry_id, book, account_id, amount_cents)
    SELECT r.id, l.book, l.account_id, -l.amount_cents
      FROM payments_payment p
      JOIN ledger_entry r ON r.reference = 'reversal:payment:' || p.reference
      JOIN ledger_leg l ON l.entry_id = p.entry_id
     WHERE p.reference = %(reference)s
     ORDER BY l.id"""


def _post(cursor: Any, incoming: _Incoming, now: datetime) -> int:
    cursor.execute(_POST.format(incoming=incoming.relation), {**incoming.parameters, "now": now})
    (created,) = cursor.fetchone()
    return int(created)


def _refusals(cursor: Any, incoming: _Incoming) -> tuple[PaymentRefusal, ...]:
    cursor.execute(_REFUSED.format(incoming=incoming.relation), incoming.parameters)
    return tuple(
        PaymentRefusal(
            n - 1, reference, reason, None if account is None else RecordedAs(account, amount, day)
        )
        for n, reference, reason, account, amount, day in cursor.fetchall()
    )
