"""What residents sent in, month by month and by every channel: on time and not at all, twice, wrong, and corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

import numpy as np
import polars as pl
from numpy.typing import NDArray

from saime.interchange.demo.estate import FLAT, FLAT_OF_TWO, LET_FLAT, SECOND_OF_TWO, SHOWN, Estate
from saime.interchange.demo.meters import Meters
from saime.platform.periods import RIGA, Period

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

CHANNELS = np.array(["portal", "sms", "terminal", "paper", "remote", "staff"])
PORTAL, SMS, TERMINAL, PAPER, REMOTE, STAFF = range(6)
_HABITS = (0.56, 0.13, 0.09, 0.20, 0.0, 0.02)
# Days of the month on which each channel's readings come in, for 28 days; the last day follows the month's length.
_FIRST_DAY = np.array([25, 25, 25, 20, 31, 20])
_LAST_DAY = np.array([31, 28, 28, 27, 31, 31])
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Sent:
    """Submissions in columns: which place, which month (position), m³ in thousandths, channel, when (UNIX seconds)."""

    place: Int
    month: Int
    value: Int
    channel: Int
    at: Int
    tag: str  # begins the reference

    def __getitem__(self, chosen: Int | Bool) -> Sent:
        return Sent(self.place[chosen], self.month[chosen], self.value[chosen], self.channel[chosen], self.at[chosen],
                    self.tag)  # fmt: skip


def build(estate: Estate, meters: Meters, *, now: datetime, seed: int) -> pl.DataFrame:
    """Rows of `readings` (interchange.md) in order of time, nothing later than `now`; values in thousandths of m³."""
    random = np.random.default_rng([seed, 3])
    right = _right_ones(estate, meters, now, random)
    all_sent = [right, *_mistakes(right, meters, random), *_repeats(right, meters, random)]
    return _frame(all_sent, meters, estate)


def _right_ones(estate: Estate, meters: Meters, now: datetime, random: np.random.Generator) -> Sent:
    """A flat sends all its meters at once, by one channel; a common meter is read by radio or by staff."""
    flats, houses, months = len(estate), int(estate.building[-1]) + 1, len(estate.months)
    habit = _habits(estate, random)[:, None]
    now_and_then = random.choice(6, (flats, months), p=_HABITS)
    keeps_to_it = (random.integers(0, 100, (flats, months)) < 93) | (habit == REMOTE)
    by_company = np.where(np.arange(houses) % 3 == 0, REMOTE, STAFF)
    channels = np.concatenate(
        [np.where(keeps_to_it, habit, now_and_then), np.repeat(by_company[:, None], months, axis=1)]
    )
    moments = _moments(channels, flats, estate.months, now, random)
    place, month = np.nonzero(_is_sent(estate, meters, random))
    sender = np.where(meters.unit < 0, flats + meters.building, meters.unit)[place]
    sent = Sent(
        place, month, meters.reading[place, month], channels[sender, month], moments[sender, month], "r"
    )
    return sent[sent.at <= int(now.timestamp())]


def _habits(estate: Estate, random: np.random.Generator) -> Int:
    """The channel that each household keeps to. Every tenth house is read by radio."""
    habit = random.choice(6, len(estate), p=_HABITS)
    habit[list(SHOWN)] = PORTAL
    return np.where(estate.building % 10 == 9, REMOTE, habit)


def _is_sent(estate: Estate, meters: Meters, random: np.random.Generator) -> Bool:
    """places × months: was a reading sent at all? The real households' gaps, and a few more; half of this month's."""
    unit, months = np.maximum(meters.unit, 0), len(estate.months)
    missed = ~estate.was_read | (random.integers(0, 1000, (len(estate), months)) < 22)
    missed[:, 1:] |= missed[:, :-1] & (
        random.integers(0, 100, (len(estate), months - 1)) < 30
    )  # and the next as well
    missed[:, 0] = False  # the history begins with a reading of everybody's
    missed[:, -1] |= random.integers(0, 100, len(estate)) < 47
    missed[list(SHOWN)] = False
    missed[[FLAT, LET_FLAT], -5] = True  # one V a year, to be seen on the chart
    missed[SECOND_OF_TWO, -4:-1] = True  # three months in a row: at fault
    missed[[FLAT, FLAT_OF_TWO, LET_FLAT], -1] = True  # this month's is still to be sent
    sent = ~missed[unit]
    sent[meters.unit >= 0] |= (meters.building % 10 == 9)[meters.unit >= 0, None]
    sent[meters.unit < 0] = True
    # One house's common meters were not read two months ago: its difference spans two months.
    sent[(meters.unit < 0) & (meters.building % 20 == 4), -3] = False
    return sent


def _moments(
    channels: Int, flats: int, months: list[Period], now: datetime, random: np.random.Generator
) -> Int:
    """senders × months: when it came in, on its channel's days and by day; this month's not later than now."""
    length = np.array([period.days for period in months])
    first, last = np.minimum(_FIRST_DAY[channels], length), np.minimum(_LAST_DAY[channels], length)
    first[flats:] = length
    day = first + random.integers(0, 1_000_000, channels.shape) % (last - first + 1)
    start = np.array([_midnight(period) for period in months])
    at = start + (day - 1) * 86_400 + 7 * 3600 + random.integers(0, 15 * 3600, channels.shape)
    # Before the usual days have come, this month's are spread over what there is of it; a common meter waits.
    latest = int(now.timestamp()) - 600
    early = at[:flats, -1] > latest
    passed = random.integers(0, 1_000_000_000, flats) % max(latest - int(start[-1]), 1)
    at[:flats, -1] = np.where(early, start[-1] + passed, at[:flats, -1])
    return np.asarray(at, dtype=np.int64)


def _midnight(period: Period) -> int:
    return int(datetime.combine(period.first_day, time(), tzinfo=RIGA).timestamp())


def _mistakes(right: Sent, meters: Meters, random: np.random.Generator) -> list[Sent]:
    """Slips before the right one: lower than last month's reading, and far too high (in review by SMS and paper)."""
    residents = meters.unit[right.place] >= 0
    lower = right[
        (random.integers(0, 1000, len(right.place)) < 6)
        & residents
        & (right.channel != REMOTE)
        & (right.value > 60_000)
    ]
    more = right[(random.integers(0, 1000, len(right.place)) < 3) & residents & (right.channel != REMOTE)]
    big = np.where(random.integers(0, 2, len(more.place)) == 1, SMS, PAPER)
    return [
        Sent(lower.place, lower.month, lower.value - 50_000, lower.channel, lower.at - 4 * _MINUTE, "x"),
        Sent(more.place, more.month, more.value + 90_000, big, more.at - 9 * _MINUTE, "q"),
    ]


def _repeats(right: Sent, meters: Meters, random: np.random.Generator) -> list[Sent]:
    """The same month by another channel as well (whole m³, as people write on paper), and corrected by the same one."""
    chance = random.integers(0, 1000, len(right.place))
    residents = (meters.unit[right.place] >= 0) & (right.channel == PORTAL)
    also = right[(chance < 25) & residents]
    channel = random.choice(np.array([SMS, TERMINAL, PAPER]), len(also.place))
    again = right[(chance >= 975) & residents]
    return [
        Sent(also.place, also.month, also.value // 1000 * 1000, channel, also.at - 11 * _MINUTE, "w"),
        Sent(again.place, again.month, again.value // 100 * 100, again.channel, again.at - 6 * _MINUTE, "c"),
    ]


def _frame(all_sent: list[Sent], meters: Meters, estate: Estate) -> pl.DataFrame:
    periods = pl.Series([str(period) for period in estate.months])
    channels, old, new = (pl.Series(names) for names in (CHANNELS, meters.meter_no, meters.new_meter_no))
    frames = []
    for sent in all_sent:
        is_new = pl.Series(meters.replaced_in[sent.place] <= sent.month)
        ids = pl.DataFrame({"place": sent.place, "month": sent.month})
        frames.append(ids.select(
            meter_no=pl.when(is_new).then(new[sent.place]).otherwise(old[sent.place]), value=pl.Series(sent.value),
            received_at=pl.from_epoch(pl.Series(sent.at), time_unit="s").dt.replace_time_zone("UTC"),
            channel=channels[sent.channel], reference=pl.format("demo-" + sent.tag + "-{}-{}", "place", "month"),
            period=periods[sent.month],
        ))  # fmt: skip
    return pl.concat(frames).sort("received_at", "reference")
