"""Bills in lists: the archive, the latest one for the home page, months for a chart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from saime.billing.contracts import AccountBalance, AccountDue, BillKey, BillList, BillSummary, MonthTotal
from saime.billing.queries.sql import MONTH_BEFORE, STANDS, WALKED, rows
from saime.platform.columns import ids
from saime.platform.periods import Period

_SUMMARY = """w.id, w.bill_no, w.kind, w.account_id, w.period, w.issued_on, w.due_on,
    w.lines_cents + w.late_charge_cents, w.total_due_cents, w.open_cents,
    (SELECT cr.bill_no FROM billing_bill cr WHERE cr.credits_id = w.id),
    (SELECT o.bill_no FROM billing_bill o WHERE o.id = w.credits_id)"""


def bills(account_ids: Sequence[int], *, before: BillKey | None = None, limit: int = 24) -> BillList:
    """The accounts' bills and credit notes, latest first. One query."""
    place = (before.period.number, before.bill_id) if before else (None, None)
    found = rows(
        f"""WITH {WALKED}
            SELECT {_SUMMARY} FROM walked w
             WHERE %(period)s::int IS NULL OR (w.period, w.id) < (%(period)s, %(bill)s)
             ORDER BY w.period DESC, w.id DESC LIMIT %(limit)s""",
        {
            "accounts": ids(account_ids),
            "limit": limit + 1,
            **dict(zip(("period", "bill"), place, strict=True)),
        },
    )
    page = tuple(map(_summary, found[:limit]))
    return BillList(page, page[-1].key if len(found) > limit else None)


def _summary(row: Sequence[Any]) -> BillSummary:
    values = list(row)
    values[4] = Period.from_number(values[4])
    return BillSummary(*values)


# The bill that stands and is latest, and the one of the month before it.
_DUE = f"""
    WITH {WALKED}, latest AS (
        SELECT DISTINCT ON (account_id) * FROM walked x
         WHERE {STANDS.format("x")} ORDER BY account_id, period DESC, id DESC
    ), coming AS (
        SELECT account_id, sum(cost)::bigint AS cost FROM walked WHERE due_on >= %(today)s GROUP BY account_id
    )
    SELECT a.id, COALESCE(o.balance, 0), GREATEST(0, COALESCE(o.balance, 0) - COALESCE(c.cost, 0))::bigint, {_SUMMARY}
      FROM unnest(%(accounts)s::bigint[]) AS a(id)
      LEFT JOIN owed o ON o.account_id = a.id
      LEFT JOIN coming c ON c.account_id = a.id
      LEFT JOIN latest l ON l.account_id = a.id
      LEFT JOIN walked w ON w.id = l.id
             OR (w.account_id = a.id AND w.period = {MONTH_BEFORE.format("l.period")} AND {STANDS.format("w")})
     ORDER BY a.id, w.period DESC, w.id DESC"""


def due(account_ids: Sequence[int], today: date) -> list[AccountDue]:
    """What is due of each account on the day, with its latest bill; in the order asked for. One query."""
    found: dict[int, list[Sequence[Any]]] = {}
    for row in rows(_DUE, {"accounts": ids(account_ids), "today": today}):
        found.setdefault(row[0], []).append(row)
    return [_due(found[account]) for account in dict.fromkeys(account_ids)]


def _due(found: Sequence[Sequence[Any]]) -> AccountDue:
    account_id, balance, overdue = found[0][:3]
    summaries = [_summary(row[3:]) for row in found if row[3] is not None]
    latest, before = [*summaries, None, None][:2]
    return AccountDue(account_id, AccountBalance(balance, overdue), latest, before)


def month_totals(account_ids: Sequence[int], *, last: Period, months: int = 13) -> tuple[MonthTotal, ...]:
    """What each of the `months` up to `last` cost, oldest first; months without a bill are left out. One query.

    Late charges are in group "other"; what is paid straight to a supplier is left out, as in the bills' totals.
    """
    found = rows(
        f"""WITH own AS (
                SELECT b.* FROM billing_bill b
                 WHERE b.account_id = ANY(%(accounts)s) AND b.period BETWEEN %(first)s AND %(last)s
                   AND {STANDS.format("b")}
            ), parts AS (
                SELECT own.period, s."group" AS part, l.gross_cents AS cents
                  FROM own JOIN billing_billline l ON l.bill_id = own.id JOIN billing_service s ON s.id = l.service_id
                 WHERE NOT l.paid_direct
                UNION ALL
                SELECT period, 'other', late_charge_cents FROM own
            )
            SELECT period, json_object_agg(part, cents ORDER BY part)::text
              FROM (SELECT period, part, sum(cents)::bigint AS cents FROM parts GROUP BY period, part) p
             GROUP BY period ORDER BY period""",
        {"accounts": ids(account_ids), "first": (last - (months - 1)).number, "last": last.number},
    )
    return tuple(_month(period, json.loads(parts)) for period, parts in found)


def _month(period: int, parts: dict[str, int]) -> MonthTotal:
    return MonthTotal(Period.from_number(period), sum(parts.values()), {k: v for k, v in parts.items() if v})
