"""Something whole shared out so that the parts add up to it exactly: invoices by key, m³ by days and hand-over."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from saime.billing.rules.amounts import Int64, column, sums, times


def share_out(total: Int64, group: Int64, weight: Int64) -> Int64:
    """Parts of each group's total in proportion to weight, whole, adding up to it exactly.

    `group` is a row's position in `total`. Parts are rounded toward zero; what is missing goes one each to the largest
    remainders, ties to the row that stands first. Weights may be negative (a credit); where a group's weights sum to
    zero nothing can be shared out and its parts are zero.
    """
    weights = sums(weight, group, len(total))[group]
    product = times(total[group], weight)
    size, sign = np.maximum(np.abs(weights), 1), np.sign(product) * np.sign(weights)
    whole = sign * (np.abs(product) // size)
    remainder = sign * (np.abs(product) % size)
    shared = weights != 0
    missing = np.where(
        sums(shared.astype(np.int64), group, len(total)) > 0, total - sums(whole, group, len(total)), 0
    )
    step = np.sign(missing)[group]
    rank = _rank(group, -remainder * step, len(total))
    return np.where(shared, whole + step * (rank < np.abs(missing)[group]), 0)


def _rank(group: Int64, key: Int64, groups: int) -> Int64:
    """Position of each row in its group when ordered by key, then by place."""
    order = np.lexsort((np.arange(len(group)), key, group))
    starts = np.searchsorted(group[order], np.arange(groups))
    rank = np.empty(len(group), np.int64)
    rank[order] = np.arange(len(group)) - starts[group[order]]
    return rank


def shares_of(total: int, weights: Sequence[int]) -> list[int]:
    """One total shared out: see `share_out`."""
    rows = np.array(weights, np.int64)
    return [int(part) for part in share_out(column(total), np.zeros(len(rows), np.int64), rows)]


def by_days(m3: int, days: Sequence[int], month_days: int) -> list[int]:
    """A unit's m³ split over its accounts' days; what falls on days without an account is left out."""
    return shares_of(m3, [*days, month_days - sum(days)])[: len(days)]


def by_hand_over(
    m3: int, estimated_before: int, dial: int, previous: int, marks: Sequence[int | None], days: Sequence[int]
) -> list[int] | None:
    """A meter's m³ split over consecutive parts of the month, at the readings taken when the unit changed hands.

    `marks` are the readings between the parts (one fewer than parts, None: none taken), `dial` what the meter counts to
    before it starts over. What was charged on average before is the first part's. Parts between two marks without a
    reading are split by days. None where the readings do not fit what the meter counted: then days decide alone.
    """
    total = m3 + estimated_before
    known = [(i, (mark - previous) % dial) for i, mark in enumerate(marks, 1) if mark is not None]
    bounds = [(0, 0), *known, (len(days), total)]
    parts: list[int] = []
    for (start, low), (end, high) in pairwise(bounds):
        if high < low:
            return None
        parts += shares_of(high - low, days[start:end])
    parts[0] -= estimated_before
    return parts if known else None
