"""Everything that a printed form shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from saime.billing.document.contracts import BillDocumentPayee, Language
from saime.platform.periods import Period
from saime.platform.sheets import Payload, SheetKind, SheetMeter, split_into_sheets


@dataclass(frozen=True, slots=True)
class FormMeter:
    """A meter to be read, with the last reading that is registered before the form's month as a help."""

    number: str
    medium: str  # cold, hot
    digits: int  # whole digits of the dial
    previous: Decimal | None = None
    previous_period: Period | None = None

    @property
    def on_sheet(self) -> SheetMeter:
        return SheetMeter(self.number, self.medium, self.digits)


@dataclass(frozen=True, slots=True)
class Form:
    """An account's form for a month: as many sheets as its meters need.

    `first_day` and `last_day`: when forms are taken in; a form counts by the day on which it is received.
    """

    language: Language
    account_no: str
    holder_name: str
    address: str
    unit: str
    period: Period
    first_day: date
    last_day: date
    company: BillDocumentPayee
    meters: tuple[FormMeter, ...]

    @property
    def sheets(self) -> tuple[Payload, ...]:
        """What the code of each sheet says, in order."""
        meters = [meter.on_sheet for meter in self.meters]
        return split_into_sheets(SheetKind.FORM, self.account_no, self.period, meters)
