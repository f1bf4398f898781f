"""Every residents' page before axe: three languages, light and dark, phone and desktop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from playwright.sync_api import Page
from tests.e2e.conftest import DESKTOP, PHONE, AxeCheck, NewContext, sign_in, watch_console
from tests.web.portal.household import NOW, Household, close_months, make_bills, make_household, submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def home() -> Household:
    household = make_household()
    close_months(household)
    make_bills(household)
    submit(household.hot, "100", channel="sms")
    return household


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_every_page(
    new_context: NewContext,
    axe: AxeCheck,
    home: Household,
    language: str,
    scheme: str,
    viewport: dict[str, int],
) -> None:
    home.user.language = language
    home.user.save(update_fields=["language"])
    # Without motion: what is half faded in has no contrast yet.
    page = new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce").new_page()
    errors = watch_console(page)
    sign_in(page, home.user)
    number = home.last_bill.bill_no
    for path in ("/", "/readings/history/", "/meters/", "/consumption/", "/bills/", "/payments/",
                 "/payments/statement/", "/help/", f"/bills/{number}/why/total/"):  # fmt: skip
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        axe(page)
    bill_with_answers(page, number, axe)
    readings_with_errors(page, home, axe)
    assert errors == []


def bill_with_answers(page: Page, number: str, axe: AxeCheck) -> None:
    page.goto(f"/bills/{number}/")
    for place in (0, 3):
        page.locator(".bill-row .why-link").nth(place).click()
        page.locator(".why-place:not([hidden])").nth(1 if place else 0).wait_for()
    axe(page)


def readings_with_errors(page: Page, home: Household, axe: AxeCheck) -> None:
    page.goto("/readings/")
    axe(page)
    page.locator(f"#id_reading_{home.cold.pk}").fill("2043")
    page.locator(f"#id_reading_{home.hot.pk}").fill("1")
    page.locator("form.entry button[type=submit]").click()
    page.get_by_role("alert").wait_for()
    axe(page)


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_pages_without_a_login(new_context: NewContext, axe: AxeCheck, language: str) -> None:
    page = new_context(locale=language).new_page()
    for path in ("/help/", "/no-such-page/"):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        axe(page)
