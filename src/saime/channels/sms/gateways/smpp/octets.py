"""What stands in the octets of a message: headers of parts, alphabets, delivery receipts (SMPP 3.4; 3GPP TS 23.040)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from saime.channels.sms.models import Report
from saime.channels.sms.rules.alphabet import GSM7, decode_gsm, decode_ucs2, encode, size_of, split

UDHI = 0x40
_MESSAGE_TYPE = 0x3C
_RECEIPT, _INTERIM = 0x04, 0x20
_CONCATENATED_8, _CONCATENATED_16 = 0x00, 0x08
_PORTS = (0x04, 0x05)
CODING = {GSM7: 0, "ucs2": 8}
_LATIN1, _IA5, _UCS2, _BINARY = 3, 1, 8, (2, 4)
_STATES = {
    "DELIVRD": Report.DELIVERED, "EXPIRED": Report.EXPIRED, "DELETED": Report.FAILED, "UNDELIV": Report.FAILED,
    "REJECTD": Report.FAILED, "ACCEPTD": Report.ACCEPTED, "ENROUTE": Report.WAITING, "UNKNOWN": Report.UNKNOWN,
}  # fmt: skip
_STATE_NUMBERS = ("", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD")
_FIELD = re.compile(r"\b(id|stat|err):\s*([^\s]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """The part that a user data header speaks of (0 of 0: the whole), and whether it addresses a program."""

    reference: int = 0
    total: int = 0
    place: int = 0
    is_for_program: bool = False

    @property
    def is_part(self) -> bool:
        return self.total > 1


def header_of(octets: bytes) -> tuple[Header, bytes]:
    """The header and what stands behind it. Octets that are no header are one without a meaning."""
    if not octets or octets[0] + 1 > len(octets):
        return Header(), octets
    elements, rest = octets[1 : octets[0] + 1], octets[octets[0] + 1 :]
    found = Header()
    while len(elements) >= 2:
        kind, length = elements[0], elements[1]
        found = _element(found, kind, elements[2 : 2 + length])
        elements = elements[2 + length :]
    return found, rest


def _element(found: Header, kind: int, value: bytes) -> Header:
    if kind == _CONCATENATED_8 and len(value) == 3:
        return Header(value[0], value[1], value[2], found.is_for_program)
    if kind == _CONCATENATED_16 and len(value) == 4:
        return Header(value[0] << 8 | value[1], value[2], value[3], found.is_for_program)
    if kind in _PORTS:
        return Header(found.reference, found.total, found.place, is_for_program=True)
    return found


def text_of(octets: bytes, data_coding: int, default_alphabet: str) -> str | None:
    """The text in the octets; None for what is no text. Classes and flags of the coding are looked through."""
    coding = data_coding
    if data_coding & 0xF0 == 0xF0:  # a message class: bit 2 says octets
        coding = 4 if data_coding & 0x04 else 0
    if coding in _BINARY:
        return None
    if coding == _UCS2:
        return decode_ucs2(octets)
    if coding == _LATIN1 or (coding == 0 and default_alphabet == "latin1"):
        return octets.decode("latin-1")
    if coding in (0, _IA5):
        return octets.decode("ascii", "replace") if coding == _IA5 else decode_gsm(octets)
    return None


def parts_of(text: str, reference: int) -> list[tuple[bytes, int, int]]:
    """(octets, data_coding, esm_class) of each part; several carry a header with the reference (0 to 255)."""
    coding, parts = size_of(text).coding, split(text)
    if len(parts) == 1:
        return [(encode(text, coding), CODING[coding], 0)]
    return [
        (bytes((5, 0, 3, reference & 0xFF, len(parts), place)) + encode(part, coding), CODING[coding], UDHI)
        for place, part in enumerate(parts, 1)
    ]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A delivery receipt: of which part, what report, and the centre's own word for it."""

    gateway_id: str
    report: str
    code: str


def is_receipt(esm_class: int) -> bool:
    return esm_class & _MESSAGE_TYPE in (_RECEIPT, _INTERIM)


def receipt_of(octets: bytes, receipted_id: bytes | None = None, state: int | None = None) -> Receipt | None:
    """The receipt in the text "id:… stat:DELIVRD err:000" (Appendix B), or in optional parameters. None: neither."""
    fields = {name.lower(): value for name, value in _FIELD.findall(octets.decode("ascii", "replace"))}
    gateway_id = (receipted_id or b"").rstrip(b"\0").decode("ascii", "replace") or fields.get("id", "")
    word = fields.get("stat", "").upper()[:7]
    if state is not None and 0 < state < len(_STATE_NUMBERS):
        word = _STATE_NUMBERS[state]
    if not gateway_id or word not in _STATES:
        return None
    error = fields.get("err", "")
    return Receipt(gateway_id[:80], _STATES[word], f"{word} {error}".strip())
