"""Payments in the office: to be looked up."""

from __future__ import annotations

from django.contrib import admin

from saime.payments.models import Payment
from saime.platform.office import ReadOnlyAdmin


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ("paid_on", "account", "amount_cents", "reference", "payer_iban", "recorded_at")
    list_select_related = ("account",)
    search_fields = ("^account__account_no", "^reference", "^payer_iban")
    raw_id_fields = ("account", "entry")
    ordering = ("-paid_on", "-id")
