"""People with a login, the accounts they may see, and what is kept for them on the way."""

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
        from saime.residents.operations import vouch_for_email

        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        vouch_for_email(user=user)  # whoever has a shell on the machine need not prove a mailbox
        return user


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
        verbose_name, verbose_name_plural = _("login"), _("logins")
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
    ended_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = _("access to an account"), _("accesses to accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "account"], condition=Q(ended_at__isnull=True), name="one_living_access"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("granted_at")),
                name="access_ends_after_it_begins",
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
        verbose_name, verbose_name_plural = _("one-time code"), _("one-time codes")
        indexes = [models.Index(fields=["account", "-issued_at"], name="latest_code_of_account")]


class Invitation(models.Model):
    """An owner's invitation of a tenant or representative, by e-mail, with a signed link."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(
        max_length=14, choices=[("tenant", _("tenant")), ("representative", _("representative"))]
    )
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("invitation"), _("invitations")
        constraints = [
            models.UniqueConstraint(
                "account",
                Lower("email"),
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_living_invitation",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="accepted_or_withdrawn",
            ),
        ]


class StaffView(models.Model):
    """A member of staff looked at an account as the resident sees it: audited, and visible to the resident."""

    staff = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="staff_views")
    reason = models.CharField(_("reason"), max_length=200)
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("look as the resident"), _("looks as the resident")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="staff_view_has_reason")]


class Tries(models.Model):
    """How often something was tried in a stretch of time: wrong codes for a customer number, from an address.

    `subject` is a keyed hash, so that the table names nobody.
    """

    subject = models.BinaryField(max_length=32, primary_key=True)
    tries = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)


class Draft(models.Model):
    """What was typed into a form that could not be sent: kept for a while, sealed.

    The key is in the cookie of the browser it came from; of the cookie only the hash is here.
    """

    token_hash = models.BinaryField(max_length=32, unique=True)
    sealed = models.BinaryField()
    kept_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)


class Outbox(models.Model):
    """An e-mail on its way. The text is emptied once it has gone: it may hold a code or a link."""

    recipient = models.EmailField()
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    message_id = models.CharField(max_length=100, unique=True)
    queued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name, verbose_name_plural = _("outgoing e-mail"), _("outgoing e-mails")
        constraints = [
            # To be tried again, or gone: never both.
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(next_try_at__isnull=True),
                name="sent_is_not_tried_again",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="mail_to_send"),
        ]
