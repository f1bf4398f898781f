"""A credited bill made anew: from what is known now (tariffs, areas, persons), on the figures of the closed month."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from saime.billing.models import Bill
from saime.billing.run.alone import RunIsGoingOn, alone
from saime.billing.run.bills import make_bills
from saime.billing.run.catalog import Catalog
from saime.billing.run.inputs import read_inputs
from saime.billing.run.lines import LineMaker
from saime.billing.run.stored import stored_figures
from saime.billing.run.writing import Heading, write_bills
from saime.platform.periods import RIGA


class UnableToReissueBill(Exception):
    """There is nothing to make anew. The text says why and what to do."""


def reissue_bill(bill_no: str, *, now: datetime, issued_on: date | None = None) -> str:
    """Issue a credited bill anew, as the next edition of its account and month, and return its number.

    The m³ are those of the closed month; prices, areas, persons and invoices are as they stand now, and the account's
    open recalculations are on it. UnableToReissueBill: no such bill, not credited, made anew already, no line left, or
    bills are being issued just now.
    """
    try:
        with alone(), transaction.atomic():
            bill = _credited(bill_no)
            return _reissue(bill, now, issued_on or now.astimezone(RIGA).date())
    except RunIsGoingOn:
        raise UnableToReissueBill(
            _("Bills are being issued just now. Wait until that has finished.")
        ) from None


def _credited(bill_no: str) -> Bill:
    bill = Bill.objects.filter(bill_no=bill_no, kind=Bill.Kind.BILL).first()
    if bill is None:
        raise UnableToReissueBill(_("There is no bill %(number)s. Check the number.") % {"number": bill_no})
    if not Bill.objects.filter(credits=bill).exists():
        raise UnableToReissueBill(_("Bill %(number)s stands. Credit it first.") % {"number": bill_no})
    later = Bill.objects.filter(
        account_id=bill.account_id, period=bill.period, kind=Bill.Kind.BILL, edition__gt=bill.edition
    )
    if (number := later.order_by("-edition").values_list("bill_no", flat=True).first()) is not None:
        raise UnableToReissueBill(
            _("Bill %(number)s was issued anew as %(later)s.") % {"number": bill_no, "later": number}
        )
    return bill


def _reissue(bill: Bill, now: datetime, issued_on: date) -> str:
    catalog, inputs = Catalog.load(bill.period), read_inputs([bill.building_id], bill.period)
    lines = LineMaker(inputs, catalog, stored_figures(bill.building_id, bill.period)).make()
    lines = lines.of(np.flatnonzero(inputs.accounts.id[lines.account] == bill.account_id))
    if not len(lines):
        raise UnableToReissueBill(
            _("Nothing is to be charged for %(period)s any more: the credit note alone is right.")
            % {"period": bill.period}
        )
    heading = Heading(None, bill.period, issued_on, now, _next_edition(bill))
    with connection.cursor() as cursor:
        bills = make_bills(inputs, lines, catalog, issued_on)
        return str(write_bills(cursor, heading, inputs, lines, bills)[0])


def _next_edition(bill: Bill) -> int:
    editions = Bill.objects.filter(account_id=bill.account_id, period=bill.period)
    return int(editions.aggregate(last=Max("edition"))["last"]) + 1
