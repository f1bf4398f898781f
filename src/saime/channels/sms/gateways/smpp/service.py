"""The process that holds the connection: messages in, answers out at the operator's rate, receipts, again after a loss.

A message is acknowledged to the centre only after it has been committed here; where that fails now, the centre is told
to deliver it again. A message of ours is taken when every part has its id. ESME_RTHROTTLED makes us slower, not louder.
"""

from __future__ import annotations

import logging
import random
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from smpplib import consts

from saime.channels.sms import operations
from saime.channels.sms.gateways.config import SmppConfig
from saime.channels.sms.gateways.smpp import octets
from saime.channels.sms.gateways.smpp.link import NEVER, OK, TRY_AGAIN, Link, LinkLost, Pdu
from saime.channels.sms.models import Gateway
from saime.channels.sms.operations import Claimed, TooBusy, UnableToReceive
from saime.channels.sms.rules.delivery import LEASE, Pace

logger = logging.getLogger(__name__)
_SLOW_DOWN = (consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL)
# No such number, no such length, not allowed to write there: another try would be told the same.
_NEVER = (
    consts.SMPP_ESME_RINVDSTADR,
    consts.SMPP_ESME_RINVMSGLEN,
    consts.SMPP_ESME_RINVDSTTON,
    consts.SMPP_ESME_RINVDSTNPI,
)
_STEP_SECONDS = 0.2
_LONGEST_WAIT = 60.0
_TIDY_SECONDS = 60.0
_INTERNATIONAL, _NATIONAL_SHORT, _NAME, _E164 = 1, 3, 5, 1
_RECEIPT_WANTED = 1
_VALID_A_DAY = "000001000000000R"


@dataclass(slots=True)
class _Part:
    message: _UnderWay
    place: int
    octets: bytes
    data_coding: int
    esm_class: int


@dataclass(slots=True)
class _UnderWay:
    """A message of ours and the ids of those of its parts that were taken."""

    claimed: Claimed
    total: int
    since: float
    ids: dict[int, str] = field(default_factory=dict)


class Service:
    """The state of one connection after another."""

    def __init__(self, config: SmppConfig) -> None:
        self.config = config
        self._link: Link | None = None
        self._waiting: deque[_Part] = deque()
        self._sent: dict[int, _Part] = {}
        self._pace = Pace(config.rate)
        self._reference = random.randrange(256)  # noqa: S311 - a number to tell messages apart, no secret
        self._tidied_at = 0.0

    def run(self, keep_on: Callable[[], bool] = lambda: True, *, rest: threading.Event | None = None) -> None:
        """Connect, work, connect again, until `keep_on` says no."""
        pause, tries = rest or threading.Event(), 0
        while keep_on():
            started = time.monotonic()
            try:
                self._work(keep_on)
            except LinkLost as lost:
                logger.warning("SMPP: %s", lost)
            finally:
                self._let_go()
            tries = 0 if time.monotonic() - started > _LONGEST_WAIT else tries + 1
            if keep_on():
                pause.wait(wait_before(tries))

    def _work(self, keep_on: Callable[[], bool]) -> None:
        link = Link(self.config, on_message=self._on_message, on_response=self._on_response)
        self._link = link
        link.bind()
        logger.warning("SMPP: bound to %s:%s", self.config.host, self.config.port)
        while keep_on():
            close_old_connections()
            self._claim()
            self._submit_due(link)
            link.step(_STEP_SECONDS)
            self._give_up_slow()
            self._tidy()

    def _let_go(self) -> None:
        """The connection is gone: what was under way is tried again on the next one."""
        link, self._link = self._link, None
        if link is not None:
            link.close()
        self._pace = Pace(self.config.rate)
        for message in self._messages():
            self._not_taken(message, "the connection was lost")
        self._waiting.clear()
        self._sent.clear()
        close_old_connections()

    # Out

    def _claim(self) -> None:
        room = self.config.window - len(self._sent) - len(self._waiting)
        if room <= 0:
            return
        try:
            due = operations.claim(gateway=Gateway.SMPP, now=timezone.now(), most=room)
        except DatabaseError as error:
            logger.warning("SMPP: the outbox could not be read: %s", type(error).__name__)
            return
        for claimed in due:
            self._reference = (self._reference + 1) % 256
            parts = octets.parts_of(claimed.text, self._reference)
            message = _UnderWay(claimed, len(parts), time.monotonic())
            self._waiting.extend(_Part(message, place, *part) for place, part in enumerate(parts, 1))

    def _submit_due(self, link: Link) -> None:
        """At the operator's rate, and never more than the window under way."""
        while (
            self._waiting and len(self._sent) < self.config.window and self._pace.may_send(time.monotonic())
        ):
            part = self._waiting.popleft()
            sequence = link.submit(**self._fields(part))
            self._sent[sequence] = part
            self._pace.sent(time.monotonic())

    def _fields(self, part: _Part) -> dict[str, object]:
        sender = self.config.sender
        ton = (
            _NAME
            if not sender.lstrip("+").isdigit()
            else _NATIONAL_SHORT
            if len(sender) < 7
            else _INTERNATIONAL
        )
        return {
            "source_addr_ton": ton if sender else 0, "source_addr_npi": 0 if ton == _NAME or not sender else _E164,
            "source_addr": sender.lstrip("+"), "dest_addr_ton": _INTERNATIONAL, "dest_addr_npi": _E164,
            "destination_addr": part.message.claimed.number.lstrip("+"), "short_message": part.octets,
            "data_coding": part.data_coding, "esm_class": part.esm_class, "registered_delivery": _RECEIPT_WANTED,
            "validity_period": _VALID_A_DAY,
        }  # fmt: skip

    def _on_response(self, pdu: Pdu) -> None:
        part = self._sent.pop(pdu.sequence, None)
        if part is None:
            return
        if pdu.status == OK:
            self._pace.taken()
            raw = getattr(pdu, "message_id", None) or b""
            part.message.ids[part.place] = raw.decode("ascii", "replace")
            self._end_if_whole(part.message)
        elif pdu.status in _SLOW_DOWN:
            self._slow_down(part)
        else:
            self._refused(part, pdu.status)

    def _end_if_whole(self, message: _UnderWay) -> None:
        if len(message.ids) == message.total:
            ids = [message.ids[place] for place in sorted(message.ids)]
            operations.taken(message=message.claimed, gateway_ids=ids, now=timezone.now())

    def _slow_down(self, part: _Part) -> None:
        """The part waits, and everything with it."""
        pause = self._pace.told_to_slow_down(time.monotonic())
        self._waiting.appendleft(part)
        logger.warning("SMPP: the centre asks us to be slower; a pause of %.0f s", pause)

    def _refused(self, part: _Part, status: int) -> None:
        problem = f"SMPP status 0x{status:08X}"
        self._drop(part.message)
        decide = operations.refused if status in _NEVER else operations.not_taken
        decide(message=part.message.claimed, problem=problem, now=timezone.now())
        logger.warning("Text message %s was not taken: %s", part.message.claimed.message_id, problem)

    def _give_up_slow(self) -> None:
        """What was not taken within most of its lease goes back: another sender may have better luck."""
        bound = time.monotonic() - (LEASE - timedelta(seconds=20)).total_seconds()
        for message in self._messages():
            if message.since < bound:
                self._drop(message)
                self._not_taken(message, "no response in time")

    def _messages(self) -> list[_UnderWay]:
        parts = [*self._sent.values(), *self._waiting]
        return list({id(part.message): part.message for part in parts}.values())

    def _drop(self, message: _UnderWay) -> None:
        self._waiting = deque(part for part in self._waiting if part.message is not message)
        self._sent = {sequence: part for sequence, part in self._sent.items() if part.message is not message}

    def _not_taken(self, message: _UnderWay, problem: str) -> None:
        with suppress(DatabaseError):  # its lease ends by itself
            operations.not_taken(message=message.claimed, problem=problem, now=timezone.now())

    # In

    def _on_message(self, pdu: Pdu) -> int:
        """The status with which a deliver_sm is answered."""
        try:
            self._take(pdu)
        except (DatabaseError, TooBusy) as error:
            logger.warning("SMPP: a message could not be taken now: %s", type(error).__name__)
            close_old_connections()
            return TRY_AGAIN
        except UnableToReceive as error:
            logger.warning("SMPP: a message cannot be taken: %s", error)
            return NEVER
        except Exception:
            logger.exception("SMPP: a message could not be handled")
            return TRY_AGAIN
        return OK

    def _take(self, pdu: Pdu) -> None:
        esm_class = pdu.esm_class or 0
        body = pdu.short_message or getattr(pdu, "message_payload", None) or b""
        if octets.is_receipt(esm_class):
            self._take_receipt(pdu, body)
            return
        header = octets.Header()
        if esm_class & octets.UDHI:
            header, body = octets.header_of(body)
        header = _by_parameters(pdu) or header
        text = (
            None
            if header.is_for_program
            else octets.text_of(body, pdu.data_coding or 0, self.config.default_alphabet)
        )
        self._take_text(pdu, header, text, body)

    def _take_text(self, pdu: Pdu, header: octets.Header, text: str | None, body: bytes) -> None:
        facts: dict[str, Any] = {
            "gateway": Gateway.SMPP, "gateway_id": uuid.uuid4().hex, "recipient": _address(pdu.destination_addr),
            "sender": _number(pdu.source_addr, pdu.source_addr_ton), "now": timezone.now(),
        }  # fmt: skip
        if header.is_part and text is not None:
            operations.receive_part(
                **facts, text=text, reference=header.reference, total=header.total, place=header.place
            )
        elif text is None:
            operations.receive_message(**facts, text="", unreadable="binary", raw=body)
        else:
            operations.receive_message(**facts, text=text)

    def _take_receipt(self, pdu: Pdu, body: bytes) -> None:
        state = getattr(pdu, "message_state", None)
        receipt = octets.receipt_of(body, getattr(pdu, "receipted_message_id", None), state)
        if receipt is None:
            logger.warning("SMPP: a receipt that says nothing")
            return
        operations.record_report(
            gateway=Gateway.SMPP, report=receipt.report, gateway_id=receipt.gateway_id, code=receipt.code,
            now=timezone.now(),
        )  # fmt: skip

    def _tidy(self) -> None:
        if time.monotonic() - self._tidied_at < _TIDY_SECONDS:
            return
        self._tidied_at = time.monotonic()
        try:
            operations.give_up_expired(now=timezone.now())
            operations.close_incomplete(now=timezone.now())
        except (DatabaseError, UnableToReceive) as error:
            logger.warning("SMPP: could not tidy up: %s", type(error).__name__)


def _by_parameters(pdu: Pdu) -> octets.Header | None:
    """The part as some centres say it: in optional parameters instead of a header."""
    total = getattr(pdu, "sar_total_segments", None) or 0
    place = getattr(pdu, "sar_segment_seqnum", None) or 0
    if total < 2 or not place:
        return None
    return octets.Header(getattr(pdu, "sar_msg_ref_num", None) or 0, total, place)


def _number(address: bytes | None, ton: int | None) -> str:
    """International numbers come without their plus."""
    text = _address(address)
    return f"+{text}" if ton == _INTERNATIONAL and text.isdigit() else text


def _address(address: bytes | None) -> str:
    return (address or b"").decode("ascii", "replace")


def wait_before(tries: int) -> float:
    """Seconds before the next try to connect: 1, 2, 4 … 60, scattered so that two processes do not march in step."""
    return min(2.0 ** min(max(tries, 1) - 1, 10), _LONGEST_WAIT) * random.uniform(0.75, 1.0)  # noqa: S311
