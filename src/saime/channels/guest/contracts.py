"""What somebody without a login sends, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from saime.metering.contracts import SubmissionOutcome, WindowView


@dataclass(frozen=True, slots=True)
class Typed:
    """One meter's line of the form. `row`: its place, from 1."""

    row: int
    meter_no: str
    value: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A whole form, from an address. `token`: the same form sent twice is one."""

    account_no: str
    bill_no: str
    lines: tuple[Typed, ...]
    token: str
    address: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one line: an outcome, or what is wrong (`problem`, a code; its `details`), or a question.

    `doubtful_m3`: possible but much: the sender is asked whether the meter really shows it.
    """

    row: int
    meter_no: str
    outcome: SubmissionOutcome | None = None
    problem: str = ""
    doubtful_m3: Decimal | None = None

    @property
    def is_taken(self) -> bool:
        return self.outcome is not None and self.outcome.submission.fate != "rejected"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a form. `window`: when the portal takes the house's readings, now or next."""

    answers: tuple[Answer, ...]
    window: WindowView
    at: datetime
