"""What crosses the estate app's border."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PaperlessCount:
    """Of the accounts that pay on a day, how many want no printed bill."""

    accounts: int
    paperless: int


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """When an account gave the printed bill up (`paperless`) or took it back."""

    chosen_at: datetime
    paperless: bool


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An account as a channel needs it that is told its customer number."""

    account_id: int
    account_no: str
    building_id: int
    unit_id: int
    from_date: date
    to_date: date | None
    email: str  # the company's contact, empty where there is none
    language: str
    address: str
    unit_no: str

    def is_open_on(self, day: date) -> bool:
        return self.from_date <= day and (self.to_date is None or day <= self.to_date)
