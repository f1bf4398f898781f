"""One ledger of double entries in integer cents, append-only (domain.md, Payments).

The database holds what must hold: the legs of an entry sum to zero (a deferred constraint trigger), and nothing is ever
updated or deleted (a trigger refuses). A correction is a reversal: another entry.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from saime.estate.models import Account


class Entry(models.Model):
    """Something that happened to money. `reference` is what makes it happen once: "bill:202611-000123"."""

    class Kind(models.TextChoices):
        BILL = "bill"
        CREDIT = "credit"
        PAYMENT = "payment"
        LATE_CHARGE = "late_charge"
        REVERSAL = "reversal"
        OPENING = "opening"

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    on_date = models.DateField(
        _("date")
    )  # the day it counts: issue of the bill, arrival of the money at the bank
    posted_at = models.DateTimeField(_("posted at"), db_default=Now())
    reference = models.CharField(_("reference"), max_length=120, unique=True)
    why = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name, verbose_name_plural = _("ledger entry"), _("ledger entries")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["bill", "credit", "payment", "late_charge", "reversal", "opening"]),
                name="entry_kind",
            )
        ]


class Leg(models.Model):
    """One side of an entry. Positive: debit (an account owes more), negative: credit."""

    class Book(models.TextChoices):
        RECEIVABLE = "receivable"  # what customers owe; with `account`
        REVENUE = "revenue"
        VAT = "vat"
        LATE_CHARGES = "late_charges"
        BANK = "bank"
        OPENING = "opening"

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="legs")
    book = models.CharField(_("book"), max_length=12, choices=Book.choices)
    account = models.ForeignKey(
        Account,
        verbose_name=_("customer account"),
        on_delete=models.PROTECT,
        null=True,
        related_name="legs",
        db_index=False,
    )
    amount_cents = models.BigIntegerField(_("amount, cents"))

    class Meta:
        verbose_name, verbose_name_plural = _("leg of an entry"), _("legs of an entry")
        constraints = [
            models.CheckConstraint(
                condition=Q(book__in=["receivable", "revenue", "vat", "late_charges", "bank", "opening"]),
                name="leg_book",
            ),
            models.CheckConstraint(
                condition=Q(book="receivable", account__isnull=False)
                | (~Q(book="receivable") & Q(account__isnull=True)),
                name="receivable_has_account",
            ),
        ]
        indexes = [
            models.Index(fields=["account"], condition=Q(account__isnull=False), name="leg_of_account"),
        ]
