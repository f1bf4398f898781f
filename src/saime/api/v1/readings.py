"""Readings from other systems: each goes through `submit_reading`, and what became of it is the answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field, field_validator

from saime.api.contracts import KeyFacts
from saime.api.models import Scope
from saime.api.v1.auth import ApiRequest, KeyAuth
from saime.metering.contracts import Figure, SubmissionOutcome
from saime.metering.entry import UnableToReadNumber
from saime.metering.meters import MeterPlace, find_meters
from saime.metering.operations import ConfirmationNeeded, ReferenceTaken, submit_reading
from saime.metering.reasons import sentence
from saime.platform.periods import Period

MOST = 500
NOT_TAKEN = "not_taken"

router = Router(tags=["readings"])


class ReadingIn(Schema):
    """One reading. `value`: a number or a text as people write it ("123,456")."""

    reference: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\x21-\x7e]+$")] = Field(
        description="Your own name for the reading: the same again is the same reading, never a second one."
    )
    meter_no: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]+$")]
    value: Annotated[str, Field(max_length=40)] = Field(
        description="What the meter shows, not the consumption."
    )
    period: str | None = Field(
        None, description="The month, YYYY-MM; without it the month of today, in Riga."
    )
    read_at: datetime | None = Field(
        None, description="When it was read. Kept as evidence; it moves no deadline."
    )
    confirmed: bool = Field(
        default=False, description="A doubtful reading has been looked at again and is meant."
    )

    @field_validator("value", mode="before")
    @classmethod
    def as_text(cls, value: Any) -> Any:
        return (
            str(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value
        )

    @field_validator("period")
    @classmethod
    def as_month(cls, value: str | None) -> str | None:
        return None if value is None else str(Period.parse(value))


class ReadingsIn(Schema):
    readings: Annotated[list[ReadingIn], Field(min_length=1, max_length=MOST)]


class ReadingOut(Schema):
    """What became of one reading."""

    reference: str
    meter_no: str
    fate: str = Field(
        description="registered, superseded, rejected, in_review (all four are kept); not_taken"
    )
    reason: str = Field(description="A code; empty where it is registered.")
    text: str = Field(description="The reason as a sentence, in the language asked for (Accept-Language).")
    is_new: bool = Field(description="False: this reading had come before.")
    period: str | None = None
    m3: str | None = Field(
        default=None, description="The month's consumption as it stands now, three decimals."
    )
    basis: str | None = None
    mark: str | None = Field(default=None, description="V: average, N: norm; empty: measured.")


class ReadingsOut(Schema):
    readings: list[ReadingOut]


@router.post("/readings", response=ReadingsOut, auth=KeyAuth(Scope.SUBMIT), by_alias=True)
def submit_readings(request: ApiRequest, body: ReadingsIn) -> dict[str, Any]:
    """Submit one reading or up to 500. Each is taken by itself; sending the same request again changes nothing."""
    now = timezone.now()
    meters = find_meters(item.meter_no for item in body.readings)
    answers = {
        place: _submit(item, meters.get(item.meter_no), request.auth, now)
        for place, item in _in_order(body.readings, meters)
    }
    return {"readings": [answers[place] for place in range(len(body.readings))]}


def _in_order(items: list[ReadingIn], meters: dict[str, MeterPlace]) -> Iterable[tuple[int, ReadingIn]]:
    """By meter, as everybody takes them who takes several; of one meter in the order they were sent."""
    return sorted(enumerate(items), key=lambda pair: _id_of(meters.get(pair[1].meter_no)))


def _id_of(meter: MeterPlace | None) -> int:
    return meter.meter_id if meter else 0


def _submit(item: ReadingIn, meter: MeterPlace | None, key: KeyFacts, now: datetime) -> ReadingOut:
    # A meter of somebody else's building is as unknown as one that does not exist.
    if meter is None or not key.may_name(meter.building_id):
        return _not_taken(
            item, "unknown_meter", _("There is no meter of this number, or the key may not name it.")
        )
    evidence = {"api_key": key.name, "reference": item.reference}
    evidence |= {"read_at": item.read_at.isoformat()} if item.read_at else {}
    try:
        outcome = submit_reading(
            meter_id=meter.meter_id, value=item.value, channel=key.channel, received_at=now, now=now,
            reference=f"api:{key.key_id}:{item.reference}", confirmed=item.confirmed, evidence=evidence,
            period=Period.parse(item.period) if item.period else None,
        )  # fmt: skip
    except UnableToReadNumber as error:
        return _not_taken(item, error.reason, sentence(error.reason, {}))
    except ReferenceTaken:
        text = _("The reference stands for another reading already. Give each reading one of its own.")
        return _not_taken(item, "reference_taken", text)
    except ConfirmationNeeded as doubt:
        text = _(
            "The reading is much higher than usual. Look at the dial again; if it is right, send it as confirmed."
        )
        return _not_taken(item, "confirmation_needed", text, m3=str(doubt.m3))
    return _taken(item, outcome)


def _not_taken(item: ReadingIn, reason: str, text: str, m3: str | None = None) -> ReadingOut:
    return ReadingOut(
        reference=item.reference,
        meter_no=item.meter_no,
        fate=NOT_TAKEN,
        reason=reason,
        text=text,
        is_new=False,
        m3=m3,
    )


def _taken(item: ReadingIn, outcome: SubmissionOutcome) -> ReadingOut:
    said = outcome.submission
    return ReadingOut(
        reference=item.reference, meter_no=item.meter_no, fate=said.fate, reason=said.reason,
        text=sentence(said.reason, said.details), is_new=outcome.is_new, period=str(said.period),
        **figure_fields(outcome.figure),
    )  # fmt: skip


def figure_fields(figure: Figure | None) -> dict[str, str | None]:
    if figure is None:
        return {"m3": None, "basis": None, "mark": None}
    return {"m3": str(figure.m3), "basis": figure.basis, "mark": figure.mark}
