"""What the reading desk asks of metering."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from tests.metering.houses import IN_WINDOW, make_house, submitter

from saime.metering import desk
from saime.metering.contracts import DayCount, DoubtsWaiting
from saime.metering.models import Meter, PeriodClosure
from saime.metering.operations import review_submission
from saime.platform.periods import Period
from saime.residents.models import User

pytestmark = pytest.mark.django_db
NOVEMBER = Period.of(2026, 11)


@pytest.fixture
def meter() -> Meter:
    meter = make_house()[1]
    submit = submitter(meter)
    for month in range(5, 11):
        submit(
            str(100 + 4 * (month - 4)), at=datetime(2026, month, 26, 10, tzinfo=UTC), reference=f"m{month}"
        )
    return meter


def doubt(meter: Meter, value: str = "250", at: datetime = IN_WINDOW, reference: str = "sms-1") -> int:
    outcome = submitter(meter)(value, "sms", at, reference=reference, evidence={"text": f"RAD {value}"})
    return outcome.submission.submission_id


def test_days_are_those_of_riga(meter: Meter) -> None:
    submit = submitter(meter)
    submit("126", "portal", datetime(2026, 11, 25, 23, 30, tzinfo=UTC), reference="a")
    submit("127", "portal", datetime(2026, 11, 26, 8, tzinfo=UTC), reference="b")
    submit("1", "sms", datetime(2026, 11, 26, 9, tzinfo=UTC), reference="c")  # refused, and came all the same
    assert desk.month_by_day(NOVEMBER, now=IN_WINDOW + timedelta(hours=1)) == [
        DayCount(NOVEMBER - 1, "portal", date(2026, 10, 26), 1),
        DayCount(NOVEMBER, "portal", date(2026, 11, 26), 2),
        DayCount(NOVEMBER, "sms", date(2026, 11, 26), 1),
    ]


def test_a_doubt_comes_with_what_one_needs(meter: Meter) -> None:
    id_ = doubt(meter)
    found = desk.doubt(id_)
    assert found is not None
    assert found.evidence == {"text": "RAD 250"}
    assert (found.previous_period, found.previous_reading) == (NOVEMBER - 1, Decimal(124))
    assert (found.used_m3, found.account_no, found.unit_no) == (Decimal(126), "1000001", "1")
    assert found.is_open
    assert desk.doubts_waiting() == DoubtsWaiting(1, IN_WINDOW)


def test_a_meter_never_read_counts_from_its_first_reading() -> None:
    meter = make_house()[1]
    Meter.objects.filter(pk=meter.pk).update(installed_on=date(2026, 10, 10))
    found = desk.doubt(doubt(meter))
    assert found is not None
    assert (found.previous_period, found.previous_reading) == (Period.of(2026, 9), Decimal(100))


def test_what_is_decided_or_closed_waits_no_more(meter: Meter) -> None:
    first, second = doubt(meter), doubt(meter, "260", reference="sms-2")
    staff = User.objects.create_user("staff@example.com", None)
    review_submission(
        submission_id=first, verdict="rejected", reason="x", reviewed_by=staff.pk, now=IN_WINDOW
    )
    assert [found.submission.submission_id for found in desk.doubts()] == [second]
    decided = desk.doubt(first)
    assert decided is not None
    assert not decided.is_open
    PeriodClosure.objects.create(building=meter.building, period=NOVEMBER, closed_at=IN_WINDOW)
    assert desk.doubts() == []
    assert desk.doubts_waiting() == DoubtsWaiting(0, None)
    closed = desk.doubt(second)
    assert closed is not None
    assert closed.is_closed


def test_doubts_come_oldest_first_from_behind_one(meter: Meter) -> None:
    ids = [doubt(meter, str(250 + n), reference=f"sms-{n}") for n in range(4)]
    assert [found.submission.submission_id for found in desk.doubts(limit=2)] == ids[:2]
    assert [found.submission.submission_id for found in desk.doubts(after=ids[1])] == ids[2:]


# Five years of readings by thousands of meters, as they came.
_YEARS = """
    INSERT INTO metering_submission (meter_id, period, value, channel, received_at, reference, verdict, reason)
    SELECT %s, extract(year FROM at) * 100 + extract(month FROM at), 100, 'portal', at, 'y' || n, 'accepted', ''
      FROM generate_series(1, 60000) n, LATERAL (SELECT timestamptz '2021-12-01' + n * interval '43 minutes' AS at) t"""


def test_the_month_and_the_doubts_are_found_without_reading_all_years(meter: Meter) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_YEARS, [meter.pk])
        doubt(meter)
        cursor.execute("SELECT brin_summarize_new_values('submission_received')")
        cursor.execute("ANALYZE metering_submission")
        cursor.execute("EXPLAIN " + desk._DAYS, [IN_WINDOW - timedelta(days=56), IN_WINDOW, [202610, 202611]])
        assert "submission_received" in str(cursor.fetchall())
        cursor.execute("EXPLAIN SELECT count(*)" + desk._WAITING)
        assert "submission_in_review" in str(cursor.fetchall())
