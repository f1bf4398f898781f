"""How a reading can stand in a row of boxes: which hold its digits, which are blank, which are crossed out.

Most people fill whole numbers from the right, with or without leading zeros, and all decimals; some leave decimals
away, some start at the left. A crossed-out box counts for nothing: the digits go on in the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import log

from saime.channels.paper.deciding.evidence import Evidence

_EMPTY = 0.05  # of the rows on a form are left blank
_FROM_LEFT = 0.02  # of the readings start in the first box and leave the last ones blank
_ONLY_DECIMALS = 0.005  # leave the zero before the point away
_FEWER_DECIMALS = 0.2  # leave out one decimal at least
_CROSSED = 0.01  # of the rows have a box crossed out
_CROSSED_TOO = 0.3  # where one was, so was another
_MAY_BE_CROSSED = log(0.01)  # a box less likely to be is not looked at as one
_MOST_CROSSED = 4
_HOPELESS = 16.0  # times e less likely than the best layout
_MOST_LAYOUTS = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions of the digits, whole ones and decimals, and of what was crossed out; all other boxes are blank."""

    whole: tuple[int, ...]
    decimals: tuple[int, ...]
    crossed: tuple[int, ...]
    weight: float  # logarithm of how often people write so, times that of the boxes without digits

    @property
    def digits(self) -> tuple[int, ...]:
        return self.whole + self.decimals


def layouts(evidence: Evidence, decimals: int) -> list[Layout]:
    """Those that could be meant, likeliest first, a row without digits included."""
    all_of_them = [
        (_best(layout, evidence), layout)
        for crossed in _crossings(evidence)
        for layout in _with_crossed(evidence, decimals, crossed)
    ]
    all_of_them.sort(key=lambda pair: -pair[0])
    best = all_of_them[0][0]
    return [layout for bound, layout in all_of_them[:_MOST_LAYOUTS] if bound >= best - _HOPELESS]


def _best(layout: Layout, evidence: Evidence) -> float:
    """The most that the layout can come to, whatever its digits are."""
    return layout.weight + sum(evidence.best_digit[box] for box in layout.digits)


def _crossings(evidence: Evidence) -> Iterator[tuple[int, ...]]:
    doubtful = [box for box in range(evidence.boxes) if evidence.crossed[box] >= _MAY_BE_CROSSED]
    if len(doubtful) > _MOST_CROSSED:  # a row that was struck through
        yield tuple(doubtful)
        return
    for count in range(len(doubtful) + 1):
        yield from combinations(doubtful, count)


def _with_crossed(evidence: Evidence, decimals: int, crossed: tuple[int, ...]) -> Iterator[Layout]:
    point = evidence.boxes - decimals
    free = [box for box in range(evidence.boxes) if box not in crossed]
    whole, fraction = [box for box in free if box < point], [box for box in free if box >= point]
    base = sum(evidence.crossed[box] for box in crossed)
    base += log(_CROSSED) + (len(crossed) - 1) * log(_CROSSED_TOO) if crossed else log(1 - _CROSSED)
    for integers, often in _integers(whole):
        for places, share in _fractions(len(fraction), alone=not integers):
            digits = (*integers, *fraction[:places])
            blank = sum(evidence.blank[box] for box in free if box not in digits)
            weight = base + blank + log(often * share)
            yield Layout(integers, tuple(fraction[:places]), crossed, weight)


def _integers(whole: list[int]) -> Iterator[tuple[tuple[int, ...], float]]:
    """The boxes that whole digits may stand in, and how often."""
    count = len(whole)
    yield (), 1.0
    for digits in range(1, count + 1):
        yield tuple(whole[count - digits :]), (1 - _EMPTY - _FROM_LEFT - _ONLY_DECIMALS) / count
        if digits < count:
            yield tuple(whole[:digits]), _FROM_LEFT / (count - 1)


def _fractions(places: int, *, alone: bool) -> Iterator[tuple[int, float]]:
    """How many decimals are written, and how often; `alone`: without any digit before the point."""
    if alone:
        yield 0, _EMPTY
        yield from ((written, _ONLY_DECIMALS / places) for written in range(1, places + 1))
        return
    if not places:
        yield 0, 1.0
        return
    yield from ((written, _FEWER_DECIMALS / places) for written in range(places))
    yield places, 1 - _FEWER_DECIMALS
