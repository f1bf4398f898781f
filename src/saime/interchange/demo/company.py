"""The whole demo company as interchange files: the same for the same number of accounts, seed and moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from saime.interchange.demo import costs, estate, meters, paying, readings
from saime.interchange.demo.estate import SHOWN, Estate
from saime.interchange.demo.meters import Meters
from saime.interchange.demo.texts import fixed
from saime.platform.periods import Period

SMALLEST = 50  # the flats of those who log in are among the first fifty
SMALL = 20_000  # accounts, above which the history is longer and its bills are fewer
SEED = 2026


@dataclass(frozen=True, slots=True)
class Company:
    """`files`: frames with the columns of interchange.md by kind, in the order in which they are imported."""

    now: datetime
    seed: int
    estate: Estate
    meters: Meters
    files: dict[str, pl.DataFrame]

    @property
    def months(self) -> list[Period]:
        """The history's months; the last one is the current, open one."""
        return self.estate.months

    @property
    def billed_months(self) -> list[Period]:
        """Those whose bills are issued: the last thirteen, or two of a large company."""
        return self.months[:-1][-13 if len(self.estate) <= SMALL else -2 :]


def generate(*, accounts: int, now: datetime, seed: int = SEED) -> Company:
    """A company of `accounts` living accounts, whose history ends at `now`."""
    current = Period.containing(now)
    months = list((current - (14 if accounts <= SMALL else 24)).through(current))
    houses = estate.build(accounts=accounts, months=months, seed=seed)
    places = meters.build(houses, seed=seed)
    files = {
        "buildings": houses.buildings,
        "accounts": houses.accounts,
        "services": costs.services(),
        "tariffs": _of_houses(costs.tariffs(months), houses),
        "policies": _of_houses(costs.decisions(months), houses),
        "supplier-invoices": costs.supplier_invoices(houses, months, seed=seed),
        "meters": places.frame.with_columns(fixed("initial_reading", 3), fixed("final_reading", 3)),
        "readings": readings.build(houses, places, now=now, seed=seed).with_columns(
            fixed("value", 3), pl.col("received_at").dt.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        ),
    }
    return Company(now, seed, houses, places, files)


def write(company: Company, directory: Path) -> None:
    """Write the company's files (buildings.csv, …) into a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    for kind, frame in company.files.items():
        frame.write_csv(directory / f"{kind}.csv")


def payer_kinds(company: Company) -> dict[str, int]:
    """How each account pays, by its number."""
    kinds = paying.habits(len(company.estate), shown=SHOWN, seed=company.seed)
    return dict(zip(company.estate.account_no.tolist(), kinds.tolist(), strict=True))


def _of_houses(frame: pl.DataFrame, houses: Estate) -> pl.DataFrame:
    """Without what belongs to houses that a small company has not got."""
    known = houses.buildings["building_no"].implode()
    return frame.filter(pl.col("building_no").is_null() | pl.col("building_no").is_in(known))
