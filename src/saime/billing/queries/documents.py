"""Stored bills as `BillDocument`: the one source of the PDF and of the bill's page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from saime.billing.document.contracts import (
    LANGUAGES,
    BillDocument,
    BillDocumentBankAccount,
    BillDocumentHistory,
    BillDocumentLine,
    BillDocumentMeter,
    BillDocumentMonth,
    BillDocumentPayee,
    BillDocumentSlip,
    Channel,
    Language,
    LineBasis,
    LineGroup,
    Mark,
    Medium,
    ReadingBasis,
    Verification,
)  # fmt: skip
from saime.billing.document.labels import words
from saime.billing.queries import stored
from saime.billing.queries.slips import slips
from saime.billing.queries.stored import Stored, StoredBill, StoredConsumption, StoredLine
from saime.billing.queries.units import basis_of, unit_word
from saime.billing.references import payment_reference
from saime.metering.rules.verification import days_left, state_of
from saime.platform.periods import Period

BATCH = 500
_MEDIA: dict[str, Medium] = {"cold": "cold_water", "hot": "hot_water"}
_WEAKEST = ("actual", "average", "norm", "no_reading")


def documents(
    bill_ids: Sequence[int],
    *,
    language: Language | None = None,
    connect_codes: Mapping[int, str] | None = None,
    with_slips: bool = False,
) -> Iterator[BillDocument]:
    """The bills in the order asked for, each in its account's language unless one is given. Three queries a 500 bills.

    `connect_codes`: account id → the one-time code to print; none is shown for other accounts. `with_slips`: with the
    tear-off slip for the next month's readings, for whoever still gets paper; two queries more.
    """
    codes = connect_codes or {}
    for start in range(0, len(bill_ids), BATCH):
        found = stored.load(bill_ids[start : start + BATCH])
        torn = slips(found.bills) if with_slips else {}
        for bill in found.bills:
            yield document(bill, found, language, codes.get(bill.account_id), torn.get(bill.bill_id))


def document(
    bill: StoredBill,
    found: Stored,
    language: Language | None = None,
    connect_code: str | None = None,
    slip: BillDocumentSlip | None = None,
) -> BillDocument:
    """One of the loaded bills as a document."""
    spoken = language or as_language(bill.snapshot.get("language", bill.language))
    lines = found.lines.get(bill.bill_id, ())
    return BillDocument(
        language=spoken, number=bill.bill_no, period=bill.period.number, issued_on=bill.issued_on, due_on=bill.due_on,
        **_customer(bill), payee=payee(), reference=payment_reference(bill.account_no),
        lines=tuple(_Lines(bill, found, spoken).all(lines)), meters=tuple(_meters(bill, found)),
        opening_balance_cents=bill.opening_cents, payments_cents=bill.payments_cents,
        late_charge_cents=bill.late_charge_cents, lines_gross_cents=bill.lines_cents,
        total_due_cents=bill.total_due_cents, history=tuple(_history(bill, found)),
        last_month_lines_gross_cents=bill.before_cents, last_year_lines_gross_cents=bill.year_ago_cents,
        connect_code=connect_code, credits_bill_no=bill.credits_no, replaces_bill_no=bill.replaces_no,
        notices=tuple(reason for reason in [bill.credit_reason] if reason), slip=slip,
    )  # fmt: skip


def _customer(bill: StoredBill) -> dict[str, Any]:
    """Who the bill was for, as it was on the day."""
    then = bill.snapshot
    return {
        "account_no": then["account_no"], "holder_name": then["holder"], "address": then["address"],
        "unit": then["unit_no"], "area_m2": Decimal(then["area_m2"]), "declared_persons": int(then["persons"]),
    }  # fmt: skip


def payee() -> BillDocumentPayee:
    """The house manager, from the settings (`saime.config.company`)."""
    return _payee(tuple(sorted((key, _frozen(value)) for key, value in settings.COMPANY.items())))


@lru_cache(maxsize=4)
def _payee(company: tuple[tuple[str, Any], ...]) -> BillDocumentPayee:
    values = dict(company)
    banks = values.pop("accounts")
    accounts = tuple(BillDocumentBankAccount(bank=bank, iban=iban, bic=bic) for bank, iban, bic in banks)
    return BillDocumentPayee(**values, accounts=accounts)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


class _Lines:
    """The lines of a bill beside those of the month and of the year before."""

    def __init__(self, bill: StoredBill, found: Stored, language: Language) -> None:
        self._language = language
        self._before = _by_service(bill.before_id, found)
        self._year_ago = _by_service(bill.year_ago_id, found)

    def all(self, lines: Sequence[StoredLine]) -> Iterator[BillDocumentLine]:
        return (self._line(line) for line in lines)

    def _line(self, line: StoredLine) -> BillDocumentLine:
        is_exempt = not line.vat_rate and not line.vat_cents
        return BillDocumentLine(
            service_code=line.service, name=line.names[self._language], group=cast("LineGroup", line.group),
            quantity=line.quantity, unit=unit_word(line.unit, self._language), price=line.price,
            net_cents=line.net_cents, vat_rate=None if is_exempt else line.vat_rate, vat_cents=line.vat_cents,
            gross_cents=line.gross_cents, basis=cast("LineBasis", basis_of(line.basis, line.key)),
            mark=cast("Mark", line.mark), paid_direct=line.paid_direct, note=_note(line, self._language),
            last_month_gross_cents=_compared(line, self._before), last_year_gross_cents=_compared(line, self._year_ago),
        )  # fmt: skip


def _note(line: StoredLine, language: Language) -> str:
    """What a recalculation corrects, and why; nothing under a line of the month itself."""
    if line.corrects is None:
        return ""
    with translation.override(language):
        return _("Correction for %(month)s: %(reason)s") % {
            "month": words(language).period(line.corrects.number), "reason": line.made_from["reason"]
        }  # fmt: skip


def _by_service(bill_id: int | None, found: Stored) -> dict[str, int] | None:
    """Gross by service, recalculations left out; None where there is no such bill."""
    if bill_id is None:
        return None
    gross: dict[str, int] = {}
    for line in found.lines.get(bill_id, ()):
        if line.corrects is None:
            gross[line.service] = gross.get(line.service, 0) + line.gross_cents
    return gross


def _compared(line: StoredLine, other: dict[str, int] | None) -> int | None:
    """The other bill's gross of the same service. A recalculation is compared with nothing."""
    return None if other is None or line.corrects is not None else other.get(line.service)


def _meters(bill: StoredBill, found: Stored) -> Iterator[BillDocumentMeter]:
    rows = _own_months(bill, found)
    before = {row.chain_id: row for row in rows if row.period == bill.period - 1 and row.chain_id is not None}
    for row in rows:
        if row.period == bill.period and row.meter_no is not None:
            yield _meter(row, before.get(row.chain_id or 0), bill)


def _meter(row: StoredConsumption, before: StoredConsumption | None, bill: StoredBill) -> BillDocumentMeter:
    previous = row.initial_reading if row.previous_reading is None else row.previous_reading
    is_new = row.installed_on is not None and Period.containing(row.installed_on) == bill.period
    valid_until = row.valid_until_at(bill.issued_at)
    return BillDocumentMeter(
        serial=row.meter_no or "", medium=_MEDIA[row.medium], previous=previous or Decimal(0), current=row.reading,
        consumption=row.m3, basis=cast("ReadingBasis", row.basis), mark=_mark(row.basis),
        previous_period=before.read_period.number if before and before.read_period else None,
        channel=cast("Channel", row.channel) if row.channel else None,
        charged_between=row.estimated_before if row.basis == "actual" and row.estimated_before else None,
        valid_until=valid_until, verification=cast("Verification", state_of(valid_until, bill.issued_on)),
        verification_days=days_left(valid_until, bill.issued_on),
        replaced_serial=row.replaced_no or "" if is_new else "",
    )  # fmt: skip


def _mark(basis: str) -> Mark:
    marks: dict[str, Mark] = {"average": "V", "norm": "N"}
    return marks.get(basis, "")


def _history(bill: StoredBill, found: Stored) -> Iterator[BillDocumentHistory]:
    for medium, of_medium in stored.by_medium(_own_months(bill, found)).items():
        months = {
            row.period: [other for other in of_medium if other.period == row.period] for row in of_medium
        }
        yield BillDocumentHistory(
            medium=_MEDIA[medium], months=tuple(_month(*month) for month in months.items())
        )


def _own_months(bill: StoredBill, found: Stored) -> list[StoredConsumption]:
    """The unit's months that are the bill's to show; others may be loaded for another account of the same unit."""
    first, last = stored.months_of(bill)
    return [row for row in found.consumption.get(bill.unit_id, ()) if first <= row.period <= last]


def _month(period: Period, rows: Sequence[StoredConsumption]) -> BillDocumentMonth:
    """All meters of a medium together; the basis is the weakest of theirs."""
    basis = max((row.basis for row in rows), key=_WEAKEST.index)
    return BillDocumentMonth(
        period=period.number,
        quantity=sum((row.m3 for row in rows), Decimal(0)),
        basis=cast("ReadingBasis", basis),
    )


def as_language(text: str) -> Language:
    """`text` where bills speak it, Latvian otherwise."""
    return next((language for language in LANGUAGES if language == text), "lv")
