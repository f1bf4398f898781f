"""The sender of the outbox: takes what is due to Kannel or to a hosted gateway, one message at a time.

Runs as `saime sms send`, as many as one likes: a message is claimed by one of them. (SMPP has a process of its own.)
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import close_old_connections
from django.utils import timezone

from saime.channels.sms import operations
from saime.channels.sms.gateways import config, kannel, webhook
from saime.channels.sms.gateways.posting import Reply, UnableToReach
from saime.channels.sms.models import Gateway
from saime.channels.sms.operations import Claimed

logger = logging.getLogger(__name__)
PAUSE = timedelta(seconds=1)
_TIDY_EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class Sent:
    """What one round did."""

    sent: int = 0
    failed: int = 0


def send_due(*, now: Callable[[], datetime] = timezone.now, limit: int = 500) -> Sent:
    """Send what is due by the gateways that are set up. What is not taken is tried again later."""
    done = Sent()
    for gateway, send in _ways().items():
        while done.sent + done.failed < limit:
            due = operations.claim(gateway=gateway, now=now())
            if not due:
                break
            # A hosted gateway says by its status that a message will never do; Kannel's refusals are settings to mend.
            never = webhook.NEVER_TAKEN if gateway == Gateway.WEBHOOK else ()
            fine = _send_one(due[0], send, now(), never=never)
            done.sent += fine
            done.failed += not fine
            if not fine:
                break  # the others wait for the next round: whoever does not answer now is not asked 500 times
    return done


def _ways() -> dict[str, Callable[[Claimed], Reply]]:
    ways: dict[str, Callable[[Claimed], Reply]] = {}
    if (by_kannel := config.kannel()) is not None:
        ways[Gateway.KANNEL] = lambda message: kannel.send(by_kannel, message)
    by_hook = config.webhook()
    if by_hook is not None and by_hook.url:
        ways[Gateway.WEBHOOK] = lambda message: webhook.send(by_hook, message)
    return ways


def _send_one(
    message: Claimed, send: Callable[[Claimed], Reply], now: datetime, *, never: tuple[int, ...] = ()
) -> bool:
    try:
        reply = send(message)
    except UnableToReach as error:
        operations.not_taken(message=message, problem=f"no answer: {error}", now=now)
        logger.warning("Text message %s: no answer from the gateway (%s)", message.message_id, error)
        return False
    if reply.is_fine:
        return operations.taken(message=message, gateway_ids=[webhook.id_of(reply)], now=now)
    # The number and the text stay out of the log.
    logger.warning("Text message %s was not taken: HTTP %s", message.message_id, reply.status)
    decide = operations.refused if reply.status in never else operations.not_taken
    decide(message=message, problem=f"HTTP {reply.status}", now=now)
    return False


def run(keep_on: Callable[[], bool] = lambda: True, *, rest: threading.Event | None = None) -> None:
    """Send until `keep_on` says no. Errors are logged and survived. `rest` set wakes and ends a pause."""
    pause = rest or threading.Event()
    tidied = timezone.now() - _TIDY_EVERY
    while keep_on():
        try:
            close_old_connections()
            now = timezone.now()
            send_due()
            if now - tidied >= _TIDY_EVERY:
                tidied = now
                tidy(now=now)
        except Exception:
            logger.exception("The outbox of text messages could not be read")
        finally:
            close_old_connections()
        pause.wait(PAUSE.total_seconds())


def tidy(*, now: datetime) -> None:
    """What nobody waits for any more: messages too old to send, parts without their siblings."""
    operations.give_up_expired(now=now)
    operations.close_incomplete(now=now)
