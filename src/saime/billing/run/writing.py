"""A chunk's bills into the tables, by COPY, with their ledger entries. The caller's transaction holds it all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl

from saime.billing.rules.amounts import Int64
from saime.billing.run.bills import Bills
from saime.billing.run.inputs import ChunkInputs
from saime.billing.run.lines import Lines
from saime.ledger.operations import LegColumns, new_ids, post_entries
from saime.platform.columns import copy_frame
from saime.platform.periods import Period


@dataclass(frozen=True, slots=True)
class Heading:
    """What all bills of a run have in common. `edition`: the how-manieth of its account and month."""

    run_id: int | None
    period: Period
    issued_on: date
    posted_at: datetime
    edition: int = 1


def take_numbers(cursor: Any, series: str, count: int) -> pl.Series:
    """The next numbers of a series (the month's bills: "202611").

    Its row stays locked until the transaction ends: a number that is taken is used, or given back with everything else.
    """
    cursor.execute(
        "INSERT INTO billing_series (series, last_number) VALUES (%s, 0) ON CONFLICT DO NOTHING", [series]
    )
    cursor.execute(
        "UPDATE billing_series SET last_number = last_number + %s WHERE series = %s RETURNING last_number",
        [count, series],
    )
    last = int(cursor.fetchone()[0])
    return pl.Series(
        [f"{series}-{number:06d}" for number in range(last - count + 1, last + 1)], dtype=pl.String
    )


def write_bills(cursor: Any, heading: Heading, inputs: ChunkInputs, lines: Lines, bills: Bills) -> pl.Series:
    """Write the bills, their lines and entries; give their numbers."""
    numbers = take_numbers(cursor, str(heading.period.number), len(bills))
    entry_ids = _post(heading, inputs, bills, numbers)
    bill_ids = new_ids(cursor, "billing_bill", len(bills))
    copy_frame(cursor, "billing_bill", _bill_frame(heading, inputs, bills, numbers, bill_ids, entry_ids))
    bill = np.searchsorted(bills.account, lines.account)
    copy_frame(cursor, "billing_billline", _line_frame(lines, bill, bill_ids))
    _mark_recalculations(cursor, lines, bill, bill_ids)
    return numbers


def _post(heading: Heading, inputs: ChunkInputs, bills: Bills, numbers: pl.Series) -> Int64:
    """An entry for each bill, and one for each late charge."""
    account_ids, every = inputs.accounts.id[bills.account], np.arange(len(bills))
    entry_ids = post_entries(
        kind="bill", on_dates=heading.issued_on, references=_prefixed("bill:", numbers), posted_at=heading.posted_at,
        legs=[
            LegColumns("receivable", every, bills.lines_gross, account_ids),
            LegColumns("revenue", every, -bills.net),
            LegColumns("vat", every, -bills.vat),
        ],
    )  # fmt: skip
    late = np.flatnonzero(bills.late_charge)
    if len(late):
        every, cents = np.arange(len(late)), bills.late_charge[late]
        post_entries(
            kind="late_charge", on_dates=heading.issued_on, references=_prefixed("late:", numbers.gather(late)),
            posted_at=heading.posted_at,
            legs=[LegColumns("receivable", every, cents, account_ids[late]), LegColumns("late_charges", every, -cents)],
        )  # fmt: skip
    return entry_ids


def _prefixed(prefix: str, numbers: pl.Series) -> pl.Series:
    return pl.select(pl.concat_str([pl.lit(prefix), pl.lit(numbers)])).to_series()


def _bill_frame(
    heading: Heading, inputs: ChunkInputs, bills: Bills, numbers: pl.Series, bill_ids: Int64, entry_ids: Int64
) -> pl.DataFrame:
    accounts = inputs.accounts
    due = pl.Series(bills.due_days + heading.issued_on.toordinal() - date(1970, 1, 1).toordinal()).cast(
        pl.Int32
    )
    return pl.DataFrame({
        "id": bill_ids, "bill_no": numbers, "account_id": accounts.id[bills.account],
        "building_id": np.array(inputs.building_ids, np.int64)[accounts.building[bills.account]],
        "due_on": due.cast(pl.Date), "opening_cents": bills.opening, "payments_cents": bills.payments,
        "net_cents": bills.net, "vat_cents": bills.vat, "lines_cents": bills.lines_gross,
        "late_charge_cents": bills.late_charge, "total_due_cents": bills.total_due, "entry_id": entry_ids,
        "snapshot": _snapshots(accounts.snapshot.gather(bills.account), bills.late_why),
    }).with_columns(
        kind=pl.lit("bill"), period=pl.lit(heading.period.number), run_id=pl.lit(heading.run_id, pl.Int64),
        edition=pl.lit(heading.edition), issued_on=pl.lit(heading.issued_on),
    )  # fmt: skip


def _snapshots(snapshots: pl.Series, late_why: dict[int, str]) -> pl.Series:
    """As the accounts were on the day; with a late charge also why."""
    if not late_why:
        return snapshots
    texts = snapshots.to_list()
    for place, why in late_why.items():
        texts[place] = f'{texts[place][:-1]}, "late": {why}}}'
    return pl.Series(texts, dtype=pl.String)


def _line_frame(lines: Lines, bill: Int64, bill_ids: Int64) -> pl.DataFrame:
    first = np.searchsorted(bill, np.arange(len(bill_ids)))
    return pl.DataFrame({
        "bill_id": bill_ids[bill], "position": np.arange(len(lines)) - first[bill] + 1, "service_id": lines.service_id,
        "quantity": _decimal(lines.quantity, 3), "unit": lines.unit, "price": _decimal(lines.price, 6),
        "net_cents": lines.net, "vat_rate": _decimal(lines.vat_rate, 2), "vat_cents": lines.vat,
        "gross_cents": lines.gross, "basis": lines.basis_text, "mark": lines.mark_text,
        "paid_direct": lines.paid_direct == 1, "tariff_id": _id(lines.tariff_id), "invoice_id": _id(lines.invoice_id),
        "made_from": lines.made_from,
    })  # fmt: skip


def _decimal(values: Int64, places: int) -> pl.Series:
    """Integers of the last place as decimals. 38 digits: they are whole numbers until they are divided."""
    decimals: pl.Series = pl.Series(values).cast(pl.Decimal(38, places)) / 10**places
    return decimals


def _id(values: Int64) -> pl.Series:
    series = pl.Series(values)
    return series.set(series == 0, None)


def _mark_recalculations(cursor: Any, lines: Lines, bill: Int64, bill_ids: Int64) -> None:
    rows = np.flatnonzero(lines.recalculation_id)
    cursor.executemany(
        "UPDATE billing_recalculation SET billed_on_id = %s WHERE id = %s",
        list(zip(bill_ids[bill[rows]].tolist(), lines.recalculation_id[rows].tolist(), strict=True)),
    )
