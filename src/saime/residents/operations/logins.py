"""Logins made without the sign-up pages: by the demo, by imports, by the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import transaction

if TYPE_CHECKING:
    from saime.residents.models import User


@transaction.atomic
def create_login(*, email: str, password: str | None, language: str = "lv", name: str = "") -> User:
    """A login whose e-mail counts as confirmed: whoever calls this answers for it. IntegrityError where it exists."""
    from saime.residents.models import User

    user = User.objects.create_user(email, password, language=language, name=name)
    vouch_for_email(user=user)
    return user


def vouch_for_email(*, user: User) -> None:
    """Take the user's e-mail as confirmed, so that the login page asks for no code."""
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )


def set_language(*, user: User, language: str) -> None:
    """Remember the language the person reads in. `language`: lv, ru or en (the database refuses others)."""
    user.language = language
    user.save(update_fields=["language"])
