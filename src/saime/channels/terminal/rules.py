"""When a reading entered on a terminal counts as received, and which meter is meant: without database or clock.

A terminal that lost its line sends later what was entered earlier. The deadline counts the time entered, but a
terminal's clock is not to be believed blindly: each sync says what time the terminal thinks it is, which gives the
difference to ours. Inside the bounds the time that passed on the terminal between entering and sending is taken off
the time of arrival here; outside of them the time of arrival counts. Both are kept with the entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

LONGEST_WAIT = timedelta(hours=72)
"""A queue that waited longer proves nothing about the deadline any more."""
MOST_DIFFERENCE = timedelta(hours=1)
"""More than a forgotten summer time: such a clock may have been anything when the reading was entered."""
WORRYING_DIFFERENCE = timedelta(minutes=5)
SILENT_AFTER = timedelta(minutes=15)
CODE_LIFE = timedelta(hours=24)
"""How long the code by which a terminal is enrolled may be typed into it."""

# What the time that counts comes from.
ENTERED, NO_CLOCK, CLOCK_OFF, ENTERED_AHEAD, WAITED_TOO_LONG = BASES = (
    "entered", "no_clock", "clock_off", "entered_ahead", "waited_too_long",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CountedTime:
    """The time a reading counts by, where it comes from, and how far the terminal's clock was ahead of ours."""

    at: datetime
    basis: str
    difference: timedelta | None


def counted_time(
    *, entered_at: datetime | None, sent_at: datetime | None, received_at: datetime
) -> CountedTime:
    """`entered_at`, `sent_at`: as the terminal's clock said, None where it said nothing usable; aware all three.

    Never after `received_at`, never more than LONGEST_WAIT before it.
    """
    difference = None if sent_at is None else sent_at - received_at
    if entered_at is None or sent_at is None or difference is None:
        return CountedTime(received_at, NO_CLOCK, difference)
    waited = sent_at - entered_at
    if abs(difference) > MOST_DIFFERENCE:
        return CountedTime(received_at, CLOCK_OFF, difference)
    if waited < timedelta(0):
        return CountedTime(received_at, ENTERED_AHEAD, difference)
    if waited > LONGEST_WAIT:
        return CountedTime(received_at, WAITED_TOO_LONG, difference)
    return CountedTime(received_at - waited, ENTERED, difference)


class _Meter(Protocol):
    @property
    def meter_id(self) -> int: ...

    @property
    def meter_no(self) -> str: ...

    @property
    def medium(self) -> str: ...


Meter = TypeVar("Meter", bound=_Meter)


class UnableToTellMeter(ValueError):
    """`reason`: unknown_meter (not one of the account's), or which_meter (several could be meant)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def meant(meters: Sequence[Meter], *, meter_id: int | None, meter_no: str, medium: str) -> Meter:
    """The account's meter that an entry means: by id where the terminal knew it, else by number, else by medium.

    A number typed offline is read off a dial: zeros in front, spaces and hyphens make no difference.
    """
    if meter_id is not None:
        fitting = [meter for meter in meters if meter.meter_id == meter_id]
    elif plain_number(meter_no):
        fitting = [meter for meter in meters if plain_number(meter.meter_no) == plain_number(meter_no)]
    else:
        fitting = [meter for meter in meters if medium and meter.medium == medium]
    if not fitting:
        raise UnableToTellMeter("unknown_meter")
    if len(fitting) > 1:
        raise UnableToTellMeter("which_meter")
    return fitting[0]


def plain_number(meter_no: str) -> str:
    return "".join(letter for letter in meter_no.upper() if letter.isalnum()).lstrip("0")


def state_of(
    *, is_enrolled: bool, is_revoked: bool, last_seen_at: datetime | None, difference: timedelta | None,
    now: datetime,
) -> str:  # fmt: skip
    """revoked, waiting (its code has not been typed in), silent, clock (wrong enough to look at), or ok."""
    if is_revoked:
        return "revoked"
    if not is_enrolled:
        return "waiting"
    if last_seen_at is None or now - last_seen_at > SILENT_AFTER:
        return "silent"
    return "clock" if difference is not None and abs(difference) > WORRYING_DIFFERENCE else "ok"
