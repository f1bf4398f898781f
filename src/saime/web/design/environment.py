"""The Jinja2 environment of every page of ours (settings: TEMPLATES, OPTIONS, environment)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any

import jinja2
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2.ext import Extension

from saime.web.design import charts, formats

SPRITE = "saime/icons/icons.svg"
THEMES = ("auto", "light", "dark")
THEME_COOKIE = "saime_theme"

# Written in their own language, so that whoever looks for theirs finds it.
LANGUAGE_NAMES = {"lv": "Latviešu", "ru": "Русский", "en": "English"}
OWN_EXTENSIONS: list[str | type[Extension]] = ["jinja2.ext.i18n"]


def environment(**options: Any) -> jinja2.Environment:
    """Built once by Django's Jinja2 backend. An undefined variable is an error."""
    options |= {"undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    options["extensions"] = [*options.get("extensions", ()), *OWN_EXTENSIONS]
    made = jinja2.Environment(**options)  # noqa: S701 (Django passes autoescape=True)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=False,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    made.globals |= _globals()
    made.filters |= _filters()
    return made


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named view: url("bill", bill.number)."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def theme_of(request: Any) -> str:
    """The theme the reader chose, "auto" until then. Read from the cookie, so that a page never flashes."""
    chosen = request.COOKIES.get(THEME_COOKIE, "") if request is not None else ""
    return chosen if chosen in THEMES else "auto"


@cache
def sprite_url() -> str:
    return static(SPRITE)


def _globals() -> dict[str, Any]:
    return {
        "static": static,
        "url": url,
        "get_language": _language,
        "get_messages": get_messages,
        "language_names": LANGUAGE_NAMES,
        "theme_of": theme_of,
        "sprite_url": sprite_url,
        "bar_chart_drawings": {
            "wide": partial(charts.bar_chart_layout, paper=charts.WIDE),
            "narrow": partial(charts.bar_chart_layout, paper=charts.NARROW),
        },
        "stacked_bar_layout": charts.stacked_bar_layout,
    }


def _language() -> str:
    return (translation.get_language() or formats.ENGLISH)[:2]


def _filters() -> dict[str, Callable[..., Any]]:
    """The functions of formats.py in the language of the page."""
    return {
        "money": lambda cents, sign=False: formats.money_text(cents, _language(), sign=sign),
        "money_parts": lambda cents, sign=False: formats.money_parts(cents, _language(), sign=sign),
        "price": lambda price: formats.price_text(price, _language()),
        "m3": lambda value: formats.m3_text(value, _language()),
        "reading": lambda value: formats.reading_text(value, _language()),
        "number": lambda value, places=0: formats.number_text(value, _language(), places=places),
        "plain_number": lambda value: formats.plain_number_text(value, _language()),
        "signed": lambda value, places=0: formats.signed_text(value, _language(), places=places),
        "percent": _percent,
        "date": _date,
        "day": lambda day, case="of": formats.day_text(day, _language(), case=case),
        "datetime": _moment,
        "period": lambda period, case="name": formats.period_text(period, _language(), case=case),
        "month": lambda period, case="name": formats.month_text(period, _language(), case=case),
        "month_short": lambda period: formats.month_short(period, _language()),
        "in_fours": formats.in_fours,
        "isodate": lambda day: day.isoformat(),
    }


def _percent(value: Decimal | int, places: int = 0, sign: bool = False) -> str:
    return formats.percent_text(value, _language(), places=places, sign=sign)


def _date(day: date) -> str:
    return formats.date_text(day, _language())


def _moment(moment: datetime) -> str:
    return formats.time_text(moment, _language())
