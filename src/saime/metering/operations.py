"""Readings come in by one door, whatever the channel: `submit_reading`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import IntegrityError, connection, transaction

from saime.metering import loading, queries
from saime.metering.contracts import CHANNEL_CODES, NONE, Figure, SubmissionOutcome
from saime.metering.entry import parse_reading
from saime.metering.models import Meter, PeriodClosure, RegisteredReading, Review, Submission, Verdict
from saime.metering.register import Nearest, Register, details_of, limits_of, rank_column
from saime.metering.rules.priority import winners
from saime.metering.rules.validation import Evidence, Finding, find, used_since
from saime.metering.windows import Windows
from saime.platform.locks import share_building_period
from saime.platform.money import from_milli, to_milli
from saime.platform.periods import Period
from saime.platform.policies import PolicyBook

# Whoever sits before a screen is asked on the spot; a text or a form is looked at by a person of ours.
_ASKED_AT_ONCE = ("portal", "terminal")
_NEVER_DOUBTED = ("staff", "remote")
_CLOCK_DIFFERENCE = timedelta(minutes=5)


class UnableToSubmitReading(Exception):
    """The reading cannot be taken as a submission at all."""


class UnknownMeter(UnableToSubmitReading):
    """There is no such meter."""


class ReceivedInFuture(UnableToSubmitReading):
    """The sender's clock is ahead: nothing is received tomorrow."""


class ReferenceTaken(UnableToSubmitReading):
    """The reference already stands for another reading: the sender numbers its readings wrongly."""


class ConfirmationNeeded(UnableToSubmitReading):
    """The reading is possible but doubtful: ask whether it is meant, and submit it again as confirmed."""

    def __init__(self, *, value: Decimal, m3: Decimal, details: dict[str, Any]) -> None:
        super().__init__("implausible")
        self.reason, self.value, self.m3, self.details = "implausible", value, m3, details


class UnableToReview(Exception):
    """The submission is not (or no longer) in review, or its month is closed."""


@dataclass(frozen=True, slots=True)
class _Incoming:
    meter: Meter
    period: Period
    value: Decimal
    channel: str
    received_at: datetime
    reference: str
    attended: bool


def submit_reading(  # noqa: PLR0913 (each is a fact of the submission)
    *, meter_id: int, value: str | Decimal, channel: str, received_at: datetime, now: datetime, reference: str,
    submitted_by: int | None = None, confirmed: bool = False, period: Period | None = None,
    evidence: dict[str, Any] | None = None, note: str = "", history: bool = False, attended: bool = True,
) -> SubmissionOutcome:  # fmt: skip
    """Take a reading: keep it, judge it, choose the month's registered reading anew, and say the m³ that follow.

    A refusal is an outcome (fate "rejected" with its reason), and is kept. Raises UnableToReadNumber (nothing that can
    be kept as a reading), UnknownMeter, ReceivedInFuture, ReferenceTaken, and ConfirmationNeeded where the sender can
    be asked at once (not where nobody is `attended` any more: their doubtful reading goes to review). The same
    reference with the same reading again is the same submission. domain.md, Readings 1–6.
    """
    number = parse_reading(value)
    if received_at > now + _CLOCK_DIFFERENCE and not history:
        raise ReceivedInFuture
    period = period or Period.containing(received_at)
    with transaction.atomic(), connection.cursor() as cursor:
        meter = _lock(cursor, meter_id, period)
        incoming = _Incoming(meter, period, number, channel, received_at, reference, attended)
        if (known := Submission.objects.filter(reference=reference).first()) is not None:
            return _again(known, incoming)
        book = PolicyBook.load()
        finding, held_against, register = _judge(incoming, book, confirmed=confirmed, history=history)
        submission = _keep(incoming, finding, held_against, submitted_by, evidence or {}, note)
        if submission.verdict == Verdict.ACCEPTED:
            _register(submission, meter.building_id, register, book)
        return _outcome(submission, is_new=True, book=book)


def _lock(cursor: Any, meter_id: int, period: Period) -> Meter:
    """The meter, ours alone for now; its building's month cannot be closed meanwhile."""
    meter = Meter.objects.filter(id=meter_id).first()
    if meter is None:
        raise UnknownMeter
    share_building_period(cursor, meter.building_id, period)
    # A file being taken holds this table: what it registers is seen by the look that follows.
    cursor.execute("LOCK TABLE metering_registeredreading IN ROW EXCLUSIVE MODE")
    return Meter.objects.select_for_update(no_key=True).get(id=meter_id)


def _again(known: Submission, incoming: _Incoming) -> SubmissionOutcome:
    if (known.meter_id, known.period, known.value) != (incoming.meter.id, incoming.period, incoming.value):
        raise ReferenceTaken
    return _outcome(known, is_new=False, book=PolicyBook.load())


def _judge(
    incoming: _Incoming, book: PolicyBook, *, confirmed: bool, history: bool
) -> tuple[Finding, Evidence, Register]:
    meter, period = incoming.meter, incoming.period
    ids, month = np.array([meter.id], np.int64), np.array([period.index], np.int64)
    register = Register(loading.meters_with_ids(ids), loading.registered_of(ids), months=month)
    nearest = Nearest(register, book)
    nearest.advance_to(period.index)
    value = np.array([to_milli(incoming.value)], np.int64)
    held_against = nearest.evidence(np.array([0]), period.index, value)
    finding = Finding(int(find(held_against, limits_of(book, np.array([meter.building_id]), period))[0]))
    if PeriodClosure.objects.filter(building_id=meter.building_id, period=period).exists():
        return Finding.PERIOD_CLOSED, held_against, register
    if not history:
        windows = Windows.load(book)
        outside = windows.finding(incoming.channel, meter.building_id, period, incoming.received_at)
        finding = outside or finding
    if finding == Finding.IMPLAUSIBLE:
        finding = _doubt(incoming, held_against, confirmed=confirmed)
    return finding, held_against, register


def _doubt(incoming: _Incoming, held_against: Evidence, *, confirmed: bool) -> Finding:
    if confirmed or incoming.channel in _NEVER_DOUBTED:
        return Finding.FINE
    if incoming.channel in _ASKED_AT_ONCE and incoming.attended:
        m3 = from_milli(int(used_since(held_against)[0]))
        raise ConfirmationNeeded(value=incoming.value, m3=m3, details=details_of(held_against, 0))
    return Finding.IMPLAUSIBLE


def _keep(
    incoming: _Incoming, finding: Finding, held_against: Evidence, submitted_by: int | None,
    evidence: dict[str, Any], note: str,
) -> Submission:  # fmt: skip
    verdicts = {Finding.FINE: Verdict.ACCEPTED, Finding.IMPLAUSIBLE: Verdict.IN_REVIEW}
    details = details_of(held_against, 0) if finding else {}
    try:
        with transaction.atomic():
            return Submission.objects.create(
                meter=incoming.meter, period=incoming.period, value=incoming.value, channel=incoming.channel,
                received_at=incoming.received_at, reference=incoming.reference,
                verdict=verdicts.get(finding, Verdict.REJECTED), reason=finding.name.lower() if finding else "",
                details=details | ({"note": note} if note else {}), evidence=evidence, submitted_by_id=submitted_by,
            )  # fmt: skip
    except IntegrityError as error:
        if "reference" in str(error):  # taken in this instant, for another meter
            raise ReferenceTaken from error
        raise


def _register(submission: Submission, building_id: int, register: Register, book: PolicyBook) -> None:
    """Let the submission be the month's registered reading if it has priority over the one there is."""
    column = register.column(submission.period.index)
    received = int(submission.received_at.timestamp() * 1_000_000)
    channels = np.array([CHANNEL_CODES.index(submission.channel), register.channel[0, column]], np.int8)
    won = winners(
        place=np.zeros(2, np.int64),
        rank=rank_column(book, np.full(2, building_id), channels, submission.period),
        received_at=np.array([received, register.received[0, column]]),
        tie=np.array([to_milli(submission.value), register.value[0, column]]),
    )
    if register.value[0, column] == NONE or won[0]:
        RegisteredReading.objects.update_or_create(
            meter_id=submission.meter_id, period=submission.period,
            defaults={"submission": submission, "value": submission.value, "channel": submission.channel,
                      "received_at": submission.received_at},
        )  # fmt: skip


def _outcome(submission: Submission, *, is_new: bool, book: PolicyBook) -> SubmissionOutcome:
    view = queries.submission_view(submission.id)
    return SubmissionOutcome(view, is_new, figure_now(submission.meter_id, submission.period, book))


def figure_now(meter_id: int, period: Period, book: PolicyBook | None = None) -> Figure | None:
    """The m³ of the meter's month as they stand now; None for common meters and months before the meter was there."""
    unit_id = Meter.objects.only("unit_id").get(id=meter_id).unit_id
    if unit_id is None:
        return None
    figures = queries.figures_of([unit_id], period, period, book=book)
    return next((figure for figure in figures if figure.meter_id == meter_id), None)


def review_submission(
    *, submission_id: int, verdict: str, reason: str, reviewed_by: int, now: datetime
) -> SubmissionOutcome:
    """Decide on a submission in review: "accepted" (then it takes part by its channel and time) or "rejected"."""
    with transaction.atomic(), connection.cursor() as cursor:
        submission = Submission.objects.select_related("meter").get(id=submission_id)
        meter = _lock(cursor, submission.meter_id, submission.period)
        _require_reviewable(submission, meter)
        Review.objects.create(
            submission=submission, verdict=verdict, reason=reason, reviewed_by_id=reviewed_by, reviewed_at=now
        )
        book = PolicyBook.load()
        if verdict == Verdict.ACCEPTED:
            ids, month = np.array([meter.id], np.int64), np.array([submission.period.index], np.int64)
            register = Register(loading.meters_with_ids(ids), loading.registered_of(ids), months=month)
            _register(submission, meter.building_id, register, book)
        return _outcome(submission, is_new=False, book=book)


def _require_reviewable(submission: Submission, meter: Meter) -> None:
    if submission.verdict != Verdict.IN_REVIEW or Review.objects.filter(submission=submission).exists():
        raise UnableToReview("it has been decided already")
    if PeriodClosure.objects.filter(building_id=meter.building_id, period=submission.period).exists():
        raise UnableToReview("its month is closed")
