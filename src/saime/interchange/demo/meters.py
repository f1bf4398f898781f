"""The demo company's meters: flats with one or two pairs, replaced ones, some about to roll over, common ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from saime.interchange.demo.estate import FLAT, SHOWN, Estate
from saime.platform.periods import Period

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

NEVER = 10_000  # a month's position beyond every history
_COMMON_DIGITS, _DIGITS = 7, 5


@dataclass(frozen=True, slots=True)
class Meters:
    """A place for a meter in each row, and the meters that have been there. Figures in thousandths of m³.

    `used`: places × months. `reading`: what the dial shows at each month's end. `replaced_in`: the month's position
    (NEVER: not replaced). `frame`: the meters as in interchange.md, replaced ones before those that replace them.
    """

    unit: Int  # -1: a common meter
    building: Int
    used: Int
    reading: Int
    replaced_in: Int
    meter_no: NDArray[np.str_]  # of the place's first meter
    new_meter_no: NDArray[np.str_]
    frame: pl.DataFrame

    def number_in(self, place: Int, month: Int) -> NDArray[np.str_]:
        """Which meter is read at the end of a month."""
        return np.where(self.replaced_in[place] <= month, self.new_meter_no[place], self.meter_no[place])


def build(estate: Estate, *, seed: int) -> Meters:
    random = np.random.default_rng([seed, 2])
    unit, medium, used = _places(estate, random)
    common = unit < 0
    building = np.where(common, -1 - unit, estate.building[unit])
    digits = np.where(common, _COMMON_DIGITS, _DIGITS)
    initial = _initial(len(unit), digits, common, random)
    replaced_in, before = _replacements(used, common, unit, random)
    meter_no = _numbers(building, unit, medium, estate)
    new_meter_no = np.char.add(meter_no, "-2")
    new_initial = random.integers(0, 900, len(unit))

    shown = np.cumsum(used, axis=1) + initial[:, None]
    final = initial + before
    is_new = np.arange(used.shape[1])[None, :] >= replaced_in[:, None]
    shown = np.where(is_new, shown - final[:, None] + new_initial[:, None], shown)
    shown %= (10**digits * 1000)[:, None]
    final %= 10**digits * 1000

    first = pl.DataFrame({
        "meter_no": meter_no, "building_no": building_numbers(building),
        "unit_no": [None if u < 0 else str(estate.unit_no[u]) for u in unit.tolist()],
        "medium": np.where(medium == 0, "cold", "hot"), "digits": digits,
        "installed_on": [estate.months[0].first_day] * len(unit), "initial_reading": initial,
    })  # fmt: skip
    dates = _verification(unit, medium, estate, random)
    frame = _frame(first, dates, replaced_in, final, new_meter_no, new_initial, estate.months, random)
    return Meters(unit, building, used, shown, replaced_in, meter_no, new_meter_no, frame)


def building_numbers(building: Int) -> NDArray[np.str_]:
    return np.char.add("D", np.char.zfill((building + 1).astype(str), 4))


def _places(estate: Estate, random: np.random.Generator) -> tuple[Int, Int, Int]:
    """Unit, medium (0 cold, 1 hot) and water of each place; common meters (unit −1 − building) last."""
    metered = np.flatnonzero(estate.metered)
    pairs = [(metered, estate.cold[metered], estate.hot[metered])]
    # One flat in twenty-five has two risers: a second pair of meters takes three tenths of its water.
    two = metered[(random.integers(0, 100, len(metered)) < 4) & ~np.isin(metered, SHOWN)]
    second = np.searchsorted(metered, two)
    cold, hot = pairs[0][1].copy(), pairs[0][2].copy()
    part = (cold[second] * 3 // 10, hot[second] * 3 // 10)
    cold[second] -= part[0]
    hot[second] -= part[1]
    pairs = [(metered, cold, hot), (two, *part)]
    common = _common(estate, random)
    unit = [
        *(pair[0] for pair in pairs for _ in range(2)),
        *(-1 - np.arange(len(common[0])) for _ in range(2)),
    ]
    used = [*(pair[1 + medium] for pair in pairs for medium in range(2)), *common]
    medium = [np.full(len(units), position % 2) for position, units in enumerate(unit)]
    return np.concatenate(unit), np.concatenate(medium), np.concatenate(used)


def _common(estate: Estate, random: np.random.Generator) -> tuple[Int, Int]:
    """What went through each building's common meters: what its flats used, and a little more on the way."""
    buildings = int(estate.building[-1]) + 1
    more = random.integers(-4, 62, (2, buildings, len(estate.months)))  # thousandths of it
    more[0, 7::40, -6:] += 240  # every fortieth house loses cold water: it belongs on the watch list
    first = np.searchsorted(estate.building, np.arange(buildings))
    cold, hot = (np.add.reduceat(used, first, axis=0) for used in (estate.cold, estate.hot))
    return cold * (1000 + more[0]) // 1000, hot * (1000 + more[1]) // 1000


def _initial(places: int, digits: Int, common: Bool, random: np.random.Generator) -> Int:
    usual = random.integers(20_000, 900_000, places)
    about_to_roll_over = (random.integers(0, 1000, places) < 12) & ~common
    limit = 10**digits * 1000
    return np.where(
        about_to_roll_over, limit - random.integers(3_000, 40_000, places), usual * np.where(common, 20, 1)
    )


def _replacements(used: Int, common: Bool, unit: Int, random: np.random.Generator) -> tuple[Int, Int]:
    """In which month each place's meter was replaced, and what had gone through the old one by then."""
    places, months = used.shape
    month = random.integers(2, max(months - 2, 3), places)
    replaced = (
        (random.integers(0, 1000, places) < 30) & ~common & ~np.isin(unit, SHOWN) & (month < months - 1)
    )
    replaced |= unit == SHOWN[1]  # the owner of two flats had one pair replaced
    row = np.arange(places)
    part = used[row, month] * random.integers(200, 801, places) // 1000
    before = np.cumsum(used, axis=1)[row, month] - used[row, month] + part
    return np.where(replaced, month, NEVER), before


def _numbers(building: Int, unit: Int, medium: Int, estate: Estate) -> NDArray[np.str_]:
    """D0007-C for a building's common meter, D0007-012C for a flat's, with a 2 for the second pair."""
    house = building_numbers(building)
    flat = np.where(unit < 0, "", np.char.zfill(estate.unit_no[unit].astype(str), 3))
    number = np.char.add(np.char.add(np.char.add(house, "-"), flat), np.where(medium == 0, "C", "H"))
    _, first, group = np.unique(number, return_index=True, return_inverse=True)
    return np.where(first[group] == np.arange(len(number)), number, np.char.add(number, "2"))


def _verification(unit: Int, medium: Int, estate: Estate, random: np.random.Generator) -> list[date]:
    """Until when each is valid: a twentieth has expired, a twentieth expires within a season."""
    places = len(unit)
    today = estate.months[-1].first_day
    kind = random.integers(0, 100, places)
    days = np.where(kind < 5, -random.integers(10, 200, places), random.integers(100, 1400, places))
    days = np.where((kind >= 5) & (kind < 10), random.integers(5, 90, places), days)
    days = np.where(unit == FLAT, np.where(medium == 0, 52, 640), days)
    return [today + timedelta(days=day) for day in days.tolist()]


def _frame(
    first: pl.DataFrame, valid_until: list[date], replaced_in: Int, final: Int, new_meter_no: NDArray[np.str_],
    new_initial: Int, months: list[Period], random: np.random.Generator,
) -> pl.DataFrame:  # fmt: skip
    """The meters at the places and those that replaced them. Readings still in thousandths."""
    replaced = np.flatnonzero(replaced_in != NEVER)
    day = random.integers(3, 21, len(replaced)).tolist()
    act = [
        months[m].first_day.replace(day=d) for m, d in zip(replaced_in[replaced].tolist(), day, strict=True)
    ]
    removed = pl.Series([None] * len(first), dtype=pl.Date).scatter(replaced, act)
    last_reading = pl.Series(np.where(replaced_in != NEVER, final, 0))
    old = first.with_columns(
        verified_on=pl.Series(valid_until).dt.offset_by("-4y"), valid_until=pl.Series(valid_until),
        removed_on=removed, final_reading=pl.when(removed.is_not_null()).then(last_reading),
        replaces=pl.lit(None, pl.String),
    )  # fmt: skip
    new = old[replaced.tolist()].with_columns(
        meter_no=pl.Series(new_meter_no[replaced]), installed_on=pl.Series(act), verified_on=pl.Series(act),
        valid_until=pl.Series(act).dt.offset_by("4y"), initial_reading=pl.Series(new_initial[replaced]),
        removed_on=pl.lit(None, pl.Date), final_reading=pl.lit(None, pl.Int64),
        replaces=pl.col("meter_no"),
    )  # fmt: skip
    return pl.concat([old, new])
