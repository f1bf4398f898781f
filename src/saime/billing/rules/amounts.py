"""Net, VAT and the rounding they share (domain.md, Services, tariffs and the bill)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

Int64 = NDArray[np.int64]

# thousandths × millionths of a euro = 10⁻⁹ €; a cent is 10⁻² €.
_NET_DIVISOR = 10_000_000
_VAT_DIVISOR = 10_000
_LARGEST = 2**62
_HIGHEST_PRICE = 10**14 - 1  # millionths of a euro: what a bill's line has room for


class AmountTooLarge(ValueError):
    """A product of two columns does not fit 62 bits: a quantity, price or amount that nobody means."""


def times(left: Int64, right: Int64) -> Int64:
    """Product of two columns. AmountTooLarge where it would not be exact."""
    if _size(left) * _size(right) >= _LARGEST:
        raise AmountTooLarge(
            "a quantity, price or amount is too large to calculate with: look for a slip of the decimal point"
        )
    return left * right


def _size(column: Int64) -> int:
    return int(np.abs(column).max(initial=0))


def half_up(numerator: Int64, denominator: Int64 | int) -> Int64:
    """Quotient rounded half up, away from zero below it; denominators above zero."""
    size = np.asarray(denominator, np.int64)
    magnitude: Int64 = (2 * np.abs(numerator) + size) // (2 * size)
    return np.sign(numerator) * magnitude


def net_cents(quantity: Int64, price: Int64) -> Int64:
    """quantity (thousandths) × price (millionths of a euro), to the cent, half up."""
    return half_up(times(quantity, price), _NET_DIVISOR)


def vat_cents(net: Int64, rate: Int64) -> Int64:
    """net (cents) × rate (hundredths of a percent), to the cent, half up."""
    return half_up(times(net, rate), _VAT_DIVISOR)


def prorated(quantity: Int64, active_days: Int64, days: int) -> Int64:
    """The part of a month's quantity that falls on an account's days, to 3 decimals, half up."""
    return half_up(times(quantity, active_days), days)


def unit_price(total: Int64, quantity: Int64) -> Int64:
    """What one measure costs (millionths of a euro) when `total` cents are shared out over `quantity` thousandths.

    Only to be shown: where credits leave next to nothing to share by, it stops at what a line has room for.
    """
    sign = np.sign(quantity)
    price = half_up(times(total * sign, np.full_like(total, _NET_DIVISOR)), np.maximum(np.abs(quantity), 1))
    return np.clip(price, -_HIGHEST_PRICE, _HIGHEST_PRICE)


def column(*values: int) -> Int64:
    return np.array(values, np.int64)


def net_of(quantity: Decimal, price: Decimal) -> int:
    """One line's net in cents, from a quantity and a price in euro."""
    return int(net_cents(column(int(quantity.scaleb(3))), column(int(price.scaleb(6))))[0])


def vat_of(net: int, rate: Decimal) -> int:
    """One line's VAT in cents; rate in percent."""
    return int(vat_cents(column(net), column(int(rate.scaleb(2))))[0])


def sums(values: Int64, groups: Int64, count: int) -> Int64:
    """Σ of the values of each of `count` groups."""
    total: Any = np.zeros(count, np.int64)
    np.add.at(total, groups, values)
    return total  # type: ignore[no-any-return]
