"""What looks wrong in a chunk, and who gets no bill (domain.md, Bill run)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from saime.billing.run.catalog import Catalog
from saime.billing.run.chunks import Chunk
from saime.billing.run.contracts import (
    DOUBTFUL,
    ENDED,
    MISSING_COMMON_READING,
    NO_ACCOUNT,
    NO_BILL,
    NO_LINES,
    NOT_BEGUN,
    ZERO_CONSUMPTION,
    Finding,
)  # fmt: skip
from saime.metering.contracts import ACTUAL, MEDIA, NONE
from saime.platform.bulk import fetch_frame
from saime.platform.periods import Period

_UNITS = """
    SELECT b.id AS building_id, b.building_no, u.id AS unit_id, u.unit_no
      FROM estate_building b LEFT JOIN estate_unit u ON u.building_id = b.id
     WHERE b.id = ANY(%(buildings)s) ORDER BY b.id, u.sort_key, u.id"""
_UNIT_SCHEMA = {"building_id": pl.Int64, "building_no": pl.String, "unit_id": pl.Int64, "unit_no": pl.String}
_OTHERS = """
    SELECT a.building_id, a.unit_id, a.account_no, (a.from_date > %(last)s)::int AS not_begun
      FROM estate_account a
     WHERE a.building_id = ANY(%(buildings)s) AND (a.from_date > %(last)s OR a.to_date < %(first)s)
     ORDER BY a.account_no"""
_OTHER_SCHEMA = {"building_id": pl.Int64, "unit_id": pl.Int64, "account_no": pl.String, "not_begun": pl.Int64}
_LAST_MONTH = """
    SELECT account_id, sum(lines_cents)::bigint AS cents FROM billing_bill
     WHERE building_id = ANY(%(buildings)s) AND period = %(period)s GROUP BY 1"""
_LAST_SCHEMA = {"account_id": pl.Int64, "cents": pl.Int64}


class Look:
    """Looks through one chunk."""

    def __init__(self, chunk: Chunk, catalog: Catalog) -> None:
        self.chunk, self.catalog, period = chunk, catalog, catalog.period
        parameters = {
            "buildings": chunk.inputs.building_ids, "first": period.first_day, "last": period.last_day,
            "period": (period - 1).number,
        }  # fmt: skip
        units = fetch_frame(_UNITS, _UNIT_SCHEMA, parameters)
        self.building_no = dict(zip(units["building_id"], units["building_no"], strict=True))
        self.unit_no = dict(zip(units["unit_id"], units["unit_no"], strict=True))
        self.unit_building = dict(zip(units["unit_id"], units["building_id"], strict=True))
        self.others = fetch_frame(_OTHERS, _OTHER_SCHEMA, parameters)
        last = fetch_frame(_LAST_MONTH, _LAST_SCHEMA, parameters)
        self.last_month = dict(zip(last["account_id"].to_list(), last["cents"].to_list(), strict=True))

    def findings(self) -> list[Finding]:
        return [
            *self._doubtful(), *self._zero_consumption(), *self._gaps(), *self._missing_common(), *self._no_bill(),
        ]  # fmt: skip

    def _of_account(self, kind: str, account: int, **facts: object) -> Finding:
        accounts = self.chunk.inputs.accounts
        building = self.chunk.inputs.building_ids[int(accounts.building[account])]
        return Finding(
            kind, self.building_no[building], accounts.account_no[account],
            self.unit_no.get(int(accounts.unit_id[account]), ""), **facts,  # type: ignore[arg-type]
        )  # fmt: skip

    def _doubtful(self) -> Iterator[Finding]:
        bills, accounts = self.chunk.bills, self.chunk.inputs.accounts
        period: Period = self.catalog.period
        factors = self.catalog.policies.values(
            "doubtful_factor", period.last_day, self.chunk.inputs.building_ids
        )
        for row, account in enumerate(bills.account.tolist()):
            before = self.last_month.get(int(accounts.id[account]), 0)
            now = int(bills.lines_gross[row])
            if before > 0 and now > before * factors[int(accounts.building[account])]:
                yield self._of_account(DOUBTFUL, account, cents=now, last_month_cents=before)

    def _zero_consumption(self) -> Iterator[Finding]:
        rows = self.chunk.figures.consumption
        read = (rows.m3 == 0) & (rows.basis == ACTUAL) & (rows.unit_id > 0)
        for i in np.flatnonzero(read).tolist():
            yield Finding(
                ZERO_CONSUMPTION, self.building_no[int(rows.building_id[i])],
                unit_no=self.unit_no.get(int(rows.unit_id[i]), ""), medium=MEDIA[rows.medium[i]],
            )  # fmt: skip

    def _gaps(self) -> Iterator[Finding]:
        for gap in self.chunk.gaps:
            building = self.chunk.inputs.building_ids[gap.building]
            yield Finding(gap.kind, self.building_no[building], service=gap.service, cents=gap.cents)

    def _missing_common(self) -> Iterator[Finding]:
        rows = self.chunk.figures.differences
        for i in np.flatnonzero(rows.difference_m3 == NONE).tolist():
            building = self.building_no[int(rows.building_id[i])]
            yield Finding(MISSING_COMMON_READING, building, medium=MEDIA[rows.medium[i]])

    def _no_bill(self) -> Iterator[Finding]:
        accounts = self.chunk.inputs.accounts
        for account in np.setdiff1d(np.arange(len(accounts)), self.chunk.bills.account).tolist():
            yield self._of_account(NO_BILL, account, reason=NO_LINES)
        for building, unit, account_no, not_begun in self.others.iter_rows():
            yield Finding(
                NO_BILL, self.building_no[building], account_no, self.unit_no.get(unit, ""),
                reason=NOT_BEGUN if not_begun else ENDED,
            )  # fmt: skip
        paying = set(accounts.unit_id[accounts.days > 0].tolist())
        for unit, number in self.unit_no.items():
            if unit is not None and unit not in paying:
                building = self.building_no[self.unit_building[unit]]
                yield Finding(NO_BILL, building, unit_no=number, reason=NO_ACCOUNT)
