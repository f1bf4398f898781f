"""For whom forms are printed, in the order in which they are carried out: house by house, door by door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from saime.billing.document.contracts import Language
from saime.billing.queries import payee
from saime.channels.paper.printing.contracts import Form, FormMeter
from saime.metering.contracts import MeterView, WindowView
from saime.metering.queries import meters_of, windows_for
from saime.platform.periods import RIGA, Period

_BATCH = 500
_ACCOUNTS = """
    SELECT a.id, a.account_no, a.unit_id, a.building_id, a.language, a.holder_name, h.address, u.unit_no
      FROM estate_account a
      JOIN estate_unit u ON u.id = a.unit_id
      JOIN estate_building h ON h.id = a.building_id
     WHERE a.from_date <= %(day)s AND (a.to_date IS NULL OR a.to_date >= %(day)s)
       AND (%(building)s::text IS NULL OR h.building_no = %(building)s)
       AND (%(account)s::text IS NULL OR a.account_no = %(account)s)
       AND NOT (%(on_paper_only)s AND a.paperless)
     ORDER BY h.building_no, u.sort_key, a.account_no"""


@dataclass(frozen=True, slots=True)
class FormAccount:
    """Whoever pays for a unit on the last day of the month."""

    account_id: int
    account_no: str
    unit_id: int
    building_id: int
    language: Language  # the database knows no others
    holder_name: str
    address: str
    unit_no: str


@dataclass(frozen=True, slots=True)
class NoForm:
    """Why an account gets no form. `reason`: no_meters, channel_off."""

    account_no: str
    reason: str


def accounts_for_forms(
    period: Period,
    *,
    building_no: str | None = None,
    account_no: str | None = None,
    on_paper_only: bool = False,
) -> list[FormAccount]:
    """The accounts that pay at the month's end. `on_paper_only`: without those that want no paper. One query."""
    parameters: dict[str, Any] = {
        "day": period.last_day,
        "building": building_no,
        "account": account_no,
        "on_paper_only": on_paper_only,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, parameters)
        return [FormAccount(*row) for row in cursor.fetchall()]


def forms(accounts: Sequence[FormAccount], period: Period) -> Iterator[Form | NoForm]:
    """A form, or the reason why there is none, for each account in turn. One query for the meters of 500 accounts."""
    for start in range(0, len(accounts), _BATCH):
        batch = accounts[start : start + _BATCH]
        meters = _meters(batch, period)
        windows = _windows(batch, period)
        for account in batch:
            yield _form(account, period, meters[account.unit_id], windows[account.building_id])


def _meters(accounts: Sequence[FormAccount], period: Period) -> dict[int, list[MeterView]]:
    """The meters of each unit that are there at the month's end, with their readings of the months before."""
    found = meters_of([account.account_id for account in accounts], now=_start(period), with_figures=False)
    by_unit = defaultdict(list)
    for meter in found:
        if meter.unit_id is not None and meter.installed_on <= period.last_day:
            by_unit[meter.unit_id].append(meter)
    return by_unit


def _windows(accounts: Sequence[FormAccount], period: Period) -> dict[int, WindowView]:
    buildings = sorted({account.building_id for account in accounts})
    return windows_for(buildings, "paper", now=_start(period))


def _start(period: Period) -> datetime:
    return datetime(period.year, period.month, 1, tzinfo=RIGA)


def _form(
    account: FormAccount, period: Period, meters: Sequence[MeterView], window: WindowView
) -> Form | NoForm:
    if window.is_switched_off or window.period != period:
        return NoForm(account.account_no, "channel_off")
    if not meters:
        return NoForm(account.account_no, "no_meters")
    return Form(
        language=account.language,
        account_no=account.account_no,
        holder_name=account.holder_name,
        address=account.address,
        unit=account.unit_no,
        period=period,
        first_day=window.opens_at.astimezone(RIGA).date(),
        last_day=_last_day(window),
        company=payee(),
        meters=tuple(
            FormMeter(
                meter.meter_no, meter.medium, meter.digits, meter.previous_reading, meter.previous_period
            )
            for meter in meters
        ),
    )


def _last_day(window: WindowView) -> date:
    return (window.closes_at - timedelta(microseconds=1)).astimezone(RIGA).date()
