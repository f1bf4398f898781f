"""From a field of a form to `submit_reading`: by the day the paper came in, under a reference that stays the same."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal

from saime.channels.paper.contracts import FieldResult
from saime.channels.paper.models import FormField, ScannedFile
from saime.metering.contracts import SubmissionOutcome
from saime.metering.operations import submit_reading
from saime.metering.queries import submission_view
from saime.platform.periods import RIGA


def moment_received(file: ScannedFile) -> datetime:
    """When the paper counts as received: when the file came, or at noon of the earlier day it was marked with."""
    if file.received_at.astimezone(RIGA).date() == file.received_on:
        return file.received_at
    return datetime.combine(file.received_on, time(12), RIGA)


def submit_field(
    field: FormField, value: Decimal, *, now: datetime, submitted_by: int | None = None, note: str = ""
) -> SubmissionOutcome:
    """Submit what stands in the field, which has a meter and a form with its month. Its submission is noted with it."""
    form = field.form
    page = form.page
    outcome = submit_reading(
        meter_id=field.meter_id or 0, value=value, channel="paper", received_at=moment_received(page.file), now=now,
        reference=f"paper:{form.content[:32]}:{field.meter_no}", submitted_by=submitted_by,
        confirmed=submitted_by is not None, period=form.period, note=note,
        evidence={"file": page.file_id, "page": page.number, "form": form.id, "field": field.id,
                  "crop": field.kept_as},
    )  # fmt: skip
    FormField.objects.filter(id=field.id).update(submission_id=outcome.submission.submission_id)
    return outcome


def field_result(field_id: int, submission_id: int | None) -> FieldResult:
    """What became of a field's reading as it stands now."""
    if submission_id is None:
        return FieldResult(field_id, None, "", "")
    view = submission_view(submission_id)
    return FieldResult(field_id, submission_id, view.fate, view.reason, view.details)
