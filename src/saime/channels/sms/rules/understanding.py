"""What a text message means: a command, or readings of which meters of whose account (domain.md, Readings).

`understand` is given the accounts that the message may mean (by its numbers, and those of the sender's phone) and their
meters. It finds everything or says one precise thing that was wrong: half a message is not guessed at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from saime.channels.sms.rules.letters import fold
from saime.channels.sms.rules.matching import Group, Problem, Reading, readings_of
from saime.channels.sms.rules.tokens import Customer, Meter, Number, Token, Word, tokens_of
from saime.channels.sms.rules.words import Kind, command_of

_SHORTEST_CUSTOMER = 5  # digits; shorter ones only where they can be nothing else


@dataclass(frozen=True, slots=True)
class KnownMeter:
    meter_id: int
    meter_no: str
    medium: str  # "hot", "cold"


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account that a message may mean. Its meters in the order in which residents see them."""

    account_id: int
    account_no: str
    meters: tuple[KnownMeter, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """The accounts of the sender's phone, and those whose numbers stand in the message.

    `recent`: of a phone that is nobody's, the account that its last message named: what follows goes on with it.
    """

    own: tuple[KnownAccount, ...] = ()
    named: Mapping[str, KnownAccount] = field(default_factory=dict)
    recent: KnownAccount | None = None

    def accounts(self) -> list[KnownAccount]:
        recent = (self.recent,) if self.recent else ()
        return list(
            {account.account_id: account for account in (*self.own, *self.named.values(), *recent)}.values()
        )

    def meters(self) -> list[KnownMeter]:
        return [meter for account in self.accounts() for meter in account.meters]

    def owner_of(self, meter: KnownMeter) -> KnownAccount | None:
        return next((account for account in self.own if meter in account.meters), None)


@dataclass(frozen=True, slots=True)
class Understood:
    """A command, or readings, or what was wrong (then there are no readings)."""

    command: str = ""
    readings: tuple[Reading, ...] = ()
    problem: Problem | None = None
    account_ids: tuple[int, ...] = ()


def understand(text: str, known: Known) -> Understood:
    """What the text means. Never raises, whatever the text."""
    folded = fold(text)
    meters = known.meters()[:99]
    tokens = tokens_of(folded, [meter.meter_no for meter in meters], list(known.named))
    if command := command_in(tokens):
        return Understood(command, account_ids=tuple(_accounts_named(tokens, known)))
    if not any(isinstance(token, Number) for token in tokens):
        return Understood(problem=Problem("not_understood"))
    return _together([_read(segment, known, meters) for segment in segments(tokens)])


def command_in(tokens: Sequence[Token]) -> str:
    """A command stands alone, or with a customer number: STOP in the midst of a sentence is none."""
    words = [token for token in tokens if isinstance(token, Word)]
    if not words or not isinstance(tokens[0], Word):
        return ""
    command = command_of(next((word for word in words if word.kind != Kind.KEYWORD), words[0]).written)
    if command == "stop" and len(words) == len(tokens):
        return command  # "STOP, please send me no more": whoever wants rest need not find the right words
    has_readings = any(word.kind in (Kind.HOT, Kind.COLD) for word in words[1:])
    return "" if has_readings or len(words) > 3 else command


def _accounts_named(tokens: Sequence[Token], known: Known) -> Iterator[int]:
    for token in tokens:
        number = (
            token.written
            if isinstance(token, Number)
            else token.number
            if isinstance(token, Customer)
            else ""
        )
        if number in known.named:
            yield known.named[number].account_id


def segments(tokens: Sequence[Token]) -> list[list[Token]]:
    """Messages that were joined into one: each begins with the keyword and has a customer number of its own."""
    found: list[list[Token]] = [[]]
    for place, token in enumerate(tokens):
        if isinstance(token, Word) and token.kind == Kind.KEYWORD:
            if any(isinstance(other, Number) for other in found[-1]) and _begins_with_customer(
                tokens[place + 1 :]
            ):
                found.append([])
            continue
        found[-1].append(token)
    return [segment for segment in found if segment]


def _begins_with_customer(tokens: Sequence[Token]) -> bool:
    first = next(
        (token for token in tokens if not (isinstance(token, Word) and token.kind == Kind.NOISE)), None
    )
    if isinstance(first, Word) and first.kind == Kind.CUSTOMER:
        return True
    return isinstance(first, Customer) or (isinstance(first, Number) and first.is_whole)


def _read(segment: Sequence[Token], known: Known, meters: Sequence[KnownMeter]) -> Understood:
    groups, marked = grouped(segment, meters)
    number, groups = customer_number(groups, marked, known)
    account, problem = _account(number, segment, known, meters)
    if account is None:
        return Understood(problem=problem)
    readings, problem = readings_of(groups, account)
    return Understood(readings=readings, problem=problem, account_ids=(account.account_id,))


class _Grouping:
    """Each label with the numbers behind it (the first group has none), and the number marked as a customer's."""

    def __init__(self) -> None:
        self.groups, self.marked, self.expected = [Group()], "", Kind.NOISE

    def number(self, number: Number) -> None:
        if self.expected == Kind.CUSTOMER and number.is_whole:
            self.marked = number.written
        elif self.expected != Kind.ASIDE:
            self.groups[-1] = self.groups[-1].with_number(number)
        self.expected = Kind.NOISE

    def word(self, word: Word) -> None:
        if word.kind in (Kind.HOT, Kind.COLD):
            self.groups.append(Group(medium=word.kind.value, is_letter=len(word.written) == 1))
        elif word.kind in (Kind.CUSTOMER, Kind.ASIDE):
            self.expected = word.kind


def grouped(segment: Sequence[Token], meters: Sequence[KnownMeter]) -> tuple[list[Group], str]:
    grouping = _Grouping()
    for token in segment:
        if isinstance(token, Number):
            grouping.number(token)
        elif isinstance(token, Word):
            grouping.word(token)
        elif isinstance(token, Customer):
            grouping.marked = token.number
        else:
            grouping.groups.append(Group(meter=meters[token.place]))
    return grouping.groups, grouping.marked


def customer_number(groups: list[Group], marked: str, known: Known) -> tuple[str, list[Group]]:
    """The customer number of a message and the groups without it: marked as such, or first, or last of all."""
    first, last = groups[0], groups[-1]
    if marked:
        return marked, groups
    own = {account.account_no for account in known.own}
    if first.numbers and first.numbers[0].is_whole and _may_be_customer(first.numbers[0], groups, known, own):
        return first.numbers[0].written, [first.without_number(0), *groups[1:]]
    if len(groups) > 1 and len(last.numbers) == 2 and _stands_last(last.numbers[1], known):
        return last.numbers[1].written, [*groups[:-1], last.without_number(1)]
    return "", groups


def _may_be_customer(number: Number, groups: list[Group], known: Known, own: set[str]) -> bool:
    """A whole number at the beginning; of a known phone a short one may as well be a reading without a label."""
    if number.written in own or number.written in known.named:
        return True
    if not known.own:
        return True
    labelled = groups[1:]
    if labelled and all(group.numbers for group in labelled):
        return True  # every label has its number: this one is none of theirs
    return len(number.written) >= _SHORTEST_CUSTOMER and (bool(labelled) or len(groups[0].numbers) > 1)


def _stands_last(number: Number, known: Known) -> bool:
    return number.is_whole and (number.written in known.named or len(number.written) > _SHORTEST_CUSTOMER)


def _account(
    number: str, segment: Sequence[Token], known: Known, meters: Sequence[KnownMeter]
) -> tuple[KnownAccount | None, Problem | None]:
    if number:
        own = next((account for account in known.own if account.account_no == number), None)
        account = own or known.named.get(number)
        return account, None if account else Problem("unknown_customer", number)
    named = [meters[token.place] for token in segment if isinstance(token, Meter)]
    owners = {owner.account_id: owner for meter in named if (owner := known.owner_of(meter))}
    if len(owners) == 1:
        return next(iter(owners.values())), None
    if len(known.own) == 1:
        return known.own[0], None
    if known.recent and not known.own:
        return known.recent, None
    return None, Problem("which_customer" if known.own else "no_customer")


def _together(parts: Sequence[Understood]) -> Understood:
    """Several messages in one: all of them or none. Said twice is said once; said differently is a problem."""
    accounts = tuple(dict.fromkeys(chain.from_iterable(part.account_ids for part in parts)))
    problem = next((part.problem for part in parts if part.problem), None)
    found: dict[int, Reading] = {}
    for reading in chain.from_iterable(part.readings for part in parts):
        before = found.setdefault(reading.meter_id, reading)
        if before.value != reading.value and problem is None:
            problem = Problem("contradiction", reading.meter_no, reading.account_id)
    if problem is None and not found:
        problem = Problem("not_understood")
    return Understood(
        readings=() if problem else tuple(found.values()), problem=problem, account_ids=accounts
    )
