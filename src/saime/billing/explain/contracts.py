"""What "Why?" answers, in sentences and rows that are ready to be shown, in one language.

Figures come written as the language writes them ("4,250", "47,36 €"). Nothing here is computed anew: every figure is a
stored one, and where one is not known its row is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Trend = Literal["more", "less", "same"]


@dataclass(frozen=True, slots=True)
class Row:
    """A number that went in: what it is, how much, of what ("" where the value says it itself)."""

    label: str
    value: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Who decided the price or rule, and since when: `kind` is tariff, invoice, policy or decision."""

    kind: Literal["tariff", "invoice", "policy", "decision"]
    text: str
    since: date | None
    decision: str = ""  # the decision's own words


@dataclass(frozen=True, slots=True)
class Change:
    """How one figure differs from the other month's: +0,250 with a word for it."""

    label: str
    now: str
    then: str
    difference: str  # with its sign; "=" where nothing changed
    unit: str
    trend: Trend


@dataclass(frozen=True, slots=True)
class Comparison:
    """The line beside last month's or last year's: one sentence, then quantity, price and cost."""

    span: Literal["month", "year"]
    period: int  # YYYYMM of the other month
    sentence: str
    trend: Trend
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class MeterExplanation:
    """A meter's part of a measured line: rows (readings, m³ charged before, m³), then how it came about, in words."""

    meter_no: str
    medium: str  # cold, hot
    basis: str
    mark: str
    rows: tuple[Row, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a line (or one of the bill's totals) is that much. `subject` is its name on the bill."""

    subject: str
    headline: str
    rows: tuple[Row, ...] = ()
    rules: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    meters: tuple[MeterExplanation, ...] = ()


@dataclass(frozen=True, slots=True)
class BillExplanation:
    """Every Why? of a bill: `lines` by line id in the bill's order, and its totals."""

    bill_no: str
    lines: dict[int, Explanation]
    opening: Explanation
    payments: Explanation
    late_charge: Explanation | None
    total: Explanation
