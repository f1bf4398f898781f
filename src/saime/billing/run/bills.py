"""From lines to bills: what stood open, what was paid since, late charge, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from saime.billing.rules.amounts import Int64, sums
from saime.billing.run.catalog import Catalog
from saime.billing.run.inputs import ChunkInputs
from saime.billing.run.late import late_charges_of
from saime.billing.run.lines import Lines
from saime.platform.columns import Query, fetch

# Payments are counted by the day the money came, whenever they were entered: on a bill stands what came by its day of
# issue and stood on none before.
_BALANCES = """
    SELECT a.id AS account_id, COALESCE(l.balance, 0) AS balance, COALESCE(l.paid, 0) - COALESCE(b.told, 0) AS payments
      FROM unnest(%(accounts)s::bigint[]) AS a(id)
      LEFT JOIN LATERAL (
           SELECT sum(leg.amount_cents) AS balance,
                  -sum(leg.amount_cents) FILTER (WHERE entry.kind IN ('payment', 'reversal')) AS paid
             FROM ledger_leg leg JOIN ledger_entry entry ON entry.id = leg.entry_id
            WHERE leg.account_id = a.id AND entry.on_date <= %(issued_on)s) l ON true
      LEFT JOIN LATERAL (
           SELECT sum(payments_cents) AS told FROM billing_bill WHERE account_id = a.id) b ON true
     ORDER BY a.id"""


@dataclass(frozen=True, slots=True)
class Bills:
    """The bills of a chunk in the order of their numbers. `account`: position in the chunk; money in cents."""

    account: Int64
    opening: Int64
    payments: Int64
    net: Int64
    vat: Int64
    late_charge: Int64
    late_why: dict[int, str]  # JSON, by position of the bills that have one
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
    late = late_charges_of(ids, accounts.building[account], inputs.building_ids, catalog, issued_on)
    return Bills(
        account=account, opening=balance + payments, payments=payments,
        net=sums(lines.net * owed, lines.account, count)[account],
        vat=sums(lines.vat * owed, lines.account, count)[account],
        late_charge=late.cents, late_why=late.why,
        due_days=catalog.due_days(inputs.building_ids)[accounts.building[account]],
    )  # fmt: skip


def _balances(account_ids: Int64, issued_on: date) -> tuple[Int64, Int64]:
    """Each account's balance on the day, and the payments that no bill has told of."""
    parameters = {"accounts": account_ids.tolist(), "issued_on": issued_on}
    rows = fetch(Query("account_id balance payments", _BALANCES, parameters))
    place = np.searchsorted(rows["account_id"], account_ids)
    return rows["balance"][place], rows["payments"][place]
