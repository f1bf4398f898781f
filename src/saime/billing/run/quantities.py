"""What each account of a chunk has of every allocation key, and where it comes from (JSON members: see `made_from`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from saime.billing.rules.amounts import Int64, prorated
from saime.billing.run.catalog import Catalog
from saime.billing.run.differences import Shared, shared_differences
from saime.billing.run.inputs import Accounts, ChunkInputs
from saime.billing.run.measured import HAND_OVER, Measured, Tenure, both, measure
from saime.billing.run.texts import formatted, joined, repeated, where
from saime.metering.contracts import Bool, PeriodFigures

NO_BASIS = -1


@dataclass(frozen=True, slots=True)
class Quantities:
    """A key's quantity (thousandths) for each account. `present` 0: it has none of it, so no line."""

    value: Int64
    present: Int64
    basis: Int64  # position in BASES, −1: none
    averages: Int64  # meters charged by average
    members: pl.Series


def quantities_by_key(inputs: ChunkInputs, figures: PeriodFigures, catalog: Catalog) -> dict[str, Quantities]:
    """Every key of `billing.models.Service.Key`."""
    keys = _Keys(inputs.accounts, catalog.period.days, _days_member(inputs.accounts, catalog.period.days))
    tenure = Tenure.of(inputs.accounts, catalog.period.days)
    cold, hot = measure(inputs, figures, tenure)
    cold_share, hot_share = shared_differences(inputs, figures, tenure, catalog)
    return dict(keys.of_accounts()) | {
        "m3_cold": keys.by_meter("m3_cold", cold),
        "m3_hot": keys.by_meter("m3_hot", hot),
        "m3_total": keys.by_meter("m3_total", both(cold, hot)),
        "m3_difference_cold": keys.by_share("m3_difference_cold", cold_share),
        "m3_difference_hot": keys.by_share("m3_difference_hot", hot_share),
    }


@dataclass(frozen=True, slots=True)
class _Keys:
    accounts: Accounts
    month_days: int
    days: pl.Series  # the member `days`, empty for accounts that pay for the whole month

    def of_accounts(self) -> Iterator[tuple[str, Quantities]]:
        """Keys that go by what is known of unit and account, and by days."""
        accounts = self.accounts
        one, persons = np.full(len(accounts), 1000), np.maximum(accounts.persons, 1)
        area = formatted(',"area":{}', accounts.area)
        yield "m2", self._by_days("m2", accounts.area, area)
        yield "share", self._by_days("share", accounts.area, area)
        yield "person", self._by_days("person", persons * 1000, formatted(',"persons":{}', accounts.persons))
        yield "unit", self._by_days("unit", one, repeated("", len(accounts)))
        yield "fixed", self._by_days("fixed", one, repeated("", len(accounts)))

    def by_meter(self, key: str, measured: Measured) -> Quantities:
        basis = np.where(measured.rows > 0, measured.basis, NO_BASIS)
        meters = formatted(',"meters":[{}]', measured.meters)
        split = self._split(measured.unit_m3, measured.split == HAND_OVER)
        return Quantities(
            measured.m3, measured.rows, basis, measured.averages, self._members(key, meters, split)
        )

    def by_share(self, key: str, shared: Shared) -> Quantities:
        none = np.full(len(shared.m3), NO_BASIS)
        why = formatted(',"why":"{}",{}', shared.why, shared.building)
        split = self._split(shared.unit_m3, np.zeros(len(none), bool))
        return Quantities(shared.m3, shared.rows, none, np.zeros_like(none), self._members(key, why, split))

    def _by_days(self, key: str, quantity: Int64, members: pl.Series) -> Quantities:
        days, none = self.accounts.days, np.full(len(quantity), NO_BASIS)
        present = ((quantity > 0) & (days > 0)).astype(np.int64)
        value = prorated(quantity, days, self.month_days)
        return Quantities(value, present, none, np.zeros_like(value), self._members(key, members, self.days))

    def _members(self, key: str, members: pl.Series, days: pl.Series) -> pl.Series:
        return joined(repeated(f'"key":"{key}"', len(members)), members, days)

    def _split(self, unit_m3: Int64, by_hand_over: Bool) -> pl.Series:
        """How the unit's m³ were split, for accounts that do not pay for the whole month."""
        part = self.days != ""
        how = pl.Series(np.where(by_hand_over, "hand_over", "days"), dtype=pl.String)
        return where(part, formatted(',"unit_m3":{},"by":"{}"{}', unit_m3, how, self.days))


def _days_member(accounts: Accounts, month_days: int) -> pl.Series:
    days = formatted(f',"days":[{{}},{{}},{month_days}]', accounts.first_day, accounts.last_day)
    return where(accounts.days < month_days, days)
