"""The figures of a month that is closed, as they were written when its bills were issued."""

from __future__ import annotations

from typing import Any

import numpy as np

from saime.metering.contracts import (
    BASES,
    MEDIA,
    NONE,
    WHYS,
    ConsumptionColumns,
    DifferenceColumns,
    PeriodFigures,
    ShareColumns,
)  # fmt: skip
from saime.platform.columns import Columns, Query, fetch_all
from saime.platform.periods import Period


def _code(column: str, names: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    return f"array_position(ARRAY[{listed}], {column}::text) - 1"


def _milli(column: str) -> str:
    return f"COALESCE(({column} * 1000)::bigint, {int(NONE)})"


_CONSUMPTION = f"""
    SELECT building_id, COALESCE(unit_id, 0) AS unit_id, COALESCE(meter_id, 0) AS meter_id,
           COALESCE(chain_id, 0) AS chain_id, COALESCE(account_id, 0) AS account_id, {_code("medium", MEDIA)} AS medium,
           {_milli("m3")} AS m3, {_code("basis", BASES)} AS basis, {_milli("previous_reading")} AS previous_reading,
           {_milli("reading")} AS reading, {_milli("estimated_before")} AS estimated_before,
           {_milli("counted_m3")} AS counted_m3, {_milli("charged_since")} AS charged_since, months_missing
      FROM metering_consumption WHERE building_id = %(building)s AND period = %(period)s ORDER BY id"""
_CONSUMPTION_NAMES = """building_id unit_id meter_id chain_id account_id medium m3 basis previous_reading reading
    estimated_before counted_m3 charged_since months_missing"""

_DIFFERENCES = f"""
    SELECT building_id, {_code("medium", MEDIA)} AS medium, regulation::int AS regulation,
           span_from / 100 * 12 + mod(span_from, 100) - 1 AS span_from, {_milli("common_m3")} AS common_m3,
           {_milli("units_m3")} AS units_m3, {_milli("difference_m3")} AS difference_m3
      FROM metering_waterdifference WHERE building_id = %(building)s AND period = %(period)s ORDER BY id"""
_DIFFERENCE_NAMES = "building_id medium regulation span_from common_m3 units_m3 difference_m3"

_SHARES = f"""
    SELECT d.building_id, {_code("d.medium", MEDIA)} AS medium, s.unit_id, {_milli("s.share_m3")} AS share_m3,
           {_code("s.why", WHYS)} AS why
      FROM metering_differenceshare s JOIN metering_waterdifference d ON d.id = s.difference_id
     WHERE d.building_id = %(building)s AND d.period = %(period)s ORDER BY s.id"""
_SHARE_NAMES = "building_id medium unit_id share_m3 why"


def stored_figures(building_id: int, period: Period) -> PeriodFigures:
    """What metering wrote for the building's closed month, as far as bills rest on it (no channels, no state)."""
    parameters = {"building": building_id, "period": period.number}
    found = fetch_all({
        "c": Query(_CONSUMPTION_NAMES, _CONSUMPTION, parameters),
        "d": Query(_DIFFERENCE_NAMES, _DIFFERENCES, parameters), "s": Query(_SHARE_NAMES, _SHARES, parameters),
    })  # fmt: skip
    rows, none = _narrow(found["c"], "medium", "basis"), np.zeros(len(found["c"]["m3"]), np.int64)
    return PeriodFigures(
        period,
        ConsumptionColumns(
            **rows, channel=none.astype(np.int8), at_fault=none.astype(bool), read_period=none
        ),
        DifferenceColumns(**_narrow(found["d"], "medium")),
        ShareColumns(**_narrow(found["s"], "medium", "why")),
    )


def _narrow(columns: Columns, *names: str) -> dict[str, Any]:
    """The columns, those named as codes of a byte."""
    return {name: values.astype(np.int8) if name in names else values for name, values in columns.items()}
