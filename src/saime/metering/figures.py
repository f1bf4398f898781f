"""The figures of a month: what every meter is charged with, the buildings' differences and their shares.

The one way from registered readings to m³. The preview after submitting, the dry run, the bill and the exports all come
through here; only the scope differs. A walk starts from the state that the last closed month left behind (or from the
first meters, where nothing is closed) and charges month after month.
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
    NO_READING,
    NONE,
    NORM,
    Bool,
    ConsumptionColumns,
    DifferenceColumns,
    Int64,
    PeriodFigures,
    ShareColumns,
)  # fmt: skip
from saime.metering.differences import differences_of, shares_of
from saime.metering.loading import Opening, Scope, positions
from saime.metering.norms import Norms, policy_column
from saime.metering.rules.consumption import Earlier, MonthCharge, MonthPolicy, Walk, half_up, nothing_before
from saime.metering.rules.counting import Counted, count
from saime.platform.columns import Columns, fetch_all
from saime.platform.periods import Period
from saime.platform.policies import PolicyBook

T = TypeVar("T")
# Buildings charged at once: enough to make the columns long, few enough to keep their history in memory.
_AT_ONCE = 500
_EPOCH = date(1970, 1, 1).toordinal()


def period_figures(period: Period, building_ids: Sequence[int] | None = None) -> PeriodFigures:
    """The figures of a period for these buildings (None: all), from everything up to it, closed or not.

    A period that is itself closed is computed anew from the state before it: for what was billed read the tables.
    """
    book = PolicyBook.load()
    groups = _by_last_closed(Scope(building_ids=building_ids), period)
    parts = [group[i : i + _AT_ONCE] for group in groups.values() for i in range(0, len(group), _AT_ONCE)]
    houses = (
        House.load(Scope(building_ids=[o.building_id for o in part]), part, period=period, book=book)
        for part in parts
    )
    return _joined(period, [house.figures() for house in houses])


def unit_months(
    unit_ids: Sequence[int], first: Period, last: Period, book: PolicyBook | None = None
) -> list[tuple[Period, ConsumptionColumns]]:
    """The units' consumption in the months first…last that are not yet closed: for pages, a few units, no differences.

    A building whose `last` is closed has no such months (nothing is issued before an earlier month).
    """
    book = book or PolicyBook.load()
    months: dict[int, list[ConsumptionColumns]] = defaultdict(list)
    for group in _by_last_closed(Scope(unit_ids=unit_ids), last).values():
        open_ = [opening for opening in group if not opening.is_closed]
        if not open_:
            continue
        scope = Scope(unit_ids=unit_ids, building_ids=[opening.building_id for opening in open_])
        house = House.load(scope, open_, period=last, book=book)
        for month in range(max(house.first, first.index), house.last + 1):
            months[month].append(house.consumption(month - house.first))
    return [
        (Period(month), _concatenated(ConsumptionColumns, parts)) for month, parts in sorted(months.items())
    ]


def _by_last_closed(scope: Scope, period: Period) -> dict[int, list[Opening]]:
    groups: dict[int, list[Opening]] = defaultdict(list)
    for opening in loading.openings(scope, period):
        groups[opening.closed].append(opening)
    return groups


@dataclass(frozen=True, slots=True)
class House:
    """Buildings (or some of their units) with everything their months are charged from; columns are months."""

    scope: Scope
    closed: int
    first: int
    last: int
    book: PolicyBook
    norms: Norms
    rows: dict[str, Columns]  # what was read, by the name of the query in `loading`
    chain_ids: Int64
    chain_building: Int64
    chain_unit: Int64
    chain_medium: Int64
    counted: Counted
    account: Int64  # [units, months]: who pays on the month's last day, or last did in it; 0: nobody
    persons: Int64  # [units, months]
    charges: list[MonthCharge]

    @property
    def meter_rows(self) -> Columns:
        return self.rows["meters"]

    @property
    def units(self) -> Columns:
        return self.rows["units"]

    @classmethod
    def load(cls, scope: Scope, openings: Sequence[Opening], *, period: Period, book: PolicyBook) -> House:
        """The months from the last closed one of these buildings (the same for all of them) to `period`, charged."""
        closed, first = _first_month(openings, period)
        rows = _read(scope, closed, first, period)
        meters, chain_ids = loading.as_meters(rows["meters"], rows["states"], first=first)
        readings = loading.as_readings(rows["readings"], rows["meters"]["id"])
        months = period.index - first + 1
        counted = count(meters, readings, chains=len(chain_ids), first=first, months=months)
        root = np.searchsorted(rows["meters"]["chain_id"], chain_ids)
        oldest = rows["meters"]["chain_installed"][root] - 1
        chains = {name: rows["meters"][name][root] for name in ("building_id", "unit_id", "medium")}
        account, persons = _payers(rows["units"], rows["accounts"], first=first, months=months)
        norms = Norms(book, [(o.building_id, o.regulation, o.amenities) for o in openings])
        policies = [
            _month_policy(book, norms, chains, counted, (rows["units"]["id"], persons[:, column]), column)
            for column in range(months)
        ]
        walk = Walk(
            first, counted.counted, counted.in_use, loading.as_state(rows["states"], chain_ids, oldest), oldest,
            _closed_readings(chain_ids) if closed else nothing_before,
        )  # fmt: skip
        return cls(
            scope, closed, first, period.index, book, norms, rows, chain_ids, chains["building_id"],
            chains["unit_id"], chains["medium"], counted, account, persons, walk.through(policies),
        )  # fmt: skip

    def figures(self) -> PeriodFigures:
        """Consumption of the last month, and the differences that it ends."""
        consumption = [self.consumption(column) for column in range(len(self.charges))]
        differences = differences_of(self, consumption)
        shares = shares_of(self, consumption[-1], differences)
        return PeriodFigures(Period(self.last), consumption[-1], differences, shares)

    # -- consumption -------------------------------------------------------------------------------------------------

    def consumption(self, column: int) -> ConsumptionColumns:
        """The rows of a month: chains in use, then units charged without a meter of a medium that the house has."""
        unmetered = [self._unmetered(medium, column) for medium in (0, 1)]
        rows = _concatenated(ConsumptionColumns, [self._metered(column), *unmetered])
        return replace(rows, at_fault=self._at_fault(rows, column))

    def _metered(self, column: int) -> ConsumptionColumns:
        charge, counted = self.charges[column], self.counted
        rows = np.flatnonzero(charge.in_use)
        state = charge.state
        return ConsumptionColumns(
            building_id=self.chain_building[rows], unit_id=self.chain_unit[rows],
            meter_id=self.meter_rows["id"][counted.meter[rows, column]], chain_id=self.chain_ids[rows],
            account_id=_of_unit(self.units["id"], self.account[:, column], self.chain_unit[rows]),
            medium=self.chain_medium[rows].astype(np.int8), m3=charge.m3[rows], basis=charge.basis[rows],
            previous_reading=counted.previous_value[rows, column], reading=counted.value[rows, column],
            channel=counted.channel[rows, column], estimated_before=charge.estimated_before[rows],
            at_fault=np.zeros(len(rows), bool), read_period=state.read_month[rows], counted_m3=state.counted[rows],
            charged_since=state.charged_since[rows], months_missing=state.missing[rows],
        )  # fmt: skip

    def _unmetered(self, medium: int, column: int) -> ConsumptionColumns:
        """Units without a meter of the medium for which their building has a common one: norm × persons."""
        units = self.units
        in_use = self.charges[column].in_use & (self.chain_medium == medium)
        common = self._buildings_with_common(medium, column)
        lacking = np.isin(units["building_id"], common) & ~np.isin(units["id"], self.chain_unit[in_use])
        rows = np.flatnonzero(lacking & (units["shares"] == 1))
        norms = self.norms.of(medium, units["building_id"][rows], Period(self.first + column))
        none, empty = np.zeros(len(rows), np.int64), np.full(len(rows), NONE)
        return ConsumptionColumns(
            building_id=units["building_id"][rows], unit_id=units["id"][rows], meter_id=none, chain_id=none,
            account_id=self.account[rows, column], medium=np.full(len(rows), medium, np.int8),
            m3=norms * self.persons[rows, column], basis=np.full(len(rows), NORM, np.int8), previous_reading=empty,
            reading=empty, channel=none.astype(np.int8), estimated_before=none, at_fault=np.ones(len(rows), bool),
            read_period=none, counted_m3=none, charged_since=none, months_missing=none,
        )  # fmt: skip

    def _buildings_with_common(self, medium: int, column: int) -> Int64:
        common, month = self.rows["common_meters"], self.first + column
        in_use = (common["installed"] <= month) & (common["removed"] >= month)
        return np.unique(common["building_id"][in_use & (common["medium"] == medium)])

    def _at_fault(self, rows: ConsumptionColumns, column: int) -> Bool:
        """Whether the row makes its unit one that the difference is charged to first."""
        period = Period(self.first + column)
        # Where the norm goes on after the average months (policy), the unit pays for it and is not at fault.
        unread = rows.basis == NO_READING
        expired = self._expired(rows, period)
        acts = self.rows["faults"]
        flagged = (acts["from_month"] <= period.index) & (acts["to_month"] >= period.index)
        by_act = np.isin(rows.unit_id * 2 + rows.medium, (acts["unit_id"] * 2 + acts["medium"])[flagged])
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


def _first_month(openings: Sequence[Opening], period: Period) -> tuple[int, int]:
    """The last closed month (0: none) and the first to be charged: the next, or that of the first meter."""
    closed = openings[0].closed
    installed = [opening.first_installed for opening in openings if opening.first_installed]
    first = closed + 1 if closed else min(installed, default=period.index)
    return closed, min(first, period.index)


def _read(scope: Scope, closed: int, first: int, period: Period) -> dict[str, Columns]:
    queries = {
        "meters": loading.meters(scope, first=first if closed else 0),
        "readings": loading.readings(scope, first=first, last=period.index),
        "units": loading.units(scope),
        "accounts": loading.accounts(scope, first=first, last=period.index),
        "faults": loading.faults(scope),
        "common_meters": loading.common_meters(scope),
    }
    if closed:
        queries["states"] = loading.states(scope, closed)
    rows = fetch_all(queries)
    rows["states"] = _with_older_states(rows, closed) if closed else _NO_STATES
    return rows


def _payers(units: Columns, accounts: Columns, *, first: int, months: int) -> tuple[Int64, Int64]:
    """For each unit and month the account that pays on its last day (or last did in it), and its declared persons."""
    account, persons = (
        np.zeros((len(units["id"]), months), np.int64),
        np.zeros((len(units["id"]), months), np.int64),
    )
    order = np.argsort(units["id"])
    unit = (
        order[np.searchsorted(units["id"][order], accounts["unit_id"])] if len(order) else accounts["unit_id"]
    )
    for column in range(months):
        period = Period(first + column)
        begins, ends = period.first_day.toordinal() - _EPOCH, period.last_day.toordinal() - _EPOCH
        paying = (accounts["from_day"] <= ends) & (accounts["to_day"] >= begins)
        # In order of their beginning: where two paid in the month, the later one's assignment stays.
        account[unit[paying], column] = accounts["id"][paying]
        persons[unit[paying], column] = accounts["persons"][paying]
    return account, persons


def _with_older_states(rows: dict[str, Columns], closed: int) -> Columns:
    """The states, with those of chains out of use in the closed month: a gap between an old meter and its successor."""
    found, meters = rows["states"], rows["meters"]
    expected = np.unique(meters["chain_id"][meters["chain_installed"] <= closed])
    lacking = np.setdiff1d(expected, found["chain_id"])
    if not len(lacking):
        return found
    older = loading.older_states(lacking, closed)
    joined = {name: np.concatenate([found[name], older[name]]) for name in found}
    order = np.argsort(joined["chain_id"])
    return {name: column[order] for name, column in joined.items()}


_NO_STATES = {
    name: np.zeros(0, np.int64)
    for name in ("chain_id", "meter_id", "read_month", "counted", "charged_since", "missing", "dial")
}


def _closed_readings(chain_ids: Int64) -> Earlier:
    """Readings of closed months, looked up for the few chains that need an average."""

    def earlier(rows: Int64, bounds: Int64) -> tuple[Int64, Int64]:
        found = loading.earlier_readings(chain_ids[rows], bounds)
        known = found["month"] > 0
        return np.where(known, found["month"], NONE), np.where(known, found["counted"], NONE)

    return earlier


def _month_policy(
    book: PolicyBook,
    norms: Norms,
    chains: Columns,
    counted: Counted,
    persons: tuple[Int64, Int64],
    column: int,
) -> MonthPolicy:
    period, buildings = Period(counted.first + column), chains["building_id"]
    of_unit = chains["unit_id"] > 0
    average = policy_column(book, "average_months", buildings, period)
    return MonthPolicy(
        average_months=np.where(of_unit, average, 0),
        mean_months=policy_column(book, "mean_months", buildings, period),
        norm_after=(policy_column(book, "no_reading_basis", buildings, period) == "norm") & of_unit,
        norm=_norm_shares(norms, chains, counted.in_use[:, column], persons, period),
    )


def _norm_shares(
    norms: Norms, chains: Columns, in_use: Bool, persons: tuple[Int64, Int64], period: Period
) -> Int64:
    """norm × persons ÷ the unit's meters of the medium, for each chain."""
    key = chains["unit_id"] * 2 + chains["medium"]
    keys, inverse = np.unique(key, return_inverse=True)
    meters = np.bincount(inverse, weights=in_use, minlength=len(keys)).astype(np.int64)[inverse]
    norm = np.where(
        chains["medium"] == 1,
        norms.of(1, chains["building_id"], period), norms.of(0, chains["building_id"], period),
    )  # fmt: skip
    return half_up(norm * _of_unit(*persons, chains["unit_id"]), np.maximum(meters, 1))


def _of_unit(ids: Int64, values: Int64, unit_ids: Int64) -> Int64:
    """The values of the units with these ids; 0 where there is none (common meters)."""
    order = np.argsort(ids)
    if not len(order):
        return np.zeros(len(unit_ids), np.int64)
    place = positions(unit_ids, ids[order])
    return np.where(place >= 0, values[order[place]], 0)


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
