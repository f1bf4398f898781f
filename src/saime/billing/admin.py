"""Services, prices, runs and bills in the office. Prices come in by import; an issued bill is never changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from saime.billing.models import Bill, BillLine, BillRun, Recalculation, Service, SupplierInvoice, Tariff
from saime.platform.office import OfficeAdmin, ReadOnlyAdmin, ReadOnlyInline


@admin.register(Service)
class ServiceAdmin(OfficeAdmin):
    """Where a service stands on the bill, and whether it is paid straight to the supplier, is said here."""

    list_display = ("position", "service", "name_lv", "key", "pricing", "group", "paid_direct")
    list_display_links = ("service",)
    search_fields = ("service", "name_lv", "name_ru", "name_en")
    readonly_fields = ("service", "name_lv", "name_ru", "name_en", "key", "pricing")
    ordering = ("position", "service")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False


@admin.register(Tariff)
class TariffAdmin(ReadOnlyAdmin):
    list_display = ("service", "building", "price", "vat_rate", "valid_from", "valid_to", "decision")
    list_filter = ("service",)
    list_select_related = ("service", "building")
    search_fields = ("service__service", "^building__building_no")
    ordering = ("service", "building", "-valid_from")


@admin.register(SupplierInvoice)
class SupplierInvoiceAdmin(ReadOnlyAdmin):
    list_display = ("period", "building", "service", "net_cents")
    list_filter = ("service",)
    list_select_related = ("service", "building")
    search_fields = ("^building__building_no", "service__service")
    ordering = ("-period", "building", "service")


@admin.register(BillRun)
class BillRunAdmin(ReadOnlyAdmin):
    list_display = ("period", "issued_on", "due_on", "started_at", "finished_at")
    ordering = ("-id",)


class LinesOfBill(ReadOnlyInline):
    model = BillLine
    fields = ("position", "service", "quantity", "unit", "price", "net_cents", "vat_rate", "vat_cents", "gross_cents",
              "basis", "mark")  # fmt: skip
    ordering = ("position",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("service")


@admin.register(Bill)
class BillAdmin(ReadOnlyAdmin):
    list_display = (
        "bill_no",
        "kind",
        "account",
        "period",
        "issued_on",
        "due_on",
        "lines_cents",
        "total_due_cents",
    )
    list_filter = ("kind",)
    list_select_related = ("account",)
    search_fields = ("^bill_no", "^account__account_no")
    inlines = (LinesOfBill,)
    ordering = ("-id",)


@admin.register(Recalculation)
class RecalculationAdmin(ReadOnlyAdmin):
    list_display = (
        "account",
        "service",
        "corrects",
        "quantity",
        "price",
        "reason",
        "recorded_at",
        "billed_on",
    )
    list_select_related = ("account", "service", "billed_on")
    search_fields = ("^account__account_no",)
    ordering = ("-id",)
