"""How the demo's residents pay: most on time, some late, some ahead, some in part, a few never."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

Int = NDArray[np.int64]

ON_TIME, ROUNDED_UP, LATE, IN_PART, AHEAD, NEVER = range(6)
_KINDS = (0.68, 0.09, 0.11, 0.05, 0.05, 0.02)
_AHEAD_MONTHS = 6


def habits(accounts: int, *, shown: tuple[int, ...], seed: int) -> Int:
    """What kind of payer each account is, by its place."""
    kinds = np.random.default_rng([seed, 5]).choice(6, accounts, p=_KINDS)
    kinds[list(shown)] = ON_TIME
    return np.asarray(kinds, dtype=np.int64)


def payments(
    bills: pl.DataFrame, kinds: Int, *, month: int, issued_on: date, due_on: date, seed: int
) -> pl.DataFrame:
    """Payments of a month's bills, as in interchange.md, amounts in cents; some are dated after the next issue.

    `bills`: account_no, bill_no, total_cents (with debt and advance), lines_cents; `kinds`: for each row of it.
    """
    random = np.random.default_rng([seed, 6, month])
    total, lines = bills["total_cents"].to_numpy(), bills["lines_cents"].to_numpy()
    amount = np.select(
        [kinds == ON_TIME, kinds == ROUNDED_UP, kinds == LATE, kinds == IN_PART, kinds == AHEAD],
        [
            total,
            -(-total // 500) * 500,
            lines,
            lines * 7 // 10,
            np.where(total > 0, total + lines * _AHEAD_MONTHS, 0),
        ],
        0,
    )
    to_due = (due_on - issued_on).days
    days = np.where(
        kinds == LATE, to_due + random.integers(3, 24, len(kinds)), random.integers(1, to_due, len(kinds))
    )
    rows = bills.select("account_no", "bill_no").with_columns(
        amount_cents=pl.Series(amount), paid_on=pl.Series([issued_on + timedelta(days=d) for d in days.tolist()]),
        payer_iban=pl.when(pl.Series(kinds != IN_PART)).then(_ibans(bills["account_no"])).otherwise(pl.lit("")),
    )  # fmt: skip
    return rows.filter(pl.col("amount_cents") > 0).select(
        "account_no", "amount_cents", "paid_on", reference=pl.lit("demo-") + pl.col("bill_no"), payer_iban="payer_iban"
    )  # fmt: skip


def _ibans(account_no: pl.Series) -> pl.Series:
    """Well-formed account numbers at a bank that does not exist (DEMO)."""
    body = [f"DEMO{number.zfill(13)}" for number in account_no.to_list()]
    return pl.Series([f"LV{98 - _remainder(text + 'LV00'):02d}{text}" for text in body])


def _remainder(text: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in text)) % 97
