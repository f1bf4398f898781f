"""What came in on paper: files, their pages, the forms found on them, what was read in each field, who decided what.

Nothing that comes in is lost: a file is kept as it came, each of its pages has a row that says what became of it. What
a machine has read stays as it was read; what a person decides is a row of its own beside it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from saime.estate.models import Account
from saime.metering.models import Meter, Submission
from saime.platform.fields import PeriodField, one_of


class Source(models.TextChoices):
    FOLDER = "folder", _("watched folder")
    UPLOAD = "upload", _("upload")
    API = "api", _("API")


class FileState(models.TextChoices):
    QUEUED = "queued", _("waiting to be read")
    READING = "reading", _("being read")
    DONE = "done", _("has been read")
    FAILED = "failed", _("could not be read")


class PageOutcome(models.TextChoices):
    FORM = "form", _("a filled form")
    NOT_A_FORM = "not_a_form", _("no form on it")
    DUPLICATE = "duplicate", _("scanned before")
    UNREADABLE = "unreadable", _("unreadable")


class FormState(models.TextChoices):
    READ = "read", _("read by machine")
    IN_REVIEW = "in_review", _("in review")
    DECIDED = "decided", _("decided")


class Route(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    REVIEW = "review", _("in review")
    EMPTY = "empty", _("left empty")


class FieldOutcome(models.TextChoices):
    VALUE = "value", _("a reading")
    EMPTY = "empty", _("left empty")
    UNREADABLE = "unreadable", _("unreadable")


class Step(models.TextChoices):
    CLAIMED = "claimed", _("taken to the desk")
    RELEASED = "released", _("put back on the pile")
    IDENTIFIED = "identified", _("customer found")
    DECIDED = "decided", _("decided")
    GIVEN_UP = "given_up", _("given up")


class ScannedFile(models.Model):
    """A file as it came in: the same bytes twice are one file.

    `received_on` is the day that counts for the deadline: the day on which the paper reached the company, which may be
    earlier than the day of scanning. `kept_as` is the file's place below the installation's `files/`.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=20, blank=True, default="")  # empty: none that we read
    source = models.CharField(max_length=6, choices=Source.choices)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    received_at = models.DateTimeField()
    received_on = models.DateField()
    kept_as = models.CharField(max_length=200)
    state = models.CharField(max_length=7, choices=FileState.choices, default=FileState.QUEUED)
    reason = models.CharField(max_length=40, blank=True, default="")
    page_count = models.PositiveIntegerField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("scanned file"), _("scanned files")
        indexes = [
            models.Index(
                fields=["id"], condition=Q(state__in=["queued", "reading"]), name="scanned_file_waiting"
            ),
            models.Index(fields=["-received_at"], name="scanned_file_latest"),
        ]
        constraints = [
            models.CheckConstraint(condition=one_of("source", Source), name="scanned_file_source"),
            models.CheckConstraint(condition=one_of("state", FileState), name="scanned_file_state"),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(reason=""), name="scanned_file_failed_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ScannedPage(models.Model):
    """A page and what became of it. Written once, with its forms, in one transaction."""

    file = models.ForeignKey(ScannedFile, on_delete=models.PROTECT, related_name="pages", db_index=False)
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=PageOutcome.choices)
    reason = models.CharField(max_length=40, blank=True, default="")
    kept_as = models.CharField(
        max_length=200, blank=True, default=""
    )  # empty: no picture could be made of it
    content = models.CharField(max_length=64, blank=True, default="", db_index=True)  # SHA-256 of its pixels
    read_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("scanned page"), _("scanned pages")
        indexes = [
            models.Index(
                fields=["-read_at"],
                condition=Q(outcome__in=["not_a_form", "unreadable"]),
                name="scanned_page_without_form",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="one_row_a_scanned_page"),
            models.CheckConstraint(condition=one_of("outcome", PageOutcome), name="scanned_page_outcome"),
            models.CheckConstraint(
                condition=Q(outcome="form") | ~Q(reason=""), name="scanned_page_no_form_with_reason"
            ),
        ]


class ScannedForm(models.Model):
    """A form found on a page, straightened. Customer and month are what its code says, or what a person found out.

    `content` tells one filled form from another: it is made of what is written in the boxes, so that a form
    scanned twice is one form, whatever file and page it is found on. `ink` is that writing, small, by which a second
    scan of the same paper is recognised. Whoever works on it holds it until `claimed_until`.
    """

    page = models.ForeignKey(ScannedPage, on_delete=models.PROTECT, related_name="forms", db_index=False)
    position = models.PositiveSmallIntegerField()
    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="scanned_forms",
    )
    account_no = models.CharField(max_length=20, blank=True, default="")
    period = PeriodField(null=True, blank=True)  # type: ignore[misc]
    sheet = models.CharField(max_length=60, blank=True, default="")
    markers = models.JSONField(default=list, db_default=[])  # the corners that were found
    kept_as = models.CharField(max_length=200)
    content = models.CharField(max_length=64)
    ink = models.BinaryField(max_length=8192)
    state = models.CharField(max_length=9, choices=FormState.choices)
    reason = models.CharField(max_length=40, blank=True, default="")  # why a person has to look, as a code
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("scanned form"), _("scanned forms")
        indexes = [
            models.Index(fields=["id"], condition=Q(state="in_review"), name="scanned_form_in_review"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["page", "position"], name="one_form_a_place"),
            models.UniqueConstraint(
                fields=["account_no", "period", "sheet", "content"],
                condition=~Q(account_no="") & Q(period__isnull=False),
                name="one_form_a_paper",
            ),
            models.CheckConstraint(condition=one_of("state", FormState), name="scanned_form_state"),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_until__isnull=True)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False, state="in_review"),
                name="scanned_form_claim_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="decided") | Q(decided_at__isnull=False), name="scanned_form_decided_when"
            ),
        ]


class FormField(models.Model):
    """One meter's boxes on a form: what was read, how surely, and what followed.

    `boxes` are the probabilities of each box (0–9, empty, crossed out), the whole digits first, `decimals` of them
    after the comma. Written once; only `submission` is filled in later, once, when there is one.
    """

    form = models.ForeignKey(ScannedForm, on_delete=models.PROTECT, related_name="fields", db_index=False)
    number = models.PositiveSmallIntegerField()
    meter = models.ForeignKey(
        Meter,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="paper_fields",
    )
    meter_no = models.CharField(max_length=40, blank=True, default="")
    kept_as = models.CharField(max_length=200)
    boxes = models.JSONField(default=list, db_default=[])
    decimals = models.PositiveSmallIntegerField(default=3)
    text = models.CharField(max_length=20, blank=True, default="")
    value = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    confidence = models.FloatField(default=0)
    route = models.CharField(max_length=8, choices=Route.choices)
    reason = models.CharField(max_length=40, blank=True, default="")  # why a person has to look, as a code
    submission = models.ForeignKey(
        Submission,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="paper_fields",
    )

    class Meta:
        verbose_name, verbose_name_plural = _("field of a form"), _("fields of forms")
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="one_field_a_row"),
            models.CheckConstraint(condition=one_of("route", Route), name="form_field_route"),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="form_field_confidence"
            ),
            models.CheckConstraint(
                condition=~Q(route="accepted") | Q(value__isnull=False), name="form_field_accepted_value"
            ),
        ]


class FieldDecision(models.Model):
    """What a person saw in a field. Insert-only; one for each field."""

    field = models.OneToOneField(FormField, on_delete=models.PROTECT, related_name="decision")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=FieldOutcome.choices)
    value = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    note = models.CharField(max_length=300, blank=True, default="")
    seconds = models.DecimalField(max_digits=8, decimal_places=1)

    class Meta:
        verbose_name, verbose_name_plural = _("decision on a field"), _("decisions on fields")
        indexes = [models.Index(fields=["decided_at"], name="field_decision_time")]
        constraints = [
            models.CheckConstraint(condition=one_of("outcome", FieldOutcome), name="field_decision_outcome"),
            models.CheckConstraint(
                condition=Q(outcome="value", value__isnull=False)
                | Q(outcome__in=["empty", "unreadable"], value__isnull=True),
                name="field_decision_value",
            ),
        ]


class DeskStep(models.Model):
    """Who did what with a form at the review desk. Insert-only."""

    form = models.ForeignKey(ScannedForm, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=10, choices=Step.choices)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name, verbose_name_plural = _("step at the desk"), _("steps at the desk")
        constraints = [models.CheckConstraint(condition=one_of("step", Step), name="desk_step")]
