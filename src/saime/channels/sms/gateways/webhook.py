"""Hosted gateways over signed webhooks: JSON in (messages, reports) and out (messages), HMAC on both.

docs/channels/sms.md has the format. Whatever a provider sends is brought into it by a few lines on their side or ours.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from saime.channels.sms.gateways.config import WebhookConfig
from saime.channels.sms.gateways.posting import Reply, post
from saime.channels.sms.gateways.signatures import sign
from saime.channels.sms.models import Report
from saime.channels.sms.operations import Claimed
from saime.channels.sms.rules.alphabet import size_of

NEVER_TAKEN = (400, 404, 410, 422)


class UnableToRead(ValueError):
    """The body is not what docs/channels/sms.md asks for. The text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class HookMessage:
    message_id: str
    sender: str
    recipient: str
    text: str
    raw: bytes
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class HookReport:
    """A report on the message with our `id`; `status` is one of ours."""

    token: str
    gateway_id: str
    status: str
    code: str
    reported_at: datetime | None


def message_of(body: bytes) -> HookMessage:
    found = _object(body)
    text, data = _text(found, "text", needed="data" not in found), _text(found, "data", needed=False)
    return HookMessage(
        _text(found, "id"), _text(found, "from"), _text(found, "to", needed=False), text, _octets(data),
        _moment(found, "received_at"),
    )  # fmt: skip


def report_of(body: bytes) -> HookReport:
    found = _object(body)
    status = _text(found, "status")
    if status not in Report.values:
        raise UnableToRead(f"status: write one of {', '.join(Report.values)}")
    return HookReport(
        _text(found, "id"), _text(found, "gateway_id", needed=False), status, _text(found, "code", needed=False),
        _moment(found, "at"),
    )  # fmt: skip


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnableToRead("the body is not JSON in UTF-8") from error
    if not isinstance(found, dict):
        raise UnableToRead("the body is not a JSON object")
    return found


def _text(found: dict[str, Any], name: str, *, needed: bool = True) -> str:
    value = found.get(name, "")
    if not isinstance(value, str) or (needed and not value.strip() and name != "text"):
        raise UnableToRead(f"{name}: a text is expected")
    if needed and name not in found:
        raise UnableToRead(f"{name} is missing")
    return value


def _octets(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnableToRead("data: Base64 is expected") from error


def _moment(found: dict[str, Any], name: str) -> datetime | None:
    written = _text(found, name, needed=False)
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise UnableToRead(f"{name}: a time is expected, for example 2026-11-26T10:00:00+02:00") from error
    if moment.tzinfo is None:
        raise UnableToRead(f"{name}: the time zone is missing, for example 2026-11-26T10:00:00+02:00")
    return moment


def send(config: WebhookConfig, message: Claimed) -> Reply:
    """Post a message to the provider, signed. `id` is the same at every try: who knows it sends nothing twice."""
    body = json.dumps(
        {
            "id": str(message.token), "to": message.number, "from": config.sender, "text": message.text,
            "coding": message.coding, "parts": size_of(message.text).parts,
            "expires_at": message.expires_at.isoformat(),
        },
        ensure_ascii=False,
    ).encode()  # fmt: skip
    timestamp = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "X-Saime-Timestamp": str(timestamp),
        "X-Saime-Signature": sign(config.secrets[0], timestamp, body),
    }
    return post(config.url, body, headers)


def id_of(reply: Reply) -> str:
    """The provider's own id of the message, where its answer has one."""
    try:
        found = json.loads(reply.body)
    except ValueError:
        return ""
    value = found.get("id", "") if isinstance(found, dict) else ""
    return value[:80] if isinstance(value, str) else ""
