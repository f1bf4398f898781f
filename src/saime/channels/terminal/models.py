"""Terminals, the signs of life they give, and every entry that ever came from one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from saime.channels.terminal.rules import BASES
from saime.estate.models import Account
from saime.metering.models import Submission
from saime.platform.history import keep_history


@keep_history
class Terminal(models.Model):
    """A device in a customer centre, or a machine of somebody else's, that may send readings by its key.

    A one-time code is typed into it once; what it gets for the code is its key. Only hashes of both are here.
    """

    name = models.CharField(pgettext_lazy("terminal", "name"), max_length=60)
    place = models.CharField(pgettext_lazy("terminal", "place"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField(_("added at"))
    code_hash = models.BinaryField(max_length=32, null=True)
    code_expires_at = models.DateTimeField(null=True)
    key_hash = models.BinaryField(max_length=32, null=True)
    enrolled_at = models.DateTimeField(_("enrolled at"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name, verbose_name_plural = _("terminal"), _("terminals")
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(revoked_at__isnull=True), name="one_living_terminal_a_name"
            ),
            models.UniqueConstraint(fields=["code_hash"], name="one_terminal_a_code"),
            models.CheckConstraint(condition=~Q(name=""), name="terminal_has_name"),
            models.CheckConstraint(
                condition=Q(code_hash__isnull=True, code_expires_at__isnull=True)
                | Q(code_hash__isnull=False, code_expires_at__isnull=False),
                name="terminal_code_expires",
            ),
            # Revoked, neither key nor code opens anything any more.
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(key_hash__isnull=True, code_hash__isnull=True),
                name="revoked_terminal_has_no_key",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SignOfLife(models.Model):
    """What a terminal last said of itself. Apart from `Terminal`: it changes every minute and has no history."""

    terminal = models.OneToOneField(Terminal, on_delete=models.PROTECT, primary_key=True, related_name="sign")
    seen_at = models.DateTimeField()
    queue_length = models.PositiveIntegerField(null=True)
    clock_difference_ms = models.BigIntegerField(null=True)  # above 0: its clock is ahead of ours
    software = models.CharField(max_length=60, blank=True, default="")


class TerminalEntry(models.Model):
    """A reading as a terminal sent it, and what became of it. Written once: the database refuses changes.

    A doubtful reading that somebody is being asked about is not here yet: it comes again with their answer.
    """

    class Outcome(models.TextChoices):
        SUBMITTED = "submitted"  # its fate is the submission's
        REFUSED = "refused"  # no submission could be made of it; the reason says why

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="entries", db_index=False)
    entry_id = models.UUIDField()
    received_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True)  # as the terminal said
    sent_at = models.DateTimeField(null=True)  # as the terminal said
    clock_difference_ms = models.BigIntegerField(null=True)
    counted_at = models.DateTimeField()
    counted_by = models.CharField(max_length=16)
    came = models.JSONField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        verbose_name, verbose_name_plural = _("entry on a terminal"), _("entries on terminals")
        constraints = [
            models.UniqueConstraint(fields=["terminal", "entry_id"], name="one_entry_an_id"),
            models.CheckConstraint(
                condition=Q(outcome="submitted", submission__isnull=False)
                | Q(outcome="refused", submission__isnull=True),
                name="terminal_entry_outcome",
            ),
            models.CheckConstraint(condition=Q(counted_by__in=BASES), name="terminal_entry_counted_by"),
        ]
        indexes = [
            models.Index(fields=["received_at", "terminal"], name="terminal_entries_of_day"),
            models.Index(
                fields=["received_at"], condition=Q(outcome="refused"), name="terminal_entries_refused"
            ),
        ]
