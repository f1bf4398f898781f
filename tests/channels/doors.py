"""The doors of all channels, each by its own operation, as seen by a test: a reading goes in at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from tests.channels.guest.homes import Home

from saime.channels.guest.contracts import Sent, Typed
from saime.channels.guest.operations import send_readings
from saime.channels.paper.models import FormField, ScannedFile, ScannedForm, ScannedPage
from saime.channels.paper.operations.submitting import submit_field
from saime.channels.sms.operations import receive_message
from saime.channels.terminal.contracts import EntryMade, KnownTerminal, Proof, Sign
from saime.channels.terminal.operations import take_entries
from saime.metering.operations import submit_reading
from saime.platform.periods import RIGA, Period

BEGIN = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
DONE = BEGIN + timedelta(hours=12)
NOVEMBER = Period.of(2026, 11)


@dataclass(frozen=True)
class Event:
    """A reading of the home's cold meter by a door, so many minutes after BEGIN. The same event again is the same."""

    door: str
    minute: int

    @property
    def at(self) -> datetime:
        return BEGIN + timedelta(minutes=self.minute)

    @property
    def value(self) -> Decimal:
        return Decimal("101.000") + Decimal(self.minute) / 100

    @property
    def reference(self) -> str:
        return f"{self.door}-{self.minute}"


def by_portal(event: Event, home: Home, _terminal: KnownTerminal) -> None:
    submit_reading(
        meter_id=home.cold.pk, value=event.value, channel="portal", received_at=event.at, now=DONE,
        reference=event.reference,
    )  # fmt: skip


def as_guest(event: Event, home: Home, _terminal: KnownTerminal) -> None:
    lines = (Typed(1, home.cold.meter_no, str(event.value)),)
    token = f"{event.reference:_<20}"
    send_readings(sent=Sent(home.account.account_no, home.bill_no, lines, token, "192.0.2.1"), now=event.at)


def by_text(event: Event, home: Home, _terminal: KnownTerminal) -> None:
    receive_message(
        gateway="kannel", gateway_id=event.reference, sender="+37129123456", now=DONE, received_at=event.at,
        text=f"RAD {home.account.account_no} A {event.value}",
    )  # fmt: skip


def on_terminal(event: Event, home: Home, terminal: KnownTerminal) -> None:
    made = EntryMade(
        entry_id=UUID(bytes=sha256(event.reference.encode()).digest()[:16]), meter_id=home.cold.pk,
        proof=Proof(home.account.account_no, home.bill_no), value=str(event.value), entered_at=event.at,
        came={"value": str(event.value)},
    )  # fmt: skip
    take_entries(terminal=terminal, entries=[made], sign=Sign(sent_at=DONE), now=DONE)


def on_paper(event: Event, home: Home, _terminal: KnownTerminal) -> None:
    """From the scanned field on; what comes before it has tests of its own."""
    content = sha256(event.reference.encode()).hexdigest()
    field = FormField.objects.filter(form__content=content).first() or _field(event, home, content)
    submit_field(field, event.value, now=DONE)


def _field(event: Event, home: Home, content: str) -> FormField:
    file = ScannedFile.objects.create(
        sha256=content, name="scan.pdf", size=1, content_type="application/pdf", source="folder",
        received_at=event.at, received_on=event.at.astimezone(RIGA).date(), kept_as="scans/scan.pdf",
    )  # fmt: skip
    page = ScannedPage.objects.create(
        file=file, number=1, outcome="form", kept_as="scans/1.jpg", content=content
    )
    form = ScannedForm.objects.create(
        page=page, position=1, account=home.account, account_no=home.account.account_no, period=NOVEMBER,
        sheet=event.reference, kept_as="scans/f.jpg", content=content, ink=b"", state="read",
    )  # fmt: skip
    return FormField.objects.create(
        form=form, number=1, meter=home.cold, meter_no=home.cold.meter_no, kept_as="scans/c.jpg",
        value=event.value, confidence=1, route="accepted",
    )  # fmt: skip


DOORS: dict[str, Callable[[Event, Home, KnownTerminal], None]] = {
    "portal": by_portal, "guest": as_guest, "sms": by_text, "terminal": on_terminal, "paper": on_paper,
}  # fmt: skip
CHANNEL = {"guest": "portal"}
