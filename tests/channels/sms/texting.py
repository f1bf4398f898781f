"""A flat with a hot and a cold meter, read every month to October, whose owner's phone is known; and texts from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from tests.metering.houses import make_meter

from saime.channels.sms.contracts import Received
from saime.channels.sms.models import IncomingMessage, OutgoingMessage
from saime.channels.sms.operations import receive_message
from saime.estate.models import Account, Building, Unit
from saime.metering.models import Meter, RegisteredReading
from saime.metering.operations import submit_reading
from saime.platform.periods import Period

IN_WINDOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
PHONE, OTHER_PHONE = "+37129123456", "+37126000001"
NOVEMBER = Period.of(2026, 11)
Text = Callable[..., Received]
_ids = count(1)


def make_flat(
    account_no: str = "1234567", unit_no: str = "1", *, phone: str = PHONE, language: str = "lv",
    hot: tuple[str, ...] = ("11223344",), cold: tuple[str, ...] = ("55667788",), building_no: str = "B1",
) -> Account:  # fmt: skip
    building, _new = Building.objects.get_or_create(
        building_no=building_no, defaults={"address": "Parauga iela 1", "regulation": "524"}
    )
    unit = Unit.objects.create(building=building, unit_no=unit_no, sort_key=unit_no.zfill(4), area_m2="50.00")
    account = Account.objects.create(
        account_no=account_no, unit=unit, building=building, holder_name="Paraugs", from_date=date(2020, 1, 1),
        phone=phone, language=language,
    )  # fmt: skip
    for medium, numbers in (("hot", hot), ("cold", cold)):
        for number in numbers:
            make_meter(building, unit, number, medium=medium, initial_reading=Decimal("100.000"))
    return account


def read_every_month(meter_no: str, *, up_to: int = 10, monthly: int = 4) -> None:
    """104, 108 … on the 26th of May and each month after it."""
    meter = Meter.objects.get(meter_no=meter_no)
    for month in range(5, up_to + 1):
        at = datetime(2026, month, 26, tzinfo=UTC)
        submit_reading(
            meter_id=meter.id, value=str(100 + monthly * (month - 4)), channel="portal", received_at=at, now=at,
            reference=f"before:{meter_no}:{month}",
        )  # fmt: skip


def text(words: str, *, sender: str = PHONE, at: datetime = IN_WINDOW, **options: Any) -> Received:
    """A message as Kannel would bring it, with an id of its own."""
    values = {
        "gateway": "kannel",
        "gateway_id": f"id-{next(_ids)}",
        "sender": sender,
        "text": words,
        "now": at,
    }
    return receive_message(**{**values, **options})


def later(minutes: int) -> datetime:
    return IN_WINDOW + timedelta(minutes=minutes)


def answer(received: Received) -> str:
    """What we answered; "" where we were silent."""
    found = OutgoingMessage.objects.filter(in_reply_to_id=received.message_id).first()
    return found.text if found else ""


def kept(received: Received) -> IncomingMessage:
    return IncomingMessage.objects.get(pk=received.message_id)


def registered() -> dict[str, tuple[Decimal, str]]:
    """November's registered readings by meter number: value and channel."""
    rows = RegisteredReading.objects.filter(period=NOVEMBER)
    return {
        number: (value, channel)
        for number, value, channel in rows.values_list("meter__meter_no", "value", "channel")
    }
