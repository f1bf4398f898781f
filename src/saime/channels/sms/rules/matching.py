"""Numbers with their labels, put to the meters of an account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from saime.channels.sms.rules.letters import fold
from saime.channels.sms.rules.tokens import Number
from saime.metering.entry import UnableToReadNumber, parse_reading

_SHORTEST_END = 4  # that many last digits of a meter's number are enough, where only one meter ends so
_BEYOND_A_DIAL = 6


class MeterLike(Protocol):
    @property
    def meter_id(self) -> int: ...
    @property
    def meter_no(self) -> str: ...
    @property
    def medium(self) -> str: ...


class AccountLike(Protocol):
    @property
    def account_id(self) -> int: ...
    @property
    def meters(self) -> Sequence[MeterLike]: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """What was wrong with a message: a code, what it is about (a number, a medium), and whose account it was."""

    code: str
    about: str = ""
    account_id: int | None = None


class _Wrong(Exception):
    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code)
        self.code, self.about = code, about


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading for a meter: the number as written and as a value with three decimals."""

    account_id: int
    meter_id: int
    meter_no: str
    medium: str
    written: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Group:
    """A label (a medium, a known meter, or none) and the numbers behind it."""

    medium: str = ""
    meter: MeterLike | None = None
    is_letter: bool = False
    numbers: tuple[Number, ...] = ()
    index: int | None = None  # K2: the second hot meter

    def with_number(self, number: Number) -> Group:
        return replace(self, numbers=(*self.numbers, number))

    def without_number(self, place: int) -> Group:
        return replace(self, numbers=self.numbers[:place] + self.numbers[place + 1 :])

    @property
    def has_label(self) -> bool:
        return bool(self.medium) or self.meter is not None

    @property
    def name(self) -> str:
        return self.meter.meter_no if self.meter else self.medium


def readings_of(groups: Sequence[Group], account: AccountLike) -> tuple[tuple[Reading, ...], Problem | None]:
    """The readings that the groups give for the account's meters, or what is wrong with them."""
    try:
        return tuple(_readings(groups, account)), None
    except _Wrong as wrong:
        return (), Problem(wrong.code, wrong.about, account.account_id)


def _readings(groups: Sequence[Group], account: AccountLike) -> Iterator[Reading]:
    found = False
    for group in _labelled(_turned(groups), account):
        if group.numbers:
            yield _reading(group, _meter(group, account), account)
            found = True
        elif not group.is_letter:  # "A" is also a word
            raise _Wrong("no_number", group.name)
    if not found:
        raise _Wrong("no_readings")


def _turned(groups: Sequence[Group]) -> list[Group]:
    """The label may stand behind its number: "123,4 K 78,9 A". Then each number goes with the label after it."""
    first, *rest = groups
    if not rest or rest[-1].numbers or len(first.numbers) != 1:
        return list(groups)
    if any(len(group.numbers) != 1 for group in rest[:-1]):
        return list(groups)
    numbers = [group.numbers for group in groups[:-1]]
    return [Group(), *(replace(group, numbers=own) for group, own in zip(rest, numbers, strict=True))]


def _labelled(groups: Sequence[Group], account: AccountLike) -> Iterator[Group]:
    """The groups with a label each: K2's index taken off, ends of meter numbers recognised, K before a meter's number
    joined to it, and the only meter of an account needs no label."""
    waiting: Group | None = None
    for group in _unlabelled(groups[0], account):
        yield group
    for group in groups[1:]:
        if group.meter is not None and waiting is not None and not waiting.numbers:
            yield replace(group, medium=waiting.medium)
            waiting = None
            continue
        if waiting is not None:
            yield from _split(waiting, account)
        waiting = group
    if waiting is not None:
        yield from _split(waiting, account)


def _unlabelled(group: Group, account: AccountLike) -> Iterator[Group]:
    if not group.numbers:
        return
    parts = list(_split(group, account))
    if any(part.has_label for part in parts):
        if not parts[0].has_label and parts[0].numbers:
            raise _Wrong("which_label", parts[0].numbers[0].written)
        yield from (part for part in parts if part.has_label)
    elif len(group.numbers) > 1 and _looks_like_meter(group.numbers[0]):
        raise _Wrong("unknown_meter", group.numbers[0].written)
    elif len(group.numbers) > 1 or len(account.meters) != 1:
        raise _Wrong("which_label", group.numbers[0].written)
    else:
        yield replace(group, medium=account.meters[0].medium)


def _looks_like_meter(number: Number) -> bool:
    return number.is_whole and len(number.written) >= _BEYOND_A_DIAL


def _split(group: Group, account: AccountLike) -> Iterator[Group]:
    """A group whose numbers are themselves labels: ends of meter numbers, or the index of K2."""
    numbers = list(group.numbers)
    if group.medium and group.meter is None and _is_index(numbers):
        yield replace(group, index=int(numbers[0].written), numbers=tuple(numbers[1:]))
        return
    current, parts = replace(group, numbers=()), []
    for place, number in enumerate(numbers):
        ending = _ending_with(number, account) if place + 1 < len(numbers) else None
        if ending is not None and (group.meter is None or current.numbers):
            parts.append(current)
            current = Group(medium="" if current.numbers else group.medium, meter=ending)
        else:
            current = current.with_number(number)
    parts.append(current)
    yield from (part for part in parts if part.numbers or len(parts) == 1)


def _is_index(numbers: Sequence[Number]) -> bool:
    """K1 123,4 or K 1: 123,4. The digit stands at its letter, or is set off by a sign."""
    if len(numbers) != 2 or not re.fullmatch("[1-9]", numbers[0].written):
        return False
    return numbers[0].gap == "" or bool(re.search(r"[:=)]", numbers[1].gap))


def _ending_with(number: Number, account: AccountLike) -> MeterLike | None:
    """The only meter of the account whose number ends with these digits."""
    if not number.is_whole or len(number.written) < _SHORTEST_END:
        return None
    ending = [meter for meter in account.meters if _digits(meter.meter_no).endswith(number.written)]
    return ending[0] if len(ending) == 1 else None


def _digits(meter_no: str) -> str:
    return "".join(re.findall(r"\d", fold(meter_no)))


def _meter(group: Group, account: AccountLike) -> MeterLike:
    if group.meter is not None:
        return _named_meter(group, group.meter, account)
    of_medium = [meter for meter in account.meters if meter.medium == group.medium]
    if not of_medium:
        raise _Wrong("no_meter", group.medium)
    place = 1 if group.index is None and len(of_medium) == 1 else group.index
    if place is None or place > len(of_medium):
        raise _Wrong("which_meter", group.medium)
    return of_medium[place - 1]


def _named_meter(group: Group, meter: MeterLike, account: AccountLike) -> MeterLike:
    if meter.meter_id not in {own.meter_id for own in account.meters}:
        raise _Wrong("unknown_meter", meter.meter_no)
    if group.medium and group.medium != meter.medium:
        raise _Wrong("other_medium", meter.meter_no)
    return meter


def _reading(group: Group, meter: MeterLike, account: AccountLike) -> Reading:
    written = _written(group.numbers, sum(other.medium == meter.medium for other in account.meters))
    try:
        value = parse_reading(written)
    except UnableToReadNumber as error:
        raise _Wrong(error.reason, written) from error
    return Reading(account.account_id, meter.meter_id, meter.meter_no, meter.medium, written, value)


def _written(numbers: Sequence[Number], meters_of_medium: int) -> str:
    """One number; or the two halves of one, where a phone put a space behind the comma: "123, 456"."""
    if len(numbers) == 1:
        return numbers[0].written
    halves = len(numbers) == 2 and numbers[0].is_whole and re.fullmatch(r"\d{1,3}", numbers[1].written)
    if halves and re.fullmatch(r"[ ]*[,.][ ]*", numbers[1].gap) and meters_of_medium == 1:
        return f"{numbers[0].written},{numbers[1].written}"
    raise _Wrong("unknown_meter" if _looks_like_meter(numbers[0]) else "two_numbers", numbers[0].written)
