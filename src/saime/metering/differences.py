"""From months charged to buildings' differences and their shares (domain.md, The building's water difference)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from saime.metering import loading
from saime.metering.contracts import NONE, Bool, ConsumptionColumns, DifferenceColumns, Int64, ShareColumns
from saime.metering.loading import positions
from saime.metering.norms import policy_column
from saime.metering.rules import difference as rules
from saime.platform.periods import Period

if TYPE_CHECKING:
    from saime.metering.figures import House


@dataclass(frozen=True, slots=True)
class _Places:
    """A row for each building and medium with common meters; columns are months. m³ in thousandths."""

    key: Int64  # building × 2 + medium
    in_use: Bool  # [places, months]: a common meter is in use
    complete: Bool  # [places, months]: and every one of them has a reading
    common: Int64  # [places, months]: counted by all of them up to the month
    units: Int64  # [places, months]: charged to the units in the month


def differences_of(house: House, consumption: list[ConsumptionColumns]) -> DifferenceColumns:
    """The differences of the last month; where a common meter is not read, what is being carried on."""
    places = _places(house, consumption)
    span_from, common_before, units_before, begin = _open_spans(house, places)
    last = places.in_use.shape[1] - 1
    here = places.in_use[:, last]
    units = units_before + _sum_from(places.units, begin)
    complete = places.complete[:, last]
    common = np.where(complete, places.common[:, last] - common_before, NONE)
    difference = np.where(complete, common - units, NONE)
    building = places.key // 2
    return DifferenceColumns(
        building[here], (places.key % 2).astype(np.int8)[here], house.norms.regulation_of(building[here]),
        span_from[here], common[here], units[here], difference[here],
    )  # fmt: skip


def _places(house: House, consumption: list[ConsumptionColumns]) -> _Places:
    chains = np.flatnonzero(house.chain_unit == 0)
    chain_key = house.chain_building[chains] * 2 + house.chain_medium[chains]
    key, place = np.unique(chain_key, return_inverse=True)
    months = len(consumption)
    in_use, unread = np.zeros((len(key), months), np.int64), np.zeros((len(key), months), np.int64)
    common, units = np.zeros((len(key), months), np.int64), np.zeros((len(key), months), np.int64)
    for column, rows in enumerate(consumption):
        charge = house.charges[column]
        used = charge.in_use[chains]
        np.add.at(in_use[:, column], place, used)
        np.add.at(unread[:, column], place, used & (charge.state.missing[chains] > 0))
        np.add.at(common[:, column], place, charge.state.counted[chains])
        row_place = positions(rows.building_id * 2 + rows.medium, key)
        mine = (rows.unit_id > 0) & (row_place >= 0)
        np.add.at(units[:, column], row_place[mine], rows.m3[mine])
    # A meter taken out in the month is in use in it, and its act is its reading.
    return _Places(key, in_use > 0, (in_use > 0) & (unread == 0), common, units)


def _open_spans(house: House, places: _Places) -> tuple[Int64, Int64, Int64, Int64]:
    """Where each place's span begins: its month, what was counted and charged before the columns, its first column."""
    months = np.arange(places.in_use.shape[1] - 1)
    done = places.complete[:, :-1]
    previous = np.where(done, months, -1).max(axis=1, initial=-1)
    first_used = places.in_use.argmax(axis=1)
    span_from, units_before = house.first + first_used, np.zeros(len(places.key), np.int64)
    common_before, begin = np.zeros(len(places.key), np.int64), first_used.astype(np.int64)
    if house.closed:
        _carry_on(house, places, span_from, units_before, common_before, begin)
    rows = np.flatnonzero(previous >= 0)
    span_from[rows], begin[rows] = house.first + previous[rows] + 1, previous[rows] + 1
    units_before[rows], common_before[rows] = 0, places.common[rows, previous[rows]]
    return span_from, common_before, units_before, begin


def _carry_on(
    house: House, places: _Places, span_from: Int64, units_before: Int64, common_before: Int64, begin: Int64
) -> None:
    """Go on from the spans that closed months left open (changes the columns given)."""
    spans = loading.open_spans(house.scope, house.closed)
    place = positions(spans["building_id"] * 2 + spans["medium"], places.key)
    known = place >= 0
    span_from[place[known]], units_before[place[known]] = spans["span_from"][known], spans["units_m3"][known]
    begin[place[known]] = 0
    chains = np.flatnonzero(house.chain_unit == 0)
    of_chain = positions(house.chain_building[chains] * 2 + house.chain_medium[chains], places.key)
    old = np.isin(of_chain, place[known])
    counted = loading.counted_at(house.chain_ids[chains[old]], span_from[of_chain[old]] - 1)
    np.add.at(common_before, of_chain[old], counted)
    _count_ended(house, places, common_before)


def _count_ended(house: House, places: _Places, common_before: Int64) -> None:
    """A common meter taken out while another was unread has no row any more: what it counted is still to be billed."""
    spans = loading.counted_in_open_spans(house.scope, house.closed)
    place = positions(spans["building_id"] * 2 + spans["medium"], places.key)
    ended = (place >= 0) & ~np.isin(spans["chain_id"], house.chain_ids)
    np.subtract.at(common_before, place[ended], spans["m3"][ended])


def _sum_from(table: Int64, begin: Int64) -> Int64:
    """Σ of each row from its own column on."""
    sums: Int64 = np.where(np.arange(table.shape[1]) >= begin[:, None], table, 0).sum(axis=1)
    return sums


def shares_of(house: House, consumption: ConsumptionColumns, differences: DifferenceColumns) -> ShareColumns:
    """Every apartment's and commercial unit's share in the differences of the month."""
    billed = np.flatnonzero(differences.difference_m3 != NONE)
    units = house.units
    sharing = np.flatnonzero(units["shares"] == 1)
    # Units stand in the order of their numbers within a building: so do the rows of each group.
    rows, group = _units_of_buildings(differences.building_id[billed], units["building_id"][sharing])
    unit = sharing[rows]
    if not len(unit):
        none = np.zeros(0, np.int64)
        return ShareColumns(none, none.astype(np.int8), none, none, none.astype(np.int8))
    unit_id, medium = units["id"][unit], differences.medium[billed][group].astype(np.int64)
    key = consumption.unit_id * 2 + consumption.medium
    at_fault = np.isin(unit_id * 2 + medium, key[consumption.at_fault])
    buildings = differences.building_id[billed]
    how, norm, first = _rules_of(house, differences, billed)
    by_m2, by_m3 = how == "m2", how == "consumption"
    m3 = _sum_by_key(key, consumption.m3, unit_id * 2 + medium)
    shares, why = rules.difference_shares(
        differences.difference_m3[billed], group, at_fault=at_fault, at_fault_first=first, norm=norm,
        by_weight=by_m2 | by_m3, weight=np.where(by_m2[group], units["area"][unit], m3),
        weight_why=np.where(by_m2, rules.BY_M2, rules.BY_CONSUMPTION).astype(np.int8),
    )  # fmt: skip
    return ShareColumns(buildings[group], medium.astype(np.int8), unit_id, shares, why)


def _units_of_buildings(building_ids: Int64, unit_buildings: Int64) -> tuple[Int64, Int64]:
    """Rows of the (sorted) units of each building, one building after the other, and the building's position."""
    starts = np.searchsorted(unit_buildings, building_ids, "left")
    counts = np.searchsorted(unit_buildings, building_ids, "right") - starts
    group = np.repeat(np.arange(len(building_ids)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return starts[group] + within, group


def _rules_of(house: House, differences: DifferenceColumns, billed: Int64) -> tuple[Int64, Int64, Bool]:
    """How each building shares: the owners' decision, one person's norm, whether units at fault come first."""
    period = Period(house.last)
    buildings, medium = differences.building_id[billed], differences.medium[billed]
    how = policy_column(house.book, "difference_524", buildings, period)
    norm = np.where(medium == 1, house.norms.of(1, buildings, period), house.norms.of(0, buildings, period))
    is_1013 = differences.regulation[billed] == 1013
    how = np.where(is_1013, "at_fault_first", how)
    return how, norm, how == "at_fault_first"


def _sum_by_key(key: Int64, values: Int64, wanted: Int64) -> Int64:
    keys, inverse = np.unique(key, return_inverse=True)
    sums = np.zeros(len(keys), np.int64)
    np.add.at(sums, inverse, values)
    place = positions(wanted, keys)
    return np.where(place >= 0, sums[place] if len(sums) else 0, 0)
