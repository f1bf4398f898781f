"""From lines to bills: what stood open, what was paid since, late charge, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from saime.billing.rules.amounts import Int64, sums
from saime.billing.run.catalog import Catalog
from saime.billing.run.history import read_history
from saime.billing.run.inputs import ChunkInputs
from saime.billing.run.late import late_charges_of
from saime.billing.run.lines import Lines


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
    history = read_history(accounts.id[account], issued_on)
    late = late_charges_of(history, accounts.building[account], inputs.building_ids, catalog, issued_on)
    return Bills(
        account=account, opening=history.balance + history.untold, payments=history.untold,
        net=sums(lines.net * owed, lines.account, count)[account],
        vat=sums(lines.vat * owed, lines.account, count)[account],
        late_charge=late.cents, late_why=late.why,
        due_days=catalog.due_days(inputs.building_ids)[accounts.building[account]],
    )  # fmt: skip
