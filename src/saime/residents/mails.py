"""What our e-mails say: short, in the reader's language, as text and as simple HTML.

Each function returns a `Letter`. `language` is the reader's: lv, ru or en.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

P = ParamSpec("P")
_RIGA = ZoneInfo("Europe/Riga")
_SHORT = timedelta(minutes=30)
_LONG = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail without its address. `life`: how long it makes sense to try sending it."""

    kind: str
    subject: str
    text: str
    html: str
    life: timedelta


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter says, before it is laid out. `code` stands large, `link` is (label, address)."""

    subject: str
    lines: list[str]
    code: str = ""
    link: tuple[str, str] | None = None
    after: list[str] = field(default_factory=list)
    life: timedelta = _LONG


def _letter(write: Callable[P, Words]) -> Callable[Concatenate[str, P], Letter]:
    """Writes in the reader's language, whatever the page's."""

    def letter(language: str, /, *args: P.args, **kwargs: P.kwargs) -> Letter:
        with translation.override(language):
            words = write(*args, **kwargs)
            context = {"words": words, "site": settings.SITE_URL, "language": language}
            text = render_to_string("residents/mail.txt", context)
            html = render_to_string("residents/mail.html", context)
        return Letter(write.__name__, " ".join(words.subject.split()), text, html, words.life)

    return letter


def address(name: str, *args: Any) -> str:
    """A page's full address, as it stands in a letter."""
    return settings.SITE_URL.rstrip("/") + reverse(name, args=args or None)


def _day(moment: datetime) -> str:
    local = moment.astimezone(_RIGA)
    return f"{local.day:02}.{local.month:02}.{local.year}"


def role_name(role: str) -> str:
    return {"owner": _("owner"), "tenant": _("tenant"), "representative": _("representative")}[role]


@_letter
def confirm_email(*, code: str) -> Words:
    return Words(
        _("Your code: %(code)s") % {"code": code},
        [_("Type this code on the page that asks for it. It is good for 15 minutes.")],
        code=code,
        after=[_("If you did not ask for it, somebody mistyped their e-mail. You need not do anything.")],
        life=_SHORT,
    )


@_letter
def login_exists(*, reset_url: str) -> Words:
    return Words(
        _("You already have a login"),
        [
            _(
                "Somebody, probably you, wanted to sign up with this e-mail. There is a login with it already."
            ),
            _(
                "Log in with it and add the new customer number there. If you forgot the password, choose a new one:"
            ),
        ],
        link=(_("Choose a new password"), reset_url),
    )


@_letter
def no_login() -> Words:
    return Words(
        _("There is no login with this e-mail"),
        [
            _("Somebody, probably you, asked for a new password. There is no login with this e-mail."),
            _("Perhaps you signed up with another one. Or sign up now; you need a bill at hand."),
        ],
        link=(_("Sign up"), address("connect")),
    )


@_letter
def reset_password(*, url: str) -> Words:
    return Words(
        _("Choose a new password"),
        [_("Somebody, probably you, asked for a new password. Choose it here:")],
        link=(_("Choose a new password"), url),
        after=[
            _("The link works once. If it was not you, do nothing: your password stays as it is."),
        ],
    )


@_letter
def connect_code(*, account_no: str, code: str) -> Words:
    return Words(
        _("Code for customer number %(number)s") % {"number": account_no},
        [_("With this code and your customer number %(number)s you can sign up.") % {"number": account_no}],
        code=code,
        link=(_("Sign up"), address("connect")),
        after=[
            _("The code is good for 60 days and once. Do not pass it on: whoever has it sees your bills."),
            _("If you did not ask for it, you need not do anything."),
        ],
    )


@_letter
def invitation(*, place: str, inviter: str, role: str, token: str, until: datetime) -> Words:
    values = {"inviter": inviter, "place": place, "role": role_name(role), "until": _day(until)}
    return Words(
        _("You are invited: %(place)s") % values,
        [
            _("%(inviter)s invites you to see the meters and bills of %(place)s.") % values,
            _("Your role: %(role)s.") % values,
        ],
        link=(_("See the invitation"), address("invitation", token)),
        after=[
            _("The link works once, until %(until)s.") % values,
            _("If you do not know who this is, you need not do anything."),
        ],
    )


@_letter
def somebody_joined(*, place: str, who: str) -> Words:
    values = {"place": place, "who": who}
    return Words(
        _("New access: %(place)s") % values,
        [_("%(who)s can now see the meters and bills of %(place)s.") % values],
        link=(_("See who has access"), address("settings_access")),
        after=[_("If this is not right, end the access there or call us.")],
    )


@_letter
def access_ended(*, place: str) -> Words:
    values = {"place": place}
    return Words(
        _("Access ended: %(place)s") % values,
        [_("You can no longer see the meters and bills of %(place)s: its owner ended your access.") % values],
    )


@_letter
def readings_without_login(*, place: str, readings: Sequence[tuple[str, str, Decimal]]) -> Words:
    """`readings`: medium, meter number, reading."""
    values = {"place": place}
    return Words(
        _("Readings were sent: %(place)s") % values,
        [
            _("Somebody, probably you, sent readings for %(place)s without logging in:") % values,
            *(f"{_medium(medium)}, {meter_no}: {_dial(value)}" for medium, meter_no, value in readings),
        ],
        link=(_("See the readings"), address("portal:readings")),
        after=[_("If it was not you, send the right readings there, or call us. The latest one counts.")],
    )


def _medium(medium: str) -> str:
    return {"cold": _("Cold water"), "hot": _("Hot water")}[medium]


def _dial(value: Decimal) -> str:
    mark = "." if (translation.get_language() or "").startswith("en") else ","
    return f"{value:.3f} m³".replace(".", mark)


def _changed() -> dict[str, str]:
    return {
        "password_changed": _("Your password was changed"),
        "password_set": _("Your password was changed"),
        "password_reset": _("Your password was changed"),
        "email_changed": _("Your e-mail was changed"),
        "email_confirm": _("Your e-mail was changed"),
        "email_added": _("Your e-mail was changed"),
        "email_deleted": _("Your e-mail was changed"),
        "totp_activated": _("Logging in now asks for a code from your app"),
        "totp_deactivated": _("Logging in no longer asks for a code from your app"),
        "recovery_codes_generated": _("You have new recovery codes"),
        "webauthn_added": _("A passkey was added"),
        "webauthn_removed": _("A passkey was removed"),
    }


@_letter
def security_notice(*, what: str) -> Words:
    """`what`: the name allauth gives the change."""
    subject = _changed().get(what, _("Your login was changed"))
    return Words(
        subject,
        [
            subject + ".",
            _("If it was you, all is well. If not, choose a new password at once and call us."),
        ],
        link=(_("Choose a new password"), address("account_reset_password")),
    )
