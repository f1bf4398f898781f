"""The history of readings: a year a page, the latest month first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.http import Http404

from saime.metering.contracts import SubmissionView
from saime.metering.reasons import sentence
from saime.platform.periods import Period

MONTHS = 12


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """A submission, and in words why it is not the registered reading ("" where it is)."""

    submission: SubmissionView
    sentence: str


@dataclass(frozen=True, slots=True)
class MonthOfSubmissions:
    period: Period
    rows: tuple[SubmissionRow, ...]


def history_span(until: str, *, now: datetime) -> tuple[Period, Period]:
    """The twelve months that end with `until` ("YYYY-MM"; "" for now). Http404 for what is no month."""
    try:
        last = Period.parse(until) if until else Period.containing(now)
    except ValueError as error:
        raise Http404 from error
    return last - (MONTHS - 1), last


def months_of(submissions: Iterable[SubmissionView]) -> list[MonthOfSubmissions]:
    """By month, the latest first; within a month by meter, then the latest received first."""
    ordered = sorted(submissions, key=lambda s: (s.period, s.received_at), reverse=True)
    return [
        MonthOfSubmissions(period, tuple(SubmissionRow(s, sentence(s.reason, s.details)) for s in group))
        for period, group in groupby(ordered, key=lambda s: s.period)
    ]
