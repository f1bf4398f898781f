"""A bill as a page: where it goes, its lines with their place, its meters, how to pay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from saime.billing import contracts
from saime.billing.document.contracts import BillDocument, BillDocumentLine
from saime.billing.document.drawing import qr_svg
from saime.platform.periods import Period
from saime.web.design.charts import Part

COLOURS = {"heat": 1, "house": 2, "water": 3, "waste": 4, "other": 5}


@dataclass(frozen=True, slots=True)
class BillLineRow:
    """A line, and the id by which Why? asks for it."""

    line_id: int
    line: BillDocumentLine


@dataclass(frozen=True, slots=True)
class BillGroup:
    group: str
    name: str
    gross_cents: int
    rows: tuple[BillLineRow, ...]


@dataclass(frozen=True, slots=True)
class BillView:
    found: contracts.BillPage
    period: Period
    groups: tuple[BillGroup, ...]
    parts: tuple[Part, ...]

    @property
    def bill(self) -> BillDocument:
        return self.found.document

    @property
    def is_to_pay(self) -> bool:
        """Whether the page says how to pay: the bill asks for money and stands."""
        return self.bill.total_due_cents > 0 and not self.bill.is_credit and self.found.credited_by is None

    @property
    def is_paid(self) -> bool:
        return self.is_to_pay and self.found.balance_cents <= 0

    @property
    def change_cents(self) -> int | None:
        before = self.bill.last_month_lines_gross_cents
        return None if before is None else self.bill.lines_gross_cents - before

    @property
    def change_year_cents(self) -> int | None:
        before = self.bill.last_year_lines_gross_cents
        return None if before is None else self.bill.lines_gross_cents - before

    @property
    def qr(self) -> str:
        """The payment code as SVG; "" where nothing is to be paid."""
        payload = self.bill.epc_payload if self.is_to_pay else None
        return qr_svg(payload) if payload else ""


def group_name(group: str) -> str:
    names = {
        "house": _("House"),
        "water": _("Water"),
        "heat": _("Heat"),
        "waste": _("Waste"),
        "other": _("Other"),
    }
    return names[group]


def bill_view(found: contracts.BillPage) -> BillView:
    bill = found.document
    groups = tuple(_groups(found))
    shown = sorted((group for group in groups if group.gross_cents), key=lambda group: -group.gross_cents)
    parts = tuple(Part(group.name, group.gross_cents, COLOURS[group.group]) for group in shown)
    return BillView(found, Period.from_number(bill.period), groups, parts)


def _groups(found: contracts.BillPage) -> Iterator[BillGroup]:
    rows = [BillLineRow(*pair) for pair in zip(found.line_ids, found.document.lines, strict=True)]
    for group in found.document.groups:
        mine = tuple(row for row in rows if row.line.group == group.group)
        yield BillGroup(group.group, group_name(group.group), group.gross_cents, mine)
