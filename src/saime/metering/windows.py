"""When each channel takes readings: days of the month by policy, exceptions by table, a switch (Readings 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from saime.metering.contracts import CHANNEL_CODES, Int8, Int64, WindowView
from saime.metering.models import WindowException
from saime.metering.rules.validation import Finding
from saime.platform.periods import RIGA, Period
from saime.platform.policies import PolicyBook, Window

_EXCEPTION_FIELDS = ("channel", "period", "building_id", "opens_at", "closes_at")


@dataclass(frozen=True, slots=True)
class Windows:
    """All windows, for many look-ups: policies, and the exceptions of some months."""

    book: PolicyBook
    exceptions: dict[tuple[str, Period, int | None], tuple[datetime, datetime]]

    @classmethod
    def load(cls, book: PolicyBook | None = None) -> Windows:
        rows = WindowException.objects.values_list(*_EXCEPTION_FIELDS)
        found = {
            (channel, period, building): (opens, closes) for channel, period, building, opens, closes in rows
        }
        return cls(book or PolicyBook.load(), found)

    @classmethod
    def recent(cls) -> Windows:
        """The windows as of a few seconds ago, for pages (see PolicyBook.recent)."""
        global _recent  # noqa: PLW0603 - one set a process, replaced whole
        book = PolicyBook.recent()
        if _recent is None or _recent.book is not book:
            _recent = cls.load(book)
        return _recent

    def bounds(self, channel: str, building_id: int, period: Period) -> tuple[datetime, datetime]:
        """When the channel's window of the month opens and closes (exclusive)."""
        for scope in (building_id, None):
            if exception := self.exceptions.get((channel, period, scope)):
                return exception
        window: Window = self.book.value(f"window_{channel}", period.last_day, building_id)
        first, last = min(window.first, period.days), min(window.last, period.days)
        midnight = datetime(period.year, period.month, 1, tzinfo=RIGA)
        return midnight + timedelta(days=first - 1), midnight + timedelta(days=last)

    def is_on(self, channel: str, building_id: int, period: Period) -> bool:
        return bool(self.book.value(f"channel_{channel}", period.last_day, building_id))

    def finding(self, channel: str, building_id: int, period: Period, received_at: datetime) -> Finding:
        """Staff enter what they have before them at any time; every other channel has its window."""
        if channel == "staff":
            return Finding.FINE
        if not self.is_on(channel, building_id, period):
            return Finding.CHANNEL_OFF
        opens, closes = self.bounds(channel, building_id, period)
        return Finding.FINE if opens <= received_at < closes else Finding.OUTSIDE_WINDOW

    def view(self, channel: str, building_id: int, now: datetime) -> WindowView:
        """The window that is open now, or the next one to open."""
        period = Period.containing(now)
        opens, closes = self.bounds(channel, building_id, period)
        if now >= closes:
            period = period + 1
            opens, closes = self.bounds(channel, building_id, period)
        on = self.is_on(channel, building_id, period)
        return WindowView(channel, period, opens, closes, on and opens <= now < closes, not on)

    def find_column(
        self, finding: Int8, building_id: Int64, channel: Int8, received_at: Int64, period: Period
    ) -> Int8:
        """A file's rows of one month: what lies outside its window is refused whatever else it is."""
        places, inverse = np.unique(building_id * 16 + channel, return_inverse=True)
        opens, closes, off = (np.zeros(len(places), np.int64) for _ in range(3))
        for i, place in enumerate(places.tolist()):
            building, name = place // 16, CHANNEL_CODES[place % 16]
            start, end = self.bounds(name, building, period)
            always = name == "staff"
            opens[i] = -(2**62) if always else int(start.timestamp() * 1_000_000)
            closes[i] = 2**62 if always else int(end.timestamp() * 1_000_000)
            off[i] = not always and not self.is_on(name, building, period)
        outside = (received_at < opens[inverse]) | (received_at >= closes[inverse])
        result: Int8 = np.select(
            [off[inverse] > 0, outside], [Finding.CHANNEL_OFF, Finding.OUTSIDE_WINDOW], finding
        ).astype(np.int8)
        return result


_recent: Windows | None = None
