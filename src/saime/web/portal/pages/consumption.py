"""Consumption by month and medium: bars for the chart, the year so far, and what is measured and what is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language

from saime.metering.contracts import MEDIA, Figure
from saime.platform.periods import Period
from saime.web.design.charts import Bar
from saime.web.design.formats import month_short, period_text

MONTHS = 12
NOT_READ = "–"
"""The mark of a month without reading or estimate: nothing was charged, the reading is missing."""

Means = Mapping[tuple[str, Period], Decimal]
"""The building's mean m³ a unit, by medium and month."""


@dataclass(frozen=True, slots=True)
class Month:
    """One medium's month, all meters together. `mark`: "" measured, V, N, or NOT_READ."""

    period: Period
    m3: Decimal | None
    mark: str
    is_final: bool


@dataclass(frozen=True, slots=True)
class MediumYear:
    """A year of one medium: oldest month first, the same months a year earlier, and the building's mean."""

    medium: str
    months: tuple[Month, ...]
    before: tuple[Decimal | None, ...]
    means: tuple[Decimal | None, ...]

    @property
    def total(self) -> Decimal:
        return sum((month.m3 for month in self.months if month.m3 is not None), Decimal(0))

    @property
    def has_year_before(self) -> bool:
        """Whether every month can be compared: half a comparison misleads."""
        return bool(self.before) and None not in self.before

    @property
    def total_before(self) -> Decimal:
        return sum((m3 for m3 in self.before if m3 is not None), Decimal(0))

    @property
    def marks(self) -> frozenset[str]:
        return frozenset(month.mark for month in self.months if month.mark)

    @property
    def bars(self) -> list[Bar]:
        language = (get_language() or "en")[:2]
        rows = zip(self.months, self.before, self.means, strict=True)
        return [_bar(month, language, mean=mean, before=before) for month, before, mean in rows]


def means_of(by_building: Mapping[tuple[int, Period, str], Decimal]) -> Means:
    """The means of one building, without its id."""
    return {(medium, period): mean for (_, period, medium), mean in by_building.items()}


def consumption_page(figures: Iterable[Figure], means: Means, *, last: Period) -> tuple[MediumYear, ...]:
    """The last twelve months up to `last` of each medium that has any, cold first."""
    by_month: dict[tuple[str, Period], list[Figure]] = defaultdict(list)
    for figure in figures:
        by_month[figure.medium, figure.period].append(figure)
    media = [medium for medium in MEDIA if any(key[0] == medium for key in by_month)]
    return tuple(_year(medium, by_month, means, last) for medium in media)


def _year(
    medium: str, by_month: Mapping[tuple[str, Period], Sequence[Figure]], means: Means, last: Period
) -> MediumYear:
    periods = list((last - (MONTHS - 1)).through(last))
    known = [period for period in periods if by_month.get((medium, period))]
    periods = [period for period in periods if not known or period >= known[0]]
    return MediumYear(
        medium=medium,
        months=tuple(_month(period, by_month.get((medium, period), ())) for period in periods),
        before=tuple(_sum(by_month.get((medium, period - 12), ())) for period in periods),
        means=tuple(means.get((medium, period)) for period in periods),
    )


def _month(period: Period, figures: Sequence[Figure]) -> Month:
    """Of several meters the least certain one marks the month: one unread meter makes the whole figure a guess."""
    if not figures:
        return Month(period, None, "", is_final=False)
    bases = {figure.basis for figure in figures}
    if bases == {"no_reading"}:
        mark = NOT_READ
    else:
        mark = next(
            (figure.mark for basis in ("norm", "average") for figure in figures if figure.basis == basis), ""
        )
    return Month(period, _sum(figures), mark, is_final=all(figure.is_final for figure in figures))


def _sum(figures: Sequence[Figure]) -> Decimal | None:
    return sum((figure.m3 for figure in figures), Decimal(0)) if figures else None


def mini_bars(figures: Iterable[Figure], *, last: Period, months: int) -> list[Bar]:
    """Cold and hot water together, oldest month first: the small chart of the home page. Empty without any figure."""
    found: dict[Period, list[Figure]] = defaultdict(list)
    for figure in figures:
        found[figure.period].append(figure)
    language = (get_language() or "en")[:2]
    span = [_month(period, found.get(period, ())) for period in (last - (months - 1)).through(last)]
    return [] if not found else [_bar(month, language) for month in span]


def _bar(month: Month, language: str, *, mean: Decimal | None = None, before: Decimal | None = None) -> Bar:
    return Bar(
        label=month_short(month.period, language),
        value=None if month.mark == NOT_READ else month.m3,
        mark=month.mark,
        mean=mean,
        before=before,
        title=period_text(month.period, language),
    )
