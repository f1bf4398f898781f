"""Days of remotely read meters in a real browser: warnings, chart and table, before axe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from playwright.sync_api import expect
from tests.channels.remote.houses import deliver, rising
from tests.e2e.conftest import DESKTOP, PHONE, AxeCheck, NewContext, sign_in, watch_console
from tests.web.portal.household import NOW, Household, make_household

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def home() -> Household:
    """The cold meter runs without a pause, after days without a value; the hot one stands still."""
    home = make_household()
    leaking = {
        date(2026, 11, 22): "107",
        date(2026, 11, 23): "108.5",
        date(2026, 11, 24): "110",
        date(2026, 11, 25): "111.4",
    }
    deliver(home.cold, rising(date(2026, 10, 1), date(2026, 11, 19)) | leaking, now=NOW)
    flat = {date(2026, 11, day): "103.72" for day in range(2, 26)}
    deliver(home.hot, rising(date(2026, 10, 1), date(2026, 11, 1)) | flat, now=NOW)
    return home


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize(("language", "scheme"), [("lv", "light"), ("ru", "dark"), ("en", "light")])
def test_warnings_chart_and_table(
    new_context: NewContext,
    axe: AxeCheck,
    home: Household,
    language: str,
    scheme: str,
    viewport: dict[str, int],
) -> None:
    home.user.language = language
    home.user.save(update_fields=["language"])
    page = new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce").new_page()
    errors = watch_console(page)
    sign_in(page, home.user)
    page.goto("/consumption/")
    expect(page.get_by_role("alert")).to_contain_text(
        {"lv": "noplūde", "ru": "утечка", "en": "leaking"}[language]
    )
    for table in page.locator("details").all():
        table.evaluate("details => { details.open = true }")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.locator(".chart-wide rect.chart-warn").count() == 3
    assert errors == []
