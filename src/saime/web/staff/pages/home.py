"""The reading desk: what waits for somebody, the most pressing first, and how the month comes along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from saime.channels.paper import queries as paper
from saime.channels.remote import queries as remote
from saime.channels.sms import queries as sms
from saime.channels.terminal import queries as terminal
from saime.metering import desk
from saime.metering.contracts import CHANNEL_CODES, DayCount
from saime.platform.periods import RIGA, Period
from saime.web.design import formats
from saime.web.design.charts import Bar
from saime.web.staff.pages.texts import is_late
from saime.web.staff.places import DECIDE_DOUBTS, DECIDE_FORMS, SEE_MESSAGES, SEE_REMOTE, SEE_TERMINALS


@dataclass(frozen=True, slots=True)
class Work:
    """Something that waits at a place of the office. `title` says how much, `since` how long or who."""

    place: str
    icon: str
    count: int
    title: str
    since: str
    label: str
    query: str = ""

    @property
    def href(self) -> str:
        return reverse(f"staff:{self.place}") + self.query


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel's readings this month, and up to the same day and hour of the month before. Widths of 1000."""

    channel: str
    count: int
    before: int
    width: int
    width_before: int


@dataclass(frozen=True, slots=True)
class Month:
    """How a month comes along."""

    period: Period
    channels: tuple[ChannelRow, ...]
    days: tuple[Bar, ...]

    @property
    def count(self) -> int:
        return sum(row.count for row in self.channels)

    @property
    def before(self) -> int:
        return sum(row.before for row in self.channels)


@dataclass(frozen=True, slots=True)
class HomePage:
    works: tuple[Work, ...]
    month: Month

    @property
    def first(self) -> Work | None:
        """What to do now."""
        return next(iter(self.works), None)


def home_page(request: HttpRequest, now: datetime) -> HomePage:
    today, period = _today(now), Period.containing(now)
    waiting = (work for work in _works(request, now) if work.count)
    return HomePage(tuple(waiting), month_page(desk.month_by_day(period, now=now), period, today))


def _works(request: HttpRequest, now: datetime) -> Iterator[Work]:
    """What is decided by people first, then what has stopped, then what looks wrong."""
    each = ((DECIDE_FORMS, _forms), (DECIDE_DOUBTS, _doubts), (SEE_MESSAGES, _failed), (SEE_MESSAGES, _unsent),
            (SEE_TERMINALS, _silent), (SEE_REMOTE, _leaks))  # fmt: skip
    return (work(now) for right, work in each if request.user.has_perm(right))


def _forms(now: datetime) -> Work:
    queue = paper.desk_queue(now)
    title = ngettext("%(n)s form to review", "%(n)s forms to review", queue.waiting) % {"n": queue.waiting}
    since = _since(queue.oldest_received_on, _today(now))
    return Work("forms", "document", queue.waiting, title, since, _("Review the forms"))


def _doubts(now: datetime) -> Work:
    waiting = desk.doubts_waiting()
    facts = {"n": waiting.count}
    title = ngettext("%(n)s doubtful reading", "%(n)s doubtful readings", waiting.count) % facts
    oldest = waiting.oldest_received_at
    since = _since(_today(oldest) if oldest else None, _today(now))
    return Work("doubts", "alert", waiting.count, title, since, _("Look at the readings"))


def _failed(now: datetime) -> Work:
    count = sms.health(now=now).failed_today
    title = ngettext(
        "%(n)s text message could not be handled", "%(n)s text messages could not be handled", count
    )
    return Work("texts", "message", count, title % {"n": count}, "", _("See the messages"), "?outcome=failed")


def _unsent(now: datetime) -> Work:
    health = sms.health(now=now)
    count = health.waiting if is_late(health, now) else 0
    title = ngettext("%(n)s answer waits to be sent", "%(n)s answers wait to be sent", count)
    return Work(
        "texts", "message", count, title % {"n": count}, _("Is the gateway running?"), _("See the messages")
    )


def _silent(now: datetime) -> Work:
    rows = [
        row for row in terminal.terminals(now=now, with_revoked=False) if row.state in ("silent", "clock")
    ]
    title = ngettext("%(n)s terminal needs a look", "%(n)s terminals need a look", len(rows)) % {
        "n": len(rows)
    }
    return Work(
        "terminals",
        "terminal",
        len(rows),
        title,
        ", ".join(row.name for row in rows[:3]),
        _("See the terminals"),
    )


def _leaks(now: datetime) -> Work:
    count = len(remote.suspect_meters(today=_today(now)))
    title = ngettext("%(n)s meter leaks or stands still", "%(n)s meters leak or stand still", count)
    return Work("remote", "remote", count, title % {"n": count}, "", _("See the meters"))


def _today(now: datetime) -> date:
    return now.astimezone(RIGA).date()


def _since(day: date | None, today: date) -> str:
    if day is None:
        return ""
    days = (today - day).days
    if days <= 0:
        return _("the oldest came today")
    return ngettext("the oldest has waited %(n)s day", "the oldest has waited %(n)s days", days) % {"n": days}


def month_page(counts: Sequence[DayCount], period: Period, today: date) -> Month:
    """Both months beside each other, the earlier one only up to today's day in the channels' comparison."""
    this = [count for count in counts if count.period == period]
    before = [count for count in counts if count.period == period - 1]
    so_far = [count for count in before if count.day.day <= today.day or count.day > (period - 1).last_day]
    return Month(period, tuple(_channels(this, so_far)), tuple(_days(this, before, period, today)))


def _channels(this: Iterable[DayCount], before: Iterable[DayCount]) -> Iterator[ChannelRow]:
    counts, counts_before = _by_channel(this), _by_channel(before)
    most = max([1, *counts.values(), *counts_before.values()])
    for channel in CHANNEL_CODES[1:]:
        count, earlier = counts[channel], counts_before[channel]
        if count or earlier:
            yield ChannelRow(channel, count, earlier, count * 1000 // most, earlier * 1000 // most)


def _by_channel(counts: Iterable[DayCount]) -> Counter[str]:
    found: Counter[str] = Counter()
    for count in counts:
        found[count.channel] += count.submissions
    return found


def _days(this: Iterable[DayCount], before: Iterable[DayCount], period: Period, today: date) -> Iterator[Bar]:
    counts, counts_before = _by_day(this, period), _by_day(before, period - 1)
    language = (get_language() or formats.ENGLISH)[:2]
    for number in range(1, period.days + 1):
        day = period.first_day.replace(day=number)
        yield Bar(
            label=str(number),
            value=counts[number] if day <= today else None,
            before=counts_before[number] if number <= (period - 1).days else None,
            title=formats.day_text(day, language),
        )


def _by_day(counts: Iterable[DayCount], period: Period) -> Counter[int]:
    """By day of the month; what came for the month when it was over is not in the picture."""
    found: Counter[int] = Counter()
    for count in counts:
        if Period.containing(count.day) == period:
            found[count.day.day] += count.submissions
    return found
