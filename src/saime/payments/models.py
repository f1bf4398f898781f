"""Payments received (imported history and cash desk; banks come through providers)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from saime.estate.models import Account
from saime.ledger.models import Entry


class Payment(models.Model):
    """Money that came in for an account. Posted to the ledger once: `entry` is unique."""

    account = models.ForeignKey(
        Account, verbose_name=_("customer account"), on_delete=models.PROTECT, related_name="payments"
    )
    amount_cents = models.BigIntegerField(_("amount, cents"))
    paid_on = models.DateField(_("paid on"))
    reference = models.CharField(_("reference"), max_length=100, unique=True)
    payer_iban = models.CharField(_("payer's IBAN"), max_length=34, blank=True, default="")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="payment")
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name, verbose_name_plural = _("payment"), _("payments")
        constraints = [models.CheckConstraint(condition=~Q(amount_cents=0), name="payment_is_of_something")]
