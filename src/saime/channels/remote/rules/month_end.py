"""Which day's value is the reading of a month: the last one, or the nearest before it that is near enough."""

from __future__ import annotations

import numpy as np

from saime.channels.remote.contracts import Int64


def chosen(*, day: Int64, meter: Int64, last_day: int, within: Int64) -> Int64:
    """Positions of the rows that are registered: for each meter its latest day, at most `within` before the last.

    A value of the month after is that month's, however near: a reading must not hold water of the next bill.
    """
    near = np.flatnonzero((day <= last_day) & (day >= last_day - within))
    order = near[np.lexsort((day[near], meter[near]))]
    if not len(order):
        return order
    latest = np.r_[meter[order][1:] != meter[order][:-1], True]
    result: Int64 = order[latest]
    return result
