"""The late charge of a chunk's accounts: their money's history, what is to be charged now, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from saime.billing.models import Bill
from saime.billing.rules.amounts import Int64
from saime.billing.rules.late import (
    CREDIT,
    INTEREST,
    PRINCIPAL,
    LateDebts,
    Movements,
    late_charges,
    late_debts,
)
from saime.billing.run.catalog import Catalog
from saime.platform.columns import Query, fetch

_DAY_ONE = date(1970, 1, 1).toordinal()

# A bill that was credited, and its credit, are as if they had never been.
_MOVEMENTS = f"""
    SELECT leg.account_id,
           CASE WHEN entry.kind = 'late_charge' THEN {INTEREST} WHEN leg.amount_cents < 0 THEN {CREDIT}
                ELSE {PRINCIPAL} END AS kind,
           entry.on_date - date '1970-01-01' AS day,
           COALESCE(bill.due_on, entry.on_date) - date '1970-01-01' AS due,
           CASE WHEN entry.kind = 'late_charge' THEN leg.amount_cents ELSE abs(leg.amount_cents) END AS cents,
           COALESCE(bill.id, 0) AS bill_id
      FROM ledger_leg leg JOIN ledger_entry entry ON entry.id = leg.entry_id
      LEFT JOIN billing_bill bill ON bill.entry_id = entry.id
      LEFT JOIN billing_bill credit ON credit.credits_id = bill.id
     WHERE leg.account_id = ANY(%(accounts)s) AND entry.on_date <= %(issued_on)s
       AND entry.kind <> 'credit' AND credit.id IS NULL"""


@dataclass(frozen=True, slots=True)
class LateCharges:
    """What is to be charged on each account (may be below 0), and why, by position of those with a charge.

    `why` is JSON: {"bills": [[number, principal, due day, days overdue, charge to date], …], "charged_before": cents}.
    """

    cents: Int64
    why: dict[int, str]


def late_charges_of(
    account_ids: Int64, building: Int64, building_ids: list[int], catalog: Catalog, issued_on: date
) -> LateCharges:
    """What each account's overdue bills cost until the day of issue, less what was charged for it before."""
    parameters = {"accounts": account_ids.tolist(), "issued_on": issued_on}
    rows = fetch(Query("account_id kind day due cents bill_id", _MOVEMENTS, parameters))
    if not len(rows["account_id"]):
        return LateCharges(np.zeros(len(account_ids), np.int64), {})
    order = np.argsort(account_ids)
    account = order[np.searchsorted(account_ids[order], rows["account_id"])]
    movements = Movements(account, rows["kind"], rows["day"] + _DAY_ONE, rows["due"] + _DAY_ONE, rows["cents"])
    policies, of_building = catalog.late_policies(building_ids)
    debts = late_debts(movements, len(account_ids), policies, of_building[building], issued_on.toordinal())
    charges = late_charges(debts, movements, len(account_ids))
    return LateCharges(charges, _why(charges, debts, movements, rows["bill_id"]))


def _why(charges: Int64, debts: LateDebts, movements: Movements, bill_id: Int64) -> dict[int, str]:
    owing = np.flatnonzero(charges)
    counted = np.flatnonzero(np.isin(movements.account[debts.row], owing))
    numbers = dict(Bill.objects.filter(id__in=bill_id[debts.row[counted]].tolist()).values_list("id", "bill_no"))
    found: dict[int, list[list[Any]]] = {int(account): [] for account in owing}
    for place in counted.tolist():
        row = int(debts.row[place])
        due = date.fromordinal(int(movements.due[row])).isoformat()
        found[int(movements.account[row])].append([
            numbers.get(int(bill_id[row]), ""), int(movements.cents[row]), due, int(debts.days[place]),
            int(debts.cents[place]),
        ])  # fmt: skip
    return {account: _as_json(bills, int(charges[account])) for account, bills in found.items()}


def _as_json(bills: list[list[Any]], charge: int) -> str:
    before = sum(bill[-1] for bill in bills) - charge
    return json.dumps({"bills": bills, "charged_before": before}, separators=(",", ":"))
