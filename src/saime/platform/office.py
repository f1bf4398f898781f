"""What the pages of /office/ have in common (Django's admin): read only unless said otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pghistory
from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

if TYPE_CHECKING:
    Admin = admin.ModelAdmin[Any]
    Inline = admin.TabularInline[Any, Any]
    _Paginator = Paginator[Any]
else:  # not subscriptable at run time
    Admin, Inline, _Paginator = admin.ModelAdmin, admin.TabularInline, Paginator

MOST_LISTED = 10_000


class ShortPaginator(_Paginator):
    """Counts no further than a person will leaf: millions of readings are searched, not paged through."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST_LISTED].count())


class OfficeAdmin(Admin):
    """Rows that staff look up; what may be changed, a subclass says."""

    paginator = ShortPaginator
    show_full_result_count = False
    list_per_page = 50
    view_on_site = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever changes a row is named in its history."""
        with pghistory.context(user=request.user.pk):
            return super().changeform_view(request, *args, **kwargs)


class ReadOnlyAdmin(OfficeAdmin):
    """Rows that say what happened."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


class ReadOnlyInline(Inline):
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False
