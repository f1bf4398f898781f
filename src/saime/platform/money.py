"""Money is integer cents; prices have up to six decimals and are integers of a millionth."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
MILLI = Decimal("0.001")


def cents(amount: Decimal) -> int:
    """Euros to whole cents, half up (away from zero)."""
    return int(amount.quantize(CENT, ROUND_HALF_UP).scaleb(2))


def euros(amount_cents: int) -> Decimal:
    """Whole cents to euros with two decimals."""
    return Decimal(amount_cents).scaleb(-2)


def to_milli(quantity: Decimal) -> int:
    """A quantity to whole thousandths, half up."""
    return int(quantity.quantize(MILLI, ROUND_HALF_UP).scaleb(3))


def from_milli(thousandths: int) -> Decimal:
    """Whole thousandths to a quantity with three decimals."""
    return Decimal(int(thousandths)).scaleb(-3)
