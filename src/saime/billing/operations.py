"""What billing does: the doors that pages, commands and other apps use."""

from __future__ import annotations

from saime.billing.run.dry import dry_run
from saime.billing.run.issue import UnableToIssueBills, issue

issue_bills = issue

__all__ = ["UnableToIssueBills", "dry_run", "issue_bills"]
