"""The parts of a long message wait for each other in the database: each may come by another process, in any order."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from saime.channels.sms.contracts import Received
from saime.channels.sms.models import IncomingPart
from saime.channels.sms.operations.locking import lock_sender
from saime.channels.sms.operations.receiving import UnableToReceive, receive_message
from saime.channels.sms.rules import limits
from saime.channels.sms.rules.letters import writable
from saime.channels.sms.rules.phones import e164

_KEPT = timedelta(days=1)
_PART_LENGTH = 160


def receive_part(
    *, gateway: str, gateway_id: str, sender: str, text: str, reference: int, total: int, place: int, now: datetime,
    received_at: datetime | None = None, recipient: str = "",
) -> Received | None:  # fmt: skip
    """Keep a part; with the last one the message is received. None while parts are missing, or for one seen before.

    UnableToReceive: a part that cannot be one (place beyond the total).
    """
    if not 2 <= total <= 255 or not 1 <= place <= total or not sender.strip():
        raise UnableToReceive("no part of a message")
    number = e164(sender) or writable(sender.strip(), 20)
    own = IncomingPart(
        gateway=gateway, sender=number, recipient=writable(recipient, 20), reference=reference, total=total,
        place=place, text=writable(text, _PART_LENGTH), received_at=limits.counted_time(received_at, now),
        arrived_at=now,
    )  # fmt: skip
    with transaction.atomic():
        lock_sender(number)
        if not _add(own, now):
            return None
        parts = list(_siblings(own).filter(joined_at=None).order_by("place"))
        return _join(parts, gateway_id, now) if len(parts) == total else None


def _siblings(part: IncomingPart) -> QuerySet[IncomingPart]:
    return IncomingPart.objects.filter(
        gateway=part.gateway,
        sender=part.sender,
        recipient=part.recipient,
        reference=part.reference,
        total=part.total,
    )


def _add(part: IncomingPart, now: datetime) -> bool:
    """False where it is there already. A phone's reference comes round again: then what is there is an older one's."""
    before = _siblings(part).filter(place=part.place).first()
    if before is not None:
        if before.text == part.text and now - before.arrived_at < limits.PARTS_WAIT:
            return False
        waiting = list(_siblings(part).filter(joined_at=None).order_by("place"))
        if waiting:
            _close(waiting, now)
        _siblings(part).delete()
    part.save()
    return True


def _join(parts: list[IncomingPart], gateway_id: str, now: datetime, unreadable: str = "") -> Received:
    first = parts[0]
    received = receive_message(
        gateway=first.gateway, gateway_id=gateway_id, sender=first.sender, recipient=first.recipient,
        text="".join(part.text for part in parts), parts=first.total, now=now, unreadable=unreadable,
        received_at=max(part.received_at for part in parts),
    )  # fmt: skip
    IncomingPart.objects.filter(pk__in=[part.pk for part in parts]).update(joined_at=now)
    return received


def _close(parts: list[IncomingPart], now: datetime) -> Received:
    """What came of a message is kept and its sender told. Half a message is not read: it may say another thing."""
    first = parts[0]
    stamp = f"{first.arrived_at:%Y%m%d%H%M%S}"
    return _join(parts, f"part-{first.sender}-{first.reference}-{first.total}-{stamp}", now, "incomplete")


def close_incomplete(*, now: datetime, most: int = 100) -> int:
    """End the waiting of parts whose siblings have not come in time; forget those joined a day ago. How many ended."""
    IncomingPart.objects.filter(joined_at__lt=now - _KEPT).delete()
    late = IncomingPart.objects.filter(joined_at=None, arrived_at__lt=now - limits.PARTS_WAIT)
    ended = 0
    for part in late.order_by("arrived_at", "id")[:most]:
        with transaction.atomic():
            lock_sender(part.sender)
            waiting = list(_siblings(part).filter(joined_at=None).order_by("place"))
            if waiting and waiting[0].arrived_at < now - limits.PARTS_WAIT:
                _close(waiting, now)
                ended += 1
    return ended
