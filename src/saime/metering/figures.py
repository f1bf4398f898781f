"""The figures of a month: what every meter is charged with, the buildings' differences and their shares.

The one way from registered readings to m³. The preview after submitting, the dry run, the bill and the exports all come
through here; only the scope differs. A walk starts from the state that the last closed month left behind (or from the first
meters, where nothing is closed) and charges month after month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar

import numpy as np

from saime.metering import loading
from saime.metering.contracts import (
    NONE, NORM, Bool, ConsumptionColumns, DifferenceColumns, Int64, PeriodFigures, ShareColumns,
)  # fmt: skip
from saime.metering.differences import differences_of, shares_of
from saime.metering.loading import Scope, positions
from saime.metering.norms import Norms, policy_column
from saime.metering.rules.consumption import Earlier, MonthCharge, MonthPolicy, Walk, half_up, nothing_before
from saime.metering.rules.counting import Counted, count
from saime.platform.columns import Columns
from saime.platform.periods import Period
from saime.platform.policies import PolicyBook

T = TypeVar("T")
_EPOCH = date(1970, 1, 1).toordinal()


def period_figures(period: Period, building_ids: Sequence[int] | None = None) -> PeriodFigures:
    """The figures of a period for these buildings (None: all), from everything up to it, closed or not.

    A period that is itself closed is computed anew from the state before it: for what was billed read the tables.
    """
    book = PolicyBook.load()
    parts = []
    for closed, ids in _by_last_closed(Scope(building_ids=building_ids), period).items():
        house = House.load(Scope(building_ids=ids), closed=closed, period=period, book=book)
        parts.append(house.figures())
    return _joined(period, parts)


def unit_months(unit_ids: Sequence[int], period: Period) -> list[tuple[Period, ConsumptionColumns]]:
    """The consumption of the units for each month not yet closed up to `period`. For pages: a few units, no differences."""
    book = PolicyBook.load()
    months: dict[int, list[ConsumptionColumns]] = defaultdict(list)
    for closed in set(_by_last_closed(Scope(unit_ids=unit_ids), period)):
        house = House.load(Scope(unit_ids=unit_ids), closed=closed, period=period, book=book)
        for column, month in enumerate(range(house.first, house.last + 1)):
            months[month].append(house.consumption(column))
    return [(Period(month), _concatenated(ConsumptionColumns, parts)) for month, parts in sorted(months.items())]


def _by_last_closed(scope: Scope, period: Period) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = defaultdict(list)
    for building, closed in loading.last_closed(scope, period).items():
        groups[closed].append(building)
    return groups


@dataclass(frozen=True, slots=True)
class House:
    """Buildings (or some of their units) with everything their months are charged from."""

    scope: Scope
    closed: int
    first: int
    last: int
    book: PolicyBook
    norms: Norms
    meter_rows: Columns
    chain_ids: Int64
    chain_building: Int64
    chain_unit: Int64
    chain_medium: Int64
    counted: Counted
    units: list[Columns]  # of each month
    charges: list[MonthCharge]

    @classmethod
    def load(cls, scope: Scope, *, closed: int, period: Period, book: PolicyBook) -> House:
        meter_rows = loading.meters(scope, first=closed + 1 if closed else 0)
        first = closed + 1 if closed else int(meter_rows["installed"].min(initial=period.index))
        first = min(first, period.index)
        months = period.index - first + 1
        state_rows = _states(scope, closed, meter_rows)
        meters, chain_ids = loading.as_meters(meter_rows, state_rows, first=first)
        readings = loading.as_readings(loading.readings(scope, first=first, last=period.index), meter_rows["id"])
        counted = count(meters, readings, chains=len(chain_ids), first=first, months=months)
        root = np.searchsorted(meter_rows["chain_id"], chain_ids)
        units = [loading.units(scope, Period(first + column)) for column in range(months)]
        oldest = meter_rows["chain_installed"][root] - 1
        chains = {name: meter_rows[name][root] for name in ("building_id", "unit_id", "medium")}
        norms = Norms(book, loading.buildings(scope))
        policies = [
            _month_policy(book, norms, chains, counted, units[column], column) for column in range(months)
        ]
        walk = Walk(
            first, counted.counted, counted.in_use, loading.as_state(state_rows, chain_ids, oldest), oldest,
            _closed_readings(chain_ids) if closed else nothing_before,
        )  # fmt: skip
        return cls(
            scope, closed, first, period.index, book, norms, meter_rows, chain_ids, chains["building_id"], chains["unit_id"],
            chains["medium"], counted, units, walk.through(policies),
        )  # fmt: skip

    def figures(self) -> PeriodFigures:
        """Consumption of the last month, and the differences that it ends."""
        consumption = [self.consumption(column) for column in range(len(self.charges))]
        differences = differences_of(self, consumption)
        shares = shares_of(self, consumption[-1], differences)
        return PeriodFigures(Period(self.last), consumption[-1], differences, shares)

    # -- consumption -------------------------------------------------------------------------------------------------

    def consumption(self, column: int) -> ConsumptionColumns:
        """The rows of a month: chains in use, then units charged without a meter."""
        metered, unmetered = self._metered(column), self._unmetered(column)
        rows = _concatenated(ConsumptionColumns, [metered, unmetered])
        return replace(rows, at_fault=self._at_fault(rows, column))

    def _metered(self, column: int) -> ConsumptionColumns:
        charge, counted = self.charges[column], self.counted
        rows = np.flatnonzero(charge.in_use)
        state = charge.state
        return ConsumptionColumns(
            building_id=self.chain_building[rows], unit_id=self.chain_unit[rows],
            meter_id=self.meter_rows["id"][counted.meter[rows, column]], chain_id=self.chain_ids[rows],
            account_id=self._of_unit("account_id", self.chain_unit[rows], column),
            medium=self.chain_medium[rows].astype(np.int8), m3=charge.m3[rows], basis=charge.basis[rows],
            previous_reading=counted.previous_value[rows, column], reading=counted.value[rows, column],
            channel=counted.channel[rows, column], estimated_before=charge.estimated_before[rows],
            at_fault=np.zeros(len(rows), bool), read_period=state.read_month[rows], counted_m3=state.counted[rows],
            charged_since=state.charged_since[rows], months_missing=state.missing[rows],
        )  # fmt: skip

    def _unmetered(self, column: int) -> ConsumptionColumns:
        """Units without a meter of a medium for which their building has a common one: norm × persons."""
        units = self.units[column]
        parts = [self._unmetered_of(medium, units, column) for medium in (0, 1)]
        return _concatenated(ConsumptionColumns, parts)

    def _unmetered_of(self, medium: int, units: Columns, column: int) -> ConsumptionColumns:
        in_use = self.charges[column].in_use & (self.chain_medium == medium)
        common = self._buildings_with_common(medium, column)
        lacking = np.isin(units["building_id"], common) & ~np.isin(units["id"], self.chain_unit[in_use])
        rows = np.flatnonzero(lacking & (units["shares"] == 1))
        norms = self.norms.of(medium, units["building_id"][rows], Period(self.first + column))
        none, empty = np.zeros(len(rows), np.int64), np.full(len(rows), NONE)
        return ConsumptionColumns(
            building_id=units["building_id"][rows], unit_id=units["id"][rows], meter_id=none, chain_id=none,
            account_id=units["account_id"][rows], medium=np.full(len(rows), medium, np.int8),
            m3=norms * units["persons"][rows], basis=np.full(len(rows), NORM, np.int8), previous_reading=empty,
            reading=empty, channel=none.astype(np.int8), estimated_before=none, at_fault=np.ones(len(rows), bool),
            read_period=none, counted_m3=none, charged_since=none, months_missing=none,
        )  # fmt: skip

    def _buildings_with_common(self, medium: int, column: int) -> Int64:
        if self.scope.unit_ids is not None:
            return loading.buildings_with_common(self.scope, medium, Period(self.first + column))
        common = self.charges[column].in_use & (self.chain_unit == 0) & (self.chain_medium == medium)
        return np.unique(self.chain_building[common])

    def _at_fault(self, rows: ConsumptionColumns, column: int) -> Bool:
        """Whether the row makes its unit one that the difference is charged to first."""
        period = Period(self.first + column)
        unread = (rows.months_missing > self._policy("average_months", rows.building_id, period)) & (rows.meter_id > 0)
        expired = self._expired(rows, period)
        flagged = loading.faults(self.scope, period)
        key = rows.unit_id * 2 + rows.medium
        by_act = np.isin(key, flagged["unit_id"] * 2 + flagged["medium"])
        fault: Bool = (unread | expired | by_act | (rows.meter_id == 0)) & (rows.unit_id > 0)
        return fault

    def _expired(self, rows: ConsumptionColumns, period: Period) -> Bool:
        blocks = self._policy("expired_verification", rows.building_id, period) == "at_fault"
        order = np.argsort(self.meter_rows["id"])
        place = order[positions(rows.meter_id, self.meter_rows["id"][order])] if len(order) else rows.meter_id
        until = self.meter_rows["valid_until_day"][place] if len(order) else rows.meter_id
        last_day = period.last_day.toordinal() - _EPOCH
        expired: Bool = blocks & (rows.meter_id > 0) & (until < last_day)
        return expired

    def _policy(self, name: str, building_ids: Int64, period: Period) -> Any:
        return policy_column(self.book, name, building_ids, period)

    def _of_unit(self, name: str, unit_ids: Int64, column: int) -> Int64:
        return _of_unit(self.units[column], name, unit_ids)


def _states(scope: Scope, closed: int, meter_rows: Columns) -> Columns:
    if not closed:
        return {name: np.zeros(0, np.int64) for name in _STATE_COLUMNS}
    found = loading.states(scope, closed)
    # Out of use in the closed month, and coming back: a gap between an old meter and the one that replaced it.
    expected = np.unique(meter_rows["chain_id"][meter_rows["chain_installed"] <= closed])
    lacking = np.setdiff1d(expected, found["chain_id"])
    if not len(lacking):
        return found
    older = loading.older_states(lacking, closed)
    joined = {name: np.concatenate([found[name], older[name]]) for name in found}
    order = np.argsort(joined["chain_id"])
    return {name: column[order] for name, column in joined.items()}


_STATE_COLUMNS = ("chain_id", "meter_id", "read_month", "counted", "charged_since", "missing", "dial")


def _closed_readings(chain_ids: Int64) -> Earlier:
    """Readings of closed months, looked up for the few chains that need an average."""

    def earlier(rows: Int64, bounds: Int64) -> tuple[Int64, Int64]:
        found = loading.earlier_readings(chain_ids[rows], bounds)
        known = found["month"] > 0
        return np.where(known, found["month"], NONE), np.where(known, found["counted"], NONE)

    return earlier


def _month_policy(
    book: PolicyBook, norms: Norms, chains: Columns, counted: Counted, units: Columns, column: int
) -> MonthPolicy:
    period, buildings = Period(counted.first + column), chains["building_id"]
    of_unit = chains["unit_id"] > 0
    average = policy_column(book, "average_months", buildings, period)
    return MonthPolicy(
        average_months=np.where(of_unit, average, 0),
        mean_months=policy_column(book, "mean_months", buildings, period),
        norm_after=(policy_column(book, "no_reading_basis", buildings, period) == "norm") & of_unit,
        norm=_norm_shares(norms, chains, counted.in_use[:, column], units, period),
    )


def _norm_shares(norms: Norms, chains: Columns, in_use: Bool, units: Columns, period: Period) -> Int64:
    """norm × persons ÷ the unit's meters of the medium, for each chain."""
    key = chains["unit_id"] * 2 + chains["medium"]
    keys, inverse = np.unique(key, return_inverse=True)
    meters = np.bincount(inverse, weights=in_use, minlength=len(keys)).astype(np.int64)[inverse]
    norm = np.where(
        chains["medium"] == 1,
        norms.of(1, chains["building_id"], period), norms.of(0, chains["building_id"], period),
    )  # fmt: skip
    return half_up(norm * _of_unit(units, "persons", chains["unit_id"]), np.maximum(meters, 1))


def _of_unit(units: Columns, name: str, unit_ids: Int64) -> Int64:
    """A column of the units for the units with these ids; 0 where there is none (common meters)."""
    order = np.argsort(units["id"])
    if not len(order):
        return np.zeros(len(unit_ids), np.int64)
    place = positions(unit_ids, units["id"][order])
    return np.where(place >= 0, units[name][order[place]], 0)


def _joined(period: Period, parts: list[PeriodFigures]) -> PeriodFigures:
    return PeriodFigures(
        period,
        _concatenated(ConsumptionColumns, [part.consumption for part in parts]),
        _concatenated(DifferenceColumns, [part.differences for part in parts]),
        _concatenated(ShareColumns, [part.shares for part in parts]),
    )


def _concatenated(kind: type[T], parts: Sequence[T]) -> T:
    if len(parts) == 1:
        return parts[0]
    columns = {}
    for column in fields(kind):  # type: ignore[arg-type]
        arrays = [getattr(part, column.name) for part in parts]
        columns[column.name] = np.concatenate(arrays) if arrays else np.zeros(0, np.int64)
    return kind(**columns)

