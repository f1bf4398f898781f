"""Kannel over HTTP: smsbox posts us what comes in, takes what goes out by its sendsms, and calls back with reports.

User's guide of Kannel 1.4.5: "Kannel POST" (headers X-Kannel-…), "sendsms", "delivery reports".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from saime.channels.sms.gateways.config import KannelConfig
from saime.channels.sms.gateways.posting import Reply, post
from saime.channels.sms.gateways.signatures import token_signature
from saime.channels.sms.models import Report
from saime.channels.sms.operations import Claimed
from saime.channels.sms.rules.alphabet import GSM7

_SEVEN_BIT, _EIGHT_BIT, _UCS2 = "0", "1", "2"
# Delivered, failed, buffered, taken by the SMS centre, refused by it.
DLR_MASK = 1 | 2 | 4 | 8 | 16
_REPORTS = {
    1: Report.DELIVERED, 2: Report.FAILED, 4: Report.WAITING, 8: Report.ACCEPTED, 16: Report.FAILED, 32: Report.WAITING,
}  # fmt: skip
_APPLICATION_PORTS = ("05", "04")  # first element of a header that addresses a program, not a person


def send(config: KannelConfig, message: Claimed) -> Reply:
    """Hand a message to smsbox, in as many parts as it takes. UnableToReach where smsbox is not there."""
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "X-Kannel-Username": config.username,
        "X-Kannel-Password": config.password,
        "X-Kannel-To": message.number,
        "X-Kannel-Coding": _SEVEN_BIT if message.coding == GSM7 else _UCS2,
        "X-Kannel-DLR-Mask": str(DLR_MASK),
        "X-Kannel-DLR-Url": report_url(config, str(message.token)),
    }
    if config.sender:
        headers["X-Kannel-From"] = config.sender
    return post(config.url, message.text.encode(), headers)


def report_url(config: KannelConfig, token: str) -> str:
    """Where Kannel reports on a message. %-signs are Kannel's: the kind of report, its time, the centre's answer."""
    known = urlencode({"token": token, "signature": token_signature(config.secret, token)})
    return f"{config.callback}/sms/kannel/report/?{known}&type=%d&at=%T&answer=%A"


def report_of(kind: str) -> str:
    """The report that Kannel's number stands for; "" for one that says nothing new (32: the SMPP centre's interim)."""
    return _REPORTS.get(int(kind), "") if kind.isascii() and kind.isdigit() and len(kind) <= 3 else ""


def why_unreadable(headers: Mapping[str, str]) -> str:
    """ "binary" for eight-bit data and messages to a program (ring tones, settings); "" for what may be a text."""
    if headers.get("X-Kannel-Coding", "").strip() == _EIGHT_BIT:
        return "binary"
    header = headers.get("X-Kannel-UDH", "").strip().lower()
    return "binary" if header[2:4] in _APPLICATION_PORTS else ""


def text_of(body: bytes, charset: str, coding: str) -> str | None:
    """The text of a posted message; None where its encoding is none that we know, or it is not in it."""
    name = charset.strip().strip('"') or ("UTF-16BE" if coding.strip() == _UCS2 else "UTF-8")
    try:
        return body.decode(name)
    except (LookupError, UnicodeError, ValueError):
        return None


def time_of(written: str) -> datetime | None:
    """X-Kannel-Time, which is UTC; None for anything else."""
    try:
        return datetime.strptime(written.strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def moment_of(seconds: str) -> datetime | None:
    """%T, seconds since 1970."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)
