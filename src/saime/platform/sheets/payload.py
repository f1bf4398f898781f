"""What the QR code of a sheet says, in the 45 characters that a QR code packs tightest (alphanumeric mode).

`SAIME1:F:1234567:202611:1.1:C5.12345678*H5.87654321:0B5AD3F1` is layout F (a form A4), the account, the month, sheet 1
of 1, two meters (medium, whole digits of the dial, number), and the CRC-32 of all before it. Whatever of a name is not
a capital letter, a digit, a space, `-` or `/` is written `%XX`, byte by byte of its UTF-8. The code is no proof of
anything: a form counts because a person has filled and signed it, and is checked like every other reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from saime.platform.periods import Period
from saime.platform.sheets.geometry import (
    FEWEST_DIGITS,
    MOST_DIGITS,
    Sheet,
    SheetKind,
    longest_code,
    most_meters,
    sheet_of,
)

MEDIA = {"cold": "C", "hot": "H"}
_MEDIUM_OF = {letter: medium for medium, letter in MEDIA.items()}
_VERSION = "SAIME1"
_LONGEST = 4000  # a code with more was not made here
_MOST_PARTS = 99
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -/")
_ESCAPED = re.compile(r"(?:[A-Z0-9 /-]|%[0-9A-F]{2})+")
_ESCAPE = re.compile(r"%([0-9A-F]{2})")
_METER = re.compile(r"([A-Z])([0-9])\.(.+)")
_PART = re.compile(r"([1-9][0-9]?)\.([1-9][0-9]?)")
_CRC = re.compile(r"[0-9A-F]{8}")
_PERIOD = re.compile(r"[0-9]{6}")


class UnableToReadCode(ValueError):
    """A code that is not a sheet's. `reason`: not_ours, version, damaged, contents."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SheetMeter:
    number: str  # Meter.meter_no
    medium: str  # cold, hot
    digits: int  # whole digits of the dial; three decimals follow


@dataclass(frozen=True, slots=True)
class Payload:
    """One sheet: whose, of which month, which meters in which order. `part` of `parts` of the account's sheets."""

    kind: SheetKind
    account_no: str
    period: Period
    meters: tuple[SheetMeter, ...]
    part: int = 1
    parts: int = 1

    @property
    def sheet(self) -> Sheet:
        """Where everything is on it."""
        return sheet_of(self.kind, tuple(meter.digits for meter in self.meters))


def encode(payload: Payload) -> str:
    """The code's text. ValueError for a payload that `decode` would refuse."""
    _check(payload)
    meters = "*".join(f"{MEDIA[m.medium]}{m.digits}.{_escape(m.number)}" for m in payload.meters)
    month = f"{payload.period.year:04d}{payload.period.month:02d}"
    part = f"{payload.part}.{payload.parts}"
    body = ":".join((_VERSION, payload.kind.value, _escape(payload.account_no), month, part, meters))
    return f"{body}:{crc32(body.encode()):08X}"


def decode(text: str) -> Payload:
    """The payload of a code's text. Raises `UnableToReadCode` for any other text, however similar."""
    if len(text) > _LONGEST or not text.startswith("SAIME"):
        raise UnableToReadCode("not_ours")
    if not text.startswith(f"{_VERSION}:"):
        raise UnableToReadCode("version")
    body, _, crc = text.rpartition(":")
    if not _CRC.fullmatch(crc) or f"{crc32(body.encode(errors='replace')):08X}" != crc:
        raise UnableToReadCode("damaged")
    try:
        payload = _parsed(body)
        _check(payload)
    except ValueError as error:
        raise UnableToReadCode("contents") from error
    return payload


def split_into_sheets(
    kind: SheetKind, account_no: str, period: Period, meters: Sequence[SheetMeter]
) -> tuple[Payload, ...]:
    """The sheets on which an account's meters find room, in order: by rows, and by what a code can hold."""
    groups: list[list[SheetMeter]] = []
    for meter in meters:
        if not groups or not _has_room(kind, account_no, period, [*groups[-1], meter]):
            groups.append([])
        groups[-1].append(meter)
    return tuple(
        Payload(kind, account_no, period, tuple(group), part, len(groups))
        for part, group in enumerate(groups, 1)
    )


def _has_room(kind: SheetKind, account_no: str, period: Period, meters: list[SheetMeter]) -> bool:
    if len(meters) > most_meters(kind):
        return False
    payload = Payload(kind, account_no, period, tuple(meters), parts=1)
    return len(encode(payload)) + 2 <= longest_code(kind)  # + 2: from sheet 10 of 10 its number is longer


def _check(payload: Payload) -> None:
    if not 1 <= payload.part <= payload.parts <= _MOST_PARTS:
        raise ValueError(f"sheet {payload.part} of {payload.parts}")
    if not payload.account_no or len({meter.number for meter in payload.meters}) != len(payload.meters):
        raise ValueError("an account number, and each meter once")
    if not 1 <= len(payload.meters) <= most_meters(payload.kind):
        raise ValueError(f"{len(payload.meters)} meters on a sheet of kind {payload.kind}")
    for meter in payload.meters:
        if not meter.number or meter.medium not in MEDIA or not FEWEST_DIGITS <= meter.digits <= MOST_DIGITS:
            raise ValueError(f"no such meter: {meter}")


def _parsed(body: str) -> Payload:
    _version, kind, account, month, part, meters = body.split(":")
    parts = _PART.fullmatch(part)
    if parts is None or not _PERIOD.fullmatch(month):
        raise ValueError(f"sheet {part!r}, month {month!r}")
    return Payload(
        kind=SheetKind(kind),
        account_no=_unescape(account),
        period=Period.from_number(int(month)),
        meters=tuple(_meters(meters)),
        part=int(parts[1]),
        parts=int(parts[2]),
    )


def _meters(text: str) -> Iterator[SheetMeter]:
    for one in text.split("*"):
        match = _METER.fullmatch(one)
        if match is None or match[1] not in _MEDIUM_OF:
            raise ValueError(f"no such meter: {one!r}")
        yield SheetMeter(_unescape(match[3]), _MEDIUM_OF[match[1]], int(match[2]))


def _escape(name: str) -> str:
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in name.encode())


def _unescape(text: str) -> str:
    """The name; ValueError unless it is written the one way in which `_escape` writes it."""
    if not _ESCAPED.fullmatch(text):
        raise ValueError(f"no such name: {text!r}")
    raw = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text).encode("latin-1")
    name = raw.decode()
    if _escape(name) != text:
        raise ValueError(f"not written as it should be: {text!r}")
    return name
