"""Daily values of remote readers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from saime.api.contracts import KeyFacts
from saime.api.models import Scope
from saime.api.v1.auth import ApiRequest, KeyAuth
from saime.channels.remote.contracts import TakenValues, ValueRows
from saime.channels.remote.operations import finish_delivery, judge_values, take_values
from saime.channels.remote.reasons import code, sentences
from saime.metering.meters import MeterPlace, find_meters
from saime.platform.money import to_milli

MOST = 5_000

router = Router(tags=["remote readings"])


class ValueIn(Schema):
    meter_no: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]+$")]
    value: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=3)]
    read_at: AwareDatetime = Field(description="With its time zone. Midnight closes the day before.")


class ValuesIn(Schema):
    values: Annotated[list[ValueIn], Field(min_length=1, max_length=MOST)]


class ProblemOut(Schema):
    """A value that was not kept. `row`: its place in the request, from 0."""

    row: int
    meter_no: str
    code: str
    wrong: str
    right: str


class ValuesOut(Schema):
    created: int
    unchanged: int = Field(description="These days had the same value already.")
    registered: int = Field(description="Values of a month's last day that became submitted readings.")
    problems: list[ProblemOut]


@router.post("/remote/values", response=ValuesOut, auth=KeyAuth(Scope.REMOTE))
def deliver_values(request: ApiRequest, body: ValuesIn) -> dict[str, Any]:
    """Deliver daily values, one a meter and day. Good ones are kept whatever is wrong with others.

    The first value of a day stays; a later one that differs is reported as a conflict and kept beside it.
    """
    now = timezone.now()
    known = find_meters(value.meter_no for value in body.values)
    places = [_allowed(known.get(value.meter_no), request.auth) for value in body.values]
    problems = {row: _unknown(row, body.values[row]) for row, place in enumerate(places) if place is None}
    good = _judged(body.values, places, problems, now)
    return _answer(
        _delivered(request.auth, body, good, places, len(problems), now), good, body.values, problems
    )


def _allowed(meter: MeterPlace | None, key: KeyFacts) -> MeterPlace | None:
    return meter if meter and key.may_name(meter.building_id) else None


def _unknown(row: int, value: ValueIn) -> ProblemOut:
    wrong = _("There is no meter of this number, or the key may not name it.")
    return ProblemOut(row=row, meter_no=value.meter_no, code="unknown_meter", wrong=wrong,
                      right=_("a meter of the buildings you read"))  # fmt: skip


def _judged(
    values: list[ValueIn], places: list[MeterPlace | None], problems: dict[int, ProblemOut], now: datetime
) -> list[tuple[int, int]]:
    """(row, day) of the values that can be kept; the others are told of in `problems`."""
    rows = [row for row in range(len(values)) if row not in problems]
    if not rows:
        return []
    columns = _columns(values, places, rows)
    judged = judge_values(
        meter_id=columns.meter_id, value_milli=columns.value_milli, read_at=columns.read_at, now=now
    )
    for row, fault in zip(rows, judged.fault.tolist(), strict=True):
        if fault:
            wrong, right = sentences(fault)
            problems[row] = ProblemOut(
                row=row, meter_no=values[row].meter_no, code=code(fault), wrong=wrong, right=right
            )
    days = zip(rows, judged.day.tolist(), strict=True)
    return [(row, day) for row, day in days if row not in problems]


def _columns(values: list[ValueIn], places: list[MeterPlace | None], rows: list[int]) -> ValueRows:
    return ValueRows(
        meter_id=np.array([place.meter_id for row in rows if (place := places[row])], np.int64),
        day=np.zeros(len(rows), np.int64),
        value_milli=np.array([to_milli(values[row].value) for row in rows], np.int64),
        read_at=np.array([_microseconds(values[row].read_at) for row in rows], np.int64),
    )


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp()) * 1_000_000


def _delivered(
    key: KeyFacts, body: ValuesIn, good: list[tuple[int, int]], places: list[MeterPlace | None], refused: int,
    now: datetime,
) -> tuple[TakenValues, int]:  # fmt: skip
    days = np.array([day for _row, day in good], np.int64)
    rows = replace(_columns(body.values, places, [row for row, _day in good]), day=days)
    taken = take_values(
        source_id=key.source, rows=rows, name=key.name, way="api", refused=refused, now=now,
        digest=sha256(body.model_dump_json().encode()).digest(),
    )  # fmt: skip
    return taken, finish_delivery(rows=rows, now=now).registered


def _answer(
    done: tuple[TakenValues, int],
    good: list[tuple[int, int]],
    values: list[ValueIn],
    problems: dict[int, ProblemOut],
) -> dict[str, Any]:
    taken, registered = done
    for conflict in taken.conflicts:
        row = good[conflict.row][0]
        problems[row] = ProblemOut(
            row=row, meter_no=values[row].meter_no, code="conflict",
            wrong=_("the day has the value {value} already").format(value=conflict.stands),
            right=_("one value for each meter and day; the first one stays"),
        )  # fmt: skip
    return {
        "created": taken.created, "unchanged": taken.unchanged, "registered": registered,
        "problems": [problems[row] for row in sorted(problems)],
    }  # fmt: skip
