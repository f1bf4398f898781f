"""Meters, every submission ever made, the registered reading of a month, and what a month is charged with.

Nothing here is overwritten. A submission is written once with its verdict (accepted, rejected, in review); whether an
accepted one is the registered reading of its month is said by `RegisteredReading`, a row that points to it. So
"superseded" needs no update: it is accepted and not pointed to.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from saime.estate.models import Account, Building, Unit
from saime.platform.fields import PeriodField, one_of
from saime.platform.history import keep_history


class Medium(models.TextChoices):
    COLD = "cold", _("cold water")
    HOT = "hot", _("hot water")


class Channel(models.TextChoices):
    PORTAL = "portal", _("portal")
    SMS = "sms", _("SMS")
    TERMINAL = "terminal", _("terminal")
    PAPER = "paper", _("paper form")
    REMOTE = "remote", _("remote reading")
    STAFF = "staff", _("staff")


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    IN_REVIEW = "in_review", _("in review")


class Basis(models.TextChoices):
    ACTUAL = "actual", _("meter reading")
    AVERAGE = "average", _("calculated average")
    NORM = "norm", _("norm")
    NO_READING = "no_reading", _("no reading")


@keep_history
class Meter(models.Model):
    """A water meter of a unit, or (unit empty) a common meter of the building.

    `chain` is the first meter of a line of replacements (itself where nothing was replaced): consumption runs along it.
    """

    meter_no = models.CharField(_("meter number"), max_length=40, unique=True)
    building = models.ForeignKey(
        Building, verbose_name=_("building"), on_delete=models.PROTECT, related_name="meters"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, null=True, blank=True, related_name="meters"
    )
    medium = models.CharField(_("medium"), max_length=4, choices=Medium.choices)
    digits = models.PositiveSmallIntegerField(_("whole digits on the dial"), default=5)
    installed_on = models.DateField(_("installed on"))
    initial_reading = models.DecimalField(_("initial reading"), max_digits=12, decimal_places=3)
    verified_on = models.DateField(_("verified on"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    removed_on = models.DateField(_("removed on"), null=True, blank=True)
    final_reading = models.DecimalField(
        _("final reading"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("replaces"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
    )
    chain = models.ForeignKey("self", on_delete=models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = _("meter"), _("meters")
        constraints = [
            models.CheckConstraint(condition=one_of("medium", Medium), name="meter_medium"),
            models.CheckConstraint(condition=Q(digits__gte=3, digits__lte=9), name="meter_digits"),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True) | Q(removed_on__gte=F("installed_on")),
                name="meter_removed_after",
            ),
            models.CheckConstraint(
                condition=Q(final_reading__isnull=True) | Q(removed_on__isnull=False),
                name="meter_final_needs_removal",
            ),
            models.CheckConstraint(condition=Q(initial_reading__gte=0), name="meter_initial_not_negative"),
        ]

    def __str__(self) -> str:
        return self.meter_no


class Submission(models.Model):
    """A reading as somebody sent it. Insert-only: the database refuses updates and deletes."""

    meter = models.ForeignKey(
        Meter, verbose_name=_("meter"), on_delete=models.PROTECT, related_name="submissions", db_index=False
    )
    period = PeriodField(_("month"))
    value = models.DecimalField(_("reading"), max_digits=12, decimal_places=3)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    received_at = models.DateTimeField(_("received at"))
    reference = models.CharField(_("reference"), max_length=120, unique=True)
    verdict = models.CharField(_("verdict"), max_length=9, choices=Verdict.choices)
    reason = models.CharField(max_length=40, blank=True, default="")
    # What the reason's sentence needs: {"previous": "115.000", "window": "25-28"}; and staff's own words ("note").
    details = models.JSONField(default=dict, db_default={}, blank=True)
    evidence = models.JSONField(_("evidence"), default=dict, db_default={}, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("submitted reading"), _("submitted readings")
        indexes = [
            models.Index(fields=["meter", "period"], name="submission_of_month"),
            # Rows come in the order of time: a few pages of this index tell which part of the table is this month's.
            BrinIndex(fields=["received_at"], autosummarize=True, name="submission_received"),
            models.Index(fields=["id"], condition=Q(verdict="in_review"), name="submission_in_review"),
        ]
        constraints = [
            models.CheckConstraint(condition=one_of("channel", Channel), name="submission_channel"),
            models.CheckConstraint(condition=one_of("verdict", Verdict), name="submission_verdict"),
            models.CheckConstraint(
                condition=Q(verdict="accepted") | ~Q(reason=""), name="submission_refused_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.value}"


class Review(models.Model):
    """What a person decided about a submission in review."""

    submission = models.OneToOneField(
        Submission, verbose_name=_("submitted reading"), on_delete=models.PROTECT, related_name="review"
    )
    verdict = models.CharField(_("decision"), max_length=9, choices=Verdict.choices)
    reason = models.CharField(_("reason"), max_length=300)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name, verbose_name_plural = (
            _("decision on a doubtful reading"),
            _("decisions on doubtful readings"),
        )
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=["accepted", "rejected"]), name="review_decides"),
            models.CheckConstraint(condition=~Q(reason=""), name="review_with_reason"),
        ]


class RegisteredReading(models.Model):
    """The reading that counts for a meter and month, chosen among its accepted submissions."""

    pk = models.CompositePrimaryKey("meter", "period")
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="readings", db_index=False)
    period = PeriodField()
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="registered")
    value = models.DecimalField(max_digits=12, decimal_places=3)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    received_at = models.DateTimeField()


class HandOverReading(models.Model):
    """What a meter showed on the day a unit passed from one account to the next (the former's last day)."""

    meter = models.ForeignKey(
        Meter, verbose_name=_("meter"), on_delete=models.PROTECT, related_name="hand_overs"
    )
    on_date = models.DateField(_("last day of the former account"))
    value = models.DecimalField(_("reading"), max_digits=12, decimal_places=3)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name, verbose_name_plural = _("hand-over reading"), _("hand-over readings")
        constraints = [models.UniqueConstraint(fields=["meter", "on_date"], name="one_hand_over_a_day")]


class WindowException(models.Model):
    """A window of its own for one channel and month: holidays, an outage. Building empty: everywhere."""

    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    period = PeriodField(_("month"))
    building = models.ForeignKey(
        Building, verbose_name=_("building"), on_delete=models.PROTECT, null=True, blank=True
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name, verbose_name_plural = _("exception of a window"), _("exceptions of windows")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "period", "building"], nulls_distinct=False, name="one_exception_a_month"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="exception_closes_after_it_opens"
            ),
        ]


class UnitFault(models.Model):
    """A unit flagged by an act (seal, tampering, refused inspection): at fault for the water difference meanwhile."""

    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="faults")
    medium = models.CharField(_("medium"), max_length=4, choices=Medium.choices)
    from_period = PeriodField(_("from month"))
    to_period = PeriodField(_("to month"), null=True, blank=True)  # type: ignore[misc]
    act = models.CharField(_("act"), max_length=300)

    class Meta:
        verbose_name, verbose_name_plural = _("act on a unit at fault"), _("acts on units at fault")


class PeriodClosure(models.Model):
    """A building's month whose bills are issued: its readings and figures stay as they are."""

    pk = models.CompositePrimaryKey("building", "period")
    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="closures", db_index=False)
    period = PeriodField()
    closed_at = models.DateTimeField()


class Consumption(models.Model):
    """What a meter (or a unit without one: meter empty) is charged with for a closed month, and on what basis.

    The last four columns are the state from which the next month goes on (see `metering.rules.consumption`).
    """

    building = models.ForeignKey(
        Building, verbose_name=_("building"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("unit"),
        on_delete=models.PROTECT,
        null=True,
        related_name="consumption",
        db_index=False,
    )
    meter = models.ForeignKey(
        Meter,
        verbose_name=_("meter"),
        on_delete=models.PROTECT,
        null=True,
        related_name="consumption",
        db_index=False,
    )
    chain = models.ForeignKey(Meter, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    account = models.ForeignKey(
        Account,
        verbose_name=_("customer account"),
        on_delete=models.PROTECT,
        null=True,
        related_name="consumption",
        db_index=False,
    )
    medium = models.CharField(_("medium"), max_length=4, choices=Medium.choices)
    period = PeriodField(_("month"))
    m3 = models.DecimalField(_("m³"), max_digits=12, decimal_places=3)
    basis = models.CharField(_("basis"), max_length=10, choices=Basis.choices)
    previous_reading = models.DecimalField(_("previous reading"), max_digits=12, decimal_places=3, null=True)
    reading = models.DecimalField(_("reading"), max_digits=12, decimal_places=3, null=True)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, blank=True, default="")
    estimated_before = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    at_fault = models.BooleanField(default=False)
    # State after this month: the last month with a reading, m³ counted along the chain up to it, m³ charged since
    # without one, months without one.
    read_period = PeriodField(null=True)  # type: ignore[misc]
    counted_m3 = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    charged_since = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    months_missing = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("consumption"), _("consumption")
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "period"], condition=Q(chain__isnull=False), name="one_row_a_chain"
            ),
            models.UniqueConstraint(
                fields=["unit", "medium", "period"],
                condition=Q(chain__isnull=True),
                name="one_row_without_meter",
            ),
            models.CheckConstraint(condition=one_of("basis", Basis), name="consumption_basis"),
        ]
        indexes = [
            models.Index(fields=["unit", "period"], name="consumption_of_unit"),
            models.Index(fields=["building", "period"], name="consumption_of_building"),
        ]


class WaterDifference(models.Model):
    """A building's common meters against the sum of its units, for a closed month and medium.

    `common_m3` and `difference_m3` are empty where a common meter has no reading: then nothing is billed, and the month
    joins the span that the next reading ends. `span_from` is the first month of the span that this row covers.
    """

    building = models.ForeignKey(
        Building, verbose_name=_("building"), on_delete=models.PROTECT, related_name="differences"
    )
    period = PeriodField(_("month"))
    medium = models.CharField(_("medium"), max_length=4, choices=Medium.choices)
    regulation = models.CharField(_("regulation"), max_length=4)
    span_from = PeriodField()
    common_m3 = models.DecimalField(_("common meters, m³"), max_digits=12, decimal_places=3, null=True)
    units_m3 = models.DecimalField(_("units, m³"), max_digits=12, decimal_places=3)
    difference_m3 = models.DecimalField(_("difference, m³"), max_digits=12, decimal_places=3, null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("water difference"), _("water differences")
        constraints = [
            models.UniqueConstraint(fields=["building", "period", "medium"], name="one_difference_a_month")
        ]


class DifferenceShare(models.Model):
    """A unit's share of its building's difference, and why it is that much."""

    difference = models.ForeignKey(
        WaterDifference, on_delete=models.PROTECT, related_name="shares", db_index=False
    )
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    share_m3 = models.DecimalField(_("share, m³"), max_digits=12, decimal_places=3)
    why = models.CharField(_("reason"), max_length=20)

    class Meta:
        verbose_name, verbose_name_plural = (
            _("share of a water difference"),
            _("shares of a water difference"),
        )
        constraints = [models.UniqueConstraint(fields=["difference", "unit"], name="one_share_a_unit")]
