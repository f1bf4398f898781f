"""From lines to bills: what stood open, what was paid since, late charge, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from saime.billing.rules.amounts import Int64, sums
from saime.billing.rules.late import CREDIT, INTEREST, PRINCIPAL, Movements, late_charges, late_debts
from saime.billing.run.catalog import Catalog
from saime.billing.run.inputs import ChunkInputs
from saime.billing.run.lines import Lines
from saime.platform.columns import Query, fetch

_DAY_ONE = date(1970, 1, 1).toordinal()

# Payments are counted by the day the money came, whenever they were entered: on a bill stands what came by its day of
# issue and stood on none before.
_BALANCES = """
    SELECT a.id AS account_id, COALESCE(l.balance, 0) AS balance, COALESCE(l.paid, 0) - COALESCE(b.told, 0) AS payments
      FROM unnest(%(accounts)s::bigint[]) AS a(id)
      LEFT JOIN LATERAL (
           SELECT sum(leg.amount_cents) AS balance,
                  -sum(leg.amount_cents) FILTER (WHERE entry.kind = 'payment') AS paid
             FROM ledger_leg leg JOIN ledger_entry entry ON entry.id = leg.entry_id
            WHERE leg.account_id = a.id AND entry.on_date <= %(issued_on)s) l ON true
      LEFT JOIN LATERAL (
           SELECT sum(payments_cents) AS told FROM billing_bill WHERE account_id = a.id) b ON true
     ORDER BY a.id"""

_MOVEMENTS = f"""
    SELECT leg.account_id,
           CASE WHEN entry.kind = 'late_charge' THEN {INTEREST} WHEN leg.amount_cents < 0 THEN {CREDIT}
                ELSE {PRINCIPAL} END AS kind,
           entry.on_date - date '1970-01-01' AS day,
           COALESCE(bill.due_on, entry.on_date) - date '1970-01-01' AS due,
           CASE WHEN entry.kind = 'late_charge' THEN leg.amount_cents ELSE abs(leg.amount_cents) END AS cents
      FROM ledger_leg leg JOIN ledger_entry entry ON entry.id = leg.entry_id
      LEFT JOIN billing_bill bill ON bill.entry_id = entry.id
     WHERE leg.account_id = ANY(%(accounts)s) AND entry.on_date <= %(issued_on)s"""


@dataclass(frozen=True, slots=True)
class Bills:
    """The bills of a chunk in the order of their numbers. `account`: position in the chunk; money in cents."""

    account: Int64
    opening: Int64
    payments: Int64
    net: Int64
    vat: Int64
    late_charge: Int64
    due_days: Int64

    def __len__(self) -> int:
        return len(self.account)

    @property
    def lines_gross(self) -> Int64:
        return self.net + self.vat

    @property
    def total_due(self) -> Int64:
        return self.opening - self.payments + self.lines_gross + self.late_charge


def make_bills(inputs: ChunkInputs, lines: Lines, catalog: Catalog, issued_on: date) -> Bills:
    """A bill for each account with a line; what is paid straight to a supplier is shown, and owed to nobody here."""
    accounts, count = inputs.accounts, len(inputs.accounts)
    account = np.unique(lines.account)
    owed = 1 - lines.paid_direct
    ids = accounts.id[account]
    balance, payments = _balances(ids, issued_on)
    return Bills(
        account=account, opening=balance + payments, payments=payments,
        net=sums(lines.net * owed, lines.account, count)[account],
        vat=sums(lines.vat * owed, lines.account, count)[account],
        late_charge=_late_charges(ids, accounts.building[account], inputs.building_ids, catalog, issued_on),
        due_days=catalog.due_days(inputs.building_ids)[accounts.building[account]],
    )  # fmt: skip


def _balances(account_ids: Int64, issued_on: date) -> tuple[Int64, Int64]:
    """Each account's balance on the day, and the payments that no bill has told of."""
    parameters = {"accounts": account_ids.tolist(), "issued_on": issued_on}
    rows = fetch(Query("account_id balance payments", _BALANCES, parameters))
    place = np.searchsorted(rows["account_id"], account_ids)
    return rows["balance"][place], rows["payments"][place]


def _late_charges(
    account_ids: Int64, building: Int64, building_ids: list[int], catalog: Catalog, issued_on: date
) -> Int64:
    """What each account's overdue bills cost until the day of issue, less what was charged for it before."""
    parameters = {"accounts": account_ids.tolist(), "issued_on": issued_on}
    rows = fetch(Query("account_id kind day due cents", _MOVEMENTS, parameters))
    order = np.argsort(account_ids)
    account = (
        order[np.searchsorted(account_ids[order], rows["account_id"])] if len(order) else rows["account_id"]
    )
    movements = Movements(
        account, rows["kind"], rows["day"] + _DAY_ONE, rows["due"] + _DAY_ONE, rows["cents"]
    )
    policies, of_building = catalog.late_policies(building_ids)
    count = len(account_ids)
    debts = late_debts(movements, count, policies, of_building[building], issued_on.toordinal())
    return late_charges(debts, movements, count)
