"""A message comes in: kept, understood, its readings submitted, the answer put into the outbox. One transaction.

The gateway is told only after the commit; cut off before, it sends the message again and nothing has happened. After
it, the same message is known by its id, or as the last text of its sender.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction

from saime.channels.sms.contracts import Received
from saime.channels.sms.models import IncomingMessage, MessageReading, Outcome, Wish
from saime.channels.sms.operations.acting import Acted, act
from saime.channels.sms.operations.answering import queue_answer
from saime.channels.sms.operations.locking import lock_sender
from saime.channels.sms.rules import limits
from saime.channels.sms.rules.letters import MOST_LETTERS, writable
from saime.channels.sms.rules.phones import e164

logger = logging.getLogger(__name__)
_ID_LENGTH = 80


class UnableToReceive(Exception):
    """The message cannot even be kept: it has no id, or no sender."""


class TooBusy(UnableToReceive):
    """More messages come in than a company can have. Nothing was kept: the gateway is to send it again later."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as the gateways hand it over. `unreadable`: why it is no text ("binary", "encoding", "incomplete")."""

    gateway: str
    gateway_id: str
    sender: str
    text: str
    received_at: datetime
    now: datetime
    recipient: str = ""
    parts: int = 1
    unreadable: str = ""
    raw: bytes = field(default=b"", repr=False)

    @property
    def is_person(self) -> bool:
        return self.sender.startswith("+")


def receive_message(
    *, gateway: str, gateway_id: str, sender: str, text: str, now: datetime, received_at: datetime | None = None,
    recipient: str = "", parts: int = 1, unreadable: str = "", raw: bytes = b"",
) -> Received:  # fmt: skip
    """Take a message: keep it, do what it asks, queue the answer. `is_new` False: it had come before.

    UnableToReceive: without an id or a sender. TooBusy: try again later. A message that we cannot make sense of is an
    outcome, and answered; one that makes us fail is kept as failed.
    """
    if not gateway_id.strip() or not sender.strip():
        raise UnableToReceive("a message needs an id and a sender")
    if unreadable == "" and len(text) > MOST_LETTERS:
        unreadable = "too_long"
    incoming = Incoming(
        gateway, writable(gateway_id, _ID_LENGTH), e164(sender) or writable(sender.strip(), 20), writable(text),
        limits.counted_time(received_at, now), now, writable(recipient, 20), parts, unreadable, raw[:4000],
    )  # fmt: skip
    _require_quiet(now)
    with transaction.atomic():
        lock_sender(incoming.sender)
        return _once(incoming)


def _require_quiet(now: datetime) -> None:
    recent = IncomingMessage.objects.filter(arrived_at__gt=now - timedelta(minutes=1))
    if recent[: limits.ALL_A_MINUTE].count() >= limits.ALL_A_MINUTE:
        raise TooBusy("too many messages at once")


def _once(incoming: Incoming) -> Received:
    same_id = IncomingMessage.objects.filter(
        gateway=incoming.gateway, gateway_id=incoming.gateway_id, sender=incoming.sender
    ).first()
    if same_id is not None:
        return Received(same_id.pk, same_id.outcome, is_new=False)
    last = IncomingMessage.objects.filter(sender=incoming.sender).order_by("-arrived_at", "-id").first()
    if last is not None and _is_same(incoming, last):
        kept = _keep(incoming, Acted(Outcome.REPEAT), repeats_id=last.repeats_id or last.pk)
        return Received(kept.pk, Outcome.REPEAT, is_new=False)
    return _first_time(incoming)


def _is_same(incoming: Incoming, last: IncomingMessage) -> bool:
    """The sender's last text again, within minutes. Not where ours failed: then they were asked to send it again."""
    return (
        incoming.now - last.arrived_at < limits.SAME_MESSAGE
        and last.outcome != Outcome.FAILED
        and (last.text, bytes(last.raw or b"")) == (incoming.text, incoming.raw)
    )


def _first_time(incoming: Incoming) -> Received:
    acted = _acted(incoming)
    message = _keep(incoming, acted)
    MessageReading.objects.bulk_create(
        MessageReading(message=message, submission_id=submission, account_id=account)
        for submission, account in acted.submissions
    )
    if acted.wants is not None:
        Wish.objects.create(number=incoming.sender, wants=acted.wants, said_at=incoming.now, message=message)
    if acted.answer is not None:
        queue_answer(acted.answer, message, now=incoming.now)
    return Received(message.pk, acted.outcome, is_new=True)


def _acted(incoming: Incoming) -> Acted:
    """What the message asked for, done. Where we fail, nothing of it is: the message is kept and its sender told."""
    try:
        with transaction.atomic():
            return act(incoming)
    except DatabaseError:
        raise  # the gateway tries again
    except Exception:
        # The text and the number stay out of the log; the row has them.
        logger.exception("A text message could not be handled (gateway %s)", incoming.gateway)
        with transaction.atomic():
            return act(replace(incoming, unreadable="failed"))


def _keep(incoming: Incoming, acted: Acted, *, repeats_id: int | None = None) -> IncomingMessage:
    return IncomingMessage.objects.create(
        gateway=incoming.gateway, gateway_id=incoming.gateway_id, sender=incoming.sender, recipient=incoming.recipient,
        text=incoming.text, raw=incoming.raw or None, parts=incoming.parts, received_at=incoming.received_at,
        arrived_at=incoming.now, outcome=acted.outcome, problem=acted.problem, about=acted.about[:60],
        account_id=acted.account_id, repeats_id=repeats_id,
    )  # fmt: skip
