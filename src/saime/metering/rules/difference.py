"""The building's water difference shared out (domain.md, The building's water difference).

Every share is a fraction with the group's common denominator; thousandths are rounded toward zero and the missing ones
go one each to the largest remainders, ties in the order of the rows (natural order of unit numbers).
"""

from __future__ import annotations

import numpy as np

from saime.metering.contracts import WHYS, Bool, Int8, Int64

EQUAL, AT_FAULT, CREDIT, BY_M2, BY_CONSUMPTION = range(len(WHYS))


def share_out(total: Int64, group: Int64, numerator: Int64, denominator: Int64) -> Int64:
    """Parts numerator ÷ denominator of each row, whole, adding up to `total` of the row's group exactly.

    `group`: a row's position in `total`, ascending; all rows of a group have the same denominator; parts have the sign
    of their total. What rounding leaves over is less than the rows of a group.
    """
    magnitude = np.abs(numerator)
    whole, remainder = magnitude // denominator, magnitude % denominator
    given = np.zeros(len(total), np.int64)
    np.add.at(given, group, whole)
    missing = np.abs(total) - given
    order = np.lexsort((np.arange(len(group)), -remainder, group))
    rank = np.empty(len(group), np.int64)
    starts = np.searchsorted(group, np.arange(len(total)))
    rank[order] = np.arange(len(group)) - starts[group[order]]
    return np.sign(total)[group] * (whole + (rank < missing[group]))


def parts_by_weight(total: Int64, group: Int64, weight: Int64) -> Int64:
    """`total` of each group shared out by weight (none below 0); equally where all weights of a group are 0."""
    sums = np.zeros(len(total), np.int64)
    np.add.at(sums, group, weight)
    weight = np.where(sums[group] > 0, weight, 1)
    sums = np.zeros(len(total), np.int64)
    np.add.at(sums, group, weight)
    return share_out(total, group, total[group] * weight, sums[group])


def difference_shares(
    difference: Int64, group: Int64, *, at_fault: Bool, at_fault_first: Bool, norm: Int64, by_weight: Bool,
    weight: Int64, weight_why: Int8,
) -> tuple[Int64, Int8]:  # fmt: skip
    """Shares of each unit (row) in its building's difference, and why they are that much.

    Groups: `difference`, `at_fault_first` (1013, or decided so), `norm` (one person's), `by_weight`, `weight_why`.
    Rows: `group`, `at_fault`, `weight`. Credits (difference below 0) are always shared equally.
    """
    count = np.bincount(group, minlength=len(difference)).astype(np.int64)
    k = np.bincount(group, weights=at_fault, minlength=len(difference)).astype(np.int64)
    credit = difference < 0
    first = at_fault_first & ~credit & (k > 0)
    weighted = by_weight & ~credit & ~first
    # first = min(norm, D ÷ k): where the norm is the smaller, the rest goes to all; otherwise nothing is left.
    whole_norm = first & (norm * k <= difference)
    only_fault = first & ~whole_norm
    numerator = np.where(whole_norm, difference - k * norm, difference)[group]
    numerator = numerator + np.where(whole_norm[group] & at_fault, (norm * count)[group], 0)
    numerator = np.where(only_fault[group] & ~at_fault, 0, numerator)
    denominator = np.where(only_fault, k, count)[group]
    shares = share_out(difference, group, numerator, denominator)
    if weighted.any():
        shares = np.where(weighted[group], parts_by_weight(difference, group, np.maximum(weight, 0)), shares)
    why = np.select(
        [credit[group], first[group] & at_fault, weighted[group]],
        [CREDIT, AT_FAULT, weight_why[group]],
        EQUAL,
    )
    return shares, why.astype(np.int8)
