"""The catalogue of policies and how the value in force is found.

A policy is looked up for a building on a date: the building's own latest decision on or before the date, otherwise
the company's, otherwise the default of the catalogue (which may itself be dated). Never a constant in code.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

_BEGINNING = date(1990, 1, 1)


class UnknownPolicy(ValueError):
    """No policy of that name is in the catalogue."""


class BadPolicyValue(ValueError):
    """The value does not fit the policy. The text says what would."""


@dataclass(frozen=True, slots=True)
class PolicyDefinition:
    """What a policy is called, how its text is read, and what holds where nobody decided."""

    name: str
    parse: Callable[[str], Any]
    defaults: tuple[tuple[date, str], ...]
    meaning: str

    def value(self, text: str) -> Any:
        try:
            return self.parse(text.strip())
        except (ValueError, InvalidOperation) as error:
            raise BadPolicyValue(f"{self.name}: {text!r} is not usable: {error or 'not a number'}") from error


@dataclass(frozen=True, slots=True)
class Decision:
    """The value in force, and where it comes from (for "why?")."""

    value: Any
    valid_from: date
    decision: str
    scope: str  # "building", "company", "default"


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or number < 0:
        raise ValueError("it must be a number of 0 or more")
    return number


def _share(text: str) -> Decimal:
    number = _number(text)
    if number > 1:
        raise ValueError("it must be a number from 0 to 1")
    return number


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError("it must be a whole number of 0 or more")
    return number


def _switch(text: str) -> bool:
    if text not in ("on", "off"):
        raise ValueError("write on or off")
    return text == "on"


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError("write one of " + ", ".join(choices))
        return text

    return parse


CHANNELS = ("staff", "remote", "portal", "sms", "terminal", "paper")


def _channel_order(text: str) -> tuple[str, ...]:
    order = tuple(part.strip() for part in text.split(">"))
    if sorted(order) != sorted(CHANNELS):
        raise ValueError("name every channel once, highest first: " + " > ".join(CHANNELS))
    return order


@dataclass(frozen=True, slots=True)
class Window:
    """Days of the month on which a channel takes readings; `last` 31 stands for the month's last day."""

    first: int
    last: int


def _window(text: str) -> Window:
    first, _, last = text.partition("-")
    window = Window(int(first), 31 if last == "last" else int(last))
    if not 1 <= window.first <= window.last <= 31:
        raise ValueError("write two days of the month, for example 25-28 or 25-last")
    return window


def _day_list(text: str) -> tuple[int, ...]:
    return tuple(_whole(part) for part in text.split(","))


CATALOGUE: dict[str, PolicyDefinition] = {}


def _define(
    name: str, parse: Callable[[str], Any], default: str, meaning: str, *changed: tuple[date, str]
) -> None:
    CATALOGUE[name] = PolicyDefinition(name, parse, ((_BEGINNING, default), *changed), meaning)


_define(
    "channel_order",
    _channel_order,
    " > ".join(CHANNELS),
    "which channel's reading has priority, highest first",
)
for _channel, _days in {
    "portal": "25-last", "sms": "25-28", "terminal": "25-28", "paper": "1-27", "remote": "1-last", "staff": "1-last",
}.items():  # fmt: skip
    _define(f"window_{_channel}", _window, _days, f"days of the month on which {_channel} readings are taken")
    _define(f"channel_{_channel}", _switch, "on", f"whether {_channel} readings are taken at all")
_define("average_months", _whole, "2", "months in a row without a reading that are charged with the average")
_define("mean_months", _whole, "3", "how far back from the last reading the measured mean reaches, months")
_define("no_reading_basis", one_of("at_fault", "norm"), "at_fault", "what follows after the average months")
_define("implausible_factor", _number, "4", "times the meter's mean above which a reading is doubtful")
_define("implausible_m3", _number, "15", "m³ a month above which a reading may be doubtful")
_define("implausible_months", _whole, "12", "months over which the meter's mean is taken for that")
_define("norm_cold", _number, "6.08", "norm of cold water, m³ per person and month")
_define("norm_hot", _number, "4.00", "norm of hot water, m³ per person and month")
for _key, _norm in {
    "no_bath_heater": "5.78",
    "no_bath": "3.95",
    "no_sewer": "3.04",
    "standpipe": "0.91",
}.items():
    _define(f"norm_cold_{_key}", _number, _norm, f"norm of cold water in houses with amenities '{_key}'")
_define(
    "expired_verification", one_of("nothing", "at_fault"), "at_fault",
    "what an expired verification does to billing", (date(2025, 6, 6), "nothing"),
)  # fmt: skip
_define(
    "difference_524", one_of("equal", "m2", "consumption", "at_fault_first"), "equal",
    "how a 524 house shares its water difference",
)  # fmt: skip
_define(
    "difference_watch_percent", _number, "20", "water difference in % of the common meter that is watched"
)
_define(
    "difference_watch_months", _whole, "3", "months in a row above it that put a building on the watch list"
)
_define(
    "verification_reminders",
    _day_list,
    "90,30,7",
    "days before a verification ends when the resident is told",
)
_define("bill_due_days", _whole, "14", "days from the issue of a bill until it is due")
_define("late_charge_yearly", _number, "6", "late charge on overdue principal, % a year")
_define("late_charge_cap", _number, "10", "largest late charge on one bill's principal, % of it")
_define(
    "payment_order",
    one_of("interest_first", "principal_first"),
    "interest_first",
    "what a payment pays first",
)
_define(
    "remote_month_end_days",
    _whole,
    "3",
    "days before the month's end from which a remote value still is its reading",
)
_define("leak_day_m3", _number, "1", "m³ a day that, day after day, make a leak suspected")
_define("leak_days", _whole, "3", "days in a row with that much")
_define("leak_factor", _number, "4", "times the mean of the days before above which a day is unusual")
_define("leak_factor_m3", _number, "0.5", "m³ below which no day is unusual, however little the mean is")
_define("leak_mean_days", _whole, "30", "days over which that mean is taken")
_define("standstill_days", _whole, "14", "days without any water after which a meter may have stopped")
_define(
    "paper_threshold",
    _share,
    "0.97",
    "how sure a reading on paper must be to be taken without a person, 0 to 1",
)
_define(
    "paper_sample_percent", _number, "1", "% of the sure readings on paper that a person sees all the same"
)
_define("heat_mwh_per_m3", _number, "0.075", "heat in a cubic metre of hot water, MWh")
_define("circulation_mwh", _number, "0.1", "heat of the circulation in a unit and month, MWh")
_define("doubtful_factor", _number, "3", "times last month's bill above which a dry run asks")


def definition(name: str) -> PolicyDefinition:
    """The catalogue's entry. UnknownPolicy with the names there are."""
    try:
        return CATALOGUE[name]
    except KeyError:
        raise UnknownPolicy(f"unknown policy {name!r}; there are: {', '.join(sorted(CATALOGUE))}") from None


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A stored decision, as `PolicyBook` takes it."""

    policy: str
    building_id: int | None
    value: str
    valid_from: date
    decision: str = ""


class PolicyBook:
    """All decisions at hand, for many look-ups in one piece of work: one query, then dictionaries."""

    def __init__(self, rows: Iterable[PolicyRow] = ()) -> None:
        found: dict[tuple[str, int | None], list[PolicyRow]] = defaultdict(list)
        for row in rows:
            found[row.policy, row.building_id].append(row)
        self._rows = {key: sorted(group, key=lambda row: row.valid_from) for key, group in found.items()}

    @classmethod
    def load(cls) -> PolicyBook:
        from saime.platform.models import Policy

        fields = ("policy", "building_id", "value", "valid_from", "decision")
        return cls(PolicyRow(*row) for row in Policy.objects.values_list(*fields))

    @classmethod
    def recent(cls) -> PolicyBook:
        """The decisions as of a few seconds ago: for pages, which look more often than anybody decides."""
        global _recent  # noqa: PLW0603 - one book a process, replaced whole
        from django.conf import settings

        age = time.monotonic() - _recent[0]
        if age > settings.POLICY_SECONDS:
            _recent = (time.monotonic(), cls.load())
        return _recent[1]

    def decision(self, name: str, on: date, building_id: int | None = None) -> Decision:
        """What holds for the building (None: the company) on the day, and who said so."""
        known = definition(name)
        if building_id is not None and (row := self._latest(name, building_id, on)):
            return Decision(known.value(row.value), row.valid_from, row.decision, "building")
        if row := self._latest(name, None, on):
            return Decision(known.value(row.value), row.valid_from, row.decision, "company")
        since, text = max(entry for entry in known.defaults if entry[0] <= max(on, _BEGINNING))
        return Decision(known.value(text), since, "", "default")

    def value(self, name: str, on: date, building_id: int | None = None) -> Any:
        return self.decision(name, on, building_id).value

    def values(self, name: str, on: date, building_ids: Iterable[int]) -> list[Any]:
        """One value a building, in the order given; the company's is looked up once."""
        common = self.value(name, on)
        own = {building for policy, building in self._rows if policy == name and building is not None}
        return [self.value(name, on, b) if b in own else common for b in building_ids]

    def _latest(self, name: str, building_id: int | None, on: date) -> PolicyRow | None:
        rows = self._rows.get((name, building_id), [])
        position = bisect_right(rows, on, key=lambda row: row.valid_from)
        return rows[position - 1] if position else None


_recent: tuple[float, PolicyBook] = (float("-inf"), PolicyBook())
