"""The outbox: messages are claimed for a while, sent, and said to be taken; whatever happens they are not lost.

A claim is a lease. Two senders never have one message at a time; one that dies in the midst loses it to the next when
the lease is over. Only where it died between the gateway's yes and ours is a message sent twice, under the same token.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from saime.channels.sms.models import OutgoingMessage, OutgoingPart, State
from saime.channels.sms.rules.delivery import LEASE, retry_after

_CLAIM = """
UPDATE sms_outgoingmessage o SET claim = %(claim)s, next_try_at = %(until)s, tries = o.tries + 1
  FROM (SELECT id FROM sms_outgoingmessage
         WHERE gateway = %(gateway)s AND state = 'queued' AND next_try_at <= %(now)s AND expires_at > %(now)s
         ORDER BY next_try_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED) due
 WHERE o.id = due.id
RETURNING o.id, o.token, o.number, o.text, o.coding, o.tries, o.queued_at, o.expires_at"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours to send until the lease ends. `token` is what its reports will name."""

    message_id: int
    token: uuid.UUID
    number: str
    text: str
    coding: str
    tries: int
    queued_at: datetime
    expires_at: datetime
    claim: uuid.UUID


def claim(*, gateway: str, now: datetime, most: int = 1) -> list[Claimed]:
    """What is due, oldest first, for this sender alone. Empty where there is nothing, or others have it."""
    mine = uuid.uuid4()
    facts: dict[str, Any] = {
        "claim": mine,
        "until": now + LEASE,
        "now": now,
        "gateway": gateway,
        "most": most,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, facts)
        rows = sorted(cursor.fetchall(), key=lambda row: (row[6], row[0]))
    return [_claimed(row, mine) for row in rows]


def _claimed(row: tuple[Any, ...], mine: uuid.UUID) -> Claimed:
    id_, token, number, text, coding, tries, queued_at, expires_at = row
    return Claimed(id_, token, number, text, coding, tries, queued_at, expires_at, mine)


def taken(*, message: Claimed, gateway_ids: Sequence[str] = (), now: datetime) -> bool:
    """The gateway has taken the message, its parts by these ids. False where the lease had ended: another has it."""
    with transaction.atomic():
        if not _end(message, state=State.SENT, sent_at=now, problem=""):
            return False
        OutgoingPart.objects.bulk_create(
            [OutgoingPart(message_id=message.message_id, place=place, gateway_id=id_[:80], taken_at=now)
             for place, id_ in enumerate(gateway_ids, 1) if id_],
            ignore_conflicts=True,
        )  # fmt: skip
    return True


def not_taken(*, message: Claimed, problem: str, now: datetime) -> bool:
    """The gateway did not take it this time: it is tried again, later each time."""
    rows = OutgoingMessage.objects.filter(pk=message.message_id, claim=message.claim, state=State.QUEUED)
    again = now + retry_after(message.tries)
    return rows.update(claim=None, next_try_at=again, problem=problem[:100]) == 1


def refused(*, message: Claimed, problem: str, now: datetime) -> bool:
    """The gateway will never take it (no such number): it is not tried again."""
    return _end(message, state=State.FAILED, ended_at=now, problem=problem[:100])


def _end(message: Claimed, **values: object) -> bool:
    rows = OutgoingMessage.objects.filter(pk=message.message_id, claim=message.claim, state=State.QUEUED)
    return rows.update(claim=None, next_try_at=None, **values) == 1


def give_up_expired(*, now: datetime) -> int:
    """Messages that could not be sent in time are sent no more. How many."""
    late = OutgoingMessage.objects.filter(state=State.QUEUED, expires_at__lte=now, next_try_at__lte=now)
    return late.update(
        state=State.EXPIRED,
        claim=None,
        next_try_at=None,
        ended_at=now,
        problem="expired before it could be sent",
    )
