"""m³ of units as m³ of accounts: whole, or split by days and hand-over readings (domain.md, Services and the bill)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from saime.billing.rules.allocation import by_hand_over, share_out
from saime.billing.rules.amounts import Int64, sums
from saime.billing.run.inputs import Accounts, ChunkInputs
from saime.billing.run.texts import joined, repeated, where
from saime.metering.contracts import ACTUAL, AVERAGE, BASES, NONE, ConsumptionColumns, PeriodFigures

DAYS, HAND_OVER = 1, 2  # how a unit's m³ were split


@dataclass(frozen=True, slots=True)
class Measured:
    """m³ of a medium for each account of a chunk; `rows` 0: its unit has no meter of the medium, and no norm."""

    m3: Int64
    rows: Int64
    basis: Int64
    averages: Int64
    unit_m3: Int64
    split: Int64  # 0: the whole of the unit's
    meters: pl.Series  # JSON of the unit's meters, comma between: see `made_from`


@dataclass(frozen=True, slots=True)
class Tenure:
    """Which accounts share a unit's month. `unit` is the place of an account's unit among `unit_ids`."""

    month_days: int
    unit_ids: Int64
    unit: Int64
    is_whole: Int64  # of each account: 1 where it pays for its unit all month, alone
    parts: Int64  # accounts that do not, by unit and first day

    @classmethod
    def of(cls, accounts: Accounts, month_days: int) -> Tenure:
        unit_ids, unit = np.unique(accounts.unit_id, return_inverse=True)
        whole = (accounts.days == month_days).astype(np.int64)
        parts = np.flatnonzero((whole == 0) & (accounts.days > 0))
        order = np.lexsort((accounts.first_day[parts], unit[parts]))
        return cls(month_days, unit_ids, unit, whole, parts[order])

    def split_by_days(self, accounts: Accounts, unit_m3: Int64) -> Int64:
        """Each account's part of its unit's m³: what falls on days without an account is nobody's."""
        result = np.where(self.is_whole == 1, unit_m3[self.unit], 0)
        if not len(self.parts):
            return result
        units, group = np.unique(self.unit[self.parts], return_inverse=True)
        days = accounts.days[self.parts]
        vacant = self.month_days - sums(days, group, len(units))
        groups = np.concatenate([group, np.arange(len(units))])
        shares = share_out(unit_m3[units], groups, np.concatenate([days, vacant]))
        result[self.parts] = shares[: len(self.parts)]
        return result


def measure(inputs: ChunkInputs, figures: PeriodFigures, tenure: Tenure) -> tuple[Measured, Measured]:
    """Cold and hot m³ of each account."""
    rows = figures.consumption
    unit = places(rows.unit_id, tenure.unit_ids)
    meters = _meters(inputs, rows, unit, len(tenure.unit_ids))
    cold, hot = (
        _measured(
            inputs, rows, np.flatnonzero((rows.medium == medium) & (unit >= 0)), unit, tenure, meters[medium]
        )
        for medium in (0, 1)
    )
    return cold, hot


def _measured(
    inputs: ChunkInputs, rows: ConsumptionColumns, mine: Int64, unit: Int64, tenure: Tenure, meters: pl.Series
) -> Measured:
    count, place = len(tenure.unit_ids), unit[mine]
    total = sums(rows.m3[mine], place, count)
    basis = np.zeros(count, np.int64)
    np.maximum.at(basis, place, rows.basis[mine])
    averages = sums((rows.basis[mine] == AVERAGE).astype(np.int64), place, count)
    read = _hand_overs(inputs, rows, mine, unit, tenure)
    by_days = total - sums(read.m3, read.unit, count)
    m3 = tenure.split_by_days(inputs.accounts, by_days) + sums(read.part, read.account, len(inputs.accounts))
    split = np.where(tenure.is_whole == 1, 0, DAYS)
    split[np.unique(read.account)] = HAND_OVER
    at = tenure.unit
    pays = inputs.accounts.days > 0
    rows_of = np.where(pays, sums(np.ones(len(mine), np.int64), place, count)[at], 0)
    return Measured(m3, rows_of, basis[at], averages[at], total[at], split, meters.gather(at))


@dataclass(frozen=True, slots=True)
class _Read:
    """What hand-over readings decide: `unit`, `m3` a row for each meter; `account`, `part` a row for each part."""

    unit: Int64
    m3: Int64
    account: Int64
    part: Int64


def _hand_overs(
    inputs: ChunkInputs, rows: ConsumptionColumns, mine: Int64, unit: Int64, tenure: Tenure
) -> _Read:
    marks: dict[int, dict[int, int]] = defaultdict(dict)
    for meter_id, day, value in inputs.hand_overs.iter_rows():
        marks[meter_id][day] = value
    dial = dict(inputs.meters.select("id", "dial").iter_rows())
    units, m3, accounts, parts = [], [], [], []
    shared = np.isin(unit[mine], tenure.unit[tenure.parts])
    for row in mine[shared & np.isin(rows.meter_id[mine], list(marks))]:
        meter_id = int(rows.meter_id[row])
        found = _split(
            rows,
            int(row),
            _stretches(inputs.accounts, tenure, int(unit[row])),
            marks[meter_id],
            dial[meter_id],
        )
        if found:
            units.append(int(unit[row]))
            m3.append(int(rows.m3[row]))
            accounts += [account for account, _ in found if account >= 0]
            parts += [part for account, part in found if account >= 0]
    return _Read(*(np.array(values, np.int64) for values in (units, m3, accounts, parts)))


def _stretches(accounts: Accounts, tenure: Tenure, unit: int) -> list[tuple[int, int, int]]:
    """The month of a unit: account (−1: none), first and last day, without gaps."""
    stretches, day = [], 1
    for account in tenure.parts[tenure.unit[tenure.parts] == unit].tolist():
        first, last = int(accounts.first_day[account]), int(accounts.last_day[account])
        if first > day:
            stretches.append((-1, day, first - 1))
        stretches.append((account, first, last))
        day = last + 1
    if day <= tenure.month_days:
        stretches.append((-1, day, tenure.month_days))
    return stretches


def _split(
    rows: ConsumptionColumns,
    row: int,
    stretches: list[tuple[int, int, int]],
    marks: dict[int, int],
    dial: int,
) -> list[tuple[int, int]]:
    """Each stretch's part of the meter's m³, nothing where the hand-over readings do not decide it."""
    m3, previous, reading = (int(column[row]) for column in (rows.m3, rows.previous_reading, rows.reading))
    is_actual = rows.basis[row] == ACTUAL
    before = int(rows.estimated_before[row]) if is_actual else int(rows.charged_since[row]) - m3
    # A meter that took another's place meanwhile counted only a part of the m³: then days decide.
    if previous == int(NONE) or (is_actual and (reading - previous) % dial != m3 + before):
        return []
    between = [marks.get(last) for (_, _, last), _ in pairwise(stretches)]
    parts = by_hand_over(
        m3, before, dial, previous, between, [last - first + 1 for _, first, last in stretches]
    )
    return [(account, part) for (account, _, _), part in zip(stretches, parts or [], strict=False)]


def _meters(inputs: ChunkInputs, rows: ConsumptionColumns, unit: Int64, units: int) -> list[pl.Series]:
    """JSON of the meters of each unit, cold and hot: [number, previous, reading, m³, basis, estimated before], …"""
    frame = pl.DataFrame({
        "unit": unit, "medium": rows.medium, "id": rows.meter_id, "previous": _json(rows.previous_reading),
        "reading": _json(rows.reading), "m3": rows.m3, "before": rows.estimated_before,
        "basis": pl.Series(list(BASES)).gather(rows.basis.astype(np.int64)),
    }).filter(pl.col("unit") >= 0).join(inputs.meters, on="id", how="left", maintain_order="left")  # fmt: skip
    texts = frame.select(
        "unit", "medium",
        text=pl.format(
            '[{},{},{},{},"{}",{}]', pl.col("meter_no").fill_null('""'), "previous", "reading", "m3", "basis", "before"
        ),
    ).group_by("unit", "medium", maintain_order=True).agg(pl.col("text").str.join(","))  # fmt: skip
    every = pl.DataFrame({"unit": np.arange(units)})
    return [
        every.join(texts.filter(pl.col("medium") == medium), on="unit", how="left", maintain_order="left")["text"]
        .fill_null("")
        for medium in (0, 1)
    ]  # fmt: skip


def _json(milli: Int64) -> pl.Series:
    empty = milli == NONE
    return pl.Series(np.where(empty, 0, milli)).cast(pl.String).set(pl.Series(empty), "null")


def places(unit_ids: Int64, among: Int64) -> Int64:
    """Where each unit stands among the sorted ids; −1 where it does not (common meters, units without accounts)."""
    if not len(among):
        return np.full(len(unit_ids), -1)
    place = np.minimum(np.searchsorted(among, unit_ids), len(among) - 1)
    return np.where((among[place] == unit_ids) & (unit_ids > 0), place, -1)


def both(cold: Measured, hot: Measured) -> Measured:
    """Cold and hot water together."""
    comma = where((cold.meters != "") & (hot.meters != ""), repeated(",", len(cold.meters)))
    return Measured(
        cold.m3 + hot.m3, cold.rows + hot.rows, np.maximum(cold.basis, hot.basis), cold.averages + hot.averages,
        cold.unit_m3 + hot.unit_m3, np.maximum(cold.split, hot.split), joined(cold.meters, comma, hot.meters),
    )  # fmt: skip
