"""A chunk of whole buildings on its way through the run, shared by the dry run and the issue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from saime.billing.run.bills import Bills, make_bills
from saime.billing.run.catalog import Catalog
from saime.billing.run.inputs import ChunkInputs, read_inputs
from saime.billing.run.lines import Gap, LineMaker, Lines
from saime.estate.models import Building
from saime.estate.rules import natural_key
from saime.metering.contracts import PeriodFigures
from saime.metering.figures import period_figures
from saime.metering.models import PeriodClosure
from saime.platform.periods import Period

# Some thousands of bills: long enough columns, a transaction of seconds, little to do again after a crash.
BUILDINGS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk worked out, nothing of it written."""

    inputs: ChunkInputs
    figures: PeriodFigures
    lines: Lines
    bills: Bills
    gaps: list[Gap]


def work_out(building_ids: list[int], catalog: Catalog, issued_on: date) -> Chunk:
    """Figures, lines and bills of these buildings."""
    figures = period_figures(catalog.period, building_ids)
    inputs = read_inputs(building_ids, catalog.period)
    maker = LineMaker(inputs, catalog, figures)
    lines = maker.make()
    return Chunk(inputs, figures, lines, make_bills(inputs, lines, catalog, issued_on), maker.gaps)


def to_bill(period: Period, building_ids: Sequence[int] | None) -> tuple[list[int], list[str]]:
    """The buildings whose month is open, in the order of their bills; and the numbers of those that are closed."""
    buildings = Building.objects.order_by("id")
    if building_ids is not None:
        buildings = buildings.filter(id__in=list(building_ids))
    closed = set(PeriodClosure.objects.filter(period=period).values_list("building_id", flat=True))
    rows = sorted(buildings.values_list("building_no", "id"), key=lambda row: (natural_key(row[0]), row[0]))
    return [id_ for _, id_ in rows if id_ not in closed], [number for number, id_ in rows if id_ in closed]


def in_chunks(building_ids: Sequence[int], at_once: int = BUILDINGS_AT_ONCE) -> Iterator[list[int]]:
    for start in range(0, len(building_ids), at_once):
        yield list(building_ids[start : start + at_once])
