"""The worked examples of the rules: A, B and C, month by month."""

from decimal import Decimal

import numpy as np
import pytest

from saime.metering.contracts import BASES, NONE
from saime.metering.rules.consumption import MonthPolicy, State, Walk, nothing_before

FIRST = 100  # the index of month 1
EXAMPLES = {
    "A": (
        [104, 109, 115, None, None, 128, 133],
        ["4.000", "5.000", "6.000", "5.000 V", "5.000 V", "3.000", "5.000"],
    ),
    "B": (
        [104, 109, 115, None, None, None, 135],
        ["4.000", "5.000", "6.000", "5.000 V", "5.000 V", "0.000 at fault", "10.000"],
    ),
    "C": (
        [104, 109, 115, None, Decimal("117.5"), 121, None],
        ["4.000", "5.000", "6.000", "5.000 V", "-2.500", "3.500", "2.000 V"],
    ),
    "A, month 8 missed": (
        [104, 109, 115, None, None, 128, 133, None],
        ["4.000", "5.000", "6.000", "5.000 V", "5.000 V", "3.000", "5.000", "4.500 V"],
    ),
    "never read": ([None, None, None], ["4.000 N", "4.000 N", "0.000 at fault"]),
}


def walk(readings: list[object]) -> list[str]:
    counted = np.array(
        [[NONE if r is None else int((Decimal(str(r)) - 100) * 1000) for r in readings]], np.int64
    )
    oldest, zero = np.array([FIRST - 1]), np.zeros(1, np.int64)
    policy = MonthPolicy(zero + 2, zero + 3, np.array([False]), zero + 4000)
    months = Walk(
        FIRST, counted, np.ones_like(counted, bool), State(oldest, zero, zero, zero), oldest, nothing_before
    )
    said = []
    for month in months.through([policy] * len(readings)):
        basis = BASES[month.basis[0]]
        mark = {"average": " V", "norm": " N", "no_reading": " at fault"}.get(basis, "")
        said.append(f"{Decimal(int(month.m3[0])).scaleb(-3)}{mark}")
    return said


@pytest.mark.parametrize("example", EXAMPLES)
def test_worked_example(example: str) -> None:
    readings, expected = EXAMPLES[example]
    assert walk(readings) == expected
