"""Two at once, and the month closing meanwhile: one outcome, and everybody told."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, connections, transaction
from tests.metering.houses import IN_WINDOW, make_house, submitter

from saime.metering.contracts import SubmissionOutcome
from saime.metering.models import Meter, PeriodClosure, RegisteredReading, Submission
from saime.platform.locks import lock_building_periods
from saime.platform.periods import Period

NOVEMBER = Period.of(2026, 11)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shared_meter() -> Meter:
    return make_house()[1]


def together(jobs: list) -> list:  # type: ignore[type-arg]
    """Run all jobs at one instant, each in a thread with a connection of its own."""
    barrier = threading.Barrier(len(jobs))

    def run(job):  # type: ignore[no-untyped-def]
        try:
            barrier.wait()
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_two_residents_of_one_flat_submit_in_the_same_instant(shared_meter: Meter) -> None:
    submit = submitter(shared_meter)
    outcomes: list[SubmissionOutcome] = together(
        [lambda v=value: submit(str(100 + v), at=IN_WINDOW.replace(minute=v)) for value in range(1, 11)]
    )
    assert RegisteredReading.objects.get().value == 110
    assert Submission.objects.count() == 10
    assert all(
        outcome.is_new and outcome.submission.fate in ("registered", "superseded") for outcome in outcomes
    )


def test_a_double_tap_is_one_submission(shared_meter: Meter) -> None:
    submit = submitter(shared_meter)
    outcomes: list[SubmissionOutcome] = together([lambda: submit("105", reference="tap") for _ in range(10)])
    assert sum(outcome.is_new for outcome in outcomes) == 1
    assert {outcome.submission.fate for outcome in outcomes} == {"registered"}
    assert Submission.objects.count() == 1


def test_the_month_closes_while_readings_come_in(shared_meter: Meter) -> None:
    """Whoever was before the closing is registered, whoever came after is told; nothing lies in between."""
    submit = submitter(shared_meter)

    def close() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            lock_building_periods(cursor, [shared_meter.building_id], NOVEMBER)
            PeriodClosure.objects.create(
                building_id=shared_meter.building_id,
                period=NOVEMBER,
                closed_at=datetime(2026, 11, 26, tzinfo=UTC),
            )

    jobs = [lambda v=value: submit(str(100 + v), at=IN_WINDOW.replace(minute=v)) for value in range(1, 9)]
    outcomes = [outcome for outcome in together([*jobs[:4], close, *jobs[4:]]) if outcome is not None]
    late = [o for o in outcomes if o.submission.fate == "rejected"]
    assert len(outcomes) == 8
    assert all(o.submission.reason == "period_closed" for o in late)
    in_time = [o for o in outcomes if o not in late]
    registered = list(RegisteredReading.objects.values_list("value", flat=True))
    assert registered == ([max(o.submission.value for o in in_time)] if in_time else [])
    assert Submission.objects.count() == 8
