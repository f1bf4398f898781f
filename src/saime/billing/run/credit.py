"""Taking an issued bill back: a credit note with the same lines below zero, and the entries that reverse it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from saime.billing.models import Bill
from saime.billing.run.alone import RunIsGoingOn, alone
from saime.billing.run.writing import take_numbers
from saime.ledger.operations import LegInput, post_entry
from saime.ledger.queries import balance_as_of
from saime.platform.periods import RIGA


class UnableToCreditBill(Exception):
    """The bill cannot be taken back. The text says why and what to do."""


def credit_bill(bill_no: str, *, reason: str, now: datetime, issued_on: date | None = None) -> str:
    """Credit a bill whole and return the credit note's number ("202611K-000001").

    Lines, late charge and entries are reversed; recalculations that stood on it wait for the next bill again; payments
    stay what they are. `issued_on`: by default the day it is in Riga. UnableToCreditBill: no such bill, a credit note,
    credited already, no reason given, or bills are being issued just now.
    """
    if not reason.strip():
        raise UnableToCreditBill(_("Say why the bill is credited: the reason stands on the credit note."))
    try:
        with alone(), transaction.atomic():
            bill = _creditable(bill_no)
            return _credit(bill, reason.strip(), now, issued_on or now.astimezone(RIGA).date())
    except RunIsGoingOn:
        raise UnableToCreditBill(
            _("Bills are being issued just now. Wait until that has finished.")
        ) from None


def _creditable(bill_no: str) -> Bill:
    bill = Bill.objects.select_for_update().filter(bill_no=bill_no).first()
    if bill is None:
        raise UnableToCreditBill(_("There is no bill %(number)s. Check the number.") % {"number": bill_no})
    if bill.kind == Bill.Kind.CREDIT:
        raise UnableToCreditBill(_("%(number)s is a credit note itself.") % {"number": bill_no})
    credit = Bill.objects.filter(credits=bill).values_list("bill_no", flat=True).first()
    if credit is not None:
        raise UnableToCreditBill(
            _("Bill %(number)s is credited already, by %(credit)s.") % {"number": bill_no, "credit": credit}
        )
    return bill


def _credit(bill: Bill, reason: str, now: datetime, issued_on: date) -> str:
    account_id, opening = bill.account_id, balance_as_of([bill.account_id], issued_on)[bill.account_id]
    with connection.cursor() as cursor:
        number = str(take_numbers(cursor, f"{bill.period.number}K", 1)[0])
        entry_id = _post(bill, number, reason, now, issued_on)
        credit = Bill.objects.create(
            bill_no=number, kind=Bill.Kind.CREDIT, account_id=account_id, building_id=bill.building_id,
            period=bill.period, credits=bill, edition=bill.edition, issued_on=issued_on, due_on=issued_on,
            opening_cents=opening, payments_cents=0, net_cents=-bill.net_cents, vat_cents=-bill.vat_cents,
            lines_cents=-bill.lines_cents, late_charge_cents=-bill.late_charge_cents,
            total_due_cents=opening - bill.lines_cents - bill.late_charge_cents, entry_id=entry_id,
            snapshot={**bill.snapshot, "reason": reason},
        )  # fmt: skip
        _reverse_lines(cursor, bill, credit)
        cursor.execute(
            "UPDATE billing_recalculation SET billed_on_id = NULL WHERE billed_on_id = %s", [bill.id]
        )
    return number


def _post(bill: Bill, number: str, reason: str, now: datetime, issued_on: date) -> int:
    if late := bill.late_charge_cents:
        post_entry(
            kind="late_charge", on_date=issued_on, reference=f"late:{number}", why=reason[:200], posted_at=now,
            legs=[LegInput("receivable", -late, bill.account_id), LegInput("late_charges", late)],
        )  # fmt: skip
    vat = [LegInput("vat", bill.vat_cents)] if bill.vat_cents else []
    return post_entry(
        kind="credit", on_date=issued_on, reference=f"credit:{number}", why=reason[:200], posted_at=now,
        legs=[LegInput("receivable", -bill.lines_cents, bill.account_id), LegInput("revenue", bill.net_cents), *vat],
    )  # fmt: skip


def _reverse_lines(cursor: Any, bill: Bill, credit: Bill) -> None:
    cursor.execute(
        """INSERT INTO billing_billline (bill_id, position, service_id, quantity, unit, price, net_cents, vat_rate,
                                         vat_cents, gross_cents, basis, mark, paid_direct, tariff_id, invoice_id,
                                         made_from)
           SELECT %s, position, service_id, -quantity, unit, price, -net_cents, vat_rate, -vat_cents, -gross_cents,
                  basis, mark, paid_direct, tariff_id, invoice_id, made_from
             FROM billing_billline WHERE bill_id = %s""",
        [credit.id, bill.id],
    )
