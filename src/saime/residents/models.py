"""People with a login and the accounts they may see."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from saime.estate.models import Account


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with a login: a resident, or one of the company's people (`is_staff`)."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True, default="")
    language = models.CharField(_("language"), max_length=2, default="lv")
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_login_an_email"),
            models.CheckConstraint(condition=Q(language__in=["lv", "ru", "en"]), name="user_language"),
        ]

    def __str__(self) -> str:
        return self.email

    def get_short_name(self) -> str:
        return self.name or self.email


class Access(models.Model):
    """A person's access to an account, from when to when, as what."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        TENANT = "tenant", _("tenant")
        REPRESENTATIVE = "representative", _("representative")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="access")
    role = models.CharField(max_length=14, choices=Role.choices)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "account"], condition=Q(ended_at__isnull=True), name="one_living_access"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("granted_at")), name="access_ends_after_it_begins"
            ),
        ]


class ConnectCode(models.Model):
    """The one-time code by which a login is connected to an account: printed on the bill, or sent to the contact.

    Only its keyed hash is stored; the code itself is on the paper. Used or expired, it opens nothing.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="connect_codes")
    code_hash = models.BinaryField(max_length=32)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    failed_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["account", "-issued_at"], name="latest_code_of_account")]


class Invitation(models.Model):
    """An owner's invitation of a tenant or representative, by e-mail, with a signed link."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=14, choices=[("tenant", _("tenant")), ("representative", _("representative"))])
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)


class StaffView(models.Model):
    """A member of staff looked at an account as the resident sees it: audited, and visible to the resident."""

    staff = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="staff_views")
    reason = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
