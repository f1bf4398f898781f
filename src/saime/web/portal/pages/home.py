"""Home: what must I do and until when, what do I owe, is anything unusual (look.md, One next step)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from saime.billing.contracts import AccountDue, BillSummary
from saime.metering.contracts import Figure, MeterView
from saime.residents.contracts import AccountAccess
from saime.web.portal.pages.entry import EntryPage


@dataclass(frozen=True, slots=True)
class Due:
    """What the accounts shown owe together, in cents; below zero they have paid ahead."""

    accounts: tuple[tuple[AccountAccess, AccountDue], ...]
    today: date

    @property
    def balance_cents(self) -> int:
        return sum(due.balance.balance_cents for _, due in self.accounts)

    @property
    def due_cents(self) -> int:
        """To be paid: what one account has paid ahead does not pay another's bill."""
        return sum(due.balance.due_cents for _, due in self.accounts)

    @property
    def overdue_cents(self) -> int:
        return sum(due.balance.overdue_cents for _, due in self.accounts)

    @property
    def advance_cents(self) -> int:
        return sum(due.balance.advance_cents for _, due in self.accounts)

    @property
    def unpaid(self) -> tuple[BillSummary, ...]:
        """The latest bills of the accounts that owe, the first due in front."""
        bills = [due.latest for _, due in self.accounts if due.latest and due.balance.due_cents]
        return tuple(sorted(bills, key=lambda bill: bill.due_on))

    @property
    def bill(self) -> BillSummary | None:
        """The bill to look at first: the one due next, or the latest."""
        latest = [due.latest for _, due in self.accounts if due.latest]
        return self.unpaid[0] if self.unpaid else max(latest, key=lambda bill: bill.period, default=None)

    @property
    def change_cents(self) -> int | None:
        """What the latest month cost against the one before; None where some account has nothing to compare with."""
        pairs = [(due.latest, due.before) for _, due in self.accounts]
        changes = [latest.month_cents - before.month_cents for latest, before in pairs if latest and before]
        return sum(changes) if changes and len(changes) == len(pairs) else None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something unusual. `kind` says which sentence; the rest is what the sentence needs."""

    kind: str  # expired, expiring, average, norm, no_reading, in_review, rejected, overdue, advance
    urgency: str  # danger, warn, info
    place: str = ""  # the home, where several are shown
    meter: MeterView | None = None
    figure: Figure | None = None
    media: frozenset[str] = frozenset()
    cents: int = 0


@dataclass(frozen=True, slots=True)
class HomePage:
    entry: EntryPage
    due: Due
    remarks: tuple[Remark, ...]

    @property
    def step(self) -> str:
        """The one next step: "submit" while readings are missing, then "pay", else "" (nothing to be done)."""
        if self.entry.missing:
            return "submit"
        return "pay" if self.due.due_cents else ""


def home_page(
    *, entry: EntryPage, due: Sequence[AccountDue], accounts: Sequence[AccountAccess], figures: Sequence[Figure],
    today: date,
) -> HomePage:  # fmt: skip
    """`figures`: consumption up to the last closed month, of which the latest month is looked at."""
    by_id = {account.account_id: account for account in accounts}
    pairs = tuple((by_id[one.account_id], one) for one in due)
    several = len(accounts) > 1
    remarks = [
        *_of_money(pairs, several=several),
        *_of_meters(entry, several=several),
        *_of_months(figures, accounts),
    ]
    order = ("danger", "warn", "info")
    return HomePage(
        entry, Due(pairs, today), tuple(sorted(remarks, key=lambda remark: order.index(remark.urgency)))
    )


def _of_money(pairs: Iterable[tuple[AccountAccess, AccountDue]], *, several: bool) -> Iterator[Remark]:
    for account, due in pairs:
        place = account.place if several else ""
        if due.balance.overdue_cents:
            yield Remark("overdue", "danger", place, cents=due.balance.overdue_cents)
        elif due.balance.advance_cents:
            yield Remark("advance", "info", place, cents=due.balance.advance_cents)


def _of_meters(entry: EntryPage, *, several: bool) -> Iterator[Remark]:
    for group in entry.groups:
        place = group.account.place if several else ""
        for one in group.meters:
            if one.meter.verification in ("expired", "expiring"):
                urgency = "danger" if one.meter.verification == "expired" else "warn"
                yield Remark(one.meter.verification, urgency, place, meter=one.meter)
            if one.in_review:
                yield Remark("in_review", "warn", place, meter=one.meter)


def _of_months(figures: Sequence[Figure], accounts: Sequence[AccountAccess]) -> Iterator[Remark]:
    """What each home's latest closed month was charged with where nobody had read the meter: once a basis."""
    for account in accounts:
        closed = [f for f in figures if f.unit_id == account.unit_id and f.is_final and f.meter_id]
        latest = max((figure.period for figure in closed), default=None)
        unread = [figure for figure in closed if figure.period == latest and figure.basis != "actual"]
        for basis in sorted({figure.basis for figure in unread}):
            of_basis = [figure for figure in unread if figure.basis == basis]
            media = frozenset(figure.medium for figure in of_basis)
            place = account.place if len(accounts) > 1 else ""
            yield Remark(basis, "warn", place, figure=of_basis[0], media=media)
