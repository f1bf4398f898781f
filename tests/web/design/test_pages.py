"""The gallery as text: renders in every language, and keeps to the content security policy."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest
from django.template import engines
from django.test import Client
from django.urls import reverse
from django.utils import translation

from saime.web import design

FOLDER = Path(design.__file__).parent
PAGES = ["/design/", "/design/plain/"]

pytestmark = pytest.mark.django_db


def html(path: str, language: str) -> str:
    response = Client(headers={"accept-language": language}).get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_renders_in_every_language(path: str, language: str) -> None:
    page = html(path, language)
    assert f'<html lang="{language}">' in page
    assert ("inter-cyrillic" in page) == (language == "ru")


@pytest.mark.parametrize("path", PAGES)
def test_nothing_inline(path: str) -> None:
    page = html(path, "en")
    assert not re.search(r"\sstyle=|<style|\son\w+=", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


@pytest.mark.parametrize("path", PAGES)
def test_ids_are_unique_and_referred_to(path: str) -> None:
    page = html(path, "en")
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    referred = re.findall(r'(?:aria-describedby|aria-labelledby|\sfor|popovertarget)="([^"]+)"', page)
    assert {one for many in referred for one in many.split()} <= set(ids)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_chosen_theme_is_in_the_page(theme: str) -> None:
    client = Client()
    client.cookies["saime_theme"] = theme
    assert f'data-theme="{theme}"' in client.get("/design/plain/").content.decode()


def test_a_theme_that_is_none_is_ignored() -> None:
    client = Client()
    client.cookies["saime_theme"] = '"><script>'
    page = client.get("/design/plain/").content.decode()
    assert "data-theme=" not in page
    assert "<script>" not in page


def test_every_icon_exists_and_is_drawn_once() -> None:
    names = re.findall(r'<symbol id="([\w-]+)"', (FOLDER / "static/saime/icons/icons.svg").read_text())
    assert len(names) == len(set(names))
    assert set(re.findall(r"icons\.svg#([\w-]+)", html("/design/", "en"))) <= set(names)


def test_language_is_chosen_by_a_form() -> None:
    client = Client()
    client.post(reverse("set_language"), {"language": "ru", "next": "/design/plain/"})
    assert '<html lang="ru">' in client.get("/design/plain/").content.decode()


def macro(source: str) -> str:
    with translation.override("lv"):
        return " ".join(engines["jinja2"].from_string(source).render({}, request=None).split())


def test_values_are_escaped() -> None:
    text = macro(
        '{% from "saime/components/forms.html" import field %}{{ field("a", "<b>", value=\'"><i>\') }}'
    )
    assert "<b>" not in text
    assert "<i>" not in text


def test_field_ties_hint_and_error_to_the_box() -> None:
    text = macro(
        '{% from "saime/components/forms.html" import field %}{{ field("a", "A", hint="h", error="e") }}'
    )
    assert 'aria-describedby="id_a-hint id_a-error" aria-invalid="true"' in text


def test_money_and_delta_say_sign_and_word() -> None:
    text = macro(
        '{% from "saime/components/figures.html" import delta %}{{ delta(-412, unit="money", than="nekā oktobrī") }}'
    )
    assert "\u22124,12 €," in text
    assert "mazāk nekā oktobrī" in text


def test_undefined_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        macro("{{ no_such_thing }}")


def test_sheets_stay_small() -> None:
    import gzip

    sheets = b"".join(sheet.read_bytes() for sheet in sorted((FOLDER / "static/saime/css").glob("*.css")))
    assert len(gzip.compress(sheets, 9)) < 15_000
