"""Payments as residents and staff look at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from saime.payments.contracts import PaymentKey, PaymentPage, PaymentView
from saime.platform.columns import ids

_VIEW = """
    SELECT p.id, p.account_id, a.account_no, p.amount_cents, p.paid_on, p.reference,
           CASE WHEN p.payer_iban = '' THEN '' ELSE '…' || right(p.payer_iban, 4) END, p.recorded_at,
           CASE WHEN r.id IS NOT NULL THEN 'reversed' WHEN p.amount_cents < 0 THEN 'refunded' ELSE 'received' END,
           r.on_date, COALESCE(r.why, '')
      FROM payments_payment p
      JOIN estate_account a ON a.id = p.account_id
      LEFT JOIN ledger_entry r ON r.reference = 'reversal:payment:' || p.reference
     WHERE p.account_id = ANY(%(accounts)s) {condition}
     ORDER BY p.paid_on DESC, p.id DESC LIMIT %(limit)s"""


def payments(account_ids: Sequence[int], *, before: PaymentKey | None = None, limit: int = 50) -> PaymentPage:
    """The accounts' payments, latest first. One query."""
    parameters: dict[str, Any] = {"accounts": ids(account_ids), "limit": limit + 1}
    condition = ""
    if before is not None:
        condition = "AND (p.paid_on, p.id) < (%(day)s, %(payment)s)"
        parameters |= {"day": before.paid_on, "payment": before.payment_id}
    with connection.cursor() as cursor:
        cursor.execute(_VIEW.format(condition=condition), parameters)
        found = tuple(PaymentView(*row) for row in cursor.fetchall())
    page = found[:limit]
    return PaymentPage(page, page[-1].key if len(found) > limit else None)
