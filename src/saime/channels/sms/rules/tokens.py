"""A folded text as words and numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from saime.channels.sms.rules.letters import LETTERS, fold
from saime.channels.sms.rules.words import Kind, kind_of


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: digits, perhaps with a comma or point. `gap` is what stands between it and what precedes."""

    written: str
    gap: str = ""

    @property
    def is_whole(self) -> bool:
        return self.written.isdigit()


@dataclass(frozen=True, slots=True)
class Word:
    written: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Meter:
    """The number of a meter that is known; `place` among those that were looked for."""

    place: int


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer number that has letters in it."""

    number: str


Token = Number | Word | Meter | Customer

_UNIT = re.compile(r"(?<=\d)[ ]?(?:M[ ]?3(?!\d|[,.]\d)|KUB[A-Z]*|KYБ[A-ZА-Я]*)")
_DATE = re.compile(
    r"(?<![\d.,])\d{1,2}[.]\d{1,2}[.](?:\d{4}|\d{2})(?![\d,])|(?<!\d)\d{4}-\d{2}(?:-\d{2})?(?!\d)"
)
_YEAR = re.compile(r"(?<!\d)20\d\d[. ]*(?:GADS?|GADA|G|ГOДA?|Г)(?=[ .,:\n]|$)")
_KNOWN, _CUSTOMER = "\ue000", "\ue001"
_TOKEN = re.compile(
    rf"(?P<known>[{_KNOWN}{_CUSTOMER}]\d+;)|(?P<number>\d[\d¤]*(?:[.,][\d¤]+)*)|(?P<word>[{LETTERS}]+)"
)
_PARTS = re.compile(r"[A-ZА-Я]+|[0-9]+")


def tokens_of(folded: str, meter_numbers: Sequence[str] = (), customers: Sequence[str] = ()) -> list[Token]:
    """Words and numbers in their order; known meter numbers, and customer numbers with letters, as one token each."""
    text = _marked(folded, _CUSTOMER, [number for number in customers if not number.isdigit()])
    text = _marked(text, _KNOWN, meter_numbers)
    for aside in (_DATE, _YEAR, _UNIT):
        text = aside.sub(" ", text)
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        found.append(_token(match, text[end : match.start()], customers))
        end = match.end()
    return found


def _token(match: re.Match[str], gap: str, customers: Sequence[str]) -> Token:
    if match["known"]:
        place = int(match[0][1:-1])
        return Meter(place) if match[0][0] == _KNOWN else Customer(_lettered(customers)[place])
    if match["number"]:
        return Number(match[0], gap)
    return Word(match[0], kind_of(match[0]))


def _lettered(customers: Sequence[str]) -> list[str]:
    return [number for number in customers if not number.isdigit()]


def _marked(text: str, mark: str, numbers: Sequence[str]) -> str:
    """Each of the numbers, however it is spaced, replaced by a mark and its place."""
    order = sorted(range(len(numbers)), key=lambda place: -len(numbers[place]))
    for place in order:
        parts = _PARTS.findall(fold(numbers[place]))
        if sum(map(len, parts)) < 3:  # a "meter 7" is no name: it would be found in every reading
            continue
        pattern = r"[-/. ]?".join(parts)
        text = re.sub(
            rf"(?<![0-9,.]){_edge(parts[0])}{pattern}(?![0-9]|[,.][0-9])", f" {mark}{place}; ", text
        )
    return text


def _edge(first: str) -> str:
    """A number that begins with a letter is not the end of a word; one that begins with a digit may follow a letter."""
    return "(?<![A-ZА-Я])" if first[:1].isalpha() else ""


def numbers_to_look_up(folded: str, most: int = 12) -> list[str]:
    """What may be a customer number: whole numbers, and words of letters and digits; at most so many."""
    whole = [token.written for token in tokens_of(folded) if isinstance(token, Number) and token.is_whole]
    mixed = [
        word for word in re.findall(r"[A-Z0-9/-]{3,20}", folded) if not word.isdigit() and _has_both(word)
    ]
    return list(dict.fromkeys(number for number in [*whole, *mixed] if len(number) <= 20))[:most]


def _has_both(word: str) -> bool:
    return any(letter.isdigit() for letter in word) and any(letter.isalpha() for letter in word)
