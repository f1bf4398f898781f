"""Closing a month: its figures become rows that stay, in the transaction that issues its bills."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from saime.metering.bulk import period_numbers
from saime.metering.contracts import (
    BASES,
    CHANNEL_CODES,
    MEDIA,
    NONE,
    WHYS,
    ConsumptionColumns,
    DifferenceColumns,
    Int8,
    Int64,
    PeriodFigures,
    ShareColumns,
)  # fmt: skip
from saime.platform.columns import copy_frame
from saime.platform.periods import Period


def close_periods(
    cursor: Any, figures: PeriodFigures, building_ids: Sequence[int], *, closed_at: datetime
) -> None:
    """Write a period's figures and close it for these buildings. The caller holds their locks (platform.locks)."""
    mine = np.array(sorted(building_ids), np.int64)
    period = figures.period
    rows = consumption_frame(figures.consumption, period)
    copy_frame(cursor, "metering_consumption", rows.filter(pl.col("building_id").is_in(mine)))
    _write_differences(cursor, figures.differences, figures.shares, period, mine)
    closures = pl.DataFrame({"building_id": mine}).with_columns(
        period=pl.lit(period.number), closed_at=pl.lit(closed_at.isoformat())
    )
    copy_frame(cursor, "metering_periodclosure", closures)


def consumption_frame(rows: ConsumptionColumns, period: Period) -> pl.DataFrame:
    """The rows as the table's columns."""
    read = rows.read_period > 0
    return pl.DataFrame({
        "building_id": rows.building_id, "unit_id": _id(rows.unit_id), "meter_id": _id(rows.meter_id),
        "chain_id": _id(rows.chain_id), "account_id": _id(rows.account_id), "medium": _named(rows.medium, MEDIA),
        "period": np.full(len(rows), period.number), "m3": m3_text(rows.m3), "basis": _named(rows.basis, BASES),
        "previous_reading": m3_text(rows.previous_reading), "reading": m3_text(rows.reading),
        "channel": _named(rows.channel, CHANNEL_CODES), "estimated_before": m3_text(rows.estimated_before),
        "at_fault": rows.at_fault,
        "read_period": pl.select(
            pl.when(pl.lit(pl.Series(read))).then(pl.lit(pl.Series(period_numbers(rows.read_period))))
        ).to_series(),
        "counted_m3": m3_text(rows.counted_m3), "charged_since": m3_text(rows.charged_since),
        "months_missing": rows.months_missing,
    })  # fmt: skip


def _write_differences(
    cursor: Any, differences: DifferenceColumns, shares: ShareColumns, period: Period, mine: Int64
) -> None:
    here = np.flatnonzero(np.isin(differences.building_id, mine))
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence('metering_waterdifference', 'id')) FROM generate_series(1, %s)",
        [len(here)],
    )
    ids = np.array([row[0] for row in cursor.fetchall()], np.int64)
    copy_frame(cursor, "metering_waterdifference", pl.DataFrame({
        "id": ids, "building_id": differences.building_id[here], "period": np.full(len(here), period.number),
        "medium": _named(differences.medium[here], MEDIA), "regulation": differences.regulation[here],
        "span_from": period_numbers(differences.span_from[here]), "common_m3": m3_text(differences.common_m3[here]),
        "units_m3": m3_text(differences.units_m3[here]), "difference_m3": m3_text(differences.difference_m3[here]),
    }))  # fmt: skip
    key = differences.building_id[here] * 2 + differences.medium[here]
    order = np.argsort(key)
    ours = np.flatnonzero(np.isin(shares.building_id, mine))
    place = (
        order[np.searchsorted(key[order], shares.building_id[ours] * 2 + shares.medium[ours])]
        if len(ours)
        else ours
    )
    copy_frame(cursor, "metering_differenceshare", pl.DataFrame({
        "difference_id": ids[place] if len(ours) else ours, "unit_id": shares.unit_id[ours],
        "share_m3": m3_text(shares.share_m3[ours]), "why": _named(shares.why[ours], WHYS),
    }))  # fmt: skip


def m3_text(milli: Int64) -> pl.Series:
    """Thousandths as decimals with three places, null where there is none."""
    empty = pl.Series(milli == NONE)
    decimals = pl.Series(np.where(milli == NONE, 0, milli)).cast(pl.Decimal(18, 3)) / 1000
    return pl.select(pl.when(~pl.lit(empty)).then(pl.lit(decimals))).to_series()


def _id(values: Int64) -> pl.Series:
    """Ids, null where there is none (0)."""
    series = pl.Series(values)
    return series.set(series == 0, None)


def _named(codes: Int8 | Int64, names: tuple[str, ...]) -> pl.Series:
    return pl.Series(list(names)).gather(codes.astype(np.int64))
