"""The page without a login in a real browser: on a phone, without scripts, by keyboard, and interrupted."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from playwright.sync_api import Page, expect
from tests.channels.guest.homes import NOW, Home, make_home
from tests.e2e.conftest import DESKTOP, PHONE, AxeCheck, NewContext, speak, watch_console

from saime.metering.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/send-reading/"


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def home() -> Home:
    return make_home()


def fill(page: Page, home: Home, *readings: tuple[str, str]) -> None:
    page.locator("#id_account_no").fill(home.account.account_no)
    page.locator("#id_bill_no").fill(home.bill_no)
    for row, (meter_no, value) in enumerate(readings, 1):
        page.locator(f"#id_meter_{row}").fill(meter_no)
        page.locator(f"#id_value_{row}").fill(value)


def send(page: Page) -> None:
    page.locator("form.form button[type=submit]").click()


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_two_meters_from_a_phone(new_context: NewContext, home: Home, scripts: bool) -> None:
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto(URL)
    fill(page, home, (home.cold.meter_no, "104,5"), (home.hot.meter_no[-4:], "102"))
    send(page)
    expect(page.locator(".sent")).to_contain_text("4,500")
    expect(page.locator(".sent")).to_contain_text("2,000")
    assert Submission.objects.count() == 2


def test_what_was_wrong_is_reached_by_the_keyboard(page: Page, home: Home) -> None:
    page.goto(URL)
    fill(page, home, (home.cold.meter_no, "99"))
    page.keyboard.press("Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.locator("#id_value_1")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("104,5")
    page.keyboard.press("Enter")
    expect(page.locator(".sent")).to_contain_text("4,500")


def test_a_doubtful_one_is_confirmed_with_a_tick(page: Page, home: Home) -> None:
    page.goto(URL)
    fill(page, home, (home.cold.meter_no, "900"))
    send(page)
    page.locator("#id_confirm_1").check()
    send(page)
    expect(page.locator(".sent")).to_contain_text("800,000")


def test_a_form_interrupted_comes_back_but_for_the_bills_number(page: Page, home: Home) -> None:
    page.goto(URL)
    fill(page, home, (home.cold.meter_no, "104,5"))
    page.goto("/help/")
    page.goto(URL)
    expect(page.locator("#id_value_1")).to_have_value("104,5")
    expect(page.locator("#id_meter_1")).to_have_value(home.cold.meter_no)
    expect(page.locator("#id_bill_no")).to_have_value("")
    page.locator("#id_bill_no").fill(home.bill_no)
    send(page)
    expect(page.locator(".sent")).to_contain_text("4,500")
    page.goto(URL)
    expect(page.locator("#id_value_1")).to_have_value("")


def test_the_form_sent_twice_by_a_double_tap_is_one(page: Page, home: Home) -> None:
    page.goto(URL)
    fill(page, home, (home.cold.meter_no, "104,5"))
    page.locator("form.form button[type=submit]").dblclick()
    expect(page.locator(".sent")).to_contain_text("4,500")
    assert Submission.objects.count() == 1


def test_it_is_found_from_the_login(page: Page, home: Home) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("bez ieiešanas")).click()
    expect(page).to_have_url(re.compile(URL))


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_every_state_is_accessible(
    new_context: NewContext, axe: AxeCheck, home: Home, language: str, scheme: str, viewport: dict[str, int]
) -> None:
    page = new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce").new_page()
    errors = watch_console(page)
    speak(page, language)
    page.goto(URL)
    axe(page)
    fits(page)
    send(page)
    axe(page)
    fill(page, home, (home.cold.meter_no, "900"), (home.hot.meter_no, "99"))
    send(page)
    axe(page)
    fits(page)
    page.locator("#id_confirm_1").check()
    page.locator("#id_value_2").fill("101")
    send(page)
    expect(page.locator(".sent")).to_be_visible()
    axe(page)
    fits(page)
    assert errors == []
