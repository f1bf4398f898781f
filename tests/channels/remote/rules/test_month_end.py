"""Which value is the month's: against the sentence, on any days."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from saime.channels.remote.rules.month_end import chosen

LAST = 20_787
rows = st.sets(st.tuples(st.integers(1, 5), st.integers(LAST - 10, LAST + 4)), max_size=40).map(list)


@given(rows, st.integers(0, 6))
def test_each_meters_latest_day_that_is_near_enough(found: list[tuple[int, int]], within: int) -> None:
    meter, day = (np.array([row[at] for row in found], np.int64) for at in (0, 1))
    taken = {
        (int(meter[place]), int(day[place]))
        for place in chosen(day=day, meter=meter, last_day=LAST, within=np.full(len(found), within))
    }
    latest = {meter_id: on for meter_id, on in sorted(found) if LAST - within <= on <= LAST}
    assert taken == set(latest.items())
