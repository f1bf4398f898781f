"""Meters and readings in the office: looked up, entered for a resident with a reason, and decided where in doubt."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saime.metering import operations
from saime.metering.contracts import SubmissionOutcome
from saime.metering.entry import UnableToReadNumber, parse_reading
from saime.metering.models import (
    Channel,
    Consumption,
    DifferenceShare,
    HandOverReading,
    Meter,
    Review,
    Submission,
    UnitFault,
    Verdict,
    WaterDifference,
    WindowException,
)
from saime.metering.reasons import sentence
from saime.platform.fields import PeriodField
from saime.platform.office import OfficeAdmin, ReadOnlyAdmin, ReadOnlyInline
from saime.platform.periods import Period


@admin.register(Meter)
class MeterAdmin(ReadOnlyAdmin):
    list_display = (
        "meter_no",
        "building",
        "unit",
        "medium",
        "installed_on",
        "valid_until",
        "removed_on",
        "enter",
    )
    list_filter = ("medium",)
    list_select_related = ("building", "unit")
    search_fields = ("^meter_no", "^building__building_no", "=unit__accounts__account_no")
    raw_id_fields = ("chain", "replaces")
    ordering = ("meter_no",)

    @admin.display(description=_("Enter a reading"))
    def enter(self, meter: Meter) -> SafeString:
        address = f"{reverse('admin:metering_submission_add')}?meter={meter.pk}"
        return format_html('<a href="{}">{}</a>', address, gettext("Enter a reading"))


class ReadingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A reading entered by staff. The reason is kept with it; the same form sent twice is one submission."""

    value = forms.CharField(label=_("reading"))
    note = forms.CharField(label=_("reason"), max_length=200, widget=forms.TextInput(attrs={"size": 60}))
    reference = forms.CharField(widget=forms.HiddenInput, initial=lambda: f"staff-{uuid.uuid4()}")

    class Meta:
        model = Submission
        fields = ("meter", "period", "value", "note", "reference")

    def clean_value(self) -> Any:
        try:
            return parse_reading(self.cleaned_data["value"])
        except UnableToReadNumber as error:
            raise forms.ValidationError(sentence(error.reason, {})) from error

    def clean_period(self) -> Any:
        period: Period = PeriodField().to_python(self.cleaned_data["period"]) or Period.containing(
            timezone.now()
        )
        if period > Period.containing(timezone.now()):
            raise forms.ValidationError(_("This month has not begun yet."))
        return period

    def validate_unique(self) -> None:
        """A reference that is there already is the same form, sent again."""


class FateFilter(admin.SimpleListFilter):
    title = _("what became of it")
    parameter_name = "fate"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        return [("in_review", _("in review")), ("rejected", _("rejected"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        if self.value() == "in_review":
            decided = Review.objects.filter(submission=OuterRef("pk"))
            return queryset.filter(~Exists(decided), verdict=Verdict.IN_REVIEW)
        return queryset.filter(verdict=Verdict.REJECTED) if self.value() == "rejected" else queryset


@admin.register(Submission)
class SubmissionAdmin(OfficeAdmin):
    """Every reading ever sent. A new one is entered for a resident: through the one door, as channel staff."""

    form = ReadingForm
    list_display = ("received_at", "meter", "value", "decide", "fate", "channel", "period")
    list_filter = (FateFilter, "channel")
    list_select_related = ("meter", "registered", "review")
    search_fields = ("^meter__meter_no", "=reference", "=meter__unit__accounts__account_no")
    raw_id_fields = ("meter",)
    ordering = ("-id",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return super().get_fields(request, obj)
        return ("meter", "period", "value", "channel", "received_at", "reference", "verdict", "why", "staffs_reason",
                "evidence", "submitted_by", "recorded_at")  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "period": str(Period.containing(timezone.now())),
            **super().get_changeform_initial_data(request),
        }

    @admin.display(description=_("what became of it"))
    def fate(self, submission: Submission) -> str:
        if hasattr(submission, "registered"):
            return gettext("registered")
        decided = getattr(submission, "review", None)
        verdict = decided.verdict if decided else submission.verdict
        return gettext("not used") if verdict == Verdict.ACCEPTED else str(Verdict(verdict).label)

    @admin.display(description=_("reason"))
    def why(self, submission: Submission) -> str:
        return sentence(submission.reason, submission.details)

    @admin.display(description=_("Staff's reason"))
    def staffs_reason(self, submission: Submission) -> str:
        return str(submission.details.get("note", ""))

    @admin.display(description=_("decide"))
    def decide(self, submission: Submission) -> SafeString | str:
        if submission.verdict != Verdict.IN_REVIEW or hasattr(submission, "review"):
            return ""
        address = f"{reverse('admin:metering_review_add')}?submission={submission.pk}"
        return format_html('<a href="{}">{}</a>', address, gettext("decide"))

    def save_model(self, request: HttpRequest, obj: Submission, form: Any, change: bool) -> None:  # noqa: ARG002
        entered, now = form.cleaned_data, timezone.now()
        outcome = operations.submit_reading(
            meter_id=entered["meter"].pk, value=entered["value"], channel=Channel.STAFF, received_at=now, now=now,
            reference=entered["reference"], submitted_by=request.user.pk, confirmed=True, period=entered["period"],
            note=entered["note"],
        )  # fmt: skip
        obj.pk = outcome.submission.submission_id
        _say(request, outcome)

    def message_user(self, request: HttpRequest, message: Any, *args: Any, **kwargs: Any) -> None:
        """Django's "was added successfully" would be untrue of a reading that was refused; `_say` has said it."""
        if request.resolver_match is None or request.resolver_match.url_name != "metering_submission_add":
            super().message_user(request, message, *args, **kwargs)


def _say(request: HttpRequest, outcome: SubmissionOutcome) -> None:
    taken, figure = outcome.submission, outcome.figure
    if taken.fate != "registered":
        messages.warning(request, f"{taken.meter_no}: {sentence(taken.reason, taken.details)}")
        return
    used = (
        _("%(meter)s, %(period)s: registered. %(m3)s m³")
        if figure
        else _("%(meter)s, %(period)s: registered.")
    )
    facts = {"meter": taken.meter_no, "period": taken.period, "m3": figure.m3 if figure else ""}
    messages.success(request, used % facts)


class ReviewForm(forms.ModelForm):  # type: ignore[type-arg]
    verdict = forms.ChoiceField(
        label=_("decision"),
        choices=[("accepted", _("take it: the reading is right")), ("rejected", _("refuse it"))],
    )

    class Meta:
        model = Review
        fields = ("submission", "verdict", "reason")


@admin.register(Review)
class ReviewAdmin(OfficeAdmin):
    """What people decided about doubtful readings."""

    form = ReviewForm
    list_display = ("reviewed_at", "submission", "verdict", "reason", "reviewed_by")
    list_select_related = ("submission", "reviewed_by")
    search_fields = ("^submission__meter__meter_no",)
    raw_id_fields = ("submission",)
    ordering = ("-id",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def save_model(self, request: HttpRequest, obj: Review, form: Any, change: bool) -> None:  # noqa: ARG002
        entered = form.cleaned_data
        operations.review_submission(
            submission_id=entered["submission"].pk, verdict=entered["verdict"], reason=entered["reason"],
            reviewed_by=int(request.user.pk or 0), now=timezone.now(),
        )  # fmt: skip
        obj.pk = Review.objects.only("pk").get(submission=entered["submission"]).pk

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        try:
            return super().add_view(request, form_url, extra_context)
        except operations.UnableToReview:
            text = _("It cannot be decided any more: somebody has done so, or the month is closed.")
            messages.error(request, text)
            return redirect("admin:metering_submission_changelist")


@admin.register(HandOverReading)
class HandOverReadingAdmin(ReadOnlyAdmin):
    list_display = ("meter", "on_date", "value", "recorded_by")
    list_select_related = ("meter", "recorded_by")
    search_fields = ("^meter__meter_no",)
    ordering = ("-on_date",)


@admin.register(WindowException)
class WindowExceptionAdmin(OfficeAdmin):
    """A month's own window: holidays, an outage."""

    list_display = ("period", "channel", "building", "opens_at", "closes_at", "reason")
    list_filter = ("channel",)
    list_select_related = ("building",)
    raw_id_fields = ("building",)
    ordering = ("-period", "channel")


@admin.register(UnitFault)
class UnitFaultAdmin(OfficeAdmin):
    """Acts about seals, tampering, refused inspections: such a unit is at fault for the water difference meanwhile."""

    list_display = ("unit", "medium", "from_period", "to_period", "act")
    list_select_related = ("unit",)
    raw_id_fields = ("unit",)
    search_fields = ("^unit__building__building_no", "act")
    ordering = ("-from_period",)


@admin.register(Consumption)
class ConsumptionAdmin(ReadOnlyAdmin):
    list_display = (
        "period",
        "building",
        "unit",
        "meter",
        "medium",
        "m3",
        "basis",
        "previous_reading",
        "reading",
    )
    list_filter = ("basis", "medium")
    list_select_related = ("building", "unit", "meter")
    search_fields = ("^building__building_no", "^meter__meter_no", "=account__account_no")
    raw_id_fields = ("building", "unit", "meter", "chain", "account")
    ordering = ("-id",)


class SharesOfDifference(ReadOnlyInline):
    model = DifferenceShare
    fields = ("unit", "share_m3", "why")
    ordering = ("unit__sort_key",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("unit")


@admin.register(WaterDifference)
class WaterDifferenceAdmin(ReadOnlyAdmin):
    list_display = ("period", "building", "medium", "regulation", "common_m3", "units_m3", "difference_m3")
    list_filter = ("medium", "regulation")
    list_select_related = ("building",)
    search_fields = ("^building__building_no",)
    inlines = (SharesOfDifference,)
    ordering = ("-period", "building", "medium")
