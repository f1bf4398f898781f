"""A meter by its number: what another system needs to ask for the right reading."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from saime.api.models import Scope
from saime.api.v1.auth import ApiRequest, KeyAuth
from saime.api.v1.problems import Problem
from saime.api.v1.readings import figure_fields
from saime.metering.meters import find_meters
from saime.metering.operations import figure_now
from saime.platform.periods import Period

router = Router(tags=["meters"])


class MeterOut(Schema):
    """A meter and its month as it stands now. No name and no address: a number is answered with numbers."""

    meter_no: str
    building_no: str
    unit_no: str = Field(description="Empty: a common meter of the building.")
    medium: str
    digits: int = Field(description="Digits before the decimals.")
    valid_until: date | None
    removed_on: date | None
    period: str
    previous_reading: str | None
    reading: str | None = Field(description="The month's registered reading, where there is one.")
    channel: str | None
    m3: str | None
    basis: str | None
    mark: str | None


@router.get("/meters/{meter_no}", response=MeterOut, auth=KeyAuth(Scope.METERS))
def meter(request: ApiRequest, meter_no: str) -> dict[str, Any]:
    """The meter of a number. 404 where there is none that the key may name."""
    found = find_meters([meter_no[:40].replace("\0", "")]).get(meter_no)
    if found is None or not request.auth.may_name(found.building_id):
        raise Problem(404, "not_found")
    period = Period.containing(timezone.now())
    figure = figure_now(found.meter_id, period)
    return {
        "meter_no": found.meter_no, "building_no": found.building_no, "unit_no": found.unit_no,
        "medium": found.medium, "digits": found.digits, "valid_until": found.valid_until,
        "removed_on": found.removed_on, "period": str(period),
        "previous_reading": _text(figure and figure.previous_reading), "reading": _text(figure and figure.reading),
        "channel": figure.channel if figure else None, **figure_fields(figure),
    }  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
