"""What crosses the border of the terminal channel: what a terminal says, and what it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from saime.metering.contracts import MeterView, SubmissionView, WindowView
from saime.platform.periods import Period

# What an entry may come to, besides a submission's fates (registered, superseded, rejected, in_review).
NEEDS_CONFIRMATION, REFUSED, TRY_AGAIN = "needs_confirmation", "refused", "try_again"


@dataclass(frozen=True, slots=True)
class KnownTerminal:
    """A terminal whose key was right."""

    terminal_id: int
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A terminal that has just typed its code. `key` is said once and kept nowhere here."""

    terminal: KnownTerminal
    key: str


@dataclass(frozen=True, slots=True)
class Proof:
    """By what somebody at a terminal shows whose meters they read: the bill's payment code, or both numbers."""

    account_no: str = ""
    bill_no: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a terminal says of itself with every call. `sent_at`: its clock, None where it said nothing usable."""

    sent_at: datetime | None = None
    queue_length: int | None = None
    software: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """What somebody at a terminal sees of an account: its meters, and when readings are taken. Nobody's name."""

    account_id: int
    meters: tuple[MeterView, ...]
    window: WindowView


@dataclass(frozen=True, slots=True)
class EntryMade:
    """A reading as a terminal sends it.

    `meter_id` is known where the account was looked up; offline it is the number on the meter, or only its medium.
    `is_attended`: somebody stands there and can be asked; nobody does when a queue is sent.
    """

    entry_id: UUID
    proof: Proof
    value: str
    meter_id: int | None = None
    meter_no: str = ""
    medium: str = ""
    entered_at: datetime | None = None
    is_confirmed: bool = False
    is_attended: bool = False
    came: dict[str, Any] = field(default_factory=dict)  # as it was sent, for the record


@dataclass(frozen=True, slots=True)
class EntryAnswer:
    """What became of an entry.

    `outcome`: a submission's fate; needs_confirmation (nothing is kept yet: ask, and send the same entry again as
    confirmed, or unattended to have it reviewed); refused (no submission could be made of it: `reason`); try_again.
    """

    entry_id: UUID
    outcome: str
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    submission: SubmissionView | None = None
    m3: Decimal | None = (
        None  # of the meter's month, as it stands now; of a doubtful reading: what it would come to
    )
    mark: str = ""
    counted_at: datetime | None = None

    @property
    def is_final(self) -> bool:
        """The terminal may forget the entry."""
        return self.outcome not in (NEEDS_CONFIRMATION, TRY_AGAIN)


@dataclass(frozen=True, slots=True)
class TerminalHealth:
    """A terminal on the staff's page. `state`: ok, silent, clock, waiting (not enrolled yet), revoked."""

    terminal_id: int
    name: str
    place: str
    state: str
    last_seen_at: datetime | None
    queue_length: int | None
    clock_difference: timedelta | None  # above 0: its clock is ahead of ours
    software: str
    entries_today: int
    enrolled_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """An entry of which no submission could be made: for staff, who can ask and enter it."""

    terminal: str
    entry_id: UUID
    received_at: datetime
    counted_at: datetime
    period: Period
    reason: str
    account_no: str
    meter_no: str
    medium: str
    value: str
