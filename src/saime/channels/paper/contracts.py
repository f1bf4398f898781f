"""What crosses the border of the paper channel: what was read on a file, and what the review desk shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from saime.platform.periods import Period

PDF, TIFF, JPEG, PNG = "application/pdf", "image/tiff", "image/jpeg", "image/png"
CONTENT_TYPES = (PDF, TIFF, JPEG, PNG)


# Reading


@dataclass(frozen=True, slots=True)
class ReadingOnPaper:
    """One meter's boxes as read. `confidence`: how probable it is that `value`, give or take 0.1 m³, is written."""

    number: int  # the row on the form, from 1
    meter_no: str
    medium: str
    text: str  # the digits as they stand there, with a point before the decimals: "00123.4"
    value: Decimal | None
    confidence: float
    route: str  # accepted, review, empty
    reason: str  # sure, unsure, crossed_out, unreadable, empty, unknown_meter
    previous_reading: Decimal | None  # None: this installation does not know the meter


@dataclass(frozen=True, slots=True)
class FormOnPaper:
    """A form found on a page."""

    position: int  # from 1, from the top of the page down
    account_no: str  # empty: the code could not be read
    period: Period | None
    sheet: str
    markers: int  # corners found, of four
    is_known: bool  # the installation has the account
    reason: str  # why a person has to look at the whole form, as a code; empty: no reason
    readings: tuple[ReadingOnPaper, ...]


@dataclass(frozen=True, slots=True)
class PageOnPaper:
    """A page and what became of it."""

    number: int  # from 1
    outcome: str  # form, not_a_form, duplicate, unreadable
    reason: str
    forms: tuple[FormOnPaper, ...] = ()


# Files


@dataclass(frozen=True, slots=True)
class TakenFile:
    """What became of a file that was handed in, said at once."""

    file_id: int
    is_new: bool  # False: the same file had come before
    state: str  # queued, reading, done, failed
    reason: str  # of a failed one; `reasons.sentence(reason)` says it in the reader's language


@dataclass(frozen=True, slots=True)
class FileView:
    """A file with how far it has been read, and what was on it."""

    file_id: int
    name: str
    content_type: str
    size: int
    source: str
    received_at: datetime
    received_on: date
    state: str
    reason: str
    page_count: int | None
    pages_read: int
    forms: int
    in_review: int
    without_form: int  # pages that are no form, unreadable, or scanned before


@dataclass(frozen=True, slots=True)
class PageView:
    """A page of a file; `picture` is its place below the installation's `files/`, empty where there is none."""

    page_id: int
    file_id: int
    file_name: str
    number: int
    outcome: str
    reason: str
    picture: str
    received_on: date
    read_at: datetime
    account_nos: tuple[str, ...] = ()


# The desk


@dataclass(frozen=True, slots=True)
class FieldOnDesk:
    """A field for a person to look at, with what is known of its meter. Pictures are places below `files/`."""

    field_id: int
    number: int
    meter_id: int | None  # None: not a meter of this account any more, or unknown
    meter_no: str
    medium: str
    digits: int
    picture: str
    text: str  # what the machine saw, box by box: "__123,45_"; "_" an empty box, "x" one crossed out
    value: Decimal | None  # what the machine would say
    confidence: float
    route: str  # review: to be decided; the others are shown beside it
    reason: str  # unsure, crossed_out, unreadable, unknown_meter
    previous_period: Period | None
    previous_reading: Decimal | None
    plausible_from: Decimal | None
    plausible_to: Decimal | None


@dataclass(frozen=True, slots=True)
class FormOnDesk:
    """A form that one person holds until `claimed_until`."""

    form_id: int
    account_id: int | None
    account_no: str
    address: str
    unit_no: str
    period: Period | None
    reason: str
    received_on: date
    file_name: str
    page_number: int
    picture: str
    claimed_until: datetime
    fields: tuple[FieldOnDesk, ...]


@dataclass(frozen=True, slots=True)
class FieldAnswer:
    """What a person saw in a field: a value, or that it is "empty" or "unreadable"."""

    field_id: int
    outcome: str  # value, empty, unreadable
    value: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class FieldResult:
    """What became of an answer: the submission's fate and reason (codes of metering), empty where nothing was sent."""

    field_id: int
    submission_id: int | None
    fate: str
    reason: str
    details: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeskQueue:
    """How much lies on the desk."""

    waiting: int  # nobody holds them
    claimed: int
    oldest_received_on: date | None


@dataclass(frozen=True, slots=True)
class DecidedField:
    """A field with what the machine read and what a person saw: what thresholds are calibrated by."""

    field_id: int
    decided_at: datetime
    boxes: list[list[float]]
    decimals: int
    read: Decimal | None
    confidence: float
    outcome: str
    value: Decimal | None
