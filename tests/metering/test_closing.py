"""A month computed from closed ones is the month computed from the first reading on, wherever closing has got to."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from tests.interchange.conftest import DATA, NOW

from saime.estate.models import Building
from saime.interchange.imports import import_file
from saime.metering.closing import close_periods
from saime.metering.contracts import PeriodFigures
from saime.metering.figures import period_figures
from saime.metering.models import Consumption
from saime.platform.locks import lock_building_periods
from saime.platform.periods import Period

MONTHS = [Period.of(2024, 3) + n for n in range(16)]


@pytest.fixture
def buildings(db: None) -> list[int]:
    for kind in ("buildings", "accounts", "meters", "readings"):
        import_file(
            kind=kind, path=DATA / "example-company" / f"{kind}.csv", partial=True, history=True, now=NOW
        )
    return list(Building.objects.order_by("building_no").values_list("id", flat=True))


def close(figures: PeriodFigures, building_ids: Sequence[int]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        lock_building_periods(cursor, building_ids, figures.period)
        close_periods(cursor, figures, building_ids, closed_at=NOW)


def rows(columns: object) -> list[tuple[int, ...]]:
    """All rows of a set of columns, in an order of their own."""
    values = [getattr(columns, one.name).astype(np.int64) for one in dataclasses.fields(columns)]  # type: ignore[arg-type]
    return sorted(map(tuple, np.array(values).T.tolist()))


def test_going_on_from_closed_months_gives_the_same_as_starting_anew(buildings: list[int]) -> None:
    """One house closes every month, the other lags three months behind: every figure stays what it was."""
    anew = {period: period_figures(period) for period in MONTHS}
    for place, period in enumerate(MONTHS):
        now = period_figures(period)
        for part in ("consumption", "differences", "shares"):
            assert rows(getattr(now, part)) == rows(getattr(anew[period], part)), (period, part)
        close(now, buildings[:1])
        if place >= 3:
            behind = MONTHS[place - 3]
            close(period_figures(behind, buildings[1:]), buildings[1:])


def test_a_closed_month_is_closed_once(buildings: list[int]) -> None:
    figures = period_figures(MONTHS[0])
    close(figures, buildings)
    before = Consumption.objects.count()
    with pytest.raises(IntegrityError):
        close(figures, buildings)
    assert Consumption.objects.count() == before
