"""The review desk: a form goes to one person at a time, who says what is written where the machine was not sure.

Everything here may be sent twice: a decision that was made by the same person is answered again, not made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from saime.channels.paper.contracts import FieldAnswer, FieldResult, FormOnDesk
from saime.channels.paper.models import (
    DeskStep,
    FieldDecision,
    FieldOutcome,
    FormField,
    FormState,
    Route,
    ScannedForm,
    Step,
)
from saime.channels.paper.operations.submitting import field_result, submit_field
from saime.channels.paper.queries import form_on_desk
from saime.metering.entry import UnableToReadNumber, parse_reading

CLAIM = timedelta(minutes=10)  # a form whose person has gone home comes back to the others
_MOST_SECONDS = Decimal(86_400)


class FormNotYours(Exception):
    """Somebody else holds the form, or it has been decided."""


class UnableToDecideForm(Exception):
    """An answer is missing or cannot be. `reason` is a code, `field_id` the field it is about."""

    def __init__(self, reason: str, field_id: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.field_id = reason, field_id


def next_form(*, user_id: int, now: datetime, after: int = 0) -> FormOnDesk | None:
    """The form that this person works on, or the next that nobody holds; None: there is nothing to do.

    `after`: begin behind this form (one that was just put back), and go round.
    """
    with transaction.atomic():
        form = _held(user_id) if not after else None
        form = form or _free(now, after) or (_free(now, 0) if after else None)
        if form is None:
            return None
        is_taken = form.claimed_by_id != user_id
        ScannedForm.objects.filter(id=form.id).update(claimed_by_id=user_id, claimed_until=now + CLAIM)
        if is_taken:
            note_step(form.id, Step.CLAIMED, user_id, now)
    return form_on_desk(form.id)


def _held(user_id: int) -> ScannedForm | None:
    mine = ScannedForm.objects.filter(state=FormState.IN_REVIEW, claimed_by_id=user_id)
    return mine.order_by("id").select_for_update(skip_locked=True).first()


def _free(now: datetime, after: int) -> ScannedForm | None:
    free = ScannedForm.objects.filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lt=now), state=FormState.IN_REVIEW, id__gt=after
    )
    return free.order_by("id").select_for_update(skip_locked=True).first()


def note_step(form_id: int, step: Step, user_id: int, now: datetime, note: str = "") -> None:
    """Who did what, for ever."""
    DeskStep.objects.create(form_id=form_id, step=step, done_by_id=user_id, done_at=now, note=note)


def form_of(form_id: int, user_id: int) -> ScannedForm:
    """The form, locked. FormNotYours. A claim that has run out holds as long as nobody else has taken the form."""
    form = ScannedForm.objects.select_for_update().filter(id=form_id).first()
    if form is None or form.state != FormState.IN_REVIEW or form.claimed_by_id != user_id:
        raise FormNotYours
    return form


def release(*, form_id: int, user_id: int, now: datetime) -> None:
    """Put the form back for somebody else. FormNotYours."""
    with transaction.atomic():
        form_of(form_id, user_id)
        ScannedForm.objects.filter(id=form_id).update(claimed_by=None, claimed_until=None)
        note_step(form_id, Step.RELEASED, user_id, now)


def decide_fields(
    *, form_id: int, answers: Sequence[FieldAnswer], user_id: int, now: datetime, seconds: Decimal
) -> list[FieldResult]:
    """Say what stands in each field in review, all at once; what is a reading is submitted as one that came on paper.

    It counts by the day the paper came in, and is not doubted again: a person has seen it. `seconds`: how long the
    person looked. Raises FormNotYours and UnableToDecideForm (no_fields, incomplete, not_in_review,
    unknown_account, unknown_meter, and the codes of `metering.entry`); then nothing is decided.
    """
    with transaction.atomic():
        if (before := _decided_before(form_id, user_id)) is not None:
            return before
        form_of(form_id, user_id)
        fields = _open_fields(form_id)
        _require_complete(fields, answers)
        given = {answer.field_id: answer for answer in answers}
        for field in fields:
            _decide(field, given[field.id], user_id, now, seconds)
        _finish(form_id, Step.DECIDED, user_id, now)
        return _results(form_id)


def _decided_before(form_id: int, user_id: int) -> list[FieldResult] | None:
    """What the same person decided of the form already: the answer was sent twice."""
    ScannedForm.objects.select_for_update().filter(id=form_id).first()
    mine = FieldDecision.objects.filter(field__form_id=form_id, decided_by_id=user_id)
    return _results(form_id) if mine.exists() else None


def _open_fields(form_id: int) -> list[FormField]:
    """Fields in review, in the order in which their readings lock what they touch."""
    fields = FormField.objects.filter(form_id=form_id, route=Route.REVIEW, decision__isnull=True)
    related = fields.select_related("form__page__file", "meter")
    return sorted(related, key=lambda f: (f.meter.building_id, f.meter.id) if f.meter else (0, 0))


def _require_complete(fields: list[FormField], answers: Sequence[FieldAnswer]) -> None:
    if not fields:
        raise UnableToDecideForm("no_fields")
    asked, given = {field.id for field in fields}, {answer.field_id for answer in answers}
    if missing := sorted(asked - given):
        raise UnableToDecideForm("incomplete", missing[0])
    if beyond := sorted(given - asked):
        raise UnableToDecideForm("not_in_review", beyond[0])


def _decide(field: FormField, answer: FieldAnswer, user_id: int, now: datetime, seconds: Decimal) -> None:
    outcome = FieldOutcome(answer.outcome)
    value = _value(field, answer) if outcome == FieldOutcome.VALUE else None
    FieldDecision.objects.create(
        field=field, decided_by_id=user_id, decided_at=now, outcome=outcome, value=value, note=answer.note[:300],
        seconds=min(max(seconds, Decimal(0)), _MOST_SECONDS),
    )  # fmt: skip
    if value is not None:
        submit_field(field, value, now=now, submitted_by=user_id, note=answer.note)


def _value(field: FormField, answer: FieldAnswer) -> Decimal:
    if field.form.account_id is None:
        raise UnableToDecideForm("unknown_account", field.id)
    if field.meter_id is None:
        raise UnableToDecideForm("unknown_meter", field.id)
    try:
        return parse_reading(answer.value if answer.value is not None else "")
    except UnableToReadNumber as error:
        raise UnableToDecideForm(error.reason, field.id) from error


def _finish(form_id: int, step: Step, user_id: int, now: datetime, note: str = "") -> None:
    ScannedForm.objects.filter(id=form_id).update(
        state=FormState.DECIDED, decided_at=now, claimed_by=None, claimed_until=None
    )
    note_step(form_id, step, user_id, now, note)


def _results(form_id: int) -> list[FieldResult]:
    decided = FormField.objects.filter(form_id=form_id, decision__isnull=False).order_by("number")
    return [field_result(field.id, field.submission_id) for field in decided]


def give_up(
    *, form_id: int, user_id: int, now: datetime, note: str = "", seconds: Decimal = Decimal(0)
) -> None:
    """Nobody can make out what is written: every open field is unreadable, and the form is done with. FormNotYours."""
    with transaction.atomic():
        form_of(form_id, user_id)
        for field in _open_fields(form_id):
            answer = FieldAnswer(field.id, FieldOutcome.UNREADABLE, note=note)
            _decide(field, answer, user_id, now, seconds)
        _finish(form_id, Step.GIVEN_UP, user_id, now, note[:300])
