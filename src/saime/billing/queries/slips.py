"""The tear-off slips of printed bills: the month after the bill's, for whoever still gets paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from saime.billing.document.contracts import BillDocumentSlip, BillDocumentSlipMeter
from saime.billing.queries.sql import rows
from saime.billing.queries.stored import StoredBill
from saime.metering.contracts import MeterView, WindowView
from saime.metering.queries import meters_of, windows_for
from saime.platform.periods import RIGA, Period

_MEDIA: dict[str, Literal["cold_water", "hot_water"]] = {"cold": "cold_water", "hot": "hot_water"}
MOST_METERS = 9  # three slips; whoever has more is better served with a form
_ON_PAPER = """
    SELECT id, unit_id, building_id FROM estate_account
     WHERE id = ANY(%(accounts)s) AND NOT paperless AND (to_date IS NULL OR to_date >= %(day)s)"""


def slips(bills: Sequence[StoredBill]) -> dict[int, BillDocumentSlip]:
    """Bill id → its slip; a bill may have none.

    None is on a credit note; on the bill of an account that wants no paper, ends before the next month does, has no
    meter or more than nine; and where no forms are taken then, or not any more on the day of issue. Two queries.
    """
    by_month = defaultdict(list)
    for bill in bills:
        if bill.kind == "bill":
            by_month[bill.period + 1].append(bill)
    return {
        bill_id: slip for period, of in by_month.items() for bill_id, slip in _of_month(period, of).items()
    }


def _of_month(period: Period, bills: Sequence[StoredBill]) -> dict[int, BillDocumentSlip]:
    start = datetime(period.year, period.month, 1, tzinfo=RIGA)
    found = rows(_ON_PAPER, {"accounts": [bill.account_id for bill in bills], "day": period.last_day})
    places = {account: (unit, building) for account, unit, building in found}
    windows = windows_for(sorted({building for _, building in places.values()}), "paper", now=start)
    meters = defaultdict(list)
    for meter in meters_of(sorted(places), now=start, with_figures=False):
        if meter.installed_on <= period.last_day:
            meters[meter.unit_id].append(meter)
    made = {}
    for bill in bills:
        unit, building = places.get(bill.account_id, (None, None))
        if building is not None and (slip := _slip(period, bill, meters[unit], windows[building])):
            made[bill.bill_id] = slip
    return made


def _slip(
    period: Period, bill: StoredBill, meters: Sequence[MeterView], window: WindowView
) -> BillDocumentSlip | None:
    last_day = _last_day(window)
    if (
        not 1 <= len(meters) <= MOST_METERS
        or window.is_switched_off
        or window.period != period
        or last_day < bill.issued_on
    ):
        return None
    return BillDocumentSlip(
        period=period.number, last_day=last_day, meters=tuple(_meter(meter) for meter in meters)
    )


def _last_day(window: WindowView) -> date:
    return (window.closes_at - timedelta(microseconds=1)).astimezone(RIGA).date()


def _meter(meter: MeterView) -> BillDocumentSlipMeter:
    return BillDocumentSlipMeter(
        serial=meter.meter_no,
        medium=_MEDIA[meter.medium],
        digits=meter.digits,
        previous=meter.previous_reading,
        previous_period=meter.previous_period.number if meter.previous_period else None,
    )
