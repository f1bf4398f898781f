"""A customer centre with a terminal, and somebody with a bill before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.billing.factories import make_account, make_bill, make_meter

from saime.billing.document.epc import epc_payload
from saime.billing.models import Bill
from saime.billing.references import payment_reference
from saime.channels.terminal.contracts import EntryAnswer, EntryMade, KnownTerminal, Proof, Sign
from saime.channels.terminal.operations import enrol, redeem_code, take_entries
from saime.estate.models import Account
from saime.metering.models import Meter

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
"""Noon in Riga; terminals take readings from the 25th to the 28th."""


@dataclass(frozen=True, slots=True)
class Visitor:
    account: Account
    bill: Bill
    cold: Meter
    hot: Meter

    @property
    def proof(self) -> Proof:
        return Proof(account_no=self.account.account_no, bill_no=self.bill.bill_no)

    @property
    def code(self) -> str:
        """What the QR on the bill says."""
        return epc_payload(
            payee="SIA Demo nami", iban="LV44HABA0551000000001", amount_cents=self.bill.total_due_cents,
            reference=payment_reference(self.account.account_no),
        )  # fmt: skip


def make_visitor(**values: Any) -> Visitor:
    account = make_account(**values)
    bill = make_bill(account, "2026-10", opening=4736)
    new = {"installed_on": date(2026, 11, 2)}  # read at 100.000, and nothing missing since
    return Visitor(account, bill, make_meter(account, "cold", **new), make_meter(account, "hot", **new))


def make_terminal(name: str = "Brīvības 1", *, now: datetime = NOW) -> tuple[KnownTerminal, str]:
    """(terminal, its key)"""
    code = enrol(name=name, place="Brīvības iela 1", now=now)
    enrolled = redeem_code(code=code, address="10.0.0.1", now=now)
    return enrolled.terminal, enrolled.key


def entry(visitor: Visitor, value: str = "104,250", **values: Any) -> EntryMade:
    made = {
        "entry_id": uuid4(), "proof": visitor.proof, "value": value, "meter_id": visitor.cold.pk, "entered_at": NOW,
        "came": {"value": value},
    }  # fmt: skip
    return EntryMade(**made | values)  # type: ignore[arg-type]


def take(
    terminal: KnownTerminal, *entries: EntryMade, at: datetime = NOW, ahead: timedelta = timedelta(0)
) -> list[EntryAnswer]:
    """Sends the entries at a time of ours, from a terminal whose clock is so much ahead."""
    return take_entries(terminal=terminal, entries=entries, sign=Sign(sent_at=at + ahead), now=at)
