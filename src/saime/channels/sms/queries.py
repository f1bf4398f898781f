"""Messages as staff pages show them: of an account, of a number, or the latest; and how the channel is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet

from saime.channels.sms.contracts import AnswerView, ChannelHealth, MessageView, ReportView
from saime.channels.sms.models import (
    DeliveryReport,
    IncomingMessage,
    IncomingPart,
    MessageReading,
    Outcome,
    OutgoingMessage,
    State,
    Wish,
)
from saime.channels.sms.rules.phones import e164


def messages_of_account(
    account_id: int, *, before: int | None = None, limit: int = 50
) -> tuple[MessageView, ...]:
    """Messages about the account, latest first, with outcome and answer. `before`: a message id, for the next page."""
    by_reading = MessageReading.objects.filter(account_id=account_id).values("message_id")
    return _views(
        IncomingMessage.objects.filter(Q(account_id=account_id) | Q(pk__in=by_reading)), before, limit
    )


def messages_of_number(phone: str, *, before: int | None = None, limit: int = 50) -> tuple[MessageView, ...]:
    """Messages of a phone, however it is written; of what is no phone, as it came."""
    return _views(IncomingMessage.objects.filter(sender=e164(phone) or phone.strip()), before, limit)


def latest_messages(
    *, outcomes: Sequence[str] = (), before: int | None = None, limit: int = 50
) -> tuple[MessageView, ...]:
    """The latest messages of all, or of some outcomes ("problem", "failed", …)."""
    rows = IncomingMessage.objects.filter(outcome__in=outcomes) if outcomes else IncomingMessage.objects.all()
    return _views(rows, before, limit)


def _views(rows: QuerySet[IncomingMessage], before: int | None, limit: int) -> tuple[MessageView, ...]:
    """Four queries, however many messages."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("account", "answer").order_by("-id")[:limit])
    submissions: dict[int, list[int]] = defaultdict(list)
    for message, submission in (
        MessageReading.objects.filter(message__in=found)
        .order_by("id")
        .values_list("message_id", "submission_id")
    ):
        submissions[message].append(submission)
    answers = [row.answer for row in found if hasattr(row, "answer")]
    reports = _reports(answers)
    return tuple(_view(row, submissions[row.pk], reports) for row in found)


def _view(
    row: IncomingMessage, submissions: Iterable[int], reports: dict[int, list[ReportView]]
) -> MessageView:
    answer: OutgoingMessage | None = getattr(row, "answer", None)
    return MessageView(
        row.pk, row.gateway, row.sender, row.text, len(row.raw or b""), row.parts, row.received_at, row.outcome,
        str(Outcome(row.outcome).label), row.problem, row.about, row.account_id,
        row.account.account_no if row.account else "", tuple(submissions), row.repeats_id,
        _answer(answer, reports) if answer else None,
    )  # fmt: skip


def _answer(row: OutgoingMessage, reports: dict[int, list[ReportView]]) -> AnswerView:
    return AnswerView(
        row.pk, row.number, row.text, row.kind, row.parts, row.state, row.tries, row.queued_at, row.sent_at,
        row.ended_at, row.problem, tuple(reports[row.pk]),
    )  # fmt: skip


def _reports(answers: Sequence[OutgoingMessage]) -> dict[int, list[ReportView]]:
    found: dict[int, list[ReportView]] = defaultdict(list)
    rows = DeliveryReport.objects.filter(message__in=answers).order_by("id")
    for message, report, code, at in rows.values_list("message_id", "report", "code", "reported_at"):
        found[message].append(ReportView(report, code, at))
    return found


def wants_messages(phone: str) -> bool:
    """Whether we may write to the number: it has not said STOP, or START after it."""
    wish = Wish.objects.filter(number=e164(phone)).order_by("-id").values_list("wants", flat=True).first()
    return wish is not False


def health(*, now: datetime) -> ChannelHealth:
    """How the channel is. Three queries."""
    day = now - timedelta(days=1)
    waiting = OutgoingMessage.objects.filter(state=State.QUEUED).aggregate(
        n=Count("pk"), since=Min("queued_at")
    )
    came = IncomingMessage.objects.filter(arrived_at__gt=day).aggregate(
        n=Count("pk"), wrong=Count("pk", filter=Q(outcome=Outcome.NOT_UNDERSTOOD)),
        failed=Count("pk", filter=Q(outcome=Outcome.FAILED)), last=Max("arrived_at"),
    )  # fmt: skip
    parts = IncomingPart.objects.filter(joined_at=None).count()
    return ChannelHealth(
        waiting["n"], waiting["since"], came["n"], came["wrong"], came["failed"], parts, came["last"]
    )
