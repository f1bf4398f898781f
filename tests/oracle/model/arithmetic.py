"""Months, roundings and sharing out, as plain as can be."""

from __future__ import annotations

import calendar
import re
from datetime import date
from fractions import Fraction
from typing import Any


def month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def month_from(text: str) -> int:
    return month_of(date.fromisoformat(text + "-01"))


def month_text(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def days_in(month: int) -> int:
    return calendar.monthrange(month // 12, month % 12 + 1)[1]


def half_up(amount: Fraction, decimals: int) -> Fraction:
    """To so many decimals; what lies exactly between goes away from zero."""
    scaled = abs(amount) * 10**decimals
    whole = scaled.numerator // scaled.denominator
    if scaled - whole >= Fraction(1, 2):
        whole += 1
    return Fraction(whole if amount >= 0 else -whole, 10**decimals)


def written(amount: Fraction, decimals: int) -> str:
    """As text with so many decimals; the amount must fit."""
    scaled = amount * 10**decimals
    assert scaled.denominator == 1, amount
    whole = abs(scaled.numerator)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole // 10**decimals}.{whole % 10**decimals:0{decimals}}"


def natural(unit_no: str) -> tuple[Any, ...]:
    """2 before 2a before 10: digits as numbers, letters as letters."""
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|\D+", unit_no)
    )


def share_out(total: Fraction, wanted: dict[str, Fraction], decimals: int) -> dict[str, Fraction]:
    """Shares that add up to the total: rounded toward zero, the rest to the largest remainders, ties as they stand."""
    step = Fraction(1, 10**decimals)
    shares, remainders = {}, {}
    for name, share in wanted.items():
        whole = abs(share / step).numerator // abs(share / step).denominator
        shares[name] = whole if share >= 0 else -whole
        remainders[name] = share / step - shares[name]
    missing = total / step - sum(shares.values())
    assert missing.denominator == 1
    assert abs(missing) <= len(shares), (total, wanted)
    one = 1 if missing > 0 else -1
    order = sorted(wanted, key=lambda name: -one * remainders[name])  # stable: ties as they stand
    for name in order[: int(abs(missing))]:
        shares[name] += one
    return {name: share * step for name, share in shares.items()}
