"""Payments received (imported history and cash desk; banks come through providers)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from saime.estate.models import Account
from saime.ledger.models import Entry


class Payment(models.Model):
    """Money that came in for an account. Posted to the ledger once: `entry` is unique."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payments")
    amount_cents = models.BigIntegerField()
    paid_on = models.DateField()
    reference = models.CharField(max_length=100, unique=True)
    payer_iban = models.CharField(max_length=34, blank=True, default="")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="payment")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount_cents=0), name="payment_is_of_something")]
