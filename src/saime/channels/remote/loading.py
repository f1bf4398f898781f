"""Days of many meters as a table: rows meters, columns days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from saime.channels.remote.contracts import DayUse, Int64, SuspicionView
from saime.channels.remote.rules.suspicion import Found, Limits, daily_use, find
from saime.metering.contracts import NONE
from saime.platform.columns import Columns
from saime.platform.money import from_milli
from saime.platform.policies import PolicyBook


@dataclass(frozen=True, slots=True)
class Days:
    """Values of meters by day; NONE where there is none. `first`: the day of the first column."""

    meter_id: Int64
    modulus: Int64
    building_id: Int64
    first: date
    value: Int64

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.value.shape[1] - 1)


@dataclass(frozen=True, slots=True)
class Watched:
    """The days of some meters, and what looks wrong in them as of each one's last value."""

    days: Days
    use: Int64
    is_spread: NDArray[np.bool_]
    found: Found

    def uses(self, row: int, first: date) -> tuple[DayUse, ...]:
        """A meter's days from `first` on, up to its last known one."""
        known = np.flatnonzero(self.use[row] != NONE)
        stop = int(known[-1]) + 1 if len(known) else 0
        start = max((first - self.days.first).days, 0)
        return tuple(self._use(row, column) for column in range(start, stop))

    def _use(self, row: int, column: int) -> DayUse:
        milli = self.use[row, column]
        m3 = None if milli == NONE else from_milli(milli)
        return DayUse(self.days.first + timedelta(days=column), m3, bool(self.is_spread[row, column]))

    def suspicions(self, row: int) -> tuple[SuspicionView, ...]:
        """What looks wrong with a meter. Water that never pauses says more than that it is much today."""
        found = {"leak": self.found.leak, "sudden": self.found.sudden, "standstill": self.found.standstill}
        since = {kind: int(column[row]) for kind, column in found.items() if column[row] >= 0}
        if "leak" in since:
            since.pop("sudden", None)
        return tuple(self._view(row, kind, column) for kind, column in since.items())

    def standstill_since(self, row: int, since: date) -> SuspicionView | None:
        """A standstill that was found before, if it goes on: longer ago than these days reach there is no mean left."""
        known = np.flatnonzero(self.use[row] != NONE)
        later = known[known >= (since - self.days.first).days]
        if self.found.standstill[row] >= 0 or not len(later) or self.use[row, later].any():
            return None
        return SuspicionView(
            "standstill", since, self.days.first + timedelta(days=int(later[-1])), from_milli(0)
        )

    def _view(self, row: int, kind: str, since: int) -> SuspicionView:
        last = int(np.flatnonzero(self.use[row] != NONE)[-1])
        span = self.use[row, since : last + 1]
        mean = int(span[span != NONE].sum()) // len(span)
        first = self.days.first
        return SuspicionView(
            kind, first + timedelta(days=since), first + timedelta(days=last), from_milli(mean)
        )


def days_needed(book: PolicyBook, on: date) -> int:
    """How many days back the rules look, the company's limits taken."""
    standstill = int(book.value("standstill_days", on))
    return int(book.value("leak_mean_days", on)) + max(2 * standstill, int(book.value("leak_days", on))) + 1


def watch(days: Days, book: PolicyBook) -> Watched:
    use, is_spread = daily_use(days.value, days.modulus)
    found = find(use, limits_of(book, days), mean_days=int(book.value("leak_mean_days", days.last)))
    return Watched(days, use, is_spread, found)


def limits_of(book: PolicyBook, days: Days) -> Limits:
    def column(name: str, scale: int = 1) -> Int64:
        values = book.values(name, days.last, days.building_id.tolist())
        return np.array([int(value * scale) for value in values], np.int64)

    return Limits(
        leak_m3=column("leak_day_m3", 1000), leak_days=column("leak_days"),
        factor_percent=column("leak_factor", 100), factor_m3=column("leak_factor_m3", 1000),
        standstill_days=column("standstill_days"),
    )  # fmt: skip


def table_of(meters: Columns, values: Columns, first: date, last: date) -> Days:
    """`meters`: id, digits, building_id, by id; `values`: meter_id, day (since 1970), value in thousandths."""
    base = (first - date(1970, 1, 1)).days
    table = np.full((len(meters["id"]), (last - first).days + 1), NONE)
    table[np.searchsorted(meters["id"], values["meter_id"]), values["day"] - base] = values["value"]
    return Days(meters["id"], 10 ** meters["digits"] * 1000, meters["building_id"], first, table)
