"""Pure rules of the estate."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = re.compile(r"[0-9]+")


def natural_key(unit_no: str) -> str:
    """A text whose plain order is the natural order of unit numbers: "2" before "2a" before "10".

    Each run of digits is written without leading zeros behind its length ("10" → "0210"); letters count regardless of
    case. Numbers that differ in leading zeros or case only are told apart at the end, so that the order is total.
    """
    text = unicodedata.normalize("NFC", unit_no).strip()
    key = _DIGITS.sub(_counted, text).casefold()
    return key if _restored(key) == text else f"{key} {text}"


def _counted(match: re.Match[str]) -> str:
    number = match[0].lstrip("0") or "0"
    return f"{len(number):02d}{number}"


def _restored(key: str) -> str:
    """The text a key was made from, if nothing was lost in making it."""
    result, at = [], 0
    while at < len(key):
        if key[at].isascii() and key[at].isdigit():
            length = int(key[at : at + 2])
            result.append(key[at + 2 : at + 2 + length])
            at += 2 + length
        else:
            result.append(key[at])
            at += 1
    return "".join(result)
