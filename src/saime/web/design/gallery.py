"""Every component in every state, on pages of their own: for designers to look at, for tests to measure.

Served only where settings say DESIGN_GALLERY. What it shows is invented, and says so.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from saime.web.design import formats
from saime.web.design.charts import Bar, Part

# m³ of a year, with two months that nobody read; the year before; the building's mean.
_CONSUMPTION = "4.000 5.000 6.000 5.000V 5.000V 3.000 5.000 4.250 3.875 5.500 6.125 4.250"
_BEFORE = "5.125 4.875 5.500 5.250 4.000 3.750 4.625 4.375 4.000 5.125 5.875 5.000"
_MEAN = "4.912 4.731 4.688 4.702 4.390 4.011 3.874 4.120 4.506 4.811 4.930 4.877"


class SampleForm(forms.Form):
    """A field of each kind, for `bound_field` and `form_errors`."""

    email = forms.EmailField(label="E-mail", help_text="Where the bill goes.")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    language = forms.ChoiceField(label="Language", choices=[("lv", "Latviešu"), ("ru", "Русский")])
    bill = forms.ChoiceField(
        label="Bill", choices=[("paper", "On paper"), ("portal", "Here only")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label="I have read the terms of use")


def gallery(request: HttpRequest) -> HttpResponse:
    if "message" in request.GET:
        messages.success(request, "Saved. This is a message from the page before.")
    return render(request, "saime/gallery.html", _sample_figures() | {"form": SampleForm({"email": "anna@"})})


def gallery_plain(request: HttpRequest) -> HttpResponse:
    return render(request, "saime/gallery_plain.html", {"form": SampleForm()})


def _sample_figures() -> dict[str, Any]:
    lang = (get_language() or formats.ENGLISH)[:2]
    return {
        "today": date(2026, 11, 24),
        "decimal": Decimal,
        "bars": [_bar(month, lang) for month in range(1, 13)],
        "credit_bars": [_credit_bar(month, lang) for month in (1, 2, 3)],
        "parts": [
            Part("House", 2871, 1),
            Part("Heat", 3140, 2),
            Part("Water", 1924, 3),
            Part("Waste", 622, 4),
            Part("Other", 417, 5),
        ],
    }


def _bar(month: int, lang: str) -> Bar:
    day = date(2026, month, 1)
    text = _CONSUMPTION.split()[month - 1]
    return Bar(
        label=formats.month_short(day, lang),
        value=Decimal(text.removesuffix("V")),
        mark="V" if text.endswith("V") else "",
        mean=Decimal(_MEAN.split()[month - 1]),
        before=Decimal(_BEFORE.split()[month - 1]),
        title=formats.period_text(day, lang),
    )


def _credit_bar(month: int, lang: str) -> Bar:
    day = date(2026, month, 1)
    value = {1: Decimal("5.000"), 2: Decimal("-2.500"), 3: None}[month]
    return Bar(label=formats.month_short(day, lang), value=value, title=formats.period_text(day, lang))
