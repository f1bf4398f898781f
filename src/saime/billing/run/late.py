"""The late charge of a chunk's accounts: what is to be charged now, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from saime.billing.models import Bill
from saime.billing.rules.amounts import Int64
from saime.billing.rules.late import LateDebts, Movements, late_charges, late_debts
from saime.billing.run.catalog import Catalog
from saime.billing.run.history import History


@dataclass(frozen=True, slots=True)
class LateCharges:
    """What is to be charged on each account (may be below 0), and why, by position of those with a charge.

    `why` is JSON: {"bills": [[number, principal, due day, days overdue, charge to date], …], "charged_before": cents}.
    """

    cents: Int64
    why: dict[int, str]


def late_charges_of(
    history: History, building: Int64, building_ids: list[int], catalog: Catalog, issued_on: date
) -> LateCharges:
    """What each account's overdue bills cost until the day of issue, less what was charged for it before.

    `building`: of each account of the history, its place in `building_ids`.
    """
    movements, bill_id = history.movements(issued_on)
    policies, of_building = catalog.late_policies(building_ids)
    debts = late_debts(movements, history.accounts, policies, of_building[building], issued_on.toordinal())
    charges = late_charges(debts, movements, history.accounts)
    return LateCharges(charges, _why(charges, debts, movements, bill_id))


def _why(charges: Int64, debts: LateDebts, movements: Movements, bill_id: Int64) -> dict[int, str]:
    owing = np.flatnonzero(charges)
    if not len(owing):
        return {}
    counted = np.flatnonzero(np.isin(movements.account[debts.row], owing))
    numbers = dict(
        Bill.objects.filter(id__in=bill_id[debts.row[counted]].tolist()).values_list("id", "bill_no")
    )
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
