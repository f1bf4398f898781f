"""What crosses this channel's border: messages as staff see them, and what became of one that has just come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a message. `is_new` False: it had come before, and nothing was done a second time."""

    message_id: int
    outcome: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class ReportView:
    """What the network said of an answer: "delivered", "failed", … and its own word for it."""

    report: str
    code: str
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerView:
    """A message of ours and how far it got. `state`: queued, sent, delivered, failed, expired."""

    message_id: int
    number: str
    text: str
    kind: str
    parts: int
    state: str
    tries: int
    queued_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    problem: str
    reports: tuple[ReportView, ...]


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message that came in, with its outcome, the submissions it gave and our answer.

    `outcome` is a code of `models.Outcome`, `outcome_text` says it in the reader's language; `problem` is the code of
    what was not understood and `about` the piece of text it is about. `raw` is the size in octets of what was no text.
    """

    message_id: int
    gateway: str
    sender: str
    text: str
    raw: int
    parts: int
    received_at: datetime
    outcome: str
    outcome_text: str
    problem: str
    about: str
    account_id: int | None
    account_no: str
    submission_ids: tuple[int, ...]
    repeats_id: int | None
    answer: AnswerView | None


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """How text messages stand: what waits, since when, and what came and failed within the last day."""

    waiting: int
    oldest_waiting_since: datetime | None
    received_today: int
    not_understood_today: int
    failed_today: int
    parts_waiting: int
    last_received_at: datetime | None
