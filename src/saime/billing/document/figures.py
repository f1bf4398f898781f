"""Figures as each language writes them: 1 234,56 €, 4,250 m³, 24.11.2026; English €1,234.56, 24 Nov 2026."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from saime.billing.document.contracts import Language

MINUS = "−"
_THIN = "\u202f"  # narrow no-break space
_HARD = "\u00a0"
_ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(value: Decimal, *, places: int, language: Language) -> str:
    """`value` rounded half up to `places` decimals, thousands apart, a real minus."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,f}"
    if language != "en":
        text = text.replace(",", _THIN).replace(".", ",")
    return f"{MINUS}{text}" if rounded < 0 else text


def amount(cents: int, *, language: Language) -> str:
    """Euro without the sign of the currency, for columns that name it in their head."""
    euros, rest = divmod(abs(cents), 100)
    whole = f"{euros:,}"
    text = f"{whole}.{rest:02d}" if language == "en" else f"{whole.replace(',', _THIN)},{rest:02d}"
    return f"{MINUS}{text}" if cents < 0 else text


def money(cents: int, *, language: Language) -> str:
    text = amount(abs(cents), language=language)
    sign = MINUS if cents < 0 else ""
    return f"{sign}€{text}" if language == "en" else f"{sign}{text}{_HARD}€"


def difference(cents: int, *, language: Language) -> str:
    """A change with its sign: +0,42 or −1,10; "=" where nothing changed."""
    if not cents:
        return "="
    return f"{'+' if cents > 0 else ''}{amount(cents, language=language)}"


def price(value: Decimal, *, language: Language) -> str:
    """A unit price: at least 2 decimals, at most 6, no idle zeros after the second."""
    exact = value.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP).normalize()
    places = max(2, -int(exact.as_tuple().exponent))
    return number(exact, places=places, language=language)


def quantity(value: Decimal, *, unit: str, language: Language) -> str:
    """m³ always with 3 decimals (domain.md, "Consumption"), all else without idle zeros."""
    if unit == "m³":
        return number(value, places=3, language=language)
    exact = value.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP).normalize()
    return number(exact, places=max(0, -int(exact.as_tuple().exponent)), language=language)


def percent(rate: Decimal, *, language: Language) -> str:
    exact = rate.normalize()
    return number(exact, places=max(0, -int(exact.as_tuple().exponent)), language=language) + (
        "%" if language == "en" else f"{_HARD}%"
    )


def day(value: date, *, language: Language) -> str:
    if language == "en":
        return f"{value.day}{_HARD}{_ENGLISH_MONTHS[value.month - 1]}{_HARD}{value.year}"
    return f"{value:%d.%m.%Y}"


def spaced(code: str) -> str:
    """An IBAN or a payment reference in groups of four, which is how people read and type it."""
    return _HARD.join(code[start : start + 4] for start in range(0, len(code), 4))
