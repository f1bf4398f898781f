"""Bills as they are stored, read for many at once: three queries, whether for one bill or five hundred."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from saime.billing.queries.sql import ISSUED_AT, MONTH_BEFORE, STANDS, YEAR_BEFORE, rows
from saime.platform.columns import ids
from saime.platform.periods import Period

HISTORY_MONTHS = 13  # the bill's month and the year before it


@dataclass(frozen=True, slots=True)
class StoredBill:
    """A row of billing_bill with the bills it stands beside: `before_id` and `year_ago_id` are of bills that stand."""

    bill_id: int
    bill_no: str
    kind: str
    account_id: int
    period: Period
    issued_on: date
    due_on: date
    opening_cents: int
    payments_cents: int
    lines_cents: int
    late_charge_cents: int
    total_due_cents: int
    snapshot: Mapping[str, Any]
    unit_id: int
    account_no: str
    language: str
    account_from: date
    credits_no: str | None
    replaces_no: str | None
    before_id: int | None
    before_cents: int | None
    year_ago_id: int | None
    year_ago_cents: int | None
    issued_at: datetime

    @property
    def credit_reason(self) -> str:
        """Why a credit note takes its bill back, in staff's words; empty for a bill."""
        return str(self.snapshot.get("reason", "")) if self.kind == "credit" else ""


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A row of billing_billline with its service. `names` by language."""

    line_id: int
    bill_id: int
    service: str
    names: Mapping[str, str]
    key: str
    group: str
    quantity: Decimal
    unit: str
    price: Decimal
    net_cents: int
    vat_rate: Decimal
    vat_cents: int
    gross_cents: int
    basis: str
    mark: str
    paid_direct: bool
    made_from: Mapping[str, Any]

    @property
    def corrects(self) -> Period | None:
        """The month that a recalculation corrects; None for a line of the bill's own month."""
        month = self.made_from.get("corrects")
        return None if month is None else Period.from_number(month)


@dataclass(frozen=True, slots=True)
class StoredConsumption:
    """A row of metering_consumption of a unit, with its meter (None: a unit charged without one)."""

    unit_id: int
    period: Period
    medium: str
    m3: Decimal
    basis: str
    previous_reading: Decimal | None
    reading: Decimal | None
    channel: str
    estimated_before: Decimal
    read_period: Period | None
    chain_id: int | None
    meter_no: str | None
    initial_reading: Decimal | None
    installed_on: date | None
    valid_until: date | None
    replaced_no: str | None
    # What `valid_until` was before each of its changes: (until when, the day then).
    valid_before: Sequence[tuple[datetime, date | None]] = ()

    def valid_until_at(self, moment: datetime) -> date | None:
        """What was known of the meter's verification then."""
        return next((day for changed_at, day in self.valid_before if changed_at > moment), self.valid_until)


@dataclass(frozen=True, slots=True)
class Stored:
    """Some bills with everything they show. Lines are those of the bills and of the bills they are compared with."""

    bills: Sequence[StoredBill]
    lines: Mapping[int, Sequence[StoredLine]] = field(default_factory=dict)  # by bill id
    consumption: Mapping[int, Sequence[StoredConsumption]] = field(
        default_factory=dict
    )  # by unit id, oldest first


# What a bill says of itself, in the order of StoredBill's fields; for `b` and the joins of BESIDE.
BILL = f"""b.id, b.bill_no, b.kind, b.account_id, b.period, b.issued_on, b.due_on, b.opening_cents, b.payments_cents,
    b.lines_cents, b.late_charge_cents, b.total_due_cents, b.snapshot::text, a.unit_id, a.account_no, a.language,
    a.from_date, credited.bill_no, replaced.bill_no, m.id, m.lines_cents, y.id, y.lines_cents, {ISSUED_AT}"""
BILL_COLUMNS = 24


def _beside(alias: str, period: str) -> str:
    """The bill of the same account that stands for another period."""
    return f"""LEFT JOIN LATERAL (
        SELECT x.id, x.lines_cents FROM billing_bill x
         WHERE x.account_id = b.account_id AND x.period = {period} AND {STANDS.format("x")}
         ORDER BY x.edition DESC LIMIT 1) {alias} ON true"""


BESIDE = f"""
    JOIN estate_account a ON a.id = b.account_id
    LEFT JOIN billing_bill credited ON credited.id = b.credits_id
    LEFT JOIN billing_bill replaced ON replaced.account_id = b.account_id AND replaced.period = b.period
         AND replaced.kind = 'bill' AND b.kind = 'bill' AND replaced.edition = b.edition - 1
    {_beside("m", MONTH_BEFORE.format("b.period"))}
    {_beside("y", YEAR_BEFORE.format("b.period"))}"""


def as_bill(row: Sequence[Any]) -> StoredBill:
    """The first BILL_COLUMNS columns of a row as a bill."""
    values = list(row[:BILL_COLUMNS])
    values[4], values[12] = Period.from_number(values[4]), json.loads(values[12])
    return StoredBill(*values)


def load(bill_ids: Sequence[int]) -> Stored:
    """The bills in the order asked for. Three queries."""
    query = f"SELECT {BILL} FROM billing_bill b {BESIDE} WHERE b.id = ANY(%(bills)s)"
    by_id = {row[0]: as_bill(row) for row in rows(query, {"bills": ids(bill_ids)})}
    return with_contents([by_id[bill_id] for bill_id in bill_ids])


def with_contents(bills: Sequence[StoredBill]) -> Stored:
    """The bills' lines and their units' months. Two queries."""
    shown = {
        bill_id for bill in bills for bill_id in (bill.bill_id, bill.before_id, bill.year_ago_id) if bill_id
    }
    return Stored(bills, lines_of(sorted(shown)), _consumption(bills))


# The service as it was when the bill was issued: the first of its former rows to end later, else the row of today.
_THEN = ", ".join(f"COALESCE(was.{c}, s.{c})" for c in ("name_lv", "name_ru", "name_en", "key", '"group"'))
_LINES = f"""
    SELECT l.id, l.bill_id, s.service, {_THEN}, l.quantity, l.unit, l.price,
           l.net_cents, l.vat_rate, l.vat_cents, l.gross_cents, l.basis, l.mark, l.paid_direct, l.made_from::text
      FROM billing_billline l JOIN billing_service s ON s.id = l.service_id
      JOIN billing_bill b ON b.id = l.bill_id
      LEFT JOIN LATERAL (SELECT e.* FROM billing_serviceevent e
                          WHERE e.pgh_obj_id = s.id AND e.pgh_created_at > {ISSUED_AT}
                          ORDER BY e.pgh_id LIMIT 1) was ON true
     WHERE {{where}} ORDER BY l.bill_id, l.position"""


def lines_of(bill_ids: Sequence[int]) -> dict[int, list[StoredLine]]:
    """Bill id → its lines in their order. One query."""
    found = defaultdict(list)
    for row in rows(_LINES.format(where="l.bill_id = ANY(%(bills)s)"), {"bills": ids(bill_ids)}):
        line = as_line(row)
        found[line.bill_id].append(line)
    return found


def as_line(row: Sequence[Any]) -> StoredLine:
    names = dict(zip(("lv", "ru", "en"), row[3:6], strict=True))
    values = [*row[:3], names, *row[6:18], _parsed(row[18])]
    return StoredLine(*values)


def _parsed(text: str) -> dict[str, Any]:
    """JSON whose figures stay exact: fractions as Decimal."""
    value: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return value


# Only the account's own months: what a unit used before is its former account's affair.
_CONSUMPTION = """
    SELECT c.unit_id, c.period, c.medium, c.m3, c.basis, c.previous_reading, c.reading, c.channel, c.estimated_before,
           c.read_period, c.chain_id, m.meter_no, m.initial_reading, m.installed_on, m.valid_until, old.meter_no,
           (SELECT json_agg(json_build_array(e.pgh_created_at, e.valid_until) ORDER BY e.pgh_id)
              FROM metering_meterevent e WHERE e.pgh_obj_id = m.id)
      FROM (SELECT unit_id, min(first) AS first, max(last) AS last
              FROM unnest(%(units)s::bigint[], %(firsts)s::int[], %(lasts)s::int[]) AS u(unit_id, first, last)
             GROUP BY unit_id) u
      JOIN metering_consumption c ON c.unit_id = u.unit_id AND c.period BETWEEN u.first AND u.last
      LEFT JOIN metering_meter m ON m.id = c.meter_id
      LEFT JOIN metering_meter old ON old.id = m.replaces_id
     ORDER BY c.unit_id, c.period, c.medium, m.installed_on, m.meter_no"""


def _consumption(bills: Sequence[StoredBill]) -> dict[int, list[StoredConsumption]]:
    spans = [(bill.unit_id, *months_of(bill)) for bill in bills]
    parameters = {
        "units": [unit for unit, _, _ in spans], "firsts": [first.number for _, first, _ in spans],
        "lasts": [last.number for _, _, last in spans],
    }  # fmt: skip
    found = defaultdict(list)
    for row in map(_as_consumption, rows(_CONSUMPTION, parameters)):
        found[row.unit_id].append(row)
    return found


def _as_consumption(row: Sequence[Any]) -> StoredConsumption:
    values = list(row)
    values[1] = Period.from_number(values[1])
    values[9] = None if values[9] is None else Period.from_number(values[9])
    values[16] = [
        (datetime.fromisoformat(at), day and date.fromisoformat(day)) for at, day in values[16] or ()
    ]
    return StoredConsumption(*values)


def months_of(bill: StoredBill) -> tuple[Period, Period]:
    """The months whose consumption the bill shows: up to thirteen, none before the account's first."""
    begun = Period.containing(bill.account_from)
    return min(bill.period, max(begun, bill.period - (HISTORY_MONTHS - 1))), bill.period


def by_medium(rows_: Iterable[StoredConsumption]) -> dict[str, list[StoredConsumption]]:
    found = defaultdict(list)
    for row in rows_:
        found[row.medium].append(row)
    return found
