"""What a company is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from tests.oracle.model.arithmetic import days_in, first_day, month_of

Row = dict[str, str]


@dataclass
class Meter:
    meter_no: str
    building_no: str
    unit_no: str  # "" for a common meter
    medium: str
    digits: int
    installed_on: date
    initial: Fraction
    removed_on: date | None = None
    final: Fraction | None = None
    replaces: str = ""
    valid_until: date | None = None

    @property
    def start(self) -> int:
        return month_of(self.installed_on)

    @property
    def end(self) -> int | None:
        return month_of(self.removed_on) if self.removed_on else None

    def run(self, value: Fraction, since: Fraction) -> Fraction:
        """What ran through from one state of the dial to another."""
        return value - since if value >= since else value + 10**self.digits - since

    def run_to_act(self, since: Fraction) -> Fraction:
        """An act is what was seen: lower than a reading before it means that this was too high, or a roll-over."""
        assert self.final is not None
        if self.final >= since or self.final + 10**self.digits - since > Fraction(10**self.digits, 2):
            return self.final - since
        return self.final + 10**self.digits - since


@dataclass
class Submission:
    meter_no: str
    period: int
    value: Fraction
    channel: str
    received_at: datetime
    reference: str
    verdict: str = ""  # accepted, rejected, in_review


@dataclass
class Charge:
    """What a period is charged with for one line of meters (a meter and what replaced it)."""

    meter_no: str
    m3: Fraction
    basis: str
    mark: str = ""
    reading: Fraction | None = None
    channel: str = ""
    estimated_before: Fraction = Fraction(0)
    previous: Fraction | None = None


@dataclass
class Account:
    account_no: str
    building_no: str
    unit_no: str
    kind: str
    area: Fraction
    persons: int
    since: date
    until: date | None

    def days(self, month: int) -> int:
        first, last = first_day(month), first_day(month).replace(day=days_in(month))
        start, end = max(first, self.since), min(last, self.until or last)
        return max(0, (end - start).days + 1)


@dataclass
class Difference:
    building_no: str
    medium: str
    common: Fraction
    units: Fraction
    total: Fraction
    shares: dict[str, Fraction]
