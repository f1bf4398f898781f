"""A real browser for the tests that need one: one Chromium a session, a fresh context a test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1440, "height": 900}
CHROMIUM = os.environ.get("SAIME_CHROMIUM", "/usr/bin/chromium")
_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}

NewContext = Callable[..., BrowserContext]
AxeCheck = Callable[[Page], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole session: Debian's, without its sandbox (tests may run as root)."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def new_context(chromium: Browser, live_server: LiveServer) -> Iterator[NewContext]:
    """Makes contexts against the live server: phone-sized by default; any option of Playwright's `new_context`."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        options = {"base_url": live_server.url, "viewport": PHONE, "locale": "lv-LV", **options}
        context = chromium.new_context(**options)
        context.set_default_timeout(10_000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(new_context: NewContext) -> Iterator[Page]:
    """A phone with a page open on nothing. Fails the test on any error in the page's console."""
    page = new_context().new_page()
    errors = watch_console(page)
    yield page
    assert errors == []


def watch_console(page: Page) -> list[str]:
    """Collects what goes wrong in the page: scripts that fail, blocked styles, missing files."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    return errors


@pytest.fixture(scope="session")
def axe() -> AxeCheck:
    """`axe(page)` fails with every violation of WCAG 2.2 AA and axe's best practices that the page has."""
    checker = Axe()

    def check(page: Page) -> None:
        results = checker.run(page, options=_RULES)
        violations = results.response["violations"]
        assert violations == [], "\n".join(map(_said, violations))

    return check


def _said(violation: dict[str, Any]) -> str:
    nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:5])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {nodes}"


def sign_in(page: Page, user: Any) -> None:
    """Puts a session of the user into the page's context, without the log-in page."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    page.context.add_cookies([cookie(settings.SESSION_COOKIE_NAME, session.session_key or "")])


def speak(page: Page, language: str) -> None:
    """The page's context reads in the language from now on."""
    from django.conf import settings

    page.context.add_cookies([cookie(settings.LANGUAGE_COOKIE_NAME, language)])


def theme(page: Page, name: str) -> None:
    """light or dark, as chosen at the foot of every page."""
    page.context.add_cookies([cookie("saime_theme", name)])


def cookie(name: str, value: str) -> Any:
    """A cookie of the live server's host, as `BrowserContext.add_cookies` takes it."""
    return {"name": name, "value": value, "domain": "localhost", "path": "/"}
