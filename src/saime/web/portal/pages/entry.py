"""Entering readings: which meters may be read now, what was typed, and what the page asks or says about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from saime.metering.contracts import MeterView, SubmissionView, WindowView
from saime.platform.periods import RIGA, Period
from saime.residents.contracts import AccountAccess

# domain.md, Readings 5: no month below this is doubtful, so the page does not ask to look again either.
USUAL_M3 = Decimal(15)


@dataclass(frozen=True, slots=True)
class Question:
    """A doubtful value that waits for "yes, the meter shows this": as typed, and the m³ it comes to."""

    value: str
    m3: Decimal


@dataclass(frozen=True, slots=True)
class MeterEntry:
    """One meter on the page: what is known of it, what was typed, and what was wrong with that."""

    meter: MeterView
    period: Period
    typed: str = ""
    error: str = ""
    question: Question | None = None
    just_sent: bool = False

    @property
    def field(self) -> str:
        return f"reading_{self.meter.meter_id}"

    @property
    def confirm_field(self) -> str:
        return f"confirm_{self.meter.meter_id}"

    @property
    def registered(self) -> SubmissionView | None:
        """The month's registered reading; None where there is none yet."""
        return next((s for s in self.meter.submissions if s.fate == "registered"), None)

    @property
    def in_review(self) -> SubmissionView | None:
        return next((s for s in self.meter.submissions if s.fate == "in_review"), None)

    @property
    def is_read(self) -> bool:
        return self.registered is not None or self.in_review is not None

    @property
    def is_open(self) -> bool:
        """Whether the field stands open: nothing came yet, or what was typed needs another look."""
        return not self.is_read or bool(self.error or self.question or self.typed)

    @property
    def charged_since(self) -> Decimal:
        """m³ already charged without a reading since the previous one; the new reading settles them."""
        return self.meter.figure.estimated_before if self.meter.figure else Decimal(0)

    @property
    def usual(self) -> Decimal:
        """m³ above which the page asks to look again: for as many months as have passed since the last reading."""
        previous = self.meter.previous_period
        return USUAL_M3 * max(1, self.period.months_since(previous) if previous else 1)


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """The meters of one account, and when its house takes readings on the portal."""

    account: AccountAccess
    window: WindowView
    meters: tuple[MeterEntry, ...]

    @property
    def missing(self) -> tuple[MeterEntry, ...]:
        return tuple(entry for entry in self.meters if not entry.is_read)


@dataclass(frozen=True, slots=True)
class EntryPage:
    """All meters of all accounts. `closed_meanwhile`: the month was billed between opening the page and sending it."""

    groups: tuple[AccountEntry, ...]
    period: Period
    today: date
    closed_meanwhile: bool = False
    nothing_typed: bool = False

    @property
    def entries(self) -> tuple[MeterEntry, ...]:
        return tuple(entry for group in self.groups for entry in group.meters)

    @property
    def open_groups(self) -> tuple[AccountEntry, ...]:
        return tuple(group for group in self.groups if group.window.is_open and group.meters)

    @property
    def missing(self) -> tuple[MeterEntry, ...]:
        """Meters that wait for a reading and can have one now."""
        return tuple(entry for group in self.open_groups for entry in group.missing)

    @property
    def is_done(self) -> bool:
        return bool(self.open_groups) and not self.missing

    @property
    def last_day(self) -> date | None:
        """The last day on which what is missing (or, all done, what could be changed) is taken."""
        groups = [group for group in self.open_groups if group.missing] or list(self.open_groups)
        return min((last_day(group.window) for group in groups), default=None)

    @property
    def days_left(self) -> int | None:
        """0 on the last day itself."""
        return None if self.last_day is None else (self.last_day - self.today).days

    @property
    def next_window(self) -> WindowView | None:
        """When the portal takes readings next, where it takes none now."""
        shut = [
            g.window
            for g in self.groups
            if g.meters and not g.window.is_open and not g.window.is_switched_off
        ]
        return min(shut, key=lambda window: window.opens_at, default=None)

    @property
    def next_last_day(self) -> date | None:
        return last_day(self.next_window) if self.next_window else None

    @property
    def errors(self) -> tuple[MeterEntry, ...]:
        return tuple(entry for entry in self.entries if entry.error)

    @property
    def questions(self) -> tuple[MeterEntry, ...]:
        return tuple(entry for entry in self.entries if entry.question)

    @property
    def just_sent(self) -> tuple[MeterEntry, ...]:
        return tuple(entry for entry in self.entries if entry.just_sent)

    @property
    def m3(self) -> Decimal:
        """What has been read comes to, all meters together."""
        return sum((e.meter.figure.m3 for e in self.entries if e.is_read and e.meter.figure), Decimal(0))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of what was typed for one meter: at most one of error and question; neither: it was taken."""

    error: str = ""
    question: Question | None = None
    is_closed: bool = False


def last_day(window: WindowView) -> date:
    """The window's last day as people count it: `closes_at` is the moment after it."""
    return (window.closes_at - timedelta(microseconds=1)).astimezone(RIGA).date()


def first_day(window: WindowView) -> date:
    return window.opens_at.astimezone(RIGA).date()


def entry_page(
    *, accounts: Sequence[AccountAccess], meters: Sequence[MeterView], windows: Mapping[int, WindowView],
    now: datetime,
) -> EntryPage:  # fmt: skip
    """The page as it opens. `windows`: the portal's, by building."""
    period = Period.containing(now)
    groups = tuple(
        AccountEntry(
            account,
            windows[account.building_id],
            tuple(MeterEntry(meter, period) for meter in meters if meter.unit_id == account.unit_id),
        )
        for account in accounts
    )
    return EntryPage(groups, period, now.astimezone(RIGA).date())


def with_typed(page: EntryPage, typed: Mapping[int, str]) -> EntryPage:
    """The page with what was typed before it was interrupted."""
    return _each(page, lambda entry: replace(entry, typed=typed.get(entry.meter.meter_id, "")))


def with_sent(page: EntryPage, references: frozenset[str]) -> EntryPage:
    """The page after everything was taken: `references` are those of the submissions just made."""

    def mark(entry: MeterEntry) -> MeterEntry:
        mine = any(submission.reference in references for submission in entry.meter.submissions)
        return replace(entry, just_sent=mine)

    return _each(page, mark)


def with_verdicts(page: EntryPage, *, typed: Mapping[int, str], verdicts: Mapping[int, Verdict]) -> EntryPage:
    """The page after sending: nothing typed is lost, what was taken is shown as sent."""

    def after(entry: MeterEntry) -> MeterEntry:
        verdict = verdicts.get(entry.meter.meter_id)
        if verdict is None or verdict.error or verdict.question:
            verdict = verdict or Verdict()
            text = typed.get(entry.meter.meter_id, "")
            return replace(entry, typed=text, error=verdict.error, question=verdict.question)
        return replace(entry, just_sent=True)

    closed = any(verdict.is_closed for verdict in verdicts.values())
    return replace(_each(page, after), closed_meanwhile=closed, nothing_typed=not verdicts)


def _each(page: EntryPage, change: Callable[[MeterEntry], MeterEntry]) -> EntryPage:
    groups = tuple(replace(group, meters=tuple(map(change, group.meters))) for group in page.groups)
    return replace(page, groups=groups)
