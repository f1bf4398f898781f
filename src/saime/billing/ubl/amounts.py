"""What an invoice's lines and totals come to. Cents; a credit note's are turned: it says what is given back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from saime.billing.document.contracts import BillDocument, BillDocumentLine

# UN/ECE Recommendation 20 by the word on the bill (Latin and Cyrillic letters); whatever else is counted is pieces.
_UNITS = {"m²": "MTK", "м²": "MTK", "m³": "MTQ", "м³": "MTQ", "MWh": "MWH", "МВт·ч": "MWH"}
PIECE = "C62"
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Line:
    """`rate`: percent of VAT, None: exempt. `price` is never below 0: what is taken back has a quantity below 0."""

    name: str
    code: str
    quantity: Decimal
    unit: str
    price: Decimal
    net_cents: int
    vat_cents: int
    rate: Decimal | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Vat:
    """One row of the VAT breakdown."""

    rate: Decimal | None
    net_cents: int
    vat_cents: int


@dataclass(frozen=True, slots=True)
class Totals:
    """`prepaid_cents`: what was paid ahead and is used by this invoice. An older debt is no part of an invoice."""

    net_cents: int
    vat_cents: int
    prepaid_cents: int

    @property
    def gross_cents(self) -> int:
        return self.net_cents + self.vat_cents

    @property
    def payable_cents(self) -> int:
        return self.gross_cents - self.prepaid_cents


def lines_of(bill: BillDocument, late_charge: str) -> list[Line]:
    """The lines that are paid here, and the late charge (named so) as a line of its own."""
    sign = -1 if bill.is_credit else 1
    lines = [_line(line, sign) for line in bill.payable_lines]
    if bill.late_charge_cents:
        cents = sign * bill.late_charge_cents
        lines.append(_whole(late_charge, "late_charge", cents, 0, None))
    return lines


def _line(line: BillDocumentLine, sign: int) -> Line:
    net, vat = sign * line.net_cents, sign * line.vat_cents
    turned = -sign if line.price < 0 else sign
    quantity, price = turned * line.quantity, abs(line.price)
    if abs(_cents(quantity * price) - net) > 1:
        # A share of a cost: quantity and price are rounded, the amount is exact, and only it can stand here.
        return _whole(line.name, line.service_code, net, vat, line.vat_rate, line.note)
    unit = _UNITS.get(line.unit, PIECE)
    return Line(line.name, line.service_code, quantity, unit, price, net, vat, line.vat_rate, line.note)


def _whole(name: str, code: str, net: int, vat: int, rate: Decimal | None, note: str = "") -> Line:
    """One piece for the amount."""
    quantity = Decimal(-1 if net < 0 else 1)
    return Line(name, code, quantity, PIECE, Decimal(abs(net)) * _CENT, net, vat, rate, note)


def _cents(euros: Decimal) -> int:
    return int((euros / _CENT).to_integral_value(ROUND_HALF_UP))


def breakdown(lines: Iterable[Line]) -> list[Vat]:
    """Sums by rate, the highest first, exempt last."""
    sums: dict[Decimal | None, tuple[int, int]] = {}
    for line in lines:
        net, vat = sums.get(line.rate, (0, 0))
        sums[line.rate] = net + line.net_cents, vat + line.vat_cents
    order = sorted(sums, key=lambda rate: Decimal(1) if rate is None else -rate)
    return [Vat(rate, *sums[rate]) for rate in order]


def totals_of(bill: BillDocument, rows: Iterable[Vat]) -> Totals:
    rows = list(rows)
    net, vat = sum(row.net_cents for row in rows), sum(row.vat_cents for row in rows)
    ahead = 0 if bill.is_credit else bill.payments_cents - bill.opening_balance_cents
    return Totals(net, vat, max(0, min(ahead, net + vat)))
