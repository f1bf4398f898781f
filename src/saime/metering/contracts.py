"""What crosses the metering app's border: frozen rows for pages, columns for the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from saime.platform.periods import Period

Int64 = NDArray[np.int64]
Int8 = NDArray[np.int8]
Bool = NDArray[np.bool_]

# Columns are integers: m³ and readings in thousandths, periods as month indexes, rows of tables by their id (0: none).
NONE = np.int64(-(2**62))  # an empty figure (no reading)
MEDIA = ("cold", "hot")  # medium codes are positions here
BASES = ("actual", "average", "norm", "no_reading")
ACTUAL, AVERAGE, NORM, NO_READING = range(4)
MARKS = ("", "V", "N", "")  # the special mark of each basis
CHANNEL_CODES = ("", "portal", "sms", "terminal", "paper", "remote", "staff")
WHYS = ("equal", "at_fault", "credit", "m2", "consumption")


@dataclass(frozen=True, slots=True)
class ConsumptionColumns:
    """A row for each meter in use in the period (and each unit charged without one). All arrays have one length."""

    building_id: Int64
    unit_id: Int64  # 0: a common meter
    meter_id: Int64  # 0: a unit without a meter of the medium, charged by norm
    chain_id: Int64
    account_id: Int64  # who pays for the unit on the period's last day (or last did in the period); 0: nobody
    medium: Int8
    m3: Int64
    basis: Int8
    previous_reading: Int64  # NONE where there is none
    reading: Int64
    channel: Int8
    estimated_before: Int64
    at_fault: Bool
    read_period: Int64  # month index; 0: never read
    counted_m3: Int64
    charged_since: Int64
    months_missing: Int64

    def __len__(self) -> int:
        return len(self.m3)


@dataclass(frozen=True, slots=True)
class DifferenceColumns:
    """A row for each building and medium with common meters."""

    building_id: Int64
    medium: Int8
    regulation: Int64  # 1013 or 524
    span_from: Int64  # month index
    common_m3: Int64  # NONE: a common meter has no reading, nothing is billed
    units_m3: Int64
    difference_m3: Int64

    def __len__(self) -> int:
        return len(self.building_id)


@dataclass(frozen=True, slots=True)
class ShareColumns:
    """A row for each unit that has a share of its building's difference."""

    building_id: Int64
    medium: Int8
    unit_id: Int64
    share_m3: Int64
    why: Int8

    def __len__(self) -> int:
        return len(self.unit_id)


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """Everything metering has to say of a period: what is charged, differences, shares."""

    period: Period
    consumption: ConsumptionColumns
    differences: DifferenceColumns
    shares: ShareColumns


@dataclass(frozen=True, slots=True)
class Figure:
    """One meter's month as pages and bills show it. m³ and readings have three decimals."""

    period: Period
    meter_id: int | None
    meter_no: str
    unit_id: int | None
    medium: str
    m3: Decimal
    basis: str
    mark: str
    previous_reading: Decimal | None
    reading: Decimal | None
    channel: str
    estimated_before: Decimal  # of an open month without a reading: what a reading would settle
    is_final: bool  # the month is closed: this is what the bill says


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """A submission with its fate, as resident and staff see it."""

    submission_id: int
    meter_id: int
    meter_no: str
    period: Period
    value: Decimal
    channel: str
    received_at: datetime
    fate: str  # registered, superseded, rejected, in_review
    reason: str  # a code; `metering.reasons.sentence(reason, details)` says it in the reader's language
    details: dict[str, Any]
    reference: str
    medium: str


@dataclass(frozen=True, slots=True)
class SubmissionOutcome:
    """What became of a submission, said at once: its fate, the reason, and the m³ that follow from it."""

    submission: SubmissionView
    is_new: bool  # False: the same submission had come before
    figure: Figure | None  # the month's consumption as it stands now


@dataclass(frozen=True, slots=True)
class WindowView:
    """When a channel takes readings: now, or next."""

    channel: str
    period: Period
    opens_at: datetime
    closes_at: datetime  # exclusive
    is_open: bool
    is_switched_off: bool = False


@dataclass(frozen=True, slots=True)
class MeterView:
    """A meter as its resident sees it, with what is needed to enter a reading."""

    meter_id: int
    meter_no: str
    unit_id: int | None
    medium: str
    digits: int
    installed_on: date
    valid_until: date | None
    verification: str  # valid, expiring, expired, unknown
    days_left: int | None
    previous_period: Period | None
    previous_reading: Decimal | None
    figure: Figure | None  # this period's, as it stands now
    submissions: list[SubmissionView] = field(default_factory=list)  # this period's
    removed_on: date | None = None
    final_reading: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many readings came by a channel on a day (Riga's), whatever became of them."""

    period: Period
    channel: str
    day: date
    submissions: int


@dataclass(frozen=True, slots=True)
class DoubtsWaiting:
    """How many readings wait for a decision of ours, and since when."""

    count: int
    oldest_received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reading in review, with what one needs to decide on it.

    `used_m3`: what it would make since the previous reading (a dial that would have rolled over is never in doubt, it
    is refused). `is_closed`: the month's bill has been made, it cannot be decided any more.
    """

    submission: SubmissionView
    evidence: dict[str, Any]
    digits: int
    address: str
    unit_id: int | None
    unit_no: str
    account_no: str  # whose unit it is in that month; empty: nobody's
    holder_name: str
    language: str  # in which they read what we answer
    previous_period: Period
    previous_reading: Decimal
    used_m3: Decimal
    is_closed: bool

    @property
    def is_open(self) -> bool:
        """Whether it can still be decided on."""
        return not self.is_closed and self.submission.fate == "in_review"
