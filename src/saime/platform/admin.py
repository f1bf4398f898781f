"""Policies in the office: the decisions of company and houses. A decision is not changed; a later one follows it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from saime.platform.models import Policy
from saime.platform.office import OfficeAdmin
from saime.platform.policies import CATALOGUE, BadPolicyValue


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    policy = forms.ChoiceField(
        label=_("policy"), choices=[(name, f"{name}: {known.meaning}") for name, known in CATALOGUE.items()]
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "policy" in cleaned and "value" in cleaned:
            try:
                CATALOGUE[cleaned["policy"]].value(cleaned["value"])
            except BadPolicyValue as error:
                self.add_error("value", str(error))
        return cleaned


@admin.register(Policy)
class PolicyAdmin(OfficeAdmin):
    form = PolicyForm
    fields = ("policy", "building", "value", "valid_from", "decision")
    list_display = ("policy", "building", "value", "valid_from", "decision", "recorded_at")
    list_filter = ("policy",)
    list_select_related = ("building",)
    search_fields = ("policy", "building__building_no", "decision")
    raw_id_fields = ("building",)
    ordering = ("policy", "building", "-valid_from")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False
