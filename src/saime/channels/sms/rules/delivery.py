"""How a message of ours gets on: when it is tried again, and what the reports of its parts make of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

LIFE = timedelta(hours=24)
"""An answer that comes a day late answers nothing."""
LEASE = timedelta(minutes=2)
"""So long a sender has a message for itself; it must be heard of within that time, or another one sends it."""
_FINAL = ("failed", "expired")


class Pace:
    """When the next part may go: at the operator's rate, and later while the operator says that it is too much.

    Times are seconds of a clock that only goes on.
    """

    LONGEST = 30.0

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.next_at = self.pause = 0.0

    def may_send(self, now: float) -> bool:
        return now >= self.next_at

    def sent(self, now: float) -> None:
        self.next_at = max(self.next_at, now) + 1 / self.rate

    def told_to_slow_down(self, now: float) -> float:
        """A second's pause, twice as long each time it is said again; how long."""
        self.pause = min(max(1.0, self.pause * 2), self.LONGEST)
        self.next_at = max(self.next_at, now + self.pause)
        return self.pause

    def taken(self) -> None:
        self.pause = 0.0


def retry_after(tries: int) -> timedelta:
    """The wait before a message is tried again: 5 s, 10 s, 20 s …, at most ten minutes."""
    return min(timedelta(seconds=5 * 2 ** min(max(tries, 1) - 1, 10)), timedelta(minutes=10))


def state_by_reports(parts: int, reports: Mapping[str, set[str]]) -> str:
    """ "delivered" once all parts are, "failed" as soon as one is not, else "". `reports`: by the part's id."""
    if any(report in _FINAL for found in reports.values() for report in found):
        return "failed"
    delivered = sum("delivered" in found for found in reports.values())
    return "delivered" if delivered >= parts else ""
