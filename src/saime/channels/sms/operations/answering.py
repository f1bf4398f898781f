"""An answer is put into the outbox."""

from __future__ import annotations

from datetime import datetime

from saime.channels.sms.models import IncomingMessage, OutgoingMessage
from saime.channels.sms.operations.acting import Answer
from saime.channels.sms.rules.delivery import LIFE


def queue_answer(answer: Answer, message: IncomingMessage, *, now: datetime) -> OutgoingMessage:
    """To be sent by the gateway that the message came by: it knows the way back."""
    said = answer.said
    return OutgoingMessage.objects.create(
        gateway=message.gateway, number=message.sender, text=said.text, language=answer.language, coding=said.coding,
        parts=said.parts, kind=answer.kind, in_reply_to=message, account_id=answer.account_id, queued_at=now,
        expires_at=now + LIFE, next_try_at=now,
    )  # fmt: skip
