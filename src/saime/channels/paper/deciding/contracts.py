"""What is asked and answered when a reading is decided."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Route = Literal["accepted", "review", "empty"]
# Why a reading goes its way: `sure`; `unsure` (below the threshold: the ink is unclear, or what it says makes no
# sense); `crossed_out` (a box was, so a person looks); `empty`.
Reason = Literal["sure", "unsure", "crossed_out", "empty"]


class UnableToDecide(ValueError):
    """The probabilities or the figures beside them make no sense. The text says which."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the meter is expected to show.

    `previous`: the nearest earlier registered reading, m³; None: there is none. `monthly_mean`: m³ a month used
    before; None: unknown. `months`: from the previous reading to this one. `modulus`: where the dial starts again, m³
    (10 to the number of its whole digits).
    """

    previous: Decimal | None
    monthly_mean: Decimal | None
    months: int
    modulus: Decimal


@dataclass(frozen=True, slots=True)
class Decision:
    """What a row of boxes says.

    `text`: the digits as they stand there, with a point before the decimals, "00123.4"; "" where there are none.
    `value`: m³, with as many decimals as were written; None where no digit was. Where the route is `review`, both are a
    proposal. `confidence`: 0 to 1, how likely it is that this value, give or take 0.1 m³, or nothing stands there.
    `route`: `accepted` (taken without a person), `review`, `empty` (left blank: there is nothing to take).
    """

    text: str
    value: Decimal | None
    confidence: float
    route: Route
    reason: Reason
