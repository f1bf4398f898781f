"""Money and m³ are never binary fractions, wherever they come out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.billing.factories import (
    line,
    make_account,
    make_bill,
    make_consumption,
    make_meter,
    make_service,
    post,
)

from saime.billing.explain import explain_bill
from saime.billing.queries import balances, bill_page, bills, due, month_totals
from saime.ledger import queries as ledger
from saime.payments.queries import payments
from saime.platform.periods import Period


def inside(value: Any) -> Iterator[Any]:
    """Everything that a result holds, down to its figures."""
    yield value
    if is_dataclass(value):
        parts: Any = [getattr(value, part.name) for part in fields(value)]
    elif isinstance(value, dict):
        parts = [*value.keys(), *value.values()]
    else:
        parts = value if isinstance(value, tuple | list) else ()
    for part in parts:
        yield from inside(part)


@pytest.mark.django_db
def test_figures_are_whole_cents_or_decimals() -> None:
    account = make_account()
    make_consumption(make_meter(account), "2026-10")
    water = make_service("cold", "m3_cold", group="water")
    made_from = {"key": "m3_cold", "unit_m3": 4_250, "by": "days", "days": [1, 15, 31], "doubtful": 1.5}
    rows = [line(make_service()), line(water, "4.250", "2.183333", unit="m3", made_from=made_from)]
    bill = make_bill(account, "2026-10", rows)
    post(account, -1_000, date(2026, 11, 11), kind="payment")
    mine = [account.pk]
    found = (
        bill_page(bill.bill_no, mine), bills(mine), due(mine, date.max), balances(mine, date.max),
        month_totals(mine, last=Period.of(2026, 10)), explain_bill(bill.bill_no, mine, language="lv"),
        ledger.balance(mine), ledger.advance(mine), ledger.statement(mine), payments(mine),
    )  # fmt: skip
    values = list(inside(found))
    assert not [value for value in values if isinstance(value, float)]
    assert Decimal("4.250") in values
