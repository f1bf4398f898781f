"""The money of a chunk's accounts up to a day: what was posted, what was billed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from saime.billing.rules.amounts import Int64, sums
from saime.billing.rules.late import CREDIT, INTEREST, PRINCIPAL, Movements
from saime.platform.columns import Columns, Query, fetch_all

_DAY_ONE = date(1970, 1, 1).toordinal()

# What an entry is to the account: of a bill (or its credit), a late charge, money received, or anything else.
BILLED, LATE, RECEIVED, OTHER = range(4)
# Account by account along the indexes, however large the ledger has grown.
_POSTED = f"""
    SELECT a.place, p.* FROM unnest(%(accounts)s::bigint[]) WITH ORDINALITY AS a(id, place)
     CROSS JOIN LATERAL (
           SELECT CASE WHEN entry.kind IN ('bill', 'credit') THEN {BILLED} WHEN entry.kind = 'late_charge' THEN {LATE}
                       WHEN entry.kind IN ('payment', 'reversal') THEN {RECEIVED} ELSE {OTHER} END AS kind,
                  entry.on_date - date '1970-01-01' AS day, leg.amount_cents AS cents
             FROM ledger_leg leg JOIN ledger_entry entry ON entry.id = leg.entry_id
            WHERE leg.account_id = a.id AND entry.on_date <= %(issued_on)s) p"""
_BILLED = """
    SELECT a.place, b.* FROM unnest(%(accounts)s::bigint[]) WITH ORDINALITY AS a(id, place)
     CROSS JOIN LATERAL (
           SELECT id, COALESCE(credits_id, 0) AS credits_id, issued_on - date '1970-01-01' AS day,
                  due_on - date '1970-01-01' AS due, lines_cents AS cents, payments_cents AS payments
             FROM billing_bill WHERE account_id = a.id) b"""


@dataclass(frozen=True, slots=True)
class History:
    """Rows of `posted` and `billed`; `place` is the account's, counted from 0 in the order asked for."""

    accounts: int
    posted: Columns  # place kind day cents: up to the day
    billed: Columns  # place id credits_id day due cents payments: all there are

    @property
    def balance(self) -> Int64:
        return self._sum(self.posted["place"], self.posted["cents"])

    @property
    def untold(self) -> Int64:
        """Payments that no bill has told of: they are counted by the day the money came, whenever they were entered."""
        received = self.posted["kind"] == RECEIVED
        paid = -self._sum(self.posted["place"][received], self.posted["cents"][received])
        return paid - self._sum(self.billed["place"], self.billed["payments"])

    def movements(self, until: date) -> tuple[Movements, Int64]:
        """What late charges follow from, and the bill of each movement (0: none).

        A bill that was credited, and its credit, are as if they had never been.
        """
        billed, posted = self.billed, self.posted
        stands = (billed["credits_id"] == 0) & ~np.isin(billed["id"], billed["credits_id"])
        bills = np.flatnonzero(stands & (billed["day"] + _DAY_ONE <= until.toordinal()))
        others = np.flatnonzero(posted["kind"] != BILLED)
        is_late, cents = posted["kind"][others] == LATE, posted["cents"][others]
        kind = np.where(is_late, INTEREST, np.where(cents < 0, CREDIT, PRINCIPAL))
        day = posted["day"][others]
        movements = Movements(
            account=np.concatenate([billed["place"][bills], posted["place"][others]]),
            kind=np.concatenate([np.full(len(bills), PRINCIPAL), kind]),
            day=np.concatenate([billed["day"][bills], day]) + _DAY_ONE,
            due=np.concatenate([billed["due"][bills], day]) + _DAY_ONE,
            cents=np.concatenate([billed["cents"][bills], np.where(is_late, cents, np.abs(cents))]),
        )
        return movements, np.concatenate([billed["id"][bills], np.zeros(len(others), np.int64)])

    def _sum(self, place: Int64, cents: Int64) -> Int64:
        return sums(cents, place, self.accounts)


def read_history(account_ids: Int64, issued_on: date) -> History:
    """What stands in the ledger of these accounts up to and including the day, and their bills. One query."""
    parameters = {"accounts": account_ids.tolist(), "issued_on": issued_on}
    found = fetch_all({
        "posted": Query("place kind day cents", _POSTED, parameters),
        "billed": Query("place id credits_id day due cents payments", _BILLED, parameters),
    })  # fmt: skip
    for rows in found.values():
        rows["place"] = rows["place"] - 1
    return History(len(account_ids), found["posted"], found["billed"])
