"""What the networks report of our messages."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from saime.channels.sms.models import DeliveryReport, OutgoingMessage, OutgoingPart, Report, State
from saime.channels.sms.rules.delivery import state_by_reports
from saime.channels.sms.rules.letters import writable
from saime.channels.sms.rules.limits import counted_time

_ENDED = (State.DELIVERED, State.FAILED, State.EXPIRED)


def record_report(
    *, gateway: str, report: str, now: datetime, token: uuid.UUID | None = None, gateway_id: str = "",
    reported_at: datetime | None = None, code: str = "",
) -> bool:  # fmt: skip
    """Keep a report, of the message with the token or of the part with the gateway's id; the state follows from all.

    False where there is no such message. The same report again changes nothing, in whatever order they come.
    """
    with transaction.atomic():
        message = _message(gateway, token, gateway_id)
        if message is None:
            return False
        DeliveryReport.objects.bulk_create(
            [DeliveryReport(
                message=message, gateway_id=gateway_id[:80], report=report, code=writable(code, 40),
                reported_at=counted_time(reported_at, now), arrived_at=now,
            )],
            ignore_conflicts=True,
        )  # fmt: skip
        _move_on(message, now)
    return True


def _message(gateway: str, token: uuid.UUID | None, gateway_id: str) -> OutgoingMessage | None:
    rows = OutgoingMessage.objects.select_for_update(no_key=True).filter(gateway=gateway)
    if token is not None:
        return rows.filter(token=token).first()
    if not gateway_id:
        return None
    # Networks number from the start again some day: the latest message by that id is meant.
    part = (
        OutgoingPart.objects.filter(gateway_id=gateway_id, message__gateway=gateway).order_by("-id").first()
    )
    return rows.filter(pk=part.message_id).first() if part else None


def _move_on(message: OutgoingMessage, now: datetime) -> None:
    if message.state in _ENDED and message.state != State.EXPIRED:
        return
    found: dict[str, set[str]] = {}
    for gateway_id, report in message.reports.values_list("gateway_id", "report"):
        found.setdefault(gateway_id, set()).add(report)
    # A report by our token is of the whole message; ids are of its parts.
    parts = 1 if "" in found or message.gateway != "smpp" else message.parts
    if state := state_by_reports(parts, found):
        rows = OutgoingMessage.objects.filter(pk=message.pk)
        rows.update(
            state=state, claim=None, next_try_at=None, ended_at=now, sent_at=message.sent_at or now,
            problem="" if state == State.DELIVERED else Report(_worst(found)).value,
        )  # fmt: skip


def _worst(found: dict[str, set[str]]) -> str:
    said = set().union(*found.values())
    return "expired" if "expired" in said and "failed" not in said else "failed"
