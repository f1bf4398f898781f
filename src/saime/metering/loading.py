"""What the figures are made from, read in columns: meters, registered readings, states of closed months, units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection

from saime.metering.contracts import Int64
from saime.metering.rules.consumption import State
from saime.metering.rules.counting import Meters, Readings
from saime.platform.columns import Columns, Query, fetch, ids
from saime.platform.periods import Period

# Months as indexes, numerics as thousandths, no figure as contracts.NONE.
_NONE = str(-(2**62))
_MONTH_OF_DATE = "(extract(year FROM {0})::int * 12 + extract(month FROM {0})::int - 1)"
_MONTH = "({0} / 100 * 12 + mod({0}, 100) - 1)"
_CHANNEL = "array_position(ARRAY['portal','sms','terminal','paper','remote','staff'], r.channel::text)"
_MILLI = "(({0}) * 1000)::bigint"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: whole buildings, or some units of them (then without differences)."""

    building_ids: Sequence[int] | None = None
    unit_ids: Sequence[int] | None = None

    def where(self, *, building: str, unit: str) -> tuple[str, dict[str, list[int]]]:
        """A condition on the column of the building's or the unit's id (or a condition of the unit's own)."""
        if self.unit_ids is not None:
            condition = unit if "ids" in unit else f"{unit} = ANY(%(ids)s)"
            if self.building_ids is None:
                return condition, {"ids": ids(self.unit_ids)}
            both = f"{condition} AND {building} = ANY(%(buildings)s)"
            return both, {"ids": ids(self.unit_ids), "buildings": ids(self.building_ids)}
        if self.building_ids is not None:
            return f"{building} = ANY(%(ids)s)", {"ids": ids(self.building_ids)}
        return "true", {}


@dataclass(frozen=True, slots=True)
class Opening:
    """A building as a walk begins: its rules, its last closed month (0: none) and when its first meter came."""

    building_id: int
    regulation: int
    amenities: str
    closed: int
    first_installed: int  # 0: it has no meters
    is_closed: bool  # the period itself


def openings(scope: Scope, period: Period) -> list[Opening]:
    """The buildings in scope, by id, as they stand before `period`."""
    units_of = "EXISTS (SELECT FROM estate_unit u WHERE u.building_id = b.id AND u.id = ANY(%(ids)s))"
    where, parameters = scope.where(building="b.id", unit=units_of)
    query = f"""
        SELECT b.id, b.regulation::int, b.amenities,
               COALESCE((SELECT {_MONTH.format("max(c.period)")} FROM metering_periodclosure c
                          WHERE c.building_id = b.id AND c.period < %(period)s), 0),
               COALESCE((SELECT {_MONTH_OF_DATE.format("min(m.installed_on)")} FROM metering_meter m
                          WHERE m.building_id = b.id), 0),
               EXISTS (SELECT FROM metering_periodclosure c WHERE c.building_id = b.id AND c.period = %(period)s)
          FROM estate_building b WHERE {where} ORDER BY b.id"""
    with connection.cursor() as cursor:
        cursor.execute(query, {**parameters, "period": period.number})
        return [Opening(*row) for row in cursor.fetchall()]


def meters(scope: Scope, *, first: int) -> Query:
    """Meters in use in month `first` or later, and predecessors of such; sorted by chain and installation."""
    where, parameters = scope.where(building="m.building_id", unit="m.unit_id")
    return Query(
        "id building_id unit_id chain_id medium modulus installed removed initial final replaces_id valid_until_day "
        "chain_installed",
        f"""SELECT m.id, m.building_id, COALESCE(m.unit_id, 0) AS unit_id, COALESCE(m.chain_id, m.id) AS chain_id,
                   (m.medium = 'hot')::int AS medium, (10 ^ m.digits)::bigint * 1000 AS modulus,
                   {_MONTH_OF_DATE.format("m.installed_on")} AS installed,
                   COALESCE({_MONTH_OF_DATE.format("m.removed_on")}, {_NONE}) AS removed,
                   {_MILLI.format("m.initial_reading")} AS initial,
                   COALESCE({_MILLI.format("m.final_reading")}, {_NONE}) AS final,
                   COALESCE(m.replaces_id, 0) AS replaces_id,
                   COALESCE(m.valid_until - date '1970-01-01', 1000000) AS valid_until_day,
                   {_MONTH_OF_DATE.format("root.installed_on")} AS chain_installed
              FROM metering_meter m
              JOIN metering_meter root ON root.id = COALESCE(m.chain_id, m.id)
              LEFT JOIN metering_meter next ON next.replaces_id = m.id
             WHERE {where}
               AND (m.removed_on IS NULL OR m.removed_on >= %(first_day)s OR next.installed_on >= %(first_day)s)
             ORDER BY chain_id, m.installed_on, m.id""",
        {**parameters, "first_day": _first_day(first)},
    )


def readings(scope: Scope, *, first: int, last: int) -> Query:
    """Registered readings of the months first…last, sorted by meter id and month."""
    where, parameters = scope.where(building="m.building_id", unit="m.unit_id")
    return Query(
        "meter_id month value channel",
        f"""SELECT r.meter_id, {_MONTH.format("r.period")} AS month, {_MILLI.format("r.value")} AS value,
                   {_CHANNEL} AS channel
              FROM metering_registeredreading r JOIN metering_meter m ON m.id = r.meter_id
             WHERE {where} AND r.period BETWEEN %(first)s AND %(last)s
             ORDER BY r.meter_id, r.period""",
        {**parameters, "first": Period(first).number, "last": Period(last).number},
    )


_STATE = f"""
    c.chain_id, c.meter_id, COALESCE({_MONTH.format("c.read_period")}, {_NONE}) AS read_month,
    {_MILLI.format("c.counted_m3")} AS counted, {_MILLI.format("c.charged_since")} AS charged_since,
    c.months_missing AS missing,
    CASE WHEN c.reading IS NOT NULL THEN {_MILLI.format("c.reading")}
         WHEN c.read_period = c.period THEN {_MILLI.format("m.initial_reading")}
         ELSE {_MILLI.format("c.previous_reading")} END AS dial"""


def states(scope: Scope, closed: int) -> Query:
    """What the closed month left behind for each chain: the state from which the next month goes on."""
    where, parameters = scope.where(building="c.building_id", unit="c.unit_id")
    return Query(
        "chain_id meter_id read_month counted charged_since missing dial",
        f"""SELECT {_STATE}
              FROM metering_consumption c JOIN metering_meter m ON m.id = c.meter_id
             WHERE {where} AND c.period = %(closed)s
             ORDER BY c.chain_id""",
        {**parameters, "closed": Period(closed).number},
    )


def older_states(chain_ids: Int64, closed: int) -> Columns:
    """States of chains out of use in the closed month: what their last month left behind, where there is one."""
    return fetch(
        Query(
            "chain_id meter_id read_month counted charged_since missing dial",
            f"""SELECT {_STATE}
              FROM unnest(%(chains)s::bigint[]) AS a(chain_id)
              JOIN LATERAL (SELECT * FROM metering_consumption
                             WHERE chain_id = a.chain_id AND period <= %(closed)s
                             ORDER BY period DESC LIMIT 1) c ON true
              JOIN metering_meter m ON m.id = c.meter_id
             ORDER BY c.chain_id""",
            {"chains": ids(chain_ids), "closed": Period(closed).number},
        )
    )


def earlier_readings(chain_ids: Int64, bounds: Int64) -> Columns:
    """For each chain the latest closed month up to its bound with a reading (0: none), and the m³ counted there."""
    return fetch(
        Query(
            "month counted",
            f"""SELECT COALESCE({_MONTH.format("c.period")}, 0) AS month,
                   COALESCE({_MILLI.format("c.counted_m3")}, 0) AS counted
              FROM unnest(%(chains)s::bigint[], %(bounds)s::int[]) WITH ORDINALITY AS a(chain_id, bound, n)
              LEFT JOIN LATERAL (
                   SELECT period, counted_m3 FROM metering_consumption
                    WHERE chain_id = a.chain_id AND period <= a.bound AND read_period = period
                    ORDER BY period DESC LIMIT 1) c ON true
             ORDER BY a.n""",
            {"chains": ids(chain_ids), "bounds": [Period(int(bound)).number for bound in bounds]},
        )
    )


def units(scope: Scope) -> Query:
    """Units in natural order of their numbers within a building; `shares`: they take part in water differences."""
    where, parameters = scope.where(building="u.building_id", unit="u.id")
    return Query(
        "id building_id shares area",
        f"""SELECT u.id, u.building_id, (u.kind <> 'garage')::int AS shares, (u.area_m2 * 100)::bigint AS area
              FROM estate_unit u WHERE {where} ORDER BY u.building_id, u.sort_key, u.id""",
        parameters,
    )


def accounts(scope: Scope, *, first: int, last: int) -> Query:
    """Accounts of the months first…last, the later of a unit after the earlier; days since 1970."""
    where, parameters = scope.where(building="a.building_id", unit="a.unit_id")
    return Query(
        "id unit_id persons from_day to_day",
        f"""SELECT a.id, a.unit_id, GREATEST(a.declared_persons, 1) AS persons,
                   a.from_date - date '1970-01-01' AS from_day,
                   COALESCE(a.to_date - date '1970-01-01', 1000000) AS to_day
              FROM estate_account a
             WHERE {where} AND a.from_date <= %(last_day)s AND (a.to_date IS NULL OR a.to_date >= %(first_day)s)
             ORDER BY a.from_date, a.id""",
        {**parameters, "first_day": _first_day(first), "last_day": Period(last).last_day},
    )


def faults(scope: Scope) -> Query:
    """Units flagged by an act, by medium: from which month to which (index)."""
    where, parameters = scope.where(building="u.building_id", unit="u.id")
    return Query(
        "unit_id medium from_month to_month",
        f"""SELECT f.unit_id, (f.medium = 'hot')::int AS medium, {_MONTH.format("f.from_period")} AS from_month,
                   COALESCE({_MONTH.format("f.to_period")}, 1000000) AS to_month
              FROM metering_unitfault f JOIN estate_unit u ON u.id = f.unit_id WHERE {where}""",
        parameters,
    )


def common_meters(scope: Scope) -> Query:
    """When which building has a common meter of which medium (for scopes of units, which leave common meters out)."""
    units_of = (
        "EXISTS (SELECT FROM estate_unit u WHERE u.building_id = m.building_id AND u.id = ANY(%(ids)s))"
    )
    where, parameters = scope.where(building="m.building_id", unit=units_of)
    return Query(
        "building_id medium installed removed",
        f"""SELECT m.building_id, (m.medium = 'hot')::int AS medium,
                   {_MONTH_OF_DATE.format("m.installed_on")} AS installed,
                   COALESCE({_MONTH_OF_DATE.format("m.removed_on")}, 1000000) AS removed
              FROM metering_meter m WHERE {where} AND m.unit_id IS NULL""",
        parameters,
    )


def open_spans(scope: Scope, closed: int) -> Columns:
    """By building and medium after the closed month: the first month not yet in a difference, units' m³ since."""
    where, parameters = scope.where(building="d.building_id", unit="-1")
    return fetch(
        Query(
            "building_id medium span_from units_m3",
            f"""SELECT d.building_id, (d.medium = 'hot')::int AS medium,
                   CASE WHEN d.difference_m3 IS NULL THEN {_MONTH.format("d.span_from")} ELSE %(next)s END AS span_from,
                   CASE WHEN d.difference_m3 IS NULL THEN {_MILLI.format("d.units_m3")} ELSE 0 END AS units_m3
              FROM metering_waterdifference d WHERE {where} AND d.period = %(closed)s""",
            {**parameters, "closed": Period(closed).number, "next": closed + 1},
        )
    )


def counted_in_open_spans(scope: Scope, closed: int) -> Columns:
    """m³ of each chain of common meters in the months that a closed month left without a difference."""
    where, parameters = scope.where(building="d.building_id", unit="-1")
    return fetch(
        Query(
            "building_id medium chain_id m3",
            f"""SELECT d.building_id, (d.medium = 'hot')::int AS medium, c.chain_id, {_MILLI.format("sum(c.m3)")} AS m3
                  FROM metering_waterdifference d
                  JOIN metering_consumption c ON c.building_id = d.building_id AND c.medium = d.medium
                       AND c.unit_id IS NULL AND c.period BETWEEN d.span_from AND d.period
                 WHERE {where} AND d.period = %(closed)s AND d.difference_m3 IS NULL
                 GROUP BY d.building_id, d.medium, c.chain_id""",
            {**parameters, "closed": Period(closed).number},
        )
    )


def counted_at(chain_ids: Int64, months: Int64) -> Int64:
    """m³ counted of each chain at the end of a closed month; 0 where it was not yet there."""
    rows = fetch(
        Query(
            "counted",
            f"""SELECT COALESCE({_MILLI.format("c.counted_m3")}, 0) AS counted
              FROM unnest(%(chains)s::bigint[], %(periods)s::int[]) WITH ORDINALITY AS a(chain_id, period, n)
              LEFT JOIN metering_consumption c ON c.chain_id = a.chain_id AND c.period = a.period
             ORDER BY a.n""",
            {"chains": ids(chain_ids), "periods": [Period(int(month)).number for month in months]},
        )
    )
    return rows["counted"]


def positions(of: Int64, among: Int64) -> Int64:
    """Where each value stands in the sorted, unique `among`; −1 where it does not."""
    if not len(among):
        return np.full(len(of), -1)
    place = np.minimum(np.searchsorted(among, of), len(among) - 1)
    return np.where(among[place] == of, place, -1)


def meters_with_ids(meter_ids: Int64) -> Columns:
    """Just these meters (sorted by id), for judging readings."""
    return fetch(
        Query(
            "id building_id modulus installed removed initial final",
            f"""SELECT m.id, m.building_id, (10 ^ m.digits)::bigint * 1000 AS modulus,
                   {_MONTH_OF_DATE.format("m.installed_on")} AS installed,
                   COALESCE({_MONTH_OF_DATE.format("m.removed_on")}, {_NONE}) AS removed,
                   {_MILLI.format("m.initial_reading")} AS initial,
                   COALESCE({_MILLI.format("m.final_reading")}, {_NONE}) AS final
              FROM metering_meter m WHERE m.id = ANY(%(ids)s) ORDER BY m.id""",
            {"ids": ids(meter_ids)},
        )
    )


def registered_of(meter_ids: Int64) -> Columns:
    """Everything registered for these meters."""
    return fetch(
        Query(
            "meter_id month value channel submission_id received_at",
            f"""SELECT r.meter_id, {_MONTH.format("r.period")} AS month, {_MILLI.format("r.value")} AS value,
                   {_CHANNEL} AS channel,
                   r.submission_id, (extract(epoch FROM r.received_at) * 1000000)::bigint AS received_at
              FROM metering_registeredreading r WHERE r.meter_id = ANY(%(ids)s)""",
            {"ids": ids(meter_ids)},
        )
    )


def closures() -> Columns:
    """Closed months: building id and month index."""
    query = f"SELECT building_id, {_MONTH.format('period')} AS month FROM metering_periodclosure"
    return fetch(Query("building_id month", query))


def as_meters(rows: Columns, state_rows: Columns, *, first: int) -> tuple[Meters, Int64]:
    """The rows as `Meters`, and the ids of their chains (sorted; a chain's row is its position)."""
    chain_ids = np.unique(rows["chain_id"])
    chain = np.searchsorted(chain_ids, rows["chain_id"])
    starts = np.r_[True, chain[1:] != chain[:-1]] if len(chain) else np.zeros(0, bool)
    generation = np.arange(len(chain)) - np.maximum.accumulate(np.where(starts, np.arange(len(chain)), 0))
    order = np.argsort(rows["id"])
    by_id = positions(rows["replaces_id"], rows["id"][order])
    predecessor = np.where(by_id >= 0, order[by_id] if len(order) else -1, -1)
    # A chain that ended in the closed month left a state behind and has no meter any more.
    state = positions(rows["chain_id"], state_rows["chain_id"])
    known = (state >= 0) & (rows["installed"] < first)
    if len(state_rows["chain_id"]):
        mine = known & (state_rows["meter_id"][state] == rows["id"])
        start_value = np.where(mine, state_rows["dial"][state], rows["initial"])
        # A meter that was taken out before `first` and has its successor still to come has nothing more to count.
        gone = known & ~mine & (rows["final"] > 0)
        start_value = np.where(gone, rows["final"], start_value)
        start_counted = np.where(known, state_rows["counted"][state], 0)
        predecessor = np.where(mine, -1, predecessor)
    else:
        start_value, start_counted = rows["initial"], np.zeros(len(chain), np.int64)
    meters_ = Meters(
        chain, generation, predecessor, rows["modulus"], rows["installed"], rows["removed"], rows["initial"],
        rows["final"], start_value, start_counted,
    )  # fmt: skip
    return meters_, chain_ids


def as_readings(rows: Columns, meter_ids: Int64) -> Readings:
    """The rows as `Readings` of the meters with these ids (in the order of `Meters`)."""
    order = np.argsort(meter_ids)
    place = positions(rows["meter_id"], meter_ids[order])
    known = place >= 0
    meter = order[place[known]] if len(order) else place[known]
    month, value, channel = (rows[name][known] for name in ("month", "value", "channel"))
    sort = np.lexsort((month, meter))
    return Readings(meter[sort], month[sort], value[sort], channel[sort].astype(np.int8))


def as_state(rows: Columns, chain_ids: Int64, oldest: Int64) -> State:
    """Each chain's state; where none was left behind: its initial reading, in the month before it was installed."""
    place = positions(chain_ids, rows["chain_id"])
    known = place >= 0
    none = np.zeros(len(chain_ids), np.int64)
    if not len(rows["chain_id"]):
        return State(oldest, none, none, none)
    pick = {name: rows[name][place] for name in ("read_month", "counted", "charged_since", "missing")}
    return State(
        np.where(known, pick["read_month"], oldest), np.where(known, pick["counted"], 0),
        np.where(known, pick["charged_since"], 0), np.where(known, pick["missing"], 0),
    )  # fmt: skip


def _first_day(month: int) -> date:
    return Period(month).first_day if month > 0 else date(1900, 1, 1)
