"""What crosses the payments app's border. Money is integer cents; a refund is a payment below 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class PaymentColumns:
    """Payments to record, one row each; all columns have one length.

    `reference` is what makes a payment once, up to 100 characters. `payer_iban` without spaces, "" where unknown.
    """

    account_id: Sequence[int]
    amount_cents: Sequence[int]
    paid_on: Sequence[date]
    reference: Sequence[str]
    payer_iban: Sequence[str]

    def __len__(self) -> int:
        return len(self.reference)


@dataclass(frozen=True, slots=True)
class RecordedAs:
    """What stands in the books under a reference."""

    account_no: str
    amount_cents: int
    paid_on: date


# Why a row was not recorded.
NO_REFERENCE, ZERO, UNKNOWN_ACCOUNT = "no_reference", "zero", "unknown_account"
OTHER_ACCOUNT, OTHER_AMOUNT, OTHER_DAY, TAKEN = "other_account", "other_amount", "other_day", "taken"


@dataclass(frozen=True, slots=True)
class PaymentRefusal:
    """A row that was not recorded: its place in the columns (from 0), why (a code), and what stands in its way."""

    row: int
    reference: str
    reason: str
    recorded: RecordedAs | None = None

    @property
    def text(self) -> str:
        """What is wrong and what to do, in the reader's language."""
        return _refusal_texts()[self.reason].format(
            reference=self.reference,
            account=self.recorded.account_no if self.recorded else "",
            amount=_plain_euros(self.recorded.amount_cents) if self.recorded else "",
            day=self.recorded.paid_on.isoformat() if self.recorded else "",
        )


def _refusal_texts() -> dict[str, str]:
    return {
        NO_REFERENCE: _("Give each payment a reference of its own, up to 100 characters."),
        ZERO: _("A payment of 0 changes nothing. Write the amount; a refund is written with a minus."),
        UNKNOWN_ACCOUNT: _("There is no such customer number. Check it."),
        OTHER_ACCOUNT: _(
            "The reference {reference} is already a payment of customer {account}. Use another reference, or correct "
            "the customer number."
        ),
        OTHER_AMOUNT: _(
            "The reference {reference} is already a payment of {amount} €. Use another reference, or correct the "
            "amount."
        ),
        OTHER_DAY: _(
            "The reference {reference} is already a payment of {day}. Use another reference, or correct the date."
        ),
        TAKEN: _("The reference {reference} is already used in the ledger. Use another reference."),
    }


def _plain_euros(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


@dataclass(frozen=True, slots=True)
class RecordedPayments:
    """What became of the rows: created + unchanged + len(refusals) = all of them."""

    created: int
    unchanged: int
    refusals: tuple[PaymentRefusal, ...] = field(default=())


@dataclass(frozen=True, slots=True, order=True)
class PaymentKey:
    """Where a page of the archive ends; the next goes on before it."""

    paid_on: date
    payment_id: int

    @classmethod
    def parse(cls, text: str) -> PaymentKey:
        """The key written by `str`. ValueError for anything else."""
        day, _, number = text.partition("_")
        if not number.isdecimal():
            raise ValueError(f"no place in the archive of payments: {text!r}")
        return cls(date.fromisoformat(day), int(number))

    def __str__(self) -> str:
        return f"{self.paid_on.isoformat()}_{self.payment_id}"


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment as its resident sees it.

    `status`: "received", "refunded" (money that went back: the amount is below 0) or "reversed" (taken out of the books
    on `reversed_on`, for `reversal_reason`). `payer_iban` shows its last four characters only.
    """

    payment_id: int
    account_id: int
    account_no: str
    amount_cents: int
    paid_on: date
    reference: str
    payer_iban: str
    recorded_at: datetime
    status: str
    reversed_on: date | None
    reversal_reason: str

    @property
    def key(self) -> PaymentKey:
        return PaymentKey(self.paid_on, self.payment_id)


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """A page of the archive, latest first. `older` leads to the next, None on the last."""

    payments: tuple[PaymentView, ...]
    older: PaymentKey | None
