"""How allauth's pages behave here: mail through the outbox, our words, sign-up only with a code or an invitation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saime.residents import joining, mails, outbox, rules, tries
from saime.residents.mails import Letter
from saime.residents.models import User

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

_LETTERS: dict[str, Callable[[str, dict[str, Any]], Letter]] = {
    "email_confirmation": lambda language, context: mails.confirm_email(language, code=context["code"]),
    "email_confirmation_signup": lambda language, context: mails.confirm_email(
        language, code=context["code"]
    ),
    "account_already_exists": lambda language, context: mails.login_exists(
        language, reset_url=context["password_reset_url"]
    ),
    "unknown_account": lambda language, _context: mails.no_login(language),
    "password_reset_key": lambda language, context: mails.reset_password(
        language, url=context["password_reset_url"]
    ),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy("This login is switched off. Please call us."),
        "email_password_mismatch": gettext_lazy("E-mail and password do not belong together. Check both."),
        "email_taken": gettext_lazy("This e-mail belongs to another login."),
        "duplicate_email": gettext_lazy("This is already your e-mail."),
        "enter_current_password": gettext_lazy("This is not your present password."),
        "incorrect_code": gettext_lazy("The code is not right. Compare it once more."),
        "incorrect_password": gettext_lazy("The password is not right."),
        "invalid_password_reset": gettext_lazy("The link is used or too old."),
        "same_as_current": gettext_lazy("This is the same as now."),
        "too_many_login_attempts": gettext_lazy(
            "That was wrong too often. Wait five minutes, or choose a new password."
        ),
        "rate_limited": gettext_lazy("That was too often in a short time. Wait a few minutes."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox. What has no letter of its own is a notice of a change to the login."""
        name = template_prefix.rpartition("/")[2]
        language = self._language_of(email)
        write = _LETTERS.get(name)
        letter = write(language, context) if write else mails.security_notice(language, what=name)
        outbox.post(letter, to=email, now=timezone.now())

    def _language_of(self, email: str) -> str:
        known = User.objects.filter(email=email.lower()).values_list("language", flat=True).first()
        return known or translation.get_language() or "lv"

    # Wrong passwords are counted by our own counters (tries.py): one statement each where allauth's lists take eight,
    # and no lock that everybody behind one address of a mobile network would queue for.

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        now = timezone.now()
        by_login = tries.count_try(
            what="password-login", of=credentials.get("email", "").lower(), limit=rules.WRONG_PASSWORDS_FOR_LOGIN,
            within=rules.PASSWORD_BLOCK, now=now,
        )  # fmt: skip
        by_address = tries.count_try(
            what="password-address", of=self.get_client_ip(request), limit=rules.WRONG_PASSWORDS_FROM_ADDRESS,
            within=rules.PASSWORD_ADDRESS_BLOCK, now=now,
        )  # fmt: skip
        if not (by_login and by_address):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user:
            tries.take_back(what="password-login", of=credentials.get("email", "").lower())
            tries.take_back(what="password-address", of=self.get_client_ip(request))
        return user

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002
        """Called by allauth after a new password was set: the wrong ones before are forgotten."""
        tries.forget(what="password-login", of=credentials.get("email", "").lower())

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Only for who has shown a code or an invitation; others begin there."""
        if joining.pending(request, timezone.now()) is None:
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("connect")))
        return True

    def save_user(
        self, request: HttpRequest, user: AbstractBaseUser, form: Any, commit: bool = True
    ) -> AbstractBaseUser:
        user.language = translation.get_language() or "lv"  # type: ignore[attr-defined]
        return super().save_user(request, user, form, commit)  # type: ignore[no-any-return]

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """Who came by the link of an invitation has shown that the mailbox is theirs."""
        return joining.is_proven_mailbox(request, email, timezone.now())

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """What was begun before the login is finished: the account is connected, the invitation accepted."""
        response = super().post_login(request, user, **kwargs)
        goal = joining.finish(request, user, timezone.now(), signed_up=bool(kwargs.get("signup")))
        return HttpResponseRedirect(goal) if goal else response

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        return reverse("settings_security")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,  # noqa: ARG002 (allauth's signature)
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Our sentences; most of allauth's steps need none."""
        name = (message_template or "").rpartition("/")[2].removesuffix(".txt")
        text = message or _sentences().get(name)
        if text:
            messages.add_message(request, level, text, extra_tags=extra_tags)


def _sentences() -> dict[str, str]:
    return {
        "password_changed": _("Your password is changed."),
        "password_set": _("Your password is set."),
        "email_confirmed": _("Your e-mail is confirmed."),
        "email_confirmation_failed": _("This e-mail belongs to another login."),
        "totp_activated": _("From now on logging in asks for a code from your app."),
        "totp_deactivated": _("Logging in no longer asks for a code from your app."),
        "recovery_codes_generated": _("These are your recovery codes. Keep them in a safe place."),
        "webauthn_added": _("The passkey is added."),
        "webauthn_removed": _("The passkey is removed."),
    }
