"""Which accepted submission of a month is the registered reading (domain.md, Readings 2)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from saime.metering.contracts import CHANNEL_CODES, Bool, Int64


def ranks(order: Sequence[str]) -> Int64:
    """Channel code → place in the order, 0 the highest (the empty code last)."""
    return np.array([order.index(c) if c in order else len(order) for c in CHANNEL_CODES], np.int64)


def winners(*, place: Int64, rank: Int64, received_at: Int64, tie: Int64) -> Bool:
    """For each place (a meter's month) the one row that is registered: highest channel, then latest received.

    `tie` settles what was received in the same instant: the larger wins (rows are told apart by it, whatever order they
    came in). The result depends on the set of rows alone.
    """
    order = np.lexsort((tie, received_at, -rank, place))
    last = np.r_[place[order][1:] != place[order][:-1], True] if len(order) else np.zeros(0, bool)
    chosen = np.zeros(len(order), bool)
    chosen[order[last]] = True
    return chosen
