"""Remote readers: who delivers, what came on each day, what did not fit, and what looks wrong in it.

A day's value is written once. A second one that differs is kept beside it as a conflict and changes nothing.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from saime.metering.models import Meter


class Source(models.Model):
    """A reader company, or an installation of our own that reads by radio."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = _("source of remote readings"), _("sources of remote readings")
        constraints = [models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="source_has_name")]

    def __str__(self) -> str:
        return self.code


class Delivery(models.Model):
    """A file, or a request over the API. The same content of a source twice is one delivery."""

    class Way(models.TextChoices):
        FILE = "file", _("file")
        API = "api", _("API")

    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    digest = models.BinaryField(max_length=32)
    way = models.CharField(max_length=4, choices=Way.choices)
    name = models.CharField(_("name"), max_length=200)
    received_at = models.DateTimeField(_("received at"))
    value_count = models.PositiveIntegerField(_("values"))
    created = models.PositiveIntegerField(_("new"))
    conflicts = models.PositiveIntegerField(_("differing"))
    refused = models.PositiveIntegerField(_("refused"))
    first_day = models.DateField(_("first day"), null=True)
    last_day = models.DateField(_("last day"), null=True)

    class Meta:
        verbose_name, verbose_name_plural = (
            _("delivery of remote readings"),
            _("deliveries of remote readings"),
        )
        constraints = [models.UniqueConstraint(fields=["source", "digest"], name="one_delivery_a_content")]


class DailyValue(models.Model):
    """What a meter showed at the end of a day. Append-only; the key holds the day, so that the table can be parted."""

    pk = models.CompositePrimaryKey("meter", "day")
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="daily_values", db_index=False)
    day = models.DateField(_("day"))
    value = models.DecimalField(_("reading"), max_digits=12, decimal_places=3)
    read_at = models.DateTimeField(_("read at"))
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("daily value"), _("daily values")
        # A day of the whole company: the month's end is registered from it.
        indexes = [models.Index(fields=["day"], name="values_of_day")]
        constraints = [models.CheckConstraint(condition=Q(value__gte=0), name="daily_value_not_negative")]


class ValueConflict(models.Model):
    """A second value for a day that has one, and differs. Append-only: the first stays, a person finds out why."""

    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    value = models.DecimalField(_("reading"), max_digits=12, decimal_places=3)
    read_at = models.DateTimeField(_("read at"))
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name, verbose_name_plural = _("differing value"), _("differing values")
        constraints = [
            # The same file over and over is no news.
            models.UniqueConstraint(fields=["meter", "day", "value"], name="one_conflict_a_value")
        ]


class Suspicion(models.Model):
    """What a meter's days look like as of the latest delivery; rewritten with each."""

    class Kind(models.TextChoices):
        LEAK = "leak", _("water flows without a pause")
        SUDDEN = "sudden", _("much more water than usual")
        STANDSTILL = "standstill", _("the meter has stopped")

    pk = models.CompositePrimaryKey("meter", "kind")
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="suspicions", db_index=False)
    kind = models.CharField(_("suspicion"), max_length=10, choices=Kind.choices)
    since = models.DateField(_("since"))
    last_day = models.DateField(_("last day"))
    m3_a_day = models.DecimalField(_("m³ a day"), max_digits=12, decimal_places=3)

    class Meta:
        verbose_name, verbose_name_plural = _("suspicion"), _("suspicions")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["leak", "sudden", "standstill"]), name="suspicion_kind"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("since")), name="suspicion_ends_after_it_began"
            ),
        ]
