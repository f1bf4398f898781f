"""Every text message that came in and went out, and what the networks reported of it.

What says what happened is written once, and the database refuses to change it. Only `OutgoingMessage` moves on, from
queued to its end; what it says and to whom stays as it was written.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from saime.channels.sms.rules.letters import MOST_LETTERS
from saime.estate.models import Account
from saime.metering.models import Submission
from saime.platform.fields import one_of


class Gateway(models.TextChoices):
    KANNEL = "kannel", "Kannel"
    SMPP = "smpp", "SMPP"
    WEBHOOK = "webhook", _("webhook")


class Outcome(models.TextChoices):
    SUBMITTED = "submitted", _("readings taken")
    NOT_UNDERSTOOD = "problem", _("not understood")
    HELP = "help", _("asked for help")
    BALANCE = "balance", _("asked for the balance")
    STOP = "stop", _("wants no messages")
    START = "start", _("wants messages again")
    REPEAT = "repeat", _("the same message again")
    FLOOD = "flood", _("too many messages")
    UNREADABLE = "unreadable", _("not a text")
    NOBODY = "nobody", _("not from a phone")
    FAILED = "failed", _("could not be handled")


class State(models.TextChoices):
    QUEUED = "queued", _("waiting to be sent")
    SENT = "sent", pgettext_lazy("message", "sent")
    DELIVERED = "delivered", pgettext_lazy("message", "delivered")
    FAILED = "failed", pgettext_lazy("message", "not delivered")
    EXPIRED = "expired", _("too late to be sent")


class Kind(models.TextChoices):
    READINGS = "readings"
    PROBLEM = "problem"
    STRANGER = "stranger"  # to somebody whom we do not know: once a day
    HELP = "help"
    BALANCE = "balance"
    STOP = "stop"
    START = "start"
    FLOOD = "flood"


class Report(models.TextChoices):
    ACCEPTED = "accepted", _("taken by the network")
    WAITING = "waiting", _("phone not reached yet")
    DELIVERED = "delivered", pgettext_lazy("message", "delivered")
    FAILED = "failed", pgettext_lazy("message", "not delivered")
    EXPIRED = "expired", _("phone not reached in time")
    UNKNOWN = "unknown", _("unknown")


class IncomingMessage(models.Model):
    """A message as it came, and what became of it. Written once, in the transaction that did what it asks."""

    gateway = models.CharField(_("gateway"), max_length=8, choices=Gateway.choices)
    gateway_id = models.CharField(max_length=80)
    sender = models.CharField(_("phone"), max_length=20)  # E.164; of what is no phone: as written
    recipient = models.CharField(max_length=20, blank=True, default="")
    text = models.CharField(_("text"), max_length=MOST_LETTERS, blank=True)
    raw = models.BinaryField(max_length=4000, null=True)  # of what is no text
    parts = models.PositiveSmallIntegerField(default=1)
    received_at = models.DateTimeField(_("received at"))  # by the network: what counts for the window
    arrived_at = models.DateTimeField()  # here
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    problem = models.CharField(max_length=30, blank=True, default="")
    about = models.CharField(max_length=60, blank=True, default="")
    account = models.ForeignKey(
        Account, verbose_name=_("customer account"), on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    repeats = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="repeated_by", db_index=False
    )

    class Meta:
        verbose_name, verbose_name_plural = _("text message received"), _("text messages received")
        constraints = [
            models.UniqueConstraint(fields=["gateway", "gateway_id", "sender"], name="one_message_an_id"),
            models.CheckConstraint(condition=one_of("gateway", Gateway), name="incoming_gateway"),
            models.CheckConstraint(condition=one_of("outcome", Outcome), name="incoming_outcome"),
            models.CheckConstraint(condition=~Q(gateway_id=""), name="incoming_has_id"),
            models.CheckConstraint(
                condition=Q(outcome="repeat", repeats__isnull=False)
                | (~Q(outcome="repeat") & Q(repeats=None)),
                name="repeat_of_something",
            ),
        ]
        indexes = [
            models.Index(fields=["sender", "-arrived_at"], name="messages_of_sender"),
            models.Index(fields=["arrived_at"], name="messages_by_time"),
            models.Index(
                fields=["account", "-arrived_at"],
                condition=Q(account__isnull=False),
                name="messages_of_account",
            ),
        ]


class MessageReading(models.Model):
    """A submission that a message gave."""

    message = models.ForeignKey(IncomingMessage, on_delete=models.PROTECT, related_name="readings")
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="text_message")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")


class IncomingPart(models.Model):
    """A part of a long message that waits for the others, or (`joined_at`) has been put together with them.

    Deleted a day later: the whole message is kept.
    """

    gateway = models.CharField(max_length=8, choices=Gateway.choices)
    sender = models.CharField(max_length=20)
    recipient = models.CharField(max_length=20, blank=True, default="")
    reference = models.PositiveIntegerField()  # the phone's own, 0 to 255 or 65535: it comes round again
    total = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()  # from 1
    text = models.CharField(max_length=160, blank=True)
    received_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "reference", "total", "place", "recipient", "gateway"],
                name="one_part_a_place",
            ),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=models.F("total"), total__gte=2, total__lte=255),
                name="part_has_place",
            ),
        ]
        indexes = [
            models.Index(fields=["arrived_at"], condition=Q(joined_at=None), name="parts_waiting"),
            models.Index(fields=["joined_at"], condition=Q(joined_at__isnull=False), name="parts_joined"),
        ]


class OutgoingMessage(models.Model):
    """A message to a phone, on its way. `token` is what the gateway knows it by; text and number never change."""

    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    gateway = models.CharField(_("gateway"), max_length=8, choices=Gateway.choices)
    number = models.CharField(_("phone"), max_length=20)
    text = models.CharField(_("text"), max_length=MOST_LETTERS)
    language = models.CharField(max_length=2)
    coding = models.CharField(max_length=4)
    parts = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    in_reply_to = models.OneToOneField(
        IncomingMessage, on_delete=models.PROTECT, null=True, related_name="answer"
    )
    account = models.ForeignKey(
        Account, verbose_name=_("customer account"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    queued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.QUEUED)
    next_try_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)  # whoever sends it just now, until next_try_at
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        verbose_name, verbose_name_plural = _("text message sent"), _("text messages sent")
        constraints = [
            models.CheckConstraint(condition=one_of("gateway", Gateway), name="outgoing_gateway"),
            models.CheckConstraint(condition=one_of("state", State), name="outgoing_state"),
            models.CheckConstraint(condition=one_of("kind", Kind), name="outgoing_kind"),
            models.CheckConstraint(condition=Q(language__in=["lv", "ru", "en"]), name="outgoing_language"),
            models.CheckConstraint(condition=Q(coding__in=["gsm7", "ucs2"]), name="outgoing_coding"),
            # To be tried (again), or gone: never both.
            models.CheckConstraint(
                condition=Q(state="queued", next_try_at__isnull=False)
                | (~Q(state="queued") & Q(next_try_at__isnull=True, claim__isnull=True)),
                name="queued_is_tried",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "delivered"]) | Q(sent_at__isnull=False), name="sent_has_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["gateway", "next_try_at"], condition=Q(state="queued"), name="messages_to_send"
            ),
            models.Index(fields=["number", "-queued_at"], name="messages_to_number"),
            models.Index(fields=["queued_at"], condition=Q(kind="stranger"), name="messages_to_strangers"),
        ]


class OutgoingPart(models.Model):
    """The id under which the gateway took a part of a message: its reports name it."""

    message = models.ForeignKey(OutgoingMessage, on_delete=models.PROTECT, related_name="taken_parts")
    place = models.PositiveSmallIntegerField()
    gateway_id = models.CharField(max_length=80, db_index=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "place", "gateway_id"], name="one_taken_part"),
        ]


class DeliveryReport(models.Model):
    """What the network said of a message or of one of its parts. Said twice is kept once."""

    message = models.ForeignKey(
        OutgoingMessage, on_delete=models.PROTECT, related_name="reports", db_index=False
    )
    gateway_id = models.CharField(max_length=80, blank=True, default="")
    report = models.CharField(_("report"), max_length=9, choices=Report.choices)
    code = models.CharField(max_length=40, blank=True, default="")  # the network's own word for it
    reported_at = models.DateTimeField()
    arrived_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = _("delivery report"), _("delivery reports")
        constraints = [
            models.UniqueConstraint(fields=["message", "gateway_id", "report"], name="one_report_a_kind"),
            models.CheckConstraint(condition=one_of("report", Report), name="report_kind"),
        ]


class Wish(models.Model):
    """Whether a number wants messages from us: STOP and START as they came. The latest counts."""

    number = models.CharField(max_length=20)
    wants = models.BooleanField()
    said_at = models.DateTimeField()
    message = models.OneToOneField(IncomingMessage, on_delete=models.PROTECT, related_name="wish")

    class Meta:
        indexes = [models.Index(fields=["number", "-id"], name="wish_of_number")]
