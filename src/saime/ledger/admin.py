"""The ledger in the office: to be read."""

from __future__ import annotations

from django.contrib import admin

from saime.ledger.models import Entry, Leg
from saime.platform.office import ReadOnlyAdmin, ReadOnlyInline


class LegsOfEntry(ReadOnlyInline):
    model = Leg
    fields = ("book", "account", "amount_cents")
    ordering = ("id",)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "on_date", "reference", "why", "posted_at")
    list_filter = ("kind",)
    search_fields = ("^reference",)
    inlines = (LegsOfEntry,)
    ordering = ("-id",)
