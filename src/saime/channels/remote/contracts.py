"""What crosses the border of remote reading: values as columns in, days and suspicions as rows out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

Int64 = NDArray[np.int64]
KINDS = ("leak", "sudden", "standstill")


@dataclass(frozen=True, slots=True)
class ValueRows:
    """Well-formed values of known meters. Days: since 1970-01-01; values: thousandths; times: microseconds, UTC."""

    meter_id: Int64
    day: Int64
    value_milli: Int64
    read_at: Int64

    def __len__(self) -> int:
        return len(self.meter_id)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Position `row` differs from the value that stands for its meter and day."""

    row: int
    stands: Decimal


@dataclass(frozen=True, slots=True)
class TakenValues:
    """What became of a delivery's values."""

    created: int
    unchanged: int
    conflicts: list[Conflict] = field(default_factory=list)
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class DayUse:
    """What ran through a meter on a day. `is_spread`: shared out evenly over days whose values are missing."""

    day: date
    m3: Decimal | None  # None: not known
    is_spread: bool = False


@dataclass(frozen=True, slots=True)
class SuspicionView:
    """What looks wrong with a meter: leak, sudden or standstill, since when, and how much a day meanwhile."""

    kind: str
    since: date
    last_day: date
    m3_a_day: Decimal


@dataclass(frozen=True, slots=True)
class MeterDays:
    """A remotely read meter as its resident sees it: its days, oldest first, and what looks wrong."""

    meter_id: int
    meter_no: str
    medium: str
    days: tuple[DayUse, ...]
    suspicions: tuple[SuspicionView, ...]


@dataclass(frozen=True, slots=True)
class SuspectMeter:
    """A suspicion as staff see it."""

    meter_id: int
    meter_no: str
    medium: str
    building_no: str
    address: str
    unit_no: str
    suspicion: SuspicionView


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source and what it delivered last."""

    code: str
    name: str
    last_received_at: datetime | None
    last_day: date | None
    meters: int  # with a value on that day
    conflicts: int  # of the last thirty days


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A day for which two different values came."""

    meter_no: str
    building_no: str
    day: date
    stands: Decimal
    sent: Decimal
    source: str
    received_at: datetime
