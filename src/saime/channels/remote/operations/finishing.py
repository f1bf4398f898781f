"""What follows when a delivery has been kept: month's end registered, suspicions looked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from saime.channels.remote.contracts import ValueRows
from saime.channels.remote.operations.registering import register_month
from saime.channels.remote.operations.suspecting import refresh_suspicions
from saime.platform.columns import ids
from saime.platform.periods import Period

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Finished:
    """`registered`: new submissions of months' ends; `suspicions`: how many stand for the delivery's meters."""

    registered: int
    suspicions: int


def finish_delivery(*, rows: ValueRows, now: datetime) -> Finished:
    """Register values of a month's last day, and look at the meters anew. Safe to repeat, after a crash too."""
    if not len(rows):
        return Finished(0, 0)
    registered = 0
    for day in np.unique(rows.day).tolist():
        on = _EPOCH + timedelta(days=day)
        period = Period.containing(on)
        if on == period.last_day:
            meters = ids(np.unique(rows.meter_id[rows.day == day]))
            registered += register_month(period=period, now=now, meter_ids=meters, on_last_day=True).created
    return Finished(registered, refresh_suspicions(meter_ids=ids(np.unique(rows.meter_id)), now=now))
