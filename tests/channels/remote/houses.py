"""A house that is read by radio."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import numpy as np

from saime.channels.remote.contracts import TakenValues, ValueRows
from saime.channels.remote.operations import add_source, judge_values, take_values
from saime.metering.models import Meter
from saime.platform.periods import RIGA

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def source(code: str = "radio", now: datetime = NOW) -> int:
    return add_source(code=code, name="Radio SIA", now=now)


def evening(day: date, hour: int = 22) -> datetime:
    return datetime.combine(day, time(hour), RIGA)


def deliver(
    meter: Meter, values: dict[date, str], *, source_id: int | None = None, now: datetime = NOW, **more: Any
) -> TakenValues:
    """A delivery of one meter's values, read in the evening."""
    moments = np.array([int(evening(day).timestamp()) * 1_000_000 for day in values], np.int64)
    milli = np.array([int(Decimal(value) * 1000) for value in values.values()], np.int64)
    ids = np.full(len(values), meter.pk, np.int64)
    judged = judge_values(meter_id=ids, value_milli=milli, read_at=moments, now=now)
    assert not judged.fault.any()
    digest = sha256(repr((meter.pk, values)).encode()).digest()
    rows = ValueRows(ids, judged.day, milli, moments)
    given = {"name": "test", "way": "file", "digest": digest, "refused": 0, "now": now}
    return take_values(source_id=source_id or source(), rows=rows, **given | more)


def rising(first: date, last: date, *, start: str = "100", a_day: str = "0.120") -> dict[date, str]:
    """A meter that counts the same every day."""
    days = (last - first).days + 1
    return {
        first + timedelta(days=place): str(Decimal(start) + Decimal(a_day) * place) for place in range(days)
    }
