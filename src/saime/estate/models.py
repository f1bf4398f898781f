"""Buildings, their units, and the accounts that pay for them."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from saime.platform.history import keep_history


@keep_history
class Building(models.Model):
    """An apartment house with its common meters, and the regulation that governs its water difference."""

    class Regulation(models.TextChoices):
        R1013 = "1013", _("1013/2008")
        R524 = "524", _("524/2015")

    building_no = models.CharField(_("building number"), max_length=30, unique=True)
    address = models.CharField(_("address"), max_length=200)
    regulation = models.CharField(_("regulation"), max_length=4, choices=Regulation.choices)
    cadastre_no = models.CharField(_("cadastre number"), max_length=30, blank=True, default="")
    amenities = models.CharField(_("amenities"), max_length=30, blank=True, default="")

    class Meta:
        verbose_name, verbose_name_plural = _("building"), _("buildings")
        constraints = [
            models.CheckConstraint(condition=Q(regulation__in=["1013", "524"]), name="building_regulation"),
            models.CheckConstraint(condition=~Q(building_no=""), name="building_has_number"),
        ]

    def __str__(self) -> str:
        return f"{self.building_no} {self.address}"


@keep_history
class Unit(models.Model):
    """An apartment or other space. `sort_key` puts "2" before "10" and "2a" after "2" (natural order)."""

    class Kind(models.TextChoices):
        APARTMENT = "apartment", _("apartment")
        COMMERCIAL = "commercial", _("commercial space")
        GARAGE = "garage", _("garage")

    building = models.ForeignKey(
        Building, verbose_name=_("building"), on_delete=models.PROTECT, related_name="units"
    )
    unit_no = models.CharField(_("unit number"), max_length=20)
    sort_key = models.CharField(max_length=120, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.APARTMENT)
    area_m2 = models.DecimalField(_("floor area, m²"), max_digits=8, decimal_places=2)

    class Meta:
        verbose_name, verbose_name_plural = _("unit"), _("units")
        constraints = [
            models.UniqueConstraint(fields=["building", "unit_no"], name="one_unit_a_number"),
            models.CheckConstraint(condition=Q(area_m2__gte=0), name="unit_area_not_negative"),
            models.CheckConstraint(
                condition=Q(kind__in=["apartment", "commercial", "garage"]), name="unit_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.unit_no


@keep_history
class Account(models.Model):
    """Who pays for a unit, from `from_date` to `to_date` (its last day; empty: still)."""

    account_no = models.CharField(_("customer number"), max_length=20, unique=True)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="accounts")
    building = models.ForeignKey(
        Building, verbose_name=_("building"), on_delete=models.PROTECT, related_name="accounts"
    )
    holder_name = models.CharField(_("holder"), max_length=200)
    declared_persons = models.PositiveSmallIntegerField(_("declared persons"), default=1)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)
    email = models.EmailField(_("e-mail"), blank=True, default="")
    phone = models.CharField(_("phone"), max_length=20, blank=True, default="")
    language = models.CharField(_("language"), max_length=2, default="lv")
    paperless = models.BooleanField(_("no printed bill"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("customer account"), _("customer accounts")
        constraints = [
            ExclusionConstraint(
                name="one_account_pays_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    (
                        Func(
                            F("from_date"),
                            F("to_date"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="account_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=Q(language__in=["lv", "ru", "en"]), name="account_language"),
            models.CheckConstraint(condition=~Q(account_no=Value("")), name="account_has_number"),
        ]
        indexes = [
            models.Index(fields=["phone"], condition=~Q(phone=""), name="accounts_with_phone"),
        ]

    def __str__(self) -> str:
        return self.account_no
