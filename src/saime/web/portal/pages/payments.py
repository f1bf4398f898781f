"""Where each account stands, and by which reference one pays for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from saime.billing.contracts import AccountBalance
from saime.billing.references import payment_reference
from saime.residents.contracts import AccountAccess


@dataclass(frozen=True, slots=True)
class PaymentPlace:
    account: AccountAccess
    balance: AccountBalance
    reference: str


def payment_places(
    accounts: Iterable[AccountAccess], balances: Mapping[int, AccountBalance]
) -> tuple[PaymentPlace, ...]:
    return tuple(
        PaymentPlace(account, balances[account.account_id], payment_reference(account.account_no))
        for account in accounts
    )
