"""Figures, days and months as one language writes them: the ones the bill itself uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import translation

from saime.billing.document import figures
from saime.billing.document.contracts import Language
from saime.billing.document.labels import words
from saime.platform.periods import Period

_HARD = "\u00a0"


@dataclass(frozen=True, slots=True)
class Voice:
    """One language. Sentences come from the catalogues inside `speaking()`, figures from here."""

    language: Language

    @contextmanager
    def speaking(self) -> Iterator[None]:
        with translation.override(self.language):
            yield

    def money(self, cents: int) -> str:
        return figures.money(cents, language=self.language)

    def money_difference(self, cents: int) -> str:
        sign = "+" if cents > 0 else ""
        return f"{sign}{self.money(cents)}" if cents else "="

    def price(self, price: Decimal) -> str:
        text = figures.price(abs(price), language=self.language)
        sign = figures.MINUS if price < 0 else ""
        return f"{sign}€{text}" if self.language == "en" else f"{sign}{text}{_HARD}€"

    def price_difference(self, change: Decimal) -> str:
        return "=" if not change else f"{'+' if change > 0 else ''}{self.price(change)}"

    def quantity(self, quantity: Decimal, unit: str) -> str:
        """A quantity of a stored unit: m³ always with three decimals, anything else without idle zeros."""
        shown = "m³" if unit == "m3" else unit
        return figures.quantity(quantity, unit=shown, language=self.language)

    def quantity_difference(self, change: Decimal, unit: str) -> str:
        return "=" if not change else f"{'+' if change > 0 else ''}{self.quantity(change, unit)}"

    def m3(self, m3: Decimal) -> str:
        return figures.number(m3, places=3, language=self.language)

    def percent(self, rate: Decimal) -> str:
        return figures.percent(rate, language=self.language)

    def day(self, day: date) -> str:
        return figures.day(day, language=self.language)

    def for_month(self, period: Period) -> str:
        """As it stands after "for" (par, за): 2026. gada oktobri, октябрь 2026 года, October 2026."""
        return words(self.language).period(period.number)

    def in_month(self, period: Period) -> str:
        """As it stands after "in": 2026. gada oktobrī, октябре 2026 года (after "в"), October 2026."""
        month = words(self.language).month(period.number, form="in")
        match self.language:
            case "lv":
                return f"{period.year}. gada {month}"
            case "ru":
                return f"{month} {period.year} года"
            case "en":
                return f"{month} {period.year}"
