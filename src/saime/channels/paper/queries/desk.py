"""The review desk: what lies on it, and a form with all that helps to make it out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q

from saime.channels.paper.contracts import DeskQueue, FieldOnDesk, FormOnDesk
from saime.channels.paper.models import FormField, FormState, ScannedForm
from saime.metering.expectations import Expectation, expectations


def desk_queue(now: datetime) -> DeskQueue:
    """How many forms wait for a person, and how many somebody holds. One query."""
    held = Q(claimed_until__gte=now)
    found = ScannedForm.objects.filter(state=FormState.IN_REVIEW).aggregate(
        all=Count("id"), claimed=Count("id", filter=held), oldest=Min("page__file__received_on")
    )
    return DeskQueue(found["all"] - found["claimed"], found["claimed"], found["oldest"])


def form_on_desk(form_id: int) -> FormOnDesk:
    """A form in review, with the history of its meters. ScannedForm.DoesNotExist. Five queries."""
    related = ("page__file", "account__unit", "account__building")
    form = ScannedForm.objects.select_related(*related).get(id=form_id)
    rows = list(FormField.objects.filter(form=form).select_related("meter").order_by("number"))
    numbers = [row.meter_no for row in rows if row.meter_id]
    known = expectations(numbers, form.period) if numbers and form.period else {}
    fields = tuple(_field(row, known.get(row.meter_no)) for row in rows)
    return FormOnDesk(
        form.id, form.account_id, form.account_no, form.account.building.address if form.account else "",
        form.account.unit.unit_no if form.account else "", form.period, form.reason, form.page.file.received_on,
        form.page.file.name, form.page.number, form.kept_as, form.claimed_until or form.page.file.received_at, fields,
    )  # fmt: skip


def _field(row: FormField, known: Expectation | None) -> FieldOnDesk:
    history: dict[str, Any] = {
        "previous_period": known.previous_period if known else None,
        "previous_reading": known.previous if known else None,
        "plausible_from": known.previous if known else None,
        "plausible_to": known.plausible_to if known else None,
    }
    return FieldOnDesk(
        row.id, row.number, row.meter_id, row.meter_no, row.meter.medium if row.meter else "",
        row.meter.digits if row.meter else len(row.boxes) - row.decimals, row.kept_as, row.text, row.value,
        row.confidence, row.route, row.reason, **history,
    )  # fmt: skip
