"""What billing does: the doors that pages, commands and other apps use."""

from __future__ import annotations

from saime.billing.run.credit import UnableToCreditBill, credit_bill
from saime.billing.run.dry import dry_run
from saime.billing.run.issue import UnableToIssueBills
from saime.billing.run.issue import issue as issue_bills
from saime.billing.run.reissue import UnableToReissueBill, reissue_bill

__all__ = [
    "UnableToCreditBill",
    "UnableToIssueBills",
    "UnableToReissueBill",
    "credit_bill",
    "dry_run",
    "issue_bills",
    "reissue_bill",
]
