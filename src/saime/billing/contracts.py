"""What crosses the billing app's border, for pages and files. Money is integer cents; owed is positive.

What a whole bill says is `saime.billing.document.contracts.BillDocument`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from saime.billing.document.contracts import BillDocument
from saime.platform.periods import Period


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """Where an account stands on a day. `due_cents` is what is to be paid: the balance, or 0 where it is an advance.

    `overdue_cents` is the part of it whose due day has passed: money that came in pays the oldest bill first.
    """

    balance_cents: int
    overdue_cents: int

    @property
    def due_cents(self) -> int:
        return max(0, self.balance_cents)

    @property
    def advance_cents(self) -> int:
        return max(0, -self.balance_cents)


@dataclass(frozen=True, slots=True, order=True)
class BillKey:
    """Where a page of the archive ends; the next goes on before it."""

    period: Period
    bill_id: int

    @classmethod
    def parse(cls, text: str) -> BillKey:
        """The key written by `str`. ValueError for anything else."""
        month, _, number = text.partition("_")
        if not number.isdecimal():
            raise ValueError(f"no place in the archive of bills: {text!r}")
        return cls(Period.parse(month), int(number))

    def __str__(self) -> str:
        return f"{self.period}_{self.bill_id}"


@dataclass(frozen=True, slots=True)
class BillSummary:
    """A bill in a list.

    `month_cents` is what the month cost (lines and late charge), `total_due_cents` what the bill asked for, earlier
    debt included. `open_cents`: how much of `month_cents` is not paid today, money paying the oldest bill first.
    `credited_by`: the credit note that cancels it; `credits`: the bill that this credit note cancels.
    """

    bill_id: int
    bill_no: str
    kind: str  # "bill" or "credit"
    account_id: int
    period: Period
    issued_on: date
    due_on: date
    month_cents: int
    total_due_cents: int
    open_cents: int
    credited_by: str | None
    credits: str | None

    @property
    def key(self) -> BillKey:
        return BillKey(self.period, self.bill_id)

    def state(self, today: date) -> str:
        """ "paid", "open", "overdue", "credited", or "credit" for a credit note."""
        if self.kind == "credit":
            return "credit"
        if self.credited_by is not None:
            return "credited"
        if self.open_cents <= 0:
            return "paid"
        return "overdue" if self.due_on < today else "open"


@dataclass(frozen=True, slots=True)
class BillList:
    """A page of the archive, latest first. `older` leads to the next, None on the last."""

    bills: tuple[BillSummary, ...]
    older: BillKey | None


@dataclass(frozen=True, slots=True)
class AccountDue:
    """What a home page says of an account's money. Without a bill yet `latest` is None.

    `before` is the bill of the month before the latest one's, to compare with.
    """

    account_id: int
    balance: AccountBalance
    latest: BillSummary | None
    before: BillSummary | None


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """What a month's bills cost, all accounts asked for together; `by_group` by `Service.Group`, in cents."""

    period: Period
    cents: int
    by_group: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BillPage:
    """A bill with what its page needs besides. `line_ids` go with `document.lines` one by one (for Why?)."""

    bill_id: int
    account_id: int
    document: BillDocument
    line_ids: tuple[int, ...]
    open_cents: int
    balance_cents: int  # of the account, today
    credited_by: str | None
    earlier_bill_no: str | None
    later_bill_no: str | None
