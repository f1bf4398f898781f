"""Everything a bill shows, in the domain's words (domain.md, "Services, tariffs and the bill").

One `BillDocument` is the source of the PDF and of the portal's bill page, so both always say the same. Nothing in
here touches the database or a clock. Money is integer cents, prices are `Decimal` euro with up to 6 decimals,
quantities `Decimal` with up to 3; periods are integers YYYYMM. Free text (names, services, notes) comes already in
the document's language.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

from saime.billing.document.epc import epc_payload

Language = Literal["lv", "ru", "en"]
LineGroup = Literal["house", "water", "heat", "waste", "other"]
# What a quantity stands on: how it was measured, or the key by which it was shared out.
LineBasis = Literal["actual", "average", "norm", "no_reading", "m2", "person", "unit", "fixed", "share"]
ReadingBasis = Literal["actual", "average", "norm", "no_reading"]
Mark = Literal["V", "N", ""]
Medium = Literal["cold_water", "hot_water", "heat", "electricity", "gas"]
Channel = Literal["portal", "sms", "terminal", "paper", "remote", "staff"]
Verification = Literal["valid", "expiring", "expired", "unknown"]

LANGUAGES: tuple[Language, ...] = ("lv", "ru", "en")
LINE_GROUPS: tuple[LineGroup, ...] = ("house", "water", "heat", "waste", "other")


@dataclass(frozen=True, kw_only=True)
class BillDocumentBankAccount:
    """An account of the payee; `iban` without spaces, `bic` may be empty."""

    bank: str
    iban: str
    bic: str = ""


@dataclass(frozen=True, kw_only=True)
class BillDocumentPayee:
    """The house manager, as it must be named on a bill. The first of `accounts` is the one in the QR code."""

    name: str
    registration_no: str
    vat_no: str
    accounts: tuple[BillDocumentBankAccount, ...]
    address: str
    phone: str = ""
    email: str = ""
    web: str = ""
    office_hours: str = ""


@dataclass(frozen=True, kw_only=True)
class BillDocumentLine:
    """One service of the bill.

    `unit` is a display word ("m²", "m³", "MWh", "pers."); `vat_rate` in percent (Decimal("21")), None = exempt.
    A line that is `paid_direct` is calculated and shown, but paid straight to the supplier: it is in no total.
    `note` is one short sentence under the name ("0,075 MWh × 4,250 m³"). Comparisons are gross cents of the same
    service; None = there is nothing to compare with.
    """

    service_code: str
    name: str
    group: LineGroup
    quantity: Decimal
    unit: str
    price: Decimal
    net_cents: int
    vat_rate: Decimal | None
    vat_cents: int
    gross_cents: int
    basis: LineBasis
    mark: Mark = ""
    paid_direct: bool = False
    note: str = ""
    last_month_gross_cents: int | None = None
    last_year_gross_cents: int | None = None


@dataclass(frozen=True, kw_only=True)
class BillDocumentMeter:
    """One meter of the unit. Readings and consumption with 3 decimals, in `unit`.

    `current` is None in a month without a reading. `consumption` is what the period is charged with, which after
    averages is not `current − previous`; `charged_between` is then what earlier bills already charged on average.
    `replaced_serial` names the meter that this one replaced in the period: consumption is the sum of both parts.
    `verification_days` counts the days left (negative: since it expired), as of the issue date.
    """

    serial: str
    medium: Medium
    previous: Decimal
    current: Decimal | None
    consumption: Decimal
    basis: ReadingBasis
    mark: Mark = ""
    unit: str = "m³"
    place: str = ""
    previous_period: int | None = None
    channel: Channel | None = None
    charged_between: Decimal | None = None
    valid_until: date | None = None
    verification: Verification = "unknown"
    verification_days: int | None = None
    replaced_serial: str = ""


@dataclass(frozen=True, kw_only=True)
class BillDocumentMonth:
    """Consumption of one medium in one period, all meters of the unit together."""

    period: int
    quantity: Decimal
    basis: ReadingBasis


@dataclass(frozen=True, kw_only=True)
class BillDocumentHistory:
    """The chart: up to 12 months of one medium, oldest first, ending with the bill's period."""

    medium: Medium
    months: tuple[BillDocumentMonth, ...]
    unit: str = "m³"


@dataclass(frozen=True, kw_only=True)
class BillDocumentSlipMeter:
    """A meter on the tear-off slip, with its last registered reading before the slip's month as a help."""

    serial: str
    medium: Literal["cold_water", "hot_water"]
    digits: int  # whole digits of the dial
    previous: Decimal | None = None
    previous_period: int | None = None


@dataclass(frozen=True, kw_only=True)
class BillDocumentSlip:
    """The tear-off part: the next month's readings on paper. `last_day`: forms of that month are taken until then."""

    period: int
    last_day: date
    meters: tuple[BillDocumentSlipMeter, ...]


@dataclass(frozen=True, kw_only=True)
class BillDocumentVat:
    """Net, VAT and gross of all payable lines of one rate (percent; None = exempt), in cents."""

    rate: Decimal | None
    net_cents: int
    vat_cents: int
    gross_cents: int


@dataclass(frozen=True, kw_only=True)
class BillDocumentGroup:
    """The lines of one group in their order; gross and last month's gross count payable lines only."""

    group: LineGroup
    lines: tuple[BillDocumentLine, ...]
    gross_cents: int
    last_month_gross_cents: int | None


@dataclass(frozen=True, kw_only=True)
class BillDocument:
    """A bill, or the credit of one (`credits_bill_no` set).

    total_due_cents = opening_balance_cents − payments_cents + late_charge_cents + lines_gross_cents, where

    - `opening_balance_cents`: what was owed before this bill: debt is positive, an advance negative;
    - `payments_cents`: received since the bill before, positive;
    - `lines_gross_cents`: Σ gross of the lines that are not paid directly to a supplier;
    - `total_due_cents` below zero is an advance that stays on the account: nothing is to be paid, there is no QR code.

    `reference` is the account's ISO 11649 reference ("RF…"). `connect_code` is the one-time code with which the
    account is connected to a login. `replaces_bill_no`: the credited bill instead of which this one was issued. `slip`
    only on bills for paper.
    """

    language: Language
    number: str
    period: int
    account_no: str
    holder_name: str
    address: str
    unit: str
    area_m2: Decimal
    declared_persons: int
    issued_on: date
    due_on: date
    payee: BillDocumentPayee
    reference: str
    lines: tuple[BillDocumentLine, ...]
    meters: tuple[BillDocumentMeter, ...]
    opening_balance_cents: int
    payments_cents: int
    late_charge_cents: int
    lines_gross_cents: int
    total_due_cents: int
    history: tuple[BillDocumentHistory, ...] = ()
    last_month_lines_gross_cents: int | None = None
    last_year_lines_gross_cents: int | None = None
    connect_code: str | None = None
    credits_bill_no: str | None = None
    replaces_bill_no: str | None = None
    notices: tuple[str, ...] = ()
    slip: BillDocumentSlip | None = None

    @property
    def is_credit(self) -> bool:
        return self.credits_bill_no is not None

    @cached_property
    def payable_lines(self) -> tuple[BillDocumentLine, ...]:
        return tuple(line for line in self.lines if not line.paid_direct)

    @cached_property
    def groups(self) -> tuple[BillDocumentGroup, ...]:
        """The lines grouped, in the order of `LINE_GROUPS`; groups without lines are left out."""
        by_group = {group: tuple(line for line in self.lines if line.group == group) for group in LINE_GROUPS}
        return tuple(_group(group, lines) for group, lines in by_group.items() if lines)

    @cached_property
    def vat_summary(self) -> tuple[BillDocumentVat, ...]:
        """Payable lines summed by VAT rate, highest rate first, exempt last."""
        rates = sorted({line.vat_rate for line in self.payable_lines}, key=_rate_order)
        return tuple(_vat_of(rate, self.payable_lines) for rate in rates)

    @cached_property
    def paid_direct_cents(self) -> int:
        return sum(line.gross_cents for line in self.lines if line.paid_direct)

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """The marks that occur and so have to be explained, V before N."""
        used = {line.mark for line in self.lines} | {meter.mark for meter in self.meters}
        marks: tuple[Mark, ...] = ("V", "N")
        return tuple(mark for mark in marks if mark in used)

    @cached_property
    def epc_payload(self) -> str | None:
        """The text of the payment QR code, None where there is nothing to pay.

        Raises `UnableToMakePaymentCode` where the payee's data do not fit the standard.
        """
        if self.total_due_cents <= 0 or self.is_credit or not self.payee.accounts:
            return None
        account = self.payee.accounts[0]
        return epc_payload(
            payee=self.payee.name,
            iban=account.iban,
            bic=account.bic,
            amount_cents=self.total_due_cents,
            reference=self.reference,
        )


def disagreements(bill: BillDocument) -> tuple[str, ...]:
    """Where the figures of a bill contradict each other, in words for staff; empty for a sound bill."""
    lines = sum(line.gross_cents for line in bill.payable_lines)
    total = bill.opening_balance_cents - bill.payments_cents + bill.late_charge_cents + bill.lines_gross_cents
    found = [
        f"line {line.service_code}: net {line.net_cents} + VAT {line.vat_cents} is not gross {line.gross_cents}"
        for line in bill.lines
        if line.net_cents + line.vat_cents != line.gross_cents
    ]
    if lines != bill.lines_gross_cents:
        found.append(f"the lines add up to {lines} cents, the bill says {bill.lines_gross_cents}")
    if total != bill.total_due_cents:
        found.append(
            f"balance, payments, late charge and lines make {total}, the bill says {bill.total_due_cents}"
        )
    return tuple(found)


def _group(group: LineGroup, lines: tuple[BillDocumentLine, ...]) -> BillDocumentGroup:
    payable = [line for line in lines if not line.paid_direct]
    return BillDocumentGroup(
        group=group,
        lines=lines,
        gross_cents=sum(line.gross_cents for line in payable),
        last_month_gross_cents=_sum_or_none(line.last_month_gross_cents for line in payable),
    )


def _sum_or_none(amounts: Iterable[int | None]) -> int | None:
    """None as soon as one is unknown: half a comparison misleads."""
    known = tuple(amounts)
    return None if not known or None in known else sum(amount or 0 for amount in known)


def _vat_of(rate: Decimal | None, lines: tuple[BillDocumentLine, ...]) -> BillDocumentVat:
    of_rate = [line for line in lines if line.vat_rate == rate]
    return BillDocumentVat(
        rate=rate,
        net_cents=sum(line.net_cents for line in of_rate),
        vat_cents=sum(line.vat_cents for line in of_rate),
        gross_cents=sum(line.gross_cents for line in of_rate),
    )


def _rate_order(rate: Decimal | None) -> Decimal:
    return Decimal(1) if rate is None else -rate
