"""Letters as they are compared: whatever keyboard wrote them.

A Russian or Greek keyboard writes К, А, Х in the shapes of K, A, X; phones add accents, full-width digits, emoji. After
`fold` a text has capital letters without accents, digits 0–9, and the look-alikes of both alphabets as Latin letters.
"""

from __future__ import annotations

import re
import unicodedata

_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХІЈЅ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJS" + "ABEZHIKMNOPTYX")
_CYRILLIC = "".join(chr(code) for code in range(ord("А"), ord("Я") + 1))
_GREEK = "ΓΔΘΛΞΠΣΦΨΩ"
LETTERS = _LATIN + _CYRILLIC + _GREEK
_SIGNS = frozenset(".,;:=+-_/\\#?!()\"'*<>&%@")
_DASHES = frozenset("‐‑‒–—―−")
_KEPT = frozenset(LETTERS.translate(_LOOK_ALIKES)) | _SIGNS | frozenset("0123456789 \n¤")
# "1O5,2" and "105,О": the letter O in the midst of a number.
_LETTER_O = re.compile(r"(?<=\d)O(?=[\dO]*(?:[.,]\d|(?![A-ZА-Я])))")
_SPACES = re.compile(r"[ ]+")
UNREADABLE = "¤"
MOST_LETTERS = 1600
"""Ten parts: what is longer is not a message that somebody typed."""


def fold(text: str) -> str:
    """The text in the letters that words are compared in. Whatever has no such shape is a space."""
    letters = "".join(_folded(letter) for letter in text)
    letters = unicodedata.normalize("NFKD", letters).upper()
    plain = "".join(_plain(letter) for letter in unicodedata.normalize("NFKD", letters))
    plain = plain.translate(_LOOK_ALIKES)
    only = "".join(letter if letter in _KEPT else " " for letter in plain)
    while (better := _LETTER_O.sub("0", only)) != only:
        only = better
    return "\n".join(_SPACES.sub(" ", line).strip() for line in only.split("\n"))


def _folded(letter: str) -> str:
    """Digits of any script, and what would come apart wrongly: a fraction is no number of ours."""
    if letter.isascii():
        return "\n" if letter == "\r" else letter
    kind = unicodedata.category(letter)
    if kind in ("Nd", "No"):
        digit = unicodedata.digit(letter, None)
        return UNREADABLE if digit is None else str(digit)
    if letter in _DASHES:
        return "-"
    return " " if kind in ("So", "Zs", "Cc", "Cn", "Co", "Cs") and letter != "№" else letter


def _plain(letter: str) -> str:
    kind = unicodedata.category(letter)
    return "" if kind in ("Mn", "Me", "Mc", "Cf", "Sk", "Lm") else letter


def writable(text: str, most: int = MOST_LETTERS) -> str:
    """What can be kept: without NUL and halves of letters, at most so long."""
    kept = text[:most].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return kept.replace("\x00", "\ufffd")


def script_language(text: str) -> str:
    """ "ru" for a text in Cyrillic letters, else "": which language a stranger may be answered in."""
    letters = [letter for letter in text if letter.isalpha()]
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in letters)
    return "ru" if letters and cyrillic * 2 > len(letters) else ""
