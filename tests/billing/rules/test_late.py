"""The late charge by hand, and by a slow second opinion that goes day by day."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saime.billing.rules.late import (
    CREDIT,
    INTEREST,
    PRINCIPAL,
    LatePolicy,
    Movements,
    Steps,
    late_charges,
    late_debts,
)

Row = tuple[int, int, int, int]  # kind, day, due, cents
DAY = date(2026, 1, 1).toordinal()


def steps(*values: tuple[int, int]) -> Steps:
    return Steps(np.array([day for day, _ in values]), np.array([value for _, value in values]))


def policy(rate: int = 60_000, cap: int = 100_000, interest_first: int = 1) -> LatePolicy:
    return LatePolicy(steps((0, rate)), steps((0, cap)), steps((0, interest_first)))


def charge(rows: list[Row], until: int, one: LatePolicy | None = None) -> int:
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    movements = Movements(np.zeros(len(rows), np.int64), *columns)
    debts = late_debts(movements, 1, [one or policy()], np.zeros(1, np.int64), until)
    return int(late_charges(debts, movements, 1)[0])


BILL = (PRINCIPAL, DAY, DAY + 14, 10_000)


@pytest.mark.parametrize(
    ("rows", "until", "cents"),
    [
        ([BILL], DAY + 14, 0),  # due that day
        ([BILL], DAY + 15, 2),  # 100 € × 6% ÷ 365 = 1.64 cents
        ([BILL], DAY + 30, 26),  # 16 days: 26.30
        ([BILL, (CREDIT, DAY + 14, 0, 10_000)], DAY + 60, 0),
        ([BILL, (CREDIT, DAY + 15, 0, 10_000)], DAY + 60, 0),  # a payment counts on the day it comes
        ([BILL, (CREDIT, DAY + 16, 0, 10_000)], DAY + 60, 2),  # one day
        (
            [BILL, (CREDIT, DAY + 24, 0, 4_000)],
            DAY + 34,
            26,
        ),  # 9 days of 100 €, 11 of 60 €: 14.79 + 10.85 = 25.64
        ([(CREDIT, DAY - 5, 0, 12_000), BILL], DAY + 60, 0),  # an advance
        ([BILL], DAY + 14 + 365 * 3, 1_000),  # capped at 10% of it
        ([BILL, (INTEREST, DAY + 30, 0, 26)], DAY + 30, 0),  # charged already
        ([BILL, (INTEREST, DAY + 30, 0, 26)], DAY + 60, 50),  # 46 days: 75.62, less 26
        (
            [BILL, (INTEREST, DAY + 30, 0, 26), (CREDIT, DAY + 15, 0, 10_000)],
            DAY + 60,
            -26,
        ),  # it had been paid in time
        (
            [(PRINCIPAL, DAY, DAY + 14, -3_000), (PRINCIPAL, DAY + 31, DAY + 45, 5_000)],
            DAY + 55,
            3,
        ),  # 20 € × 10 days
    ],
)
def test_by_hand(rows: list[Row], until: int, cents: int) -> None:
    assert charge(rows, until) == cents


def test_what_is_paid_first_is_policy() -> None:
    # 26 cents of interest charged; 100 € come: interest first leaves 26 cents of the bill open.
    rows = [BILL, (INTEREST, DAY + 30, 0, 26), (CREDIT, DAY + 31, 0, 10_000)]
    later = DAY + 31 + 36_500
    assert (
        charge(rows, later, policy(cap=10**9)) == 156
    )  # to day 30: 26.30 cents; 26 cents × 6% × 100 years: 156.00
    assert charge(rows, later, policy(cap=10**9, interest_first=0)) == 0


def test_the_rate_of_each_day_and_the_cap_of_the_day_it_was_due() -> None:
    changing = LatePolicy(steps((0, 60_000), (DAY + 20, 120_000)), steps((0, 100_000)), steps((0, 1)))
    assert charge([BILL], DAY + 24, changing) == 25  # 5 days at 6%, 5 at 12%: 24.66
    capped = LatePolicy(steps((0, 60_000)), steps((0, 100_000), (DAY + 15, 10_000)), steps((0, 1)))
    assert charge([BILL], DAY + 14 + 3650, capped) == 1_000


def test_accounts_do_not_touch_each_other() -> None:
    movements = Movements(
        account=np.array([1, 0, 1, 0]), kind=np.array([PRINCIPAL, PRINCIPAL, CREDIT, INTEREST]),
        day=np.array([DAY, DAY, DAY + 16, DAY + 15]), due=np.array([DAY + 14, DAY + 14, 0, 0]),
        cents=np.array([10_000, 20_000, 10_000, 3]),
    )  # fmt: skip
    debts = late_debts(movements, 3, [policy()], np.zeros(3, np.int64), DAY + 30)
    assert late_charges(debts, movements, 3).tolist() == [53 - 3, 2, 0]
    assert debts.days.tolist() == [16, 1]


def day_by_day(rows: list[Row], until: int) -> int:
    """The same rule told slowly: each day's movements, then each bill's interest on what is unpaid that evening."""
    bills: list[dict[str, int]] = []
    interest, purse, exact = 0, 0, {}
    charged = sum(cents for kind, _, _, cents in rows if kind == INTEREST)
    order = sorted(rows, key=lambda row: (row[1], CREDIT if row[0] == PRINCIPAL and row[3] < 0 else row[0]))
    for day in range(min(row[1] for row in rows), until + 1):
        for kind, _, due, cents in [row for row in order if row[1] == day]:
            if kind == PRINCIPAL and cents >= 0:
                bills.append({"due": due, "cents": cents, "open": cents})
            elif kind == INTEREST:
                interest += cents
            else:
                purse += abs(cents)
            taken = min(purse, interest)
            purse, interest = purse - taken, interest - taken
            for bill in bills:
                taken = min(purse, bill["open"])
                purse, bill["open"] = purse - taken, bill["open"] - taken
        for number, bill in enumerate(bills):
            if day > bill["due"]:
                exact[number] = exact.get(number, Fraction(0)) + Fraction(bill["open"] * 6, 36_500)
    capped = [
        min(int(cost + Fraction(1, 2)), (bills[number]["cents"] * 10 + 50) // 100)
        for number, cost in exact.items()
    ]
    return sum(capped) - charged


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([PRINCIPAL, PRINCIPAL, INTEREST, CREDIT, CREDIT]), st.integers(0, 120),
            st.integers(0, 30), st.integers(1, 30_000),
        ),
        min_size=1, max_size=12,
    ),
    last=st.integers(120, 300),
)  # fmt: skip
def test_the_columns_say_what_day_by_day_says(rows: list[Row], last: int) -> None:
    dated = [(kind, DAY + day, DAY + day + due, cents) for kind, day, due, cents in rows]
    assert charge(dated, DAY + last) == day_by_day(dated, DAY + last)
