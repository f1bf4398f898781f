"""A home with two meters and a last bill, and the form that its holder fills in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tests.billing.factories import make_account, make_bill, make_meter

from saime.channels.guest.contracts import Sent, Typed
from saime.estate.models import Account
from saime.metering.models import Meter

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
TOKEN = "t" * 20


@dataclass
class Home:
    account: Account
    cold: Meter
    hot: Meter
    bill_no: str

    def fields(self, *readings: tuple[str, str], **more: Any) -> dict[str, Any]:
        """The form as a browser sends it."""
        found = {"account_no": self.account.account_no, "bill_no": self.bill_no, "token": TOKEN}
        for row, (meter_no, value) in enumerate(readings, 1):
            found |= {f"meter_{row}": meter_no, f"value_{row}": value}
        return found | more

    def sent(self, *readings: tuple[str, str], address: str = "192.0.2.1", **more: Any) -> Sent:
        lines = tuple(Typed(row, meter_no, value) for row, (meter_no, value) in enumerate(readings, 1))
        given: dict[str, Any] = {
            "account_no": self.account.account_no, "bill_no": self.bill_no, "lines": lines, "token": TOKEN,
            "address": address,
        }  # fmt: skip
        return Sent(**given | more)


def make_home(**values: Any) -> Home:
    account = make_account(**{"email": "saimnieks@example.com", "language": "lv"} | values)
    since = {"installed_on": date(2026, 11, 2), "initial_reading": "100.000"}
    cold, hot = (
        make_meter(account, medium, meter_no=f"{medium[0].upper()}{account.pk}-123{place}", **since)
        for place, medium in enumerate(("cold", "hot"))
    )
    bill = make_bill(account, "2026-10", issued_on=date(2026, 11, 5))
    return Home(account, cold, hot, bill.bill_no)
