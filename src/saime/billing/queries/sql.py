"""Pieces of SQL that more than one query is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

# A period (YYYYMM) a month and a year earlier.
MONTH_BEFORE = "(CASE WHEN {0} %% 100 = 1 THEN {0} - 89 ELSE {0} - 1 END)"
YEAR_BEFORE = "({0} - 100)"

# A bill that stands: no credit note cancels it. For an alias of billing_bill.
STANDS = "({0}.kind = 'bill' AND NOT EXISTS (SELECT FROM billing_bill cr WHERE cr.credits_id = {0}.id))"

# When a bill was issued: whatever is changed later (a service's name, a meter's verification) is not on it. For `b`.
ISSUED_AT = "(SELECT issue.posted_at FROM ledger_entry issue WHERE issue.id = b.entry_id)"

# What the bills of some accounts cost, with what newer ones cost: money pays the oldest first, so what is open of a
# bill is what the balance leaves over after all newer ones. Credit notes and the bills they cancel cost nothing.
WALKED = f"""
    owed AS (
        SELECT account_id, sum(amount_cents)::bigint AS balance
          FROM ledger_leg WHERE account_id = ANY(%(accounts)s) GROUP BY account_id
    ), walked AS (
        SELECT w.*, COALESCE(o.balance, 0) AS balance,
               GREATEST(0, LEAST(w.cost, COALESCE(o.balance, 0)
                 - (sum(w.cost) OVER (PARTITION BY w.account_id ORDER BY w.period DESC, w.id DESC) - w.cost)))::bigint
               AS open_cents
          FROM (SELECT b.*, CASE WHEN {STANDS.format("b")} THEN b.lines_cents + b.late_charge_cents ELSE 0 END AS cost
                  FROM billing_bill b WHERE b.account_id = ANY(%(accounts)s)) w
          LEFT JOIN owed o USING (account_id)
    )"""


def rows(query: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, dict(parameters))
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
