"""Why the bill asks for what it asks for: debt or advance before, payments, late charge, the sum."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from saime.billing.explain.contracts import Explanation, Row
from saime.billing.explain.loading import Known
from saime.billing.explain.sources import policy_source
from saime.billing.explain.voice import Voice


def opening(known: Known, voice: Voice) -> Explanation:
    cents, former = known.bill.opening_cents, known.former
    rows = []
    if former is not None:
        name = _("Bill %(number)s of %(day)s asked for") % {
            "number": former.bill_no, "day": voice.day(former.issued_on)
        }  # fmt: skip
        rows.append(Row(name, voice.money(former.total_due_cents)))
    rows.append(Row(_("Balance before this bill"), voice.money(cents)))
    return Explanation(
        _("Earlier balance"), _opening_headline(cents, voice), tuple(rows),
        (_("What was owed or paid ahead after the bill before; payments since then stand in a row of their own."),),
    )  # fmt: skip


def _opening_headline(cents: int, voice: Voice) -> str:
    if cents > 0:
        return _("You owed %(amount)s before this bill.") % {"amount": voice.money(cents)}
    if cents < 0:
        return _("You had paid %(amount)s ahead; this bill uses it.") % {"amount": voice.money(-cents)}
    return _("Nothing was owed before this bill.")


def payments(known: Known, voice: Voice) -> Explanation:
    cents = known.bill.payments_cents
    rows = [Row(_row_name(payment.cents) % {"day": voice.day(payment.on)}, voice.money(payment.cents))
            for payment in known.payments]  # fmt: skip
    if len(rows) != 1:
        rows.append(Row(pgettext("payments", "Together"), voice.money(cents)))
    return Explanation(
        _("Payments received"), _payments_headline(cents, voice), tuple(rows),
        (_("A payment counts on the day it reaches our bank. One that came later stands on the next bill."),),
    )  # fmt: skip


def _row_name(cents: int) -> str:
    return _("Received on %(day)s") if cents >= 0 else _("Returned on %(day)s")


def _payments_headline(cents: int, voice: Voice) -> str:
    if cents > 0:
        return _("%(amount)s came in since the bill before.") % {"amount": voice.money(cents)}
    if cents < 0:
        return _("%(amount)s was paid back to you since the bill before.") % {"amount": voice.money(-cents)}
    return _("No payment came in since the bill before.")


def late_charge(known: Known, voice: Voice) -> Explanation | None:
    """Nothing where the bill has none."""
    bill = known.bill
    if not bill.late_charge_cents:
        return None
    if bill.kind == "credit":
        values = {"number": bill.credits_no, "amount": voice.money(bill.late_charge_cents)}
        taken_back = _("The late charge of bill %(number)s is taken back: %(amount)s.")
        return Explanation(_("Late charge"), taken_back % values)
    return Explanation(
        _("Late charge"), _late_headline(bill.late_charge_cents, voice), tuple(_late_rows(known, voice)),
        tuple(_late_rules(known)),
        tuple(policy_source(name, known, voice) for name in ("late_charge_yearly", "late_charge_cap", "payment_order")),
    )  # fmt: skip


def _late_headline(cents: int, voice: Voice) -> str:
    if cents < 0:
        return _("%(amount)s of late charge is given back: less was overdue than was known before.") % {
            "amount": voice.money(-cents)
        }
    return _("%(amount)s for what was not paid when it was due.") % {"amount": voice.money(cents)}


def _late_rows(known: Known, voice: Voice) -> Iterator[Row]:
    """Each overdue bill's charge to date, and what was charged before (see saime.billing.run.late, `why`)."""
    why = known.bill.snapshot.get("late")
    if why is None:
        return
    for number, principal, due, days, cents in why["bills"]:
        values = {"number": number, "principal": voice.money(principal), "days": days}
        name = _late_row_name(number, days) % {**values, "due": voice.day(date.fromisoformat(due))}
        yield Row(name, voice.money(cents))
    if why["charged_before"]:
        yield Row(_("Of it charged on earlier bills"), voice.money(why["charged_before"]))
    yield Row(_("Late charge on this bill"), voice.money(known.bill.late_charge_cents))


def _late_row_name(number: str, days: int) -> str:
    if not number:
        return ngettext(
            "%(principal)s due on %(due)s: %(days)s day late",
            "%(principal)s due on %(due)s: %(days)s days late",
            days,
        )
    return ngettext(
        "Bill %(number)s, %(principal)s due on %(due)s: %(days)s day late",
        "Bill %(number)s, %(principal)s due on %(due)s: %(days)s days late",
        days,
    )


def _late_rules(known: Known) -> Iterator[str]:
    yield _(
        "It is counted for each day from the day after a bill is due, on what is still unpaid of that bill."
    )
    yield _("There is no charge on an earlier late charge, and a largest charge for each bill.")
    if known.decision("payment_order").value == "interest_first":
        yield _("A payment pays the late charge first, then the oldest bill.")
    else:
        yield _("A payment pays the oldest bill first, then the late charge.")


def total(known: Known, voice: Voice) -> Explanation:
    bill = known.bill
    rows = [
        Row(_("Balance before this bill"), voice.money(bill.opening_cents)),
        Row(_("Payments received"), voice.money(-bill.payments_cents)),
        Row(_("Late charge"), voice.money(bill.late_charge_cents)),
        Row(_("This month's services"), voice.money(bill.lines_cents)),
        Row(_("To pay"), voice.money(bill.total_due_cents)),
    ]
    kept = tuple(row for row, cents in zip(rows, (1, 1, bill.late_charge_cents, 1, 1), strict=True) if cents)
    return Explanation(_("To pay"), _total_headline(known, voice), kept, tuple(_total_rules(known, voice)))


def _total_headline(known: Known, voice: Voice) -> str:
    bill = known.bill
    if bill.kind == "credit":
        return _("This credit note takes bill %(number)s back.") % {"number": bill.credits_no}
    if bill.total_due_cents > 0:
        return _("%(amount)s is to be paid by %(day)s.") % {
            "amount": voice.money(bill.total_due_cents), "day": voice.day(bill.due_on)
        }  # fmt: skip
    if bill.total_due_cents < 0:
        return _("Nothing is to be paid: %(amount)s stays paid ahead for the next bill.") % {
            "amount": voice.money(-bill.total_due_cents)
        }
    return _("Nothing is to be paid.")


def _total_rules(known: Known, voice: Voice) -> Iterator[str]:
    if known.bill.credit_reason:
        yield _("Reason: %(reason)s") % {"reason": known.bill.credit_reason}
    yield _("Balance before, less payments, plus late charge and this month's services.")
    direct = sum(line.gross_cents for line in known.lines if line.paid_direct)
    if direct:
        amount = voice.money(direct)
        yield _("Services that you pay straight to the supplier, %(amount)s, are not in it.") % {
            "amount": amount
        }
