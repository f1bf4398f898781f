"""Net, VAT, days: every rounding by hand, then by property against exact fractions."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saime.billing.rules.amounts import (
    AmountTooLarge,
    column,
    half_up,
    net_cents,
    net_of,
    prorated,
    times,
    unit_price,
    vat_cents,
    vat_of,
)

quantities = st.integers(-10_000_000, 10_000_000)
prices = st.integers(0, 500_000_000)


def exactly_half_up(value: Fraction) -> int:
    sign = -1 if value < 0 else 1
    return sign * int(abs(value) + Fraction(1, 2))


@pytest.mark.parametrize(
    ("quantity", "price", "net"),
    [
        ("50.300", "0.452100", 2274),  # 22.74063
        ("4.000", "1.123000", 449),  # 4.492
        ("1.000", "0.005000", 1),  # half a cent goes up
        ("1.000", "0.004999", 0),
        ("-1.000", "0.005000", -1),  # and away from zero below it
        ("-2.500", "1.123000", -281),  # −2.8075
        ("0.000", "9.990000", 0),
        ("0.001", "0.000001", 0),
    ],
)
def test_net_is_quantity_times_price_half_up(quantity: str, price: str, net: int) -> None:
    assert net_of(Decimal(quantity), Decimal(price)) == net


@pytest.mark.parametrize(
    ("net", "rate", "vat"),
    [
        (2274, "21", 478),
        (50, "21", 11),
        (-50, "21", -11),
        (1250, "12", 150),
        (999, "0", 0),
        (2, "21", 0),
        (3, "21", 1),
    ],
)
def test_vat_is_net_times_rate_half_up(net: int, rate: str, vat: int) -> None:
    assert vat_of(net, Decimal(rate)) == vat


@given(quantity=quantities, price=prices)
def test_net_is_the_exact_product_rounded_once(quantity: int, price: int) -> None:
    exact = Fraction(quantity, 1000) * Fraction(price, 1_000_000) * 100
    assert net_cents(column(quantity), column(price))[0] == exactly_half_up(exact)


@given(net=st.integers(-(10**9), 10**9), rate=st.integers(0, 10_000))
def test_vat_is_what_decimal_says(net: int, rate: int) -> None:
    exact = (Decimal(net) * Decimal(rate) / Decimal(10_000)).quantize(Decimal(1), ROUND_HALF_UP)
    assert vat_cents(column(net), column(rate))[0] == int(exact)


@given(net=st.integers(0, 10**9), rate=st.integers(0, 10_000))
def test_a_credit_is_the_bill_with_the_other_sign(net: int, rate: int) -> None:
    assert vat_cents(column(-net), column(rate))[0] == -vat_cents(column(net), column(rate))[0]


@given(quantity=st.integers(0, 10**7), days=st.sampled_from([28, 29, 30, 31]), data=st.data())
def test_two_accounts_pay_for_the_month_between_them(quantity: int, days: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, days - 1))
    parts = prorated(column(quantity, quantity), column(first, days - first), days)
    assert abs(int(parts.sum()) - quantity) <= 1
    assert prorated(column(quantity), column(days), days)[0] == quantity


@pytest.mark.parametrize(
    ("cents", "quantity", "price"),
    [
        (100_000, 2_534_000, 394_633),
        (-100_000, 2_534_000, -394_633),
        (100_00, 1000, 100_000_000),
        (50, -4000, -125_000),
    ],
)
def test_price_shown_for_a_sum_shared_out(cents: int, quantity: int, price: int) -> None:
    assert unit_price(column(cents), column(quantity))[0] == price


@given(value=st.integers(-(10**12), 10**12), divisor=st.integers(1, 10**6))
def test_half_up_is_symmetrical_and_nearest(value: int, divisor: int) -> None:
    found = int(half_up(column(value), divisor)[0])
    assert found == exactly_half_up(Fraction(value, divisor))


def test_a_product_that_would_not_be_exact_is_refused() -> None:
    with pytest.raises(AmountTooLarge, match="slip of the decimal point"):
        times(column(2**40), column(2**40))
    assert times(np.zeros(0, np.int64), column()).tolist() == []
