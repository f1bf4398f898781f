"""Everything that answers "why?" for one bill, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q

from saime.billing.queries import stored
from saime.billing.queries.sql import STANDS, rows
from saime.billing.queries.stored import Stored, StoredBill, StoredConsumption, StoredLine
from saime.platform.columns import ids
from saime.platform.models import Policy
from saime.platform.periods import Period
from saime.platform.policies import Decision, PolicyBook, PolicyRow


@dataclass(frozen=True, slots=True)
class House:
    """What of the bill's building decides."""

    building_id: int
    amenities: str


@dataclass(frozen=True, slots=True)
class LineSource:
    """The tariff or supplier's invoice that a line was made from; fields of the other are None."""

    price: Decimal | None = None
    tariff_from: date | None = None
    decision: str = ""
    of_building: bool | None = None  # the tariff is the building's own; None: no tariff
    invoice_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Former:
    """The bill before this one."""

    bill_no: str
    issued_on: date
    due_on: date
    total_due_cents: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class Payment:
    """Money on the account between two bills: cents above 0 came in, below 0 went back."""

    on: date
    cents: int


@dataclass(frozen=True)
class Known:
    """A bill with all that its explanations draw on; what only some of them need is read when it is asked for."""

    bill: StoredBill
    stored: Stored
    house: House

    @property
    def lines(self) -> Sequence[StoredLine]:
        return self.stored.lines.get(self.bill.bill_id, ())

    @property
    def consumption(self) -> Sequence[StoredConsumption]:
        """The unit's, of the bill's month."""
        rows_ = self.stored.consumption.get(self.bill.unit_id, ())
        return [row for row in rows_ if row.period == self.bill.period]

    @cached_property
    def sources(self) -> dict[int, LineSource]:
        return _sources(self.bill)

    @cached_property
    def readings(self) -> dict[int, list[tuple[Period, Decimal]]]:
        """Chain id → registered readings of its meter in use (average only), latest first, the initial one last."""
        return _readings(self.bill)

    @cached_property
    def former(self) -> Former | None:
        return _former(self.bill)

    @cached_property
    def payments(self) -> tuple[Payment, ...]:
        return _payments(self.bill, self.former)

    @cached_property
    def policies(self) -> PolicyBook:
        return _policies(self.house)

    def decision(self, policy: str) -> Decision:
        """The policy as it held for the building at the month's end."""
        return self.policies.decision(policy, self.bill.period.last_day, self.house.building_id)


_BILL = f"""SELECT {stored.BILL}, h.id, h.amenities
              FROM billing_bill b {stored.BESIDE} JOIN estate_building h ON h.id = b.building_id
             WHERE b.account_id = ANY(%(accounts)s) AND """


def by_line(line_id: int, account_ids: Sequence[int]) -> Known | None:
    """The bill of a line, if it is one of these accounts'. Three queries."""
    where = "b.id = (SELECT bill_id FROM billing_billline WHERE id = %(line)s)"
    return _load(rows(_BILL + where, {"accounts": ids(account_ids), "line": line_id}))


def by_number(bill_no: str, account_ids: Sequence[int]) -> Known | None:
    """The bill, if it is one of these accounts'. Three queries."""
    return _load(rows(_BILL + "b.bill_no = %(bill_no)s", {"accounts": ids(account_ids), "bill_no": bill_no}))


def _load(found: Sequence[Sequence[Any]]) -> Known | None:
    if not found:
        return None
    bill, house = stored.as_bill(found[0]), House(*found[0][stored.BILL_COLUMNS :])
    return Known(bill, stored.with_contents([bill]), house)


def _sources(bill: StoredBill) -> dict[int, LineSource]:
    found = rows(
        """SELECT l.id, t.price, t.valid_from, COALESCE(t.decision, ''),
                  CASE WHEN t.id IS NOT NULL THEN t.building_id IS NOT NULL END, i.net_cents
             FROM billing_billline l
             LEFT JOIN billing_tariff t ON t.id = l.tariff_id
             LEFT JOIN billing_supplierinvoice i ON i.id = l.invoice_id
            WHERE l.bill_id = %(bill)s""",
        {"bill": bill.bill_id},
    )
    return {row[0]: LineSource(*row[1:]) for row in found}


def _readings(bill: StoredBill) -> dict[int, list[tuple[Period, Decimal]]]:
    found = rows(
        """WITH averaged AS (
               SELECT chain_id, meter_id, read_period FROM metering_consumption
                WHERE unit_id = %(unit)s AND period = %(period)s AND basis = 'average' AND read_period IS NOT NULL
           )
           SELECT c.chain_id, r.period AS month, r.value
             FROM averaged c JOIN metering_registeredreading r ON r.meter_id = c.meter_id AND r.period <= c.read_period
            UNION ALL
           SELECT c.chain_id, to_char(m.installed_on - interval '1 month', 'YYYYMM')::int, m.initial_reading
             FROM averaged c JOIN metering_meter m ON m.id = c.meter_id
            ORDER BY chain_id, month DESC""",
        {"unit": bill.unit_id, "period": bill.period.number},
    )
    by_chain: dict[int, list[tuple[Period, Decimal]]] = defaultdict(list)
    for chain_id, month, value in found:
        by_chain[chain_id].append((Period.from_number(month), value))
    return by_chain


def _former(bill: StoredBill) -> Former | None:
    found = rows(
        f"""SELECT x.bill_no, x.issued_on, x.due_on, x.total_due_cents, x.entry_id FROM billing_bill x
             WHERE x.account_id = %(account)s AND x.period < %(period)s AND {STANDS.format("x")}
             ORDER BY x.period DESC LIMIT 1""",
        {"account": bill.account_id, "period": bill.period.number},
    )
    return Former(*found[0]) if found else None


def _payments(bill: StoredBill, former: Former | None) -> tuple[Payment, ...]:
    """Money that came by this bill's issue and not by the former one's, or was entered after that.

    Nothing where it is not what the bill says of it.
    """
    found = rows(
        """SELECT e.on_date, -l.amount_cents
             FROM ledger_leg l JOIN ledger_entry e ON e.id = l.entry_id JOIN billing_bill b ON b.id = %(bill)s
            WHERE l.account_id = %(account)s AND e.kind IN ('payment', 'reversal')
              AND e.on_date <= b.issued_on AND e.id < b.entry_id AND (e.on_date > %(since)s OR e.id > %(former)s)
            ORDER BY e.on_date, e.id""",
        {
            "bill": bill.bill_id,
            "account": bill.account_id,
            "former": former.entry_id if former else 0,
            "since": former.issued_on if former else date.min,
        },
    )
    payments = tuple(Payment(*row) for row in found)
    return payments if sum(payment.cents for payment in payments) == bill.payments_cents else ()


def _policies(house: House) -> PolicyBook:
    """The company's decisions and this building's."""
    fields = ("policy", "building_id", "value", "valid_from", "decision")
    of_both = Policy.objects.filter(Q(building_id=house.building_id) | Q(building_id__isnull=True))
    return PolicyBook(PolicyRow(*row) for row in of_both.values_list(*fields))
