"""What a text message can carry: the GSM 7-bit alphabet, UCS-2, and in how many parts (3GPP TS 23.038, 23.040).

A part has 140 octets: 160 letters of the GSM alphabet or 70 of UCS-2; 153 or 67 where several parts belong together.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
}  # fmt: skip
ESCAPE = 0x1B
GSM7, UCS2 = "gsm7", "ucs2"
_POSITION = {letter: place for place, letter in enumerate(BASIC) if place != ESCAPE}
_EXTENDED = {code: letter for letter, code in EXTENSION.items()}
_ALONE = {GSM7: 160, UCS2: 70}
_TOGETHER = {GSM7: 153, UCS2: 67}
# Latin letters without an accent to take off; the others lose theirs.
_PLAIN = {
    "³": "3", "²": "2", "—": "-", "–": "-", "−": "-", "„": '"', "“": '"', "”": '"', "’": "'", "‘": "'", "«": '"',
    "»": '"', "…": "...", "\u00a0": " ", "\u202f": " ", "№": "Nr",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """How a text travels: its coding ("gsm7" or "ucs2") and in how many parts."""

    coding: str
    parts: int


def is_gsm(text: str) -> bool:
    return all(letter in _POSITION or letter in EXTENSION for letter in text)


def size_of(text: str) -> Size:
    coding = GSM7 if is_gsm(text) else UCS2
    return Size(coding, len(split(text)))


def without_accents(text: str) -> str:
    """Latin letters as the GSM alphabet has them: "Rādījums, m³" is "Radijums, m3". Other scripts stay as they are."""
    return "".join(_plain(letter) for letter in unicodedata.normalize("NFC", text))


def _plain(letter: str) -> str:
    if letter in _POSITION or letter in EXTENSION:
        return letter
    if letter in _PLAIN:
        return _PLAIN[letter]
    bare = "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))
    return bare if bare and all(part in _POSITION for part in bare) else letter


def split(text: str) -> list[str]:
    """The text in its parts, none with half a letter. An empty text is one part."""
    coding = GSM7 if is_gsm(text) else UCS2
    if sum(_width(letter, coding) for letter in text) <= _ALONE[coding]:
        return [text]
    parts, room = [""], _TOGETHER[coding]
    for letter in text:
        width = _width(letter, coding)
        if width > room:
            parts.append("")
            room = _TOGETHER[coding]
        parts[-1] += letter
        room -= width
    return parts


def _width(letter: str, coding: str) -> int:
    """Septets, or UCS-2 units (two for an emoji), that the letter takes."""
    if coding == GSM7:
        return 2 if letter in EXTENSION else 1
    return 2 if ord(letter) > 0xFFFF else 1


def encode(text: str, coding: str) -> bytes:
    """The octets of a part, one septet an octet for the GSM alphabet. UnicodeEncodeError: not in that alphabet."""
    if coding == UCS2:
        return text.encode("utf-16-be")
    octets = bytearray()
    for place, letter in enumerate(text):
        if letter in EXTENSION:
            octets += bytes((ESCAPE, EXTENSION[letter]))
        elif letter in _POSITION:
            octets.append(_POSITION[letter])
        else:
            raise UnicodeEncodeError("gsm7", text, place, place + 1, "not in the GSM alphabet")
    return bytes(octets)


def decode_gsm(octets: bytes) -> str:
    """The text of unpacked septets. An escape that means nothing is a space, as phones show it."""
    letters, escaped = [], False
    for octet in octets:
        code = octet & 0x7F
        if escaped:
            letters.append(_EXTENDED.get(code, " " if code == ESCAPE else BASIC[code]))
            escaped = False
        elif code == ESCAPE:
            escaped = True
        else:
            letters.append(BASIC[code])
    return "".join(letters)


def decode_ucs2(octets: bytes) -> str:
    """UTF-16 as phones write it; a letter that was cut in two is shown as missing."""
    return octets[: len(octets) // 2 * 2].decode("utf-16-be", errors="replace")
