"""The forms of the login pages, in our words. Errors say what happened and what to do."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as MfaReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from saime.residents import joining

_BAD_EMAIL = {
    "invalid": _("Write the e-mail like this: name@example.com"),
    "required": _("Write your e-mail."),
}
_NEW_PASSWORD_HINT = _("At least 10 characters. A few words in a row are easy to remember and hard to guess.")


def _email(form: forms.Form, name: str, label: Any = "", hint: Any = "") -> None:
    field = form.fields[name]
    field.label, field.help_text = label or _("E-mail"), hint
    field.error_messages |= _BAD_EMAIL
    field.widget.attrs.pop("placeholder", None)


def _password(form: forms.Form, name: str, label: Any, hint: Any = "") -> None:
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.error_messages["required"] = _("Write the password.")
    field.widget.attrs.pop("placeholder", None)


def _code(form: forms.Form, name: str, label: Any, hint: Any = "") -> None:
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.error_messages["required"] = _("Write the code.")
    field.widget.attrs.pop("placeholder", None)


class LoginForm(allauth.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _email(self, "login")
        _password(self, "password", _("Password"))
        self.fields["remember"].label = _("Stay logged in on this device")
        self.fields["remember"].initial = True


class SignupForm(allauth.SignupForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _email(self, "email", hint=_("We send a code there to make sure that it is right."))
        _password(self, "password1", _("Password"), _NEW_PASSWORD_HINT)

    def try_save(self, request: HttpRequest) -> Any:
        """As allauth's, but two sign-ups with one e-mail in the same instant are told like one after the other."""
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)


class ConfirmEmailForm(allauth.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "code", _("Code from the e-mail"))


class CorrectEmailForm(allauth.ChangeEmailForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _email(self, "email", _("Right e-mail"))


class ChangeEmailForm(allauth.AddEmailForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _email(
            self,
            "email",
            _("New e-mail"),
            _("We send a code there. Until you have typed it, nothing changes."),
        )


class ChangePasswordForm(allauth.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]  # what one typed can be looked at
        _password(self, "oldpassword", _("Present password"))
        _password(self, "password1", _("New password"), _NEW_PASSWORD_HINT)


class SetPasswordForm(allauth.SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _password(self, "password1", _("New password"), _NEW_PASSWORD_HINT)


class NewPasswordForm(allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _password(self, "password1", _("New password"), _NEW_PASSWORD_HINT)


class ResetPasswordForm(allauth.ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _email(self, "email")


class ReauthenticateForm(allauth.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _password(self, "password", _("Password"))


class SecondStepForm(AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "code", _("Code from your app"), _("Six digits. Or one of your recovery codes."))


class SecondStepAgainForm(MfaReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "code", _("Code from your app"), _("Six digits. Or one of your recovery codes."))


class ActivateAppForm(ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "code", _("Code that the app shows now"))


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this passkey")
        self.fields["name"].help_text = _("So that you know it again: my phone, work computer.")
        self.fields["passwordless"].label = _("Log in with it alone, without a password")
        self.fields["passwordless"].help_text = ""
        self.fields["passwordless"].initial = True


class ConnectForm(forms.Form):
    """Customer number and one-time code: both on the bill."""

    account_no = forms.CharField(
        label=_("Customer number"), max_length=40, help_text=_("At the top of every bill."),
        error_messages={"required": _("Write your customer number. It is at the top of every bill.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    code = forms.CharField(
        label=_("One-time code"), max_length=40, help_text=_("On the bill too, for example K7M-4QX-R2D."),
        error_messages={"required": _("Write the one-time code from your bill, or have one sent to you.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )  # fmt: skip


class SendCodeForm(forms.Form):
    account_no = forms.CharField(
        label=_("Customer number"), max_length=40, help_text=_("At the top of every bill."),
        error_messages={"required": _("Write your customer number. It is at the top of every bill.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail of the person"), max_length=254, error_messages=_BAD_EMAIL)
    role = forms.ChoiceField(
        label=_("As what?"), widget=forms.RadioSelect,
        choices=[("tenant", _("tenant")), ("representative", _("representative"))],
        error_messages={"required": _("Choose one of the two.")}, initial="tenant",
    )  # fmt: skip


class StaffViewForm(forms.Form):
    account_no = forms.CharField(
        label=_("Customer number"), max_length=40, error_messages={"required": _("Write a customer number.")}
    )
    reason = forms.CharField(
        label=_("Why do you look?"), max_length=200, help_text=_("The resident sees it."),
        error_messages={"required": _("Write why: the resident will read it.")},
    )  # fmt: skip


def proven_email(request: HttpRequest) -> str:
    """The mailbox of an invitation that was opened: known already, not to be typed."""
    begun = joining.pending(request, timezone.now())
    return begun.invitation.email if begun and begun.invitation else ""
