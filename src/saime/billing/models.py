"""Services and what they cost, bill runs, bills and their lines."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from saime.estate.models import Account, Building
from saime.ledger.models import Entry
from saime.platform.fields import PeriodField
from saime.platform.history import keep_history


@keep_history
class Service(models.Model):
    """Something a bill has a line for: its allocation key, and how its price comes about.

    Renamed, it keeps its old name on bills that are out: they are read with the row as it was when they were issued.
    """

    class Key(models.TextChoices):
        M2 = "m2", _("floor area")
        M3_COLD = "m3_cold", _("cold water")
        M3_HOT = "m3_hot", _("hot water")
        M3_TOTAL = "m3_total", _("cold and hot water")
        M3_DIFFERENCE_COLD = "m3_difference_cold", _("difference of cold water")
        M3_DIFFERENCE_HOT = "m3_difference_hot", _("difference of hot water")
        PERSON = "person", _("declared persons")
        UNIT = "unit", _("unit")
        FIXED = "fixed", _("fixed")
        SHARE = "share", _("ownership share")

    class Pricing(models.TextChoices):
        TARIFF = "tariff", _("tariff")
        SUPPLIER_INVOICE = "supplier_invoice", _("supplier's invoice, shared out")

    class Group(models.TextChoices):
        HOUSE = "house", _("House")
        WATER = "water", _("Water")
        HEAT = "heat", _("Heat")
        WASTE = "waste", _("Waste")
        OTHER = "other", _("Other")

    service = models.CharField(_("service"), max_length=40, unique=True)
    name_lv = models.CharField(_("name in Latvian"), max_length=100)
    name_ru = models.CharField(_("name in Russian"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100)
    key = models.CharField(_("allocation key"), max_length=20, choices=Key.choices)
    pricing = models.CharField(_("pricing"), max_length=20, choices=Pricing.choices)
    group = models.CharField(
        _("group on the bill"), max_length=10, choices=Group.choices, default=Group.OTHER
    )
    position = models.PositiveSmallIntegerField(_("place on the bill"), default=100)
    paid_direct = models.BooleanField(_("paid straight to the supplier"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("service"), _("services")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    key__in=[
                        "m2",
                        "m3_cold",
                        "m3_hot",
                        "m3_total",
                        "m3_difference_cold",
                        "m3_difference_hot",
                        "person",
                        "unit",
                        "fixed",
                        "share",
                    ]
                ),
                name="service_key",
            ),
            models.CheckConstraint(
                condition=Q(pricing__in=["tariff", "supplier_invoice"]), name="service_pricing"
            ),
        ]

    def __str__(self) -> str:
        return self.service


@keep_history
class Tariff(models.Model):
    """What a service costs per measure from a date on, for a building or (building empty) the company.

    `price` is empty where the service is shared out from a supplier's invoice: the row then gives its VAT.
    """

    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.PROTECT, related_name="tariffs"
    )
    building = models.ForeignKey(
        Building,
        verbose_name=_("building"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tariffs",
    )
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=6, null=True, blank=True)
    vat_rate = models.DecimalField(_("VAT, %"), max_digits=5, decimal_places=2)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    decision = models.CharField(_("decision of company or owners"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name, verbose_name_plural = _("tariff"), _("tariffs")
        constraints = [
            ExclusionConstraint(
                name="one_tariff_at_a_time",
                expressions=[
                    ("service", RangeOperators.EQUAL),
                    (Coalesce(F("building_id"), 0), RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(condition=Q(vat_rate__gte=0, vat_rate__lte=100), name="tariff_vat_rate"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="tariff_ends_after_it_begins",
            ),
        ]


class SupplierInvoice(models.Model):
    """A supplier's cost of a service for a building and month, to be shared out."""

    building = models.ForeignKey(
        Building, verbose_name=_("building"), on_delete=models.PROTECT, related_name="supplier_invoices"
    )
    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.PROTECT, related_name="supplier_invoices"
    )
    period = PeriodField(_("month"))
    net_cents = models.BigIntegerField(_("net, cents"))

    class Meta:
        verbose_name, verbose_name_plural = _("supplier's invoice"), _("suppliers' invoices")
        constraints = [
            models.UniqueConstraint(fields=["building", "service", "period"], name="one_invoice_a_month")
        ]


class Series(models.Model):
    """The last number given out in a series of bills: one row a series, locked while numbers are taken."""

    series = models.CharField(max_length=10, primary_key=True)
    last_number = models.PositiveIntegerField(default=0)


class BillRun(models.Model):
    """The issue of a month's bills: what was asked for, and how far it is."""

    period = PeriodField(_("month"))
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"))
    started_at = models.DateTimeField(_("begun at"), db_default=Now())
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("bill run"), _("bill runs")
        constraints = [
            models.UniqueConstraint(
                fields=["period"], condition=Q(finished_at__isnull=True), name="one_open_run_a_period"
            )
        ]


class Bill(models.Model):
    """An issued bill: never changed. A wrong one is credited (a bill of kind credit) and issued anew."""

    class Kind(models.TextChoices):
        BILL = "bill", _("bill")
        CREDIT = "credit", _("credit note")

    bill_no = models.CharField(_("bill number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.BILL)
    account = models.ForeignKey(
        Account,
        verbose_name=_("customer account"),
        on_delete=models.PROTECT,
        related_name="bills",
        db_index=False,
    )
    building = models.ForeignKey(
        Building, verbose_name=_("building"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    period = PeriodField(_("month"))
    run = models.ForeignKey(
        BillRun, on_delete=models.PROTECT, null=True, related_name="bills", db_index=False
    )
    credits = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="credited_by")
    # For a re-issued bill: the how-manieth of its account and month.
    edition = models.PositiveSmallIntegerField(default=1)
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"))
    opening_cents = models.BigIntegerField()
    payments_cents = models.BigIntegerField()
    net_cents = models.BigIntegerField()
    vat_cents = models.BigIntegerField()
    lines_cents = models.BigIntegerField(
        _("lines, cents")
    )  # gross of what is to be paid here (direct payments left out)
    late_charge_cents = models.BigIntegerField(default=0)
    total_due_cents = models.BigIntegerField(_("total due, cents"))
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="bill")
    # As it was on the day: holder, address, unit, area, persons. A bill does not change when a person moves.
    snapshot = models.JSONField(default=dict)

    class Meta:
        verbose_name, verbose_name_plural = _("bill"), _("bills")
        constraints = [
            models.UniqueConstraint(fields=["account", "period", "kind", "edition"], name="one_bill_a_month"),
            models.CheckConstraint(
                condition=Q(
                    total_due_cents=F("opening_cents")
                    - F("payments_cents")
                    + F("lines_cents")
                    + F("late_charge_cents")
                ),
                name="bill_adds_up",
            ),
        ]
        indexes = [models.Index(fields=["period", "building"], name="bills_of_month")]

    def __str__(self) -> str:
        return self.bill_no


class BillLine(models.Model):
    """A line of a bill, and what it was made from."""

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField(_("place on the bill"))
    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)
    unit = models.CharField(_("measure"), max_length=8)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=6)
    net_cents = models.BigIntegerField(_("net, cents"))
    vat_rate = models.DecimalField(_("VAT, %"), max_digits=5, decimal_places=2)
    vat_cents = models.BigIntegerField(_("VAT, cents"))
    gross_cents = models.BigIntegerField(_("gross, cents"))
    basis = models.CharField(_("basis"), max_length=12, blank=True, default="")
    mark = models.CharField(_("mark"), max_length=1, blank=True, default="")
    paid_direct = models.BooleanField(default=False)
    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    invoice = models.ForeignKey(
        SupplierInvoice, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    made_from = models.JSONField(default=dict)

    class Meta:
        verbose_name, verbose_name_plural = _("bill line"), _("bill lines")
        constraints = [
            models.UniqueConstraint(fields=["bill", "position"], name="one_line_a_position"),
            models.CheckConstraint(
                condition=Q(gross_cents=F("net_cents") + F("vat_cents")), name="line_adds_up"
            ),
        ]


class Recalculation(models.Model):
    """A correction of an earlier period, to stand as a line on the account's next bill."""

    account = models.ForeignKey(
        Account, verbose_name=_("customer account"), on_delete=models.PROTECT, related_name="recalculations"
    )
    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.PROTECT, related_name="+"
    )
    corrects = PeriodField(_("corrected month"))
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=6)
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=300)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now())
    billed_on = models.ForeignKey(
        Bill, verbose_name=_("billed on"), on_delete=models.PROTECT, null=True, related_name="recalculations"
    )

    class Meta:
        verbose_name, verbose_name_plural = _("recalculation"), _("recalculations")
