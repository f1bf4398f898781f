"""Logins and access in the office: what staff may look up and switch. Rows that say what happened are read only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from saime.residents.models import Access, ConnectCode, Invitation, Outbox, StaffView, User
from saime.residents.operations import vouch_for_email

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:
    _Admin = admin.ModelAdmin  # not subscriptable at run time

admin.site.site_header = "Saime"
admin.site.site_title = "Saime"


class ReadOnly(_Admin):
    """To be looked at."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


@admin.register(User)
class UserAdmin(_Admin):
    """Passwords are not set here: the person chooses one by the link in an e-mail."""

    list_display = ("email", "name", "language", "is_active", "is_staff", "last_login")
    list_filter = ("is_staff", "is_active", "language")
    search_fields = ("email", "name")
    fields = (
        "email",
        "name",
        "language",
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "last_login",
        "date_joined",
    )
    readonly_fields = ("email", "last_login", "date_joined")
    filter_horizontal = ("groups",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Residents sign up; superusers add the company's people, who then ask for a password by e-mail."""
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "language":
            return forms.ChoiceField(label=db_field.verbose_name, choices=settings.LANGUAGES)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:  # noqa: ARG002
        return self.fields if obj else ("email", "name", "language", "is_staff")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Who may do what is for superusers to say."""
        if obj is None:
            return ()
        rights = () if request.user.is_superuser else ("is_staff", "is_superuser", "groups")
        return (*self.readonly_fields, *rights)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.email = obj.email.lower()
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            vouch_for_email(user=obj)
            messages.info(request, _("They choose a password with “Forgot the password?” on the login page."))


@admin.register(Access)
class AccessAdmin(ReadOnly):
    list_display = ("account", "user", "role", "granted_at", "ended_at", "as_resident")
    list_filter = ("role",)
    list_select_related = ("account", "user")
    search_fields = ("account__account_no", "user__email")
    show_full_result_count = False
    actions = ("end",)

    @admin.display(description=_("See what the resident sees"))
    def as_resident(self, access: Access) -> SafeString:
        address = reverse("staff_view") + f"?account={access.account.account_no}"
        return format_html('<a href="{}">{}</a>', address, access.account.account_no)

    @admin.action(description=_("End the chosen access"), permissions=["end"])
    def end(self, request: HttpRequest, chosen: QuerySet[Access]) -> None:
        """What an owner cannot do to another owner, customer service can."""
        ended = chosen.filter(ended_at__isnull=True).update(ended_at=timezone.now(), ended_by=request.user)
        for access in chosen:
            self.log_change(request, access, "ended")
        messages.success(request, _("Ended: %(count)s") % {"count": ended})

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("residents.change_access")


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    list_display = (
        "account",
        "email",
        "role",
        "invited_by",
        "invited_at",
        "expires_at",
        "accepted_at",
        "withdrawn_at",
    )
    list_select_related = ("account", "invited_by")
    search_fields = ("account__account_no", "email")


@admin.register(ConnectCode)
class ConnectCodeAdmin(ReadOnly):
    list_display = ("account", "issued_at", "expires_at", "used_at", "used_by", "failed_attempts")
    list_select_related = ("account", "used_by")
    search_fields = ("account__account_no",)
    exclude = ("code_hash",)
    show_full_result_count = False


@admin.register(StaffView)
class StaffViewAdmin(ReadOnly):
    list_display = ("started_at", "staff", "account", "reason", "ended_at")
    list_select_related = ("account", "staff")
    search_fields = ("account__account_no", "staff__email")


@admin.register(Outbox)
class OutboxAdmin(ReadOnly):
    """How mail fares; what it says is nobody's business."""

    list_display = ("queued_at", "recipient", "kind", "sent_at", "attempts", "next_try_at", "problem")
    search_fields = ("recipient",)
    exclude = ("text", "html")
