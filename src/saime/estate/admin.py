"""Buildings, units and accounts in the office. They come in by import; contacts are kept here too."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from saime.estate.models import Account, Building, Unit
from saime.platform.office import OfficeAdmin, ReadOnlyAdmin, ReadOnlyInline


class UnitsOfBuilding(ReadOnlyInline):
    model = Unit
    fields = ("unit_no", "kind", "area_m2")
    ordering = ("sort_key",)


class AccountsOfUnit(ReadOnlyInline):
    model = Account
    fields = ("account_no", "holder_name", "declared_persons", "from_date", "to_date")
    ordering = ("-from_date",)


@admin.register(Building)
class BuildingAdmin(ReadOnlyAdmin):
    list_display = ("building_no", "address", "regulation", "cadastre_no", "amenities")
    list_filter = ("regulation", "amenities")
    search_fields = ("^building_no", "address", "^cadastre_no")
    inlines = (UnitsOfBuilding,)
    ordering = ("building_no",)


@admin.register(Unit)
class UnitAdmin(ReadOnlyAdmin):
    list_display = ("building", "unit_no", "kind", "area_m2")
    list_filter = ("kind",)
    list_select_related = ("building",)
    search_fields = ("^building__building_no", "building__address", "=unit_no")
    inlines = (AccountsOfUnit,)
    ordering = ("building", "sort_key")


@admin.register(Account)
class AccountAdmin(OfficeAdmin):
    """Found in seconds by customer number, name, address or e-mail; seen as the resident sees it at a click."""

    list_display = (
        "account_no",
        "holder_name",
        "building",
        "unit",
        "from_date",
        "to_date",
        "paperless",
        "as_resident",
    )
    list_filter = ("paperless", "language")
    list_select_related = ("building", "unit")
    search_fields = ("^account_no", "holder_name", "building__address", "^email")
    fields = ("account_no", "building", "unit", "holder_name", "declared_persons", "from_date", "to_date",
              "email", "phone", "language", "paperless")  # fmt: skip
    readonly_fields = ("account_no", "building", "unit", "holder_name", "declared_persons", "from_date", "to_date",
                       "paperless")  # fmt: skip
    ordering = ("account_no",)

    def has_add_permission(self, request: object) -> bool:  # noqa: ARG002
        return False

    @admin.display(description=_("See what the resident sees"))
    def as_resident(self, account: Account) -> SafeString:
        address = f"{reverse('staff_view')}?account={account.account_no}"
        return format_html('<a href="{}">{}</a>', address, account.account_no)
