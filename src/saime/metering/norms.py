"""Norms and other policies as columns: a value for each row's building."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np

from saime.metering.contracts import Int64
from saime.platform.money import to_milli
from saime.platform.periods import Period
from saime.platform.policies import CATALOGUE, PolicyBook


def policy_column(book: PolicyBook, name: str, building_ids: Int64, period: Period) -> Any:
    """The policy of each building on the period's last day: a month is read, and charged, at its end."""
    unique, inverse = np.unique(building_ids, return_inverse=True)
    if not len(unique):
        return np.zeros(0, np.int64)
    return np.array(book.values(name, period.last_day, unique.tolist()))[inverse]


class Norms:
    """Norm consumption of a person in a month, thousandths of m³, by the amenities of the building."""

    def __init__(self, book: PolicyBook, buildings: Iterable[tuple[int, int, str]]) -> None:
        """`buildings`: id, regulation (1013 or 524) and amenities of each."""
        self._book = book
        rows = sorted(buildings)
        self.building_ids = np.array([row[0] for row in rows], np.int64)
        self.regulations = np.array([row[1] for row in rows], np.int64)
        self._amenities = [row[2] for row in rows]
        self._known: dict[tuple[int, Period], Int64] = {}

    def of(self, medium: int, building_ids: Int64, period: Period) -> Int64:
        return self._table(medium, period)[np.searchsorted(self.building_ids, building_ids)]

    def regulation_of(self, building_ids: Int64) -> Int64:
        return self.regulations[np.searchsorted(self.building_ids, building_ids)]

    def _table(self, medium: int, period: Period) -> Int64:
        key = (medium, period)
        if key not in self._known:
            self._known[key] = np.array(
                [self._norm(medium, building, amenities, period) for building, amenities in
                 zip(self.building_ids.tolist(), self._amenities, strict=True)], np.int64
            )  # fmt: skip
        return self._known[key]

    def _norm(self, medium: int, building_id: int, amenities: str, period: Period) -> int:
        name = "norm_hot" if medium else "norm_cold"
        if not medium and amenities:
            if f"norm_cold_{amenities}" in CATALOGUE:
                name = f"norm_cold_{amenities}"
            elif (own := _number(amenities)) is not None:
                return to_milli(own)
        return to_milli(self._book.value(name, period.last_day, building_id))


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
