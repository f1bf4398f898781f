"""Where accounts stand: what is owed, paid ahead, overdue (domain.md, Payments)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from saime.billing.contracts import AccountBalance
from saime.billing.queries.sql import STANDS, rows
from saime.platform.columns import ids
from saime.platform.copying import copy_out

# Overdue is what the balance holds beyond the bills that are not due yet: money pays the oldest first.
_BALANCES = f"""
    SELECT a.id AS account_id, a.account_no, a.building_id, COALESCE(l.balance, 0) AS balance,
           GREATEST(0, COALESCE(l.balance, 0) - COALESCE(c.cost, 0)) AS overdue
      FROM estate_account a
      LEFT JOIN (SELECT account_id, sum(amount_cents)::bigint AS balance
                   FROM ledger_leg WHERE {{legs}} GROUP BY account_id) l ON l.account_id = a.id
      LEFT JOIN (SELECT account_id, sum(b.lines_cents + b.late_charge_cents)::bigint AS cost
                   FROM billing_bill b WHERE {{bills}} AND b.due_on >= %(today)s AND {STANDS.format("b")}
                  GROUP BY account_id) c ON c.account_id = a.id
     WHERE {{accounts}}"""


def balances(account_ids: Sequence[int], today: date) -> dict[int, AccountBalance]:
    """Account id → where it stands on the day. One query."""
    own = "{0}account_id = ANY(%(accounts)s)"
    query = _BALANCES.format(legs=own.format(""), bills=own.format("b."), accounts="a.id = ANY(%(accounts)s)")
    found = rows(query, {"accounts": ids(account_ids), "today": today})
    return {row[0]: AccountBalance(int(row[3]), int(row[4])) for row in found}


def export_balances(today: date, *, building_no: str | None = None) -> Iterator[bytes]:
    """CSV of every account's balance, advance and overdue on the day (interchange.md, `balances`)."""
    all_rows = _BALANCES.format(legs="account_id IS NOT NULL", bills="true", accounts="true")
    return copy_out(
        f"""SELECT x.account_no, (x.balance / 100.0)::numeric(20,2) AS balance,
                   (GREATEST(0, -x.balance) / 100.0)::numeric(20,2) AS advance,
                   (x.overdue / 100.0)::numeric(20,2) AS overdue
              FROM ({all_rows}) x JOIN estate_building b ON b.id = x.building_id
             WHERE %(building)s::text IS NULL OR b.building_no = %(building)s
             ORDER BY b.building_no, x.account_no""",
        {"today": today, "building": building_no},
    )
