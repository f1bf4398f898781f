"""Whose bill is it? Somebody without a login shows by a bill that they may enter readings for its account.

A customer number alone is no secret: the number of the bill, or the amount in its payment code, goes with it.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from django.db import connection
from stdnum import iso11649

from saime.billing.models import Bill
from saime.estate.queries import account_of_number
from saime.platform.money import cents

# The last bill, and those before it that still lie on the table when the new one has just been sent.
BILLS_THAT_PROVE = 3
_REFERENCE = re.compile(r"RF\d{2}([0-9A-Z]{1,21})")
_AMOUNT = re.compile(r"EUR(\d{1,9}\.\d{2})(?!\d)")
_DIGEST = re.compile(r"X[0-9A-F]{20}")


def account_by_bill(*, account_no: str, bill_no: str, on: date) -> int | None:
    """The account that has the customer number and one of its last bills' number, and pays on the day.

    Spaces, hyphens and small letters make no difference in the bill's number. Two queries.
    """
    account_id = _paying(account_no="".join(account_no.split()).upper(), on=on)
    if account_id is None or not _plain(bill_no):
        return None
    numbers = {_plain(number) for number, _cents in _last_bills(account_id)}
    return account_id if _plain(bill_no) in numbers else None


def account_by_payment_code(text: str, *, on: date) -> int | None:
    """The account whose bill's payment QR was scanned (EPC069-12): its reference, with the amount of one of its bills.

    Looks for both wherever they stand, so that it does not matter what a scanner makes of the ends of lines.
    """
    reference, amount = _REFERENCE.search(text), _AMOUNT.search(text)
    if reference is None or amount is None or not iso11649.is_valid(reference[0]):
        return None
    account_id = _by_body(reference[1], on)
    if account_id is None:
        return None
    due = {owed for _number, owed in _last_bills(account_id)}
    return account_id if cents(Decimal(amount[1])) in due else None


def _by_body(body: str, on: date) -> int | None:
    """`references.payment_reference`, read backwards: the number itself, or the digest of one that does not fit."""
    found = _paying(account_no=body, on=on)
    if found is None and _DIGEST.fullmatch(body):
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT account_no FROM estate_account WHERE account_no !~ '^[0-9A-Z]{1,21}$'
                      AND upper(left(encode(sha256(convert_to(account_no, 'UTF8')), 'hex'), 20)) = %s""",
                [body[1:]],
            )
            row = cursor.fetchone()
        return _paying(account_no=row[0], on=on) if row else None
    return found


def _paying(*, account_no: str, on: date) -> int | None:
    account = account_of_number(account_no)
    if account is None or account.from_date > on or (account.to_date is not None and account.to_date < on):
        return None
    return account.account_id


def _last_bills(account_id: int) -> list[tuple[str, int]]:
    """(number, total due in cents) of the account's last bills."""
    rows = Bill.objects.filter(account_id=account_id, kind=Bill.Kind.BILL).order_by("-period", "-id")
    return list(rows.values_list("bill_no", "total_due_cents")[:BILLS_THAT_PROVE])


def _plain(number: str) -> str:
    return "".join(letter for letter in number.upper() if letter.isalnum())
