"""After a delivery its meters are looked at: what looks wrong is written down for staff, what is over is taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import numpy as np
from django.db import connection, transaction

from saime.channels.remote.contracts import SuspicionView
from saime.channels.remote.loading import Days, Watched, days_needed, table_of, watch
from saime.channels.remote.models import Suspicion
from saime.platform.bulk import unhurried
from saime.platform.columns import Query, fetch_all, ids
from saime.platform.periods import RIGA
from saime.platform.policies import PolicyBook

_AT_ONCE = 20_000  # meters


def refresh_suspicions(*, meter_ids: Sequence[int], now: datetime) -> int:
    """Look at the meters' days anew. How many suspicions stand for them now."""
    book, standing = PolicyBook.load(), 0
    wanted = sorted(ids(meter_ids))
    for start in range(0, len(wanted), _AT_ONCE):
        standing += _refresh(wanted[start : start + _AT_ONCE], book, now)
    return standing


def _refresh(meter_ids: list[int], book: PolicyBook, now: datetime) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            unhurried(cursor)
            # One at a time: two deliveries of the same meters would write the same suspicion twice.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('saime.remote.suspicions'))")
            found = watch(_load(meter_ids, book, now), book)
            cursor.execute(
                "DELETE FROM remote_suspicion WHERE meter_id = ANY(%s) RETURNING meter_id, kind, since",
                [meter_ids],
            )
            before = {meter: since for meter, kind, since in cursor.fetchall() if kind == "standstill"}
        rows = [*_suspicions(found), *_going_on(found, before)]
        Suspicion.objects.bulk_create(rows, batch_size=5000)
    return len(rows)


def _load(meter_ids: list[int], book: PolicyBook, now: datetime) -> Days:
    last = now.astimezone(RIGA).date()
    first = last - timedelta(days=days_needed(book, last))
    values = {"ids": meter_ids, "first": first, "last": last}
    found = fetch_all({
        "meters": Query("id digits building_id",
                        "SELECT id, digits, building_id FROM metering_meter WHERE id = ANY(%(ids)s) ORDER BY id",
                        {"ids": meter_ids}),
        "values": Query("meter_id day value",
                        """SELECT meter_id, day - date '1970-01-01' AS day, (value * 1000)::bigint AS value
                             FROM remote_dailyvalue
                            WHERE meter_id = ANY(%(ids)s) AND day BETWEEN %(first)s AND %(last)s""", values),
    })  # fmt: skip
    return table_of(found["meters"], found["values"], first, last)


def _suspicions(found: Watched) -> Iterator[Suspicion]:
    suspect = (found.found.leak >= 0) | (found.found.sudden >= 0) | (found.found.standstill >= 0)
    for row in suspect.nonzero()[0].tolist():
        for view in found.suspicions(row):
            yield _row(int(found.days.meter_id[row]), view)


def _going_on(found: Watched, before: Mapping[int, date]) -> Iterator[Suspicion]:
    """Standstills that began before the days looked at."""
    for meter_id, since in before.items():
        row = int(np.searchsorted(found.days.meter_id, meter_id))
        if view := found.standstill_since(row, since):
            yield _row(meter_id, view)


def _row(meter_id: int, view: SuspicionView) -> Suspicion:
    return Suspicion(
        meter_id=meter_id, kind=view.kind, since=view.since, last_day=view.last_day, m3_a_day=view.m3_a_day
    )
