"""Who may work on a building's month at once: advisory locks, held to the end of the transaction.

Submissions share the lock of their building and month; closing the month takes it alone. So a reading is either
registered before the month is closed, and billed, or refused because it is; never in between. Locks are taken in
order of building id, so that two runs cannot wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from saime.platform.periods import Period

_SPACE = 0x5A10  # our own space of advisory locks; the second key is the building and the month


def share_building_period(cursor: Any, building_id: int, period: Period) -> None:
    cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [_SPACE, _key(building_id, period)])


def lock_building_periods(cursor: Any, building_ids: Sequence[int], period: Period) -> None:
    keys = sorted(_key(building, period) for building in building_ids)
    cursor.execute(
        "SELECT pg_advisory_xact_lock(%s, key) FROM unnest(%s::int[]) WITH ORDINALITY AS k(key, n) ORDER BY n",
        [_SPACE, keys],
    )


def _key(building_id: int, period: Period) -> int:
    # 20 bits of building, 11 of month: two buildings a million apart share a lock, which costs a wait, no more.
    return (int(building_id) % (1 << 20)) << 11 | (period.index % (1 << 11))
