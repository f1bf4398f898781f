"""Late charge: simple daily interest on overdue principal (domain.md, Services, tariffs and the bill).

A bill's principal bears interest on each day from the day after it is due to the day of issue of the new bill, on what
is unpaid at the end of that day: a payment counts on the day it reaches the bank. Payments go to interest charged
earlier first, then to the oldest principal (or the other way round, by policy). Each bill's charge is capped by a part
of its principal. It is worked out from the whole history and what was charged before is taken off: a payment that
becomes known late, or a bill that is credited, gives back what was charged too much.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from saime.billing.rules.amounts import Int64, half_up, sums, times

# cents × days × rate (ten-thousandths of a percent a year)
_YEAR = 365 * 100 * 10_000
_PERCENT = 100 * 10_000
_ACCOUNT = 1 << 42  # more than any account's cents or any day, so that account × this + value sorts by both
_NEVER = 1 << 40

PRINCIPAL, INTEREST, CREDIT = range(3)


@dataclass(frozen=True, slots=True)
class Steps:
    """A value that changes on certain days (ordinals, ascending; the first stands for all time before)."""

    days: Int64
    values: Int64

    def at(self, day: Int64) -> Int64:
        return self.values[self._place(day)]

    def summed_to(self, day: Int64) -> Int64:
        """Σ of the value over all days from the first step up to and including `day`."""
        whole = np.concatenate([[0], np.cumsum(self.values[:-1] * np.diff(self.days))])
        place = self._place(day)
        return whole[place] + self.values[place] * (day - self.days[place] + 1)

    def _place(self, day: Int64) -> Int64:
        return np.maximum(np.searchsorted(self.days, day, "right") - 1, 0)


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """What holds for a group of accounts: `rate` and `cap` in ten-thousandths of a percent; `interest_first` 1 or 0."""

    rate: Steps
    cap: Steps
    interest_first: Steps


@dataclass(frozen=True, slots=True)
class Movements:
    """What happened to the accounts' money, in any order. `account` is a position 0 … accounts − 1.

    `kind`: PRINCIPAL (a bill; `due` its due day), INTEREST (a late charge of an earlier bill), CREDIT (money received,
    cents above zero). Principal below zero counts as a credit of its day.
    """

    account: Int64
    kind: Int64
    day: Int64
    due: Int64
    cents: Int64


@dataclass(frozen=True, slots=True)
class LateDebts:
    """The bills that bear interest: row of the movements, days overdue, charge to date (cents, capped)."""

    row: Int64
    days: Int64
    cents: Int64


def late_debts(
    movements: Movements, accounts: int, policies: list[LatePolicy], policy: Int64, until: int
) -> LateDebts:
    """What each overdue bill has cost in late charge up to and including the day `until`.

    `policy` gives each account's place in `policies`. Movements after `until` are to be left out by the caller.
    """
    history = _History.of(movements, accounts, policies, policy)
    return history.debts(policies, policy, until)


def late_charges(debts: LateDebts, movements: Movements, accounts: int) -> Int64:
    """What is to be charged now on each account: to date, less what has been charged."""
    owed = sums(debts.cents, movements.account[debts.row], accounts)
    before = movements.kind == INTEREST
    return owed - sums(movements.cents[before], movements.account[before], accounts)


@dataclass(frozen=True, slots=True)
class _History:
    """Movements in order of account and day, with the principal paid after each."""

    row: Int64  # of the movements given
    account: Int64
    is_debt: Int64
    day: Int64
    due: Int64
    cents: Int64
    upper: Int64  # Σ principal of the account up to and including the row
    paid: Int64  # principal paid after the row

    @classmethod
    def of(cls, movements: Movements, accounts: int, policies: list[LatePolicy], policy: Int64) -> _History:
        kind = np.where((movements.kind == PRINCIPAL) & (movements.cents < 0), CREDIT, movements.kind)
        order = np.lexsort((kind, movements.day, movements.account))
        account, kind, day = movements.account[order], kind[order], movements.day[order]
        cents = np.abs(movements.cents[order]) * np.where(
            (kind == INTEREST) & (movements.cents[order] < 0), -1, 1
        )
        first = _interest_first(policies, policy, account, day)
        paid = _pay(account, kind, cents, first, accounts)
        is_debt = (kind == PRINCIPAL).astype(np.int64)
        return cls(
            order,
            account,
            is_debt,
            day,
            movements.due[order],
            cents,
            _running(account, cents * is_debt),
            paid,
        )

    def debts(self, policies: list[LatePolicy], policy: Int64, until: int) -> LateDebts:
        debt = np.flatnonzero(self.is_debt)
        begin, end = self._overdue_rows(debt)
        count = np.maximum(end - begin, 0)
        which = np.repeat(np.arange(len(debt)), count)
        row = begin[which] + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        low = np.maximum(self.day[row], self.due[debt[which]] + 1)
        high = np.minimum(self._next_day(row) - 1, until)
        some = high >= low
        which, row, low, high = which[some], row[some], low[some], high[some]
        unpaid = np.minimum(self.upper[debt[which]] - self.paid[row], self.cents[debt[which]])
        rate_days = _rate_days(policies, policy, self.account[row], low, high)
        charge = half_up(sums(times(unpaid, rate_days), which, len(debt)), _YEAR)
        capped = np.minimum(charge, self._caps(debt, policies, policy))
        late = np.flatnonzero(sums(high - low + 1, which, len(debt)) > 0)
        return LateDebts(self.row[debt[late]], sums(high - low + 1, which, len(debt))[late], capped[late])

    def _overdue_rows(self, debt: Int64) -> tuple[Int64, Int64]:
        """For each debt: the row after which it is first overdue, and the row that pays the last of it."""
        base = self.account[debt] * _ACCOUNT
        of_day = np.searchsorted(self.account * _ACCOUNT + self.day, base + self.due[debt] + 1, "right") - 1
        end = np.searchsorted(self.account * _ACCOUNT + self.paid, base + self.upper[debt], "left")
        last = np.searchsorted(self.account, self.account[debt], "right")
        return np.maximum(of_day, debt), np.minimum(end, last)

    def _next_day(self, row: Int64) -> Int64:
        following = np.append(self.day[1:], _NEVER)
        same = np.append(self.account[1:] == self.account[:-1], False)
        return np.where(same, following, _NEVER)[row]

    def _caps(self, debt: Int64, policies: list[LatePolicy], policy: Int64) -> Int64:
        cap = np.zeros(len(debt), np.int64)
        for code, one in enumerate(policies):
            mine = policy[self.account[debt]] == code
            cap[mine] = one.cap.at(self.due[debt[mine]])
        return half_up(times(self.cents[debt], cap), _PERCENT)


def _interest_first(policies: list[LatePolicy], policy: Int64, account: Int64, day: Int64) -> Int64:
    first = np.ones(len(account), np.int64)
    for code, one in enumerate(policies):
        mine = policy[account] == code
        first[mine] = one.interest_first.at(day[mine])
    return first


def _rate_days(policies: list[LatePolicy], policy: Int64, account: Int64, low: Int64, high: Int64) -> Int64:
    """Σ of the yearly rate over the days from low to high, both included."""
    total = np.zeros(len(account), np.int64)
    for code, one in enumerate(policies):
        mine = policy[account] == code
        total[mine] = one.rate.summed_to(high[mine]) - one.rate.summed_to(low[mine] - 1)
    return total


def _running(account: Int64, values: Int64) -> Int64:
    """Running sum within each account (rows in order of account)."""
    total = np.cumsum(values)
    starts = np.searchsorted(account, account)
    return total - np.where(starts > 0, total[starts - 1], 0)


def _pay(account: Int64, kind: Int64, cents: Int64, interest_first: Int64, accounts: int) -> Int64:
    """Principal paid after each row: movements are taken one of each account at a time."""
    place = np.arange(len(account)) - np.searchsorted(account, account)
    by_turn = np.lexsort((account, place))
    turns = np.searchsorted(place[by_turn], np.arange(place.max(initial=-1) + 2))
    purse = _Purse.empty(accounts)
    paid = np.zeros(len(account), np.int64)
    for begin, end in pairwise(turns):
        rows = by_turn[begin:end]
        paid[rows] = purse.take(account[rows], kind[rows], cents[rows], interest_first[rows] == 1)
    return paid


@dataclass(slots=True)
class _Purse:
    """What each account has open: principal, interest, and money that waits for the next debt."""

    principal: Int64
    interest: Int64
    advance: Int64
    paid: Int64

    @classmethod
    def empty(cls, accounts: int) -> _Purse:
        return cls(*(np.zeros(accounts, np.int64) for _ in range(4)))

    def take(self, who: Int64, kind: Int64, cents: Int64, interest_first: Int64) -> Int64:
        """Book one movement of each account in `who`. The principal each has paid so far."""
        money = self.advance[who] + np.where(kind == CREDIT, cents, 0)
        principal = self.principal[who] + np.where(kind == PRINCIPAL, cents, 0)
        interest = self.interest[who] + np.where(kind == INTEREST, cents, 0)
        money, interest = money - np.minimum(interest, 0), np.maximum(interest, 0)
        to_interest = np.where(interest_first, interest, np.maximum(money - principal, 0))
        to_interest = np.minimum(np.minimum(to_interest, interest), money)
        to_principal = np.minimum(principal, money - to_interest)
        self.principal[who], self.interest[who] = principal - to_principal, interest - to_interest
        self.advance[who] = money - to_interest - to_principal
        self.paid[who] += to_principal
        return self.paid[who]
