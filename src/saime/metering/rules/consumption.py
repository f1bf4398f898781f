"""What a month is charged with: actual, average, norm, or nothing (domain.md, Consumption)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from saime.metering.contracts import ACTUAL, AVERAGE, NO_READING, NONE, NORM, Bool, Int8, Int64


@dataclass(frozen=True, slots=True)
class State:
    """Where each chain stands at the end of a month."""

    read_month: (
        Int64  # q: the last month with a reading; an initial reading stands for the month before installation
    )
    counted: Int64  # m³ counted along the chain up to q
    charged_since: Int64  # m³ charged since q without a reading
    missing: Int64  # months in a row without one

    def __len__(self) -> int:
        return len(self.missing)


@dataclass(frozen=True, slots=True)
class MonthPolicy:
    """What is decided for a month, a value a chain."""

    average_months: Int64  # 0 for common meters: actual or nothing
    mean_months: Int64
    norm_after: Bool  # after the average months the norm goes on (otherwise nothing, and at fault)
    norm: Int64  # the chain's share of norm × persons, thousandths of m³


@dataclass(frozen=True, slots=True)
class MonthCharge:
    """What each chain is charged with for one month. `m3` may be negative: a credit."""

    m3: Int64
    basis: Int8
    estimated_before: Int64
    in_use: Bool
    state: State


# Given chains (rows) and for each the latest month allowed: the latest month with a reading up to it, and the m³
# counted there. NONE where there is none.
Earlier = Callable[[Int64, Int64], tuple[Int64, Int64]]


def charge(
    state: State,
    *,
    month: int,
    counted: Int64,
    in_use: Bool,
    policy: MonthPolicy,
    mean_of: Callable[[Int64], Int64],
) -> MonthCharge:
    """Charge one month. `counted`: NONE without a reading; `mean_of(rows)`: each row's measured mean, NONE without."""
    read = in_use & (counted != NONE)
    missing = np.where(read, 0, state.missing + in_use)
    averaged = in_use & ~read & (missing <= policy.average_months)
    rows = np.flatnonzero(averaged)
    mean = np.full(len(state), NONE)
    mean[rows] = mean_of(rows)
    by_norm = (averaged & (mean == NONE)) | (in_use & ~read & ~averaged & policy.norm_after)
    by_mean = averaged & (mean != NONE)
    m3 = np.zeros(len(state), np.int64)
    m3[read] = (counted - state.counted - state.charged_since)[read]
    m3[by_mean], m3[by_norm] = mean[by_mean], policy.norm[by_norm]
    basis = np.select([read, by_mean, by_norm], [ACTUAL, AVERAGE, NORM], NO_READING).astype(np.int8)
    after = State(
        read_month=np.where(read, month, state.read_month),
        counted=np.where(read, counted, state.counted),
        charged_since=np.where(read, 0, state.charged_since + m3),
        missing=missing,
    )
    return MonthCharge(m3, basis, np.where(read, state.charged_since, 0), in_use, after)


def measured_mean(state: State, rows: Int64, *, mean_months: Int64, earlier: Earlier) -> Int64:
    """The mean from s to q, half up; s: the latest reading at least `mean_months` before q, or the oldest."""
    q, counted_q = state.read_month[rows], state.counted[rows]
    s, counted_s = earlier(rows, q - mean_months[rows])
    known = (s != NONE) & (s < q)
    span = np.where(known, q - s, 1)
    return np.where(known, half_up(counted_q - counted_s, span), NONE)


def half_up(numerator: Int64, denominator: Int64) -> Int64:
    """Quotient rounded half away from zero; denominators above zero."""
    magnitude = (2 * np.abs(numerator) + denominator) // (2 * denominator)
    rounded: Int64 = np.sign(numerator) * magnitude
    return rounded


@dataclass(frozen=True, slots=True)
class Walk:
    """Months charged one after the other from a state, with what was read on the way."""

    first: int
    counted: Int64  # [chains, months]
    in_use: Bool
    start: State
    oldest_month: Int64  # of each chain: the month before its first meter was installed (m³ counted there: 0)
    before_first: Earlier  # readings before `first`

    def through(self, policies: list[MonthPolicy]) -> list[MonthCharge]:
        """A charge for each month, the first being `first`."""
        latest = self._latest_columns()
        state, charges = self.start, []
        for column, policy in enumerate(policies):
            charges.append(self._charge(state, column, policy, latest))
            state = charges[-1].state
        return charges

    def _charge(self, state: State, column: int, policy: MonthPolicy, latest: Int64) -> MonthCharge:
        def mean_of(rows: Int64) -> Int64:
            return measured_mean(state, rows, mean_months=policy.mean_months, earlier=self._earlier(latest))

        return charge(
            state, month=self.first + column, counted=self.counted[:, column], in_use=self.in_use[:, column],
            policy=policy, mean_of=mean_of,
        )  # fmt: skip

    def _latest_columns(self) -> Int64:
        """For each chain and month the column of the latest reading up to it; −1 where there is none yet."""
        columns = np.where(self.counted != NONE, np.arange(self.counted.shape[1]), -1)
        return np.maximum.accumulate(columns, axis=1)

    def _earlier(self, latest: Int64) -> Earlier:
        def earlier(rows: Int64, bounds: Int64) -> tuple[Int64, Int64]:
            column = bounds - self.first
            inside = column >= 0
            found = np.full(len(rows), np.int64(-1))
            found[inside] = latest[rows[inside], column[inside]]
            month, counted = self.first + found, self.counted[rows, found]
            outside = np.flatnonzero(found < 0)
            if len(outside):
                month[outside], counted[outside] = self._outside(rows[outside], bounds[outside])
            return month, counted

        return earlier

    def _outside(self, rows: Int64, bounds: Int64) -> tuple[Int64, Int64]:
        month, counted = self.before_first(rows, np.minimum(bounds, self.first - 1))
        oldest = month == NONE
        return np.where(oldest, self.oldest_month[rows], month), np.where(oldest, 0, counted)


def nothing_before(rows: Int64, _bounds: Int64) -> tuple[Int64, Int64]:
    """`Walk.before_first` of a walk that starts with the first meters."""
    return np.full(len(rows), NONE), np.full(len(rows), NONE)
