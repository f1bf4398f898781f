"""The arithmetic behind the charts: amounts in, places on the drawing out. The macros only write.

Consumption and money come as Decimal or int; coordinates leave as integers of the drawing's own units:
the same figures always give the same picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

Number = Decimal | int


@dataclass(frozen=True, slots=True)
class Paper:
    """The size of a drawing, its margins, and the most labels its axis has room for."""

    width: int
    height: int
    labels: int
    left: int = 36
    right: int = 4
    top: int = 24
    bottom: int = 28


# Drawn twice: at its own size on a desktop and on a phone, so that letters keep theirs.
WIDE = Paper(640, 270, labels=24)
NARROW = Paper(300, 220, labels=6)

STEPS = (1, 2, 5)
_Scale = Callable[[Number], int]
"""A value's height on the drawing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One month. `mark`: "" measured, "V" or "N" calculated (hatched). `mean`: the building's, or None."""

    label: str
    value: Number | None
    mark: str = ""
    mean: Number | None = None
    before: Number | None = None
    """The same month a year earlier."""
    title: str = ""
    """The month written out, for the ear and the table; `label` where empty."""
    warn: bool = False
    """Something is wrong here: the bar is in the colour of danger, its `mark` says so without colour."""


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar's place; `before_…` is the year before's bar, `middle` the x of its label."""

    bar: Bar
    x: int
    y: int
    width: int
    height: int
    before_x: int
    before_y: int
    before_height: int
    middle: int


@dataclass(frozen=True, slots=True)
class Tick:
    value: Number
    y: int


@dataclass(frozen=True, slots=True)
class BarChart:
    """A whole drawing: its size, base line, ticks, bars, and the mean as an SVG path ("" without one)."""

    width: int
    height: int
    base: int
    left: int
    right: int
    label_every: int
    ticks: tuple[Tick, ...]
    bars: tuple[DrawnBar, ...]
    mean_path: str


def nice_step(largest: Number, *, ticks: int = 4) -> Decimal:
    """The smallest of 1, 2, 5 × 10ⁿ that covers `largest` in at most `ticks` steps. At least 0.001."""
    wanted = max(Decimal(largest) / ticks, Decimal("0.001"))
    magnitude = Decimal(1).scaleb(wanted.adjusted())
    return next((step * magnitude for step in STEPS if step * magnitude >= wanted), 10 * magnitude)


def _values(bars: Sequence[Bar]) -> list[Number]:
    return [number for bar in bars for number in (bar.value, bar.mean, bar.before) if number is not None]


def bar_chart_layout(bars: Sequence[Bar], paper: Paper = WIDE) -> BarChart:
    """Places bars from 0 upwards. A negative value (a credit) hangs below the base line."""
    values = _values(bars) or [Decimal(1)]
    top, bottom = max(0, *values), min(0, *values)
    step = nice_step(max(top, -bottom))
    highest = max(0 if bottom else 1, ceil(Decimal(top) / step)) * step
    lowest = floor(Decimal(bottom) / step) * step
    scale = Decimal(paper.height - paper.top - paper.bottom) / (highest - lowest)

    def y(value: Number) -> int:
        return paper.top + round((highest - Decimal(value)) * scale)

    drawn = _draw(bars, y, paper)
    count = int((highest - lowest) / step)
    ticks = tuple(Tick(value=lowest + step * index, y=y(lowest + step * index)) for index in range(count + 1))
    return BarChart(
        width=paper.width,
        height=paper.height,
        base=y(0),
        left=paper.left,
        right=paper.width - paper.right,
        label_every=ceil(len(bars) / paper.labels) or 1,
        ticks=ticks,
        bars=drawn,
        mean_path=_mean_path(drawn, y),
    )


def _draw(bars: Sequence[Bar], y: _Scale, paper: Paper) -> tuple[DrawnBar, ...]:
    slot = Decimal(paper.width - paper.left - paper.right) / max(1, len(bars))
    paired = any(bar.before is not None for bar in bars)
    width = min(48, round(slot * (Decimal("0.36") if paired else Decimal("0.62"))))
    drawn = []
    for index, bar in enumerate(bars):
        middle = paper.left + round(slot * index + slot / 2)
        top, height = _box(bar.value, y)
        before_y, before_height = _box(bar.before, y)
        x = middle - width // 2 + (width // 2 + 1 if paired else 0)
        drawn.append(DrawnBar(bar, x, top, width, height, x - width - 1, before_y, before_height, middle))
    return tuple(drawn)


def _box(value: Number | None, y: _Scale) -> tuple[int, int]:
    if value is None:
        return y(0), 0
    top, bottom = sorted((y(value), y(0)))
    return top, bottom - top


def _mean_path(drawn: Sequence[DrawnBar], y: _Scale) -> str:
    """A step at every month with a mean; a month without one lifts the pen."""
    path, pen_down = [], False
    for place in drawn:
        if place.bar.mean is None:
            pen_down = False
            continue
        path.append(f"{'L' if pen_down else 'M'}{place.middle} {y(place.bar.mean)}")
        pen_down = True
    return "".join(path)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a whole: where a bill goes. `colour` 1–5 names a chart token."""

    label: str
    value: int
    colour: int


@dataclass(frozen=True, slots=True)
class DrawnPart:
    part: Part
    x: int
    width: int
    percent: int


def stacked_bar_layout(parts: Sequence[Part], *, width: int = 1000) -> tuple[DrawnPart, ...]:
    """Lays the positive parts side by side over `width`; they fill it. Credits are left to the list."""
    shown = [part for part in parts if part.value > 0]
    total = sum(part.value for part in shown)
    drawn, sum_before = [], 0
    for part in shown:
        start, end = sum_before * width // total, (sum_before + part.value) * width // total
        drawn.append(DrawnPart(part, start, end - start, round(Decimal(part.value * 100) / total)))
        sum_before += part.value
    return tuple(drawn)
