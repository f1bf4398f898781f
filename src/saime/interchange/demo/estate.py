"""The demo company's buildings, units and accounts. Everything is visibly a demo: no name here could be somebody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from saime.interchange.demo import water
from saime.platform.periods import Period

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

_BUILDING_SIZES = (36, 60, 45, 72, 40, 48, 54, 30, 60, 55)  # 50 on the mean
_STREETS = ("Paraugu", "Demo", "Izmēģinājumu", "Maketu", "Piemēru")
_LANGUAGES = ("lv", "lv", "lv", "ru", "ru", "lv", "ru", "lv", "en", "lv")

# The accounts that people log in to (positions of units; see people.py): their figures are made to show something.
FLAT, FLAT_OF_TWO, SECOND_OF_TWO, LET_FLAT = 1, 4, 41, 7
SHOWN = (FLAT, FLAT_OF_TWO, SECOND_OF_TWO, LET_FLAT)


@dataclass(frozen=True, slots=True)
class Estate:
    """Columns with an entry for each unit; `buildings` and `accounts` as in interchange.md.

    `cold`, `hot`: water used, units × months, thousandths of m³. `was_read`: the real household had a reading.
    """

    months: list[Period]
    buildings: pl.DataFrame
    accounts: pl.DataFrame
    building: Int
    unit_no: Int
    building_no: NDArray[np.str_]
    account_no: NDArray[np.str_]  # who pays now
    cold: Int
    hot: Int
    was_read: Bool
    metered: Bool

    def __len__(self) -> int:
        return len(self.building)


def build(*, accounts: int, months: list[Period], seed: int) -> Estate:
    """`accounts` living accounts, about fifty a building, with the water of real households in `months`."""
    random = np.random.default_rng([seed, 1])
    sizes = _sizes(accounts)
    building = np.repeat(np.arange(len(sizes)), sizes)
    unit_no = np.concatenate([np.arange(1, size + 1) for size in sizes])
    building_no = np.char.add("D", np.char.zfill((building + 1).astype(str), 4))
    account_no = np.char.zfill((np.arange(accounts) + 1 + 700_000).astype(str), 6)
    cold, hot, was_read = _water(accounts, months, random)
    metered = random.integers(0, 1000, accounts) >= 8  # a few never let a meter be put in
    metered[list(SHOWN)] = True
    return Estate(
        months, _buildings(len(sizes)), _accounts(building_no, unit_no, account_no, cold + hot, months, random),
        building, unit_no, building_no, account_no, cold, hot, was_read, metered,
    )  # fmt: skip


def _sizes(accounts: int) -> list[int]:
    sizes: list[int] = []
    while sum(sizes) < accounts:
        sizes.append(_BUILDING_SIZES[len(sizes) % len(_BUILDING_SIZES)])
    sizes[-1] -= sum(sizes) - accounts
    return sizes


def _water(units: int, months: list[Period], random: np.random.Generator) -> tuple[Int, Int, Bool]:
    real = water.households()
    household = random.permutation(np.arange(units) % len(real.used))
    household[list(SHOWN)] = _steady_households(len(SHOWN))
    columns = water.month_columns(months)
    # Nobody lives quite like a neighbour: a factor of 0.8 to 1.2 a flat, 0.93 to 1.07 a month.
    factor = random.integers(800, 1201, units)[:, None] * random.integers(930, 1071, (units, len(months)))
    total = real.used[household][:, columns] * factor // 1_000_000
    hot = total * random.integers(330, 461, units)[:, None] // 1000
    # The real gaps, begun in another month in every flat: they do not all come back at once.
    begun = random.integers(0, len(real.months), units)
    gaps = (np.arange(len(months)) + begun[:, None]) % len(real.months)
    return total - hot, hot, real.was_read[household[:, None], gaps]


def _steady_households(count: int) -> Int:
    """Households that were read every month and use about as much as a family does."""
    real = water.households()
    steady = np.flatnonzero(real.was_read.all(axis=1))
    from_usual = np.abs(real.used[steady].mean(axis=1) - 7000)
    return np.asarray(steady[np.argsort(from_usual, kind="stable")[:count]], dtype=np.int64)


def _buildings(count: int) -> pl.DataFrame:
    position = range(count)
    return pl.DataFrame({
        "building_no": [f"D{i + 1:04d}" for i in position],
        "address": [f"Demo māja {i + 1}, {_STREETS[i % len(_STREETS)]} iela {2 * i + 1}, Rīga" for i in position],
        "regulation": ["1013" if i % 5 in (1, 3) else "524" for i in position],
        "cadastre_no": [f"0100 000 {i + 1:04d}" for i in position],
        "amenities": ["no_bath_heater" if i % 20 == 19 else None for i in position],
    })  # fmt: skip


def _accounts(
    building_no: NDArray[np.str_], unit_no: Int, account_no: NDArray[np.str_], used: Int, months: list[Period],
    random: np.random.Generator,
) -> pl.DataFrame:  # fmt: skip
    units = len(unit_no)
    holder = np.arange(units) + 1
    persons = np.clip(
        (used.mean(axis=1) / 2800).round().astype(np.int64) + random.integers(-1, 2, units), 0, 6
    )
    paperless = random.integers(0, 100, units) < 45
    commercial = (random.integers(0, 100, units) < 3) & (unit_no > 2)
    frame = pl.DataFrame({
        "account_no": account_no,
        "building_no": building_no,
        "unit_no": unit_no.astype(str),
        "unit_kind": np.where(commercial, "commercial", "apartment"),
        "area_m2": [f"{hundredths // 100}.{hundredths % 100:02d}" for hundredths in _areas(units, random).tolist()],
        "declared_persons": persons,
        "holder_name": [f"Demo iedzīvotājs {i:04d}" for i in holder.tolist()],
        "from_date": [date(2015 + i % 9, 1 + i % 12, 1) for i in holder.tolist()],
        "to_date": pl.Series([None] * units, dtype=pl.Date),
        "email": [f"demo{i:04d}@saime.example" if i % 2 else None for i in holder.tolist()],
        "language": [_LANGUAGES[i % len(_LANGUAGES)] for i in holder.tolist()],
        "paperless": np.where(paperless, "yes", "no"),
    })  # fmt: skip
    return _with_former_holders(frame, months[len(months) // 2])


def _areas(units: int, random: np.random.Generator) -> Int:
    """Hundredths of m²: flats of one to four rooms."""
    rooms = random.choice(np.array([3100, 4600, 5900, 7400]), units, p=[0.2, 0.4, 0.3, 0.1])
    return np.asarray(rooms + random.integers(-400, 900, units), dtype=np.int64)


def _with_former_holders(frame: pl.DataFrame, moved: Period) -> pl.DataFrame:
    """In every hundredth flat somebody else lived, and paid, until the middle of the history."""
    changed = pl.int_range(pl.len()) % 100 == 60
    former = frame.filter(changed).with_columns(
        account_no=pl.lit("1") + pl.col("account_no"),
        holder_name=pl.col("holder_name").str.replace("iedzīvotājs", "bijušais iedzīvotājs"),
        to_date=pl.lit(moved.first_day).dt.offset_by("-1d"), email=pl.lit(None, pl.String), paperless=pl.lit("no"),
    )  # fmt: skip
    now = frame.with_columns(from_date=pl.when(changed).then(moved.first_day).otherwise("from_date"))
    return pl.concat([former, now])
