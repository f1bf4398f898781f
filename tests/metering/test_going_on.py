"""A month goes on from what the closed one left behind, whatever happened to the meters meanwhile."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import connection, transaction
from tests.metering.houses import Submit, make_meter

from saime.metering.closing import close_periods
from saime.metering.figures import period_figures
from saime.metering.models import Meter
from saime.platform.periods import Period


def close(month: str, building_id: int) -> None:
    period = Period.parse(month)
    with transaction.atomic(), connection.cursor() as cursor:
        close_periods(
            cursor, period_figures(period), [building_id], closed_at=datetime(2026, 11, 24, tzinfo=UTC)
        )


def test_a_meter_goes_on_when_its_neighbour_was_taken_out(meter: Meter, submit: Submit) -> None:
    second = make_meter(meter.building, meter.unit, "M2", initial_reading=Decimal("500.000"))
    for month in range(5, 11):
        at = datetime(2026, month, 26, tzinfo=UTC)
        if month < 10:
            submit(str(100 + 4 * (month - 4)), at=at)
        submit(str(500 + 3 * (month - 4)), at=at, meter_id=second.id)
    Meter.objects.filter(id=meter.id).update(removed_on=date(2026, 9, 28), final_reading=Decimal("121.000"))
    close("2026-09", meter.building_id)
    rows = period_figures(Period.parse("2026-10")).consumption
    assert [(int(meter_id), int(m3)) for meter_id, m3 in zip(rows.meter_id, rows.m3, strict=True)] == [
        (second.id, 3_000)
    ]


def test_a_common_meter_taken_out_while_another_is_unread_still_counts(meter: Meter, submit: Submit) -> None:
    common = make_meter(meter.building, None, "C1", initial_reading=Decimal("0.000"))
    other = make_meter(meter.building, None, "C2", initial_reading=Decimal("0.000"))
    for month in range(5, 11):
        at = datetime(2026, month, 26, tzinfo=UTC)
        submit(str(100 + 4 * (month - 4)), at=at)
        if month != 9:
            submit(str(10 * (month - 4)), "staff", at=at, meter_id=common.id)
        if month < 9:
            submit(str(7 * (month - 4)), "staff", at=at, meter_id=other.id)
    Meter.objects.filter(id=other.id).update(removed_on=date(2026, 9, 28), final_reading=Decimal("33.000"))
    before = period_figures(Period.parse("2026-10")).differences
    for month in ("2026-08", "2026-09"):
        close(month, meter.building_id)
    after = period_figures(Period.parse("2026-10")).differences
    # September and October: 20 by the one, 33 − 28 by the other; 8 by the flat.
    for found in (before, after):
        assert [int(found.common_m3[0]), int(found.units_m3[0]), int(found.difference_m3[0])] == [
            25_000,
            8_000,
            17_000,
        ]
