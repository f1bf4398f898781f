"""Readings counted along a chain of meters: roll-overs and replacements taken out (domain.md, Readings 5 and 7).

A dial shows a number that rolls over and starts anew with each replacement. What consumption needs is how many m³ have
run through the place since its first meter was installed: the *counted* m³, which only grows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from saime.metering.contracts import NONE, Bool, Int8, Int64


@dataclass(frozen=True, slots=True)
class Meters:
    """Meters as columns, sorted by chain and then generation. Months are indexes, readings thousandths.

    `predecessor` is a row of these columns (−1: none among them). A meter in use before the first month looked at has
    `start_value` (what its dial showed last) and `start_counted`; one installed later starts from its initial reading.
    """

    chain: Int64  # row of the chain, 0…
    generation: Int64
    predecessor: Int64
    modulus: Int64  # 10^digits, in thousandths
    installed: Int64
    removed: Int64  # NONE: in use
    initial: Int64
    final: Int64  # NONE: not known
    start_value: Int64
    start_counted: Int64

    def __len__(self) -> int:
        return len(self.chain)


@dataclass(frozen=True, slots=True)
class Readings:
    """Registered readings as columns, sorted by meter and month. `meter` is a row of `Meters`."""

    meter: Int64
    month: Int64
    value: Int64
    channel: Int8

    def __len__(self) -> int:
        return len(self.meter)


@dataclass(frozen=True, slots=True)
class Counted:
    """By chain and month (columns: months from `first`): what was counted, read, and by which channel."""

    first: int
    counted: Int64  # [chains, months]; NONE: no reading in the month
    value: Int64  # the dial; NONE where only an act gives the month its reading
    channel: Int8
    meter: Int64  # row of the meter in use at the month's end; −1: none
    previous_value: Int64  # what that meter showed before

    @property
    def in_use(self) -> Bool:
        return self.meter >= 0


def advance(value: Int64, previous: Int64, modulus: Int64) -> Int64:
    """m³ from one reading to the next, a dial that rolled over included."""
    difference = value - previous
    return np.where(difference < 0, difference + modulus, difference)


def count(meters: Meters, readings: Readings, *, chains: int, first: int, months: int) -> Counted:
    """Bring registered readings and acts into a table of chains by months, from month index `first` on."""
    within = _within_meter(meters, readings)
    last_value, run = _end_of_each(meters, readings, within)
    total = run + np.where(meters.final == NONE, 0, _to_final(meters, last_value))
    base = _bases(meters, total)
    counted = np.full((chains, months), NONE)
    value, channel = counted.copy(), np.zeros((chains, months), np.int8)
    for generation in range(int(meters.generation.max(initial=0)) + 1):
        mine = meters.generation[readings.meter] == generation
        at = (meters.chain[readings.meter[mine]], readings.month[mine] - first)
        counted[at] = base[readings.meter[mine]] + within[mine]
        value[at], channel[at] = readings.value[mine], readings.channel[mine]
        acts = np.flatnonzero(
            (meters.generation == generation) & (meters.final != NONE)
            & (meters.removed >= first) & (meters.removed < first + months)
        )  # fmt: skip
        # The act is the reading of its month, unless the new meter's own reading (the next generation's turn) follows.
        at = (meters.chain[acts], meters.removed[acts] - first)
        counted[at], value[at], channel[at] = base[acts] + total[acts], NONE, 0
    meter = _meters_in_use(meters, chains=chains, first=first, months=months)
    _show_final_of_plain_removals(meters, meter, value, first=first)
    return Counted(first, counted, value, channel, meter, _previous_values(meters, meter, value))


def _to_final(meters: Meters, last_value: Int64) -> Int64:
    """m³ from a meter's last reading to the final one of its act.

    An act is what two people saw on the dial. Where it shows less than a reading before it, that reading was too high
    and the month carries a credit, unless the dial rolled over (less than half of it ago).
    """
    difference = meters.final - last_value
    rolled = (difference < 0) & (difference + meters.modulus <= meters.modulus // 2)
    return np.where(rolled, difference + meters.modulus, difference)


def _within_meter(meters: Meters, readings: Readings) -> Int64:
    """m³ since each meter's start, at each of its readings."""
    if not len(readings):
        return np.zeros(0, np.int64)
    new_meter = np.r_[True, readings.meter[1:] != readings.meter[:-1]]
    previous = np.where(new_meter, meters.start_value[readings.meter], np.r_[0, readings.value[:-1]])
    steps = advance(readings.value, previous, meters.modulus[readings.meter])
    running = np.cumsum(steps)
    starts = np.flatnonzero(new_meter)
    before = (running - steps)[starts]
    return running - np.repeat(before, np.diff(np.r_[starts, len(readings)]))


def _end_of_each(meters: Meters, readings: Readings, within: Int64) -> tuple[Int64, Int64]:
    """Each meter's last reading and the m³ up to it."""
    last_value, run = meters.start_value.copy(), np.zeros(len(meters), np.int64)
    # Sorted by month within a meter: the last assignment to a meter stays.
    last_value[readings.meter], run[readings.meter] = readings.value, within
    return last_value, run


def _bases(meters: Meters, total: Int64) -> Int64:
    """What the chain had counted when each meter started: a successor goes on where its predecessor ended."""
    base = meters.start_counted.copy()
    for generation in range(1, int(meters.generation.max(initial=0)) + 1):
        rows = np.flatnonzero((meters.generation == generation) & (meters.predecessor >= 0))
        base[rows] = base[meters.predecessor[rows]] + total[meters.predecessor[rows]]
    return base


def _meters_in_use(meters: Meters, *, chains: int, first: int, months: int) -> Int64:
    table = np.full((chains, months), np.int64(-1))
    column = np.arange(first, first + months)
    for generation in range(int(meters.generation.max(initial=0)) + 1):
        rows = np.flatnonzero(meters.generation == generation)
        removed = np.where(meters.removed == NONE, np.int64(2**40), meters.removed)[rows, None]
        used = (meters.installed[rows, None] <= column) & (column <= removed)
        place = meters.chain[rows]
        table[place] = np.where(used, rows[:, None], table[place])
    return table


def _show_final_of_plain_removals(meters: Meters, meter: Int64, value: Int64, *, first: int) -> None:
    """A meter removed with nothing in its place shows its final reading in that month."""
    months = meter.shape[1]
    rows = np.flatnonzero(
        (meters.final != NONE) & (meters.removed >= first) & (meters.removed < first + months)
    )
    at = (meters.chain[rows], meters.removed[rows] - first)
    mine = meter[at] == rows
    value[at[0][mine], at[1][mine]] = meters.final[rows[mine]]


def _previous_values(meters: Meters, meter: Int64, value: Int64) -> Int64:
    previous = np.full_like(value, NONE)
    dial = np.full(len(meter), NONE)
    shown = np.full(len(meter), np.int64(-1))
    for month in range(meter.shape[1]):
        now = meter[:, month]
        changed = (now != shown) & (now >= 0)
        dial = np.where(changed, meters.start_value[now] if len(meters) else dial, dial)
        previous[:, month] = np.where(now >= 0, dial, NONE)
        dial = np.where(value[:, month] != NONE, value[:, month], dial)
        shown = np.where(now >= 0, now, shown)
    return previous
