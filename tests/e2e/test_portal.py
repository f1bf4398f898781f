"""A resident's month in a real browser: log in, submit, see m³, open the bill, ask why, take the PDF along."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pypdfium2
import pytest
import time_machine
from playwright.sync_api import Page, expect
from tests.e2e.conftest import DESKTOP, PHONE, NewContext, sign_in, watch_console
from tests.web.portal.household import (
    NOW,
    PASSWORD,
    Household,
    close_months,
    make_bills,
    make_household,
    submit,
)

from saime.metering.models import RegisteredReading, Submission

pytestmark = pytest.mark.django_db(transaction=True)
PATHS = (
    "/", "/readings/", "/readings/history/", "/meters/", "/consumption/", "/bills/", "/payments/",
    "/payments/statement/", "/help/",
)  # fmt: skip
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def home() -> Household:
    household = make_household()
    close_months(household)
    make_bills(household)
    return household


def field(page: Page, meter_id: int):
    return page.locator(f"#id_reading_{meter_id}")


def send(page: Page) -> None:
    page.locator("form.entry button[type=submit]").click()


def readings_of(home: Household) -> list[str]:
    rows = RegisteredReading.objects.filter(meter__in=[home.cold, home.hot], period=202611)
    return sorted(str(value) for value in rows.values_list("value", flat=True))


def test_a_month_from_log_in_to_pdf(page: Page, home: Household) -> None:
    log_in(page, home)
    submit_both(page, home)
    see_that_it_is_done(page)
    ask_why_three_times(page)
    take_the_pdf_along(page, home)
    page.locator("footer").get_by_role("button", name="Русский").click()
    expect(page.get_by_role("heading", name="Счёт за октябрь 2026")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "ru")


def log_in(page: Page, home: Household) -> None:
    page.goto("/")
    page.get_by_label("E-pasts").fill(home.user.email)
    page.get_by_label("Parole", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Pieslēgties", exact=True).click()
    expect(page.get_by_role("heading", name="Nododiet rādījumus")).to_be_visible()
    expect(page.get_by_text("Līdz 30. novembrim, atlikušas 4 dienas")).to_be_visible()


def submit_both(page: Page, home: Household) -> None:
    page.get_by_role("link", name="Ievadīt rādījumus").click()
    field(page, home.cold.pk).fill("204,3")
    # 204.3 − 196.65 less the 4.167 that October was charged by average: at once, and later from the server.
    expect(page.get_by_text("3,483 m³")).to_be_visible()
    field(page, home.cold.pk).press("Enter")
    expect(field(page, home.hot.pk)).to_be_focused()
    field(page, home.hot.pk).fill("138.1")
    send(page)
    expect(page.get_by_role("heading", name="Rādījumi saņemti, paldies")).to_be_visible()
    expect(page.locator(".standing-m3")).to_contain_text(["3,483", "2,200"])
    assert readings_of(home) == ["138.100", "204.300"]


def see_that_it_is_done(page: Page) -> None:
    page.get_by_role("link", name="Sākums").click()
    expect(page.get_by_text("Rādījumi par novembri nodoti")).to_be_visible()
    expect(page.get_by_text("5,683")).to_be_visible()
    expect(page.get_by_text("Nododiet rādījumus")).to_have_count(0)


def ask_why_three_times(page: Page) -> None:
    page.get_by_role("link", name="Skatīt rēķinu un samaksāt").click()
    expect(page.get_by_role("heading", name="Rēķins par 2026. gada oktobri")).to_be_visible()
    for number in (0, 3, 5):
        why = page.locator(".bill-row .why-link").nth(number)
        place = page.locator(f"#{why.get_attribute('aria-controls')}")
        why.click()
        expect(why).to_have_attribute("aria-expanded", "true")
        expect(place).to_contain_text("Daudzums")
        assert page.evaluate(SIDEWAYS) <= 0
        why.click()
        expect(place).to_be_hidden()
        expect(why).to_have_attribute("aria-expanded", "false")


def take_the_pdf_along(page: Page, home: Household) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="Lejupielādēt PDF").click()
    bill = home.last_bill
    assert download.value.suggested_filename == f"rekins-{bill.bill_no}.pdf"
    pdf = pypdfium2.PdfDocument(io.BytesIO(download.value.path().read_bytes()))
    assert bill.bill_no in pdf[0].get_textpage().get_text_range()


def test_a_slip_is_seen_while_typing_and_asked_about_after_sending(page: Page, home: Household) -> None:
    sign_in(page, home.user)
    page.goto("/readings/")
    field(page, home.cold.pk).fill("2043")
    expect(page.locator(".dial-result-warn")).to_contain_text("daudz vairāk nekā parasti")
    send(page)
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_text("Vai skaitītājs tiešām rāda 2043?").last).to_be_visible()
    assert readings_of(home) == []
    field(page, home.cold.pk).fill("204,3")
    send(page)
    expect(page.get_by_role("heading", name="Rādījumi saņemti, paldies")).to_be_visible()
    assert readings_of(home) == ["204.300"]


def test_one_refused_one_taken_and_nothing_typed_again(page: Page, home: Household) -> None:
    sign_in(page, home.user)
    page.goto("/readings/")
    field(page, home.cold.pk).fill("104,3")
    expect(page.locator(".dial-result-warn")).to_be_visible()
    field(page, home.hot.pk).fill("138,1")
    send(page)
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").click()
    expect(field(page, home.cold.pk)).to_be_focused()
    expect(field(page, home.cold.pk)).to_have_value("104,3")
    expect(field(page, home.hot.pk)).to_have_value("")
    before = Submission.objects.count()
    field(page, home.cold.pk).fill("204,3")
    send(page)
    expect(page.get_by_role("heading", name="Rādījumi saņemti, paldies")).to_be_visible()
    assert Submission.objects.count() == before + 1
    assert readings_of(home) == ["138.100", "204.300"]


def test_an_impatient_thumb_sends_once(page: Page, home: Household) -> None:
    sign_in(page, home.user)
    page.goto("/readings/")
    before = Submission.objects.count()
    field(page, home.cold.pk).fill("204,3")
    page.locator("form.entry button[type=submit]").dblclick()
    expect(page.get_by_role("heading", name="Rādījumi saņemti, paldies")).to_be_visible()
    assert Submission.objects.count() == before + 1


def test_the_first_questions_are_answered_without_scrolling(page: Page, home: Household) -> None:
    """On a phone: what must I do, what do I owe, is anything unusual, above the bar at the thumb."""
    sign_in(page, home.user)
    page.goto("/")
    bar = page.locator(".nav").bounding_box()
    assert bar is not None
    for heading in ("Nododiet rādījumus", "Jāmaksā", "Vai ir kas neparasts?"):
        box = page.get_by_role("heading", name=heading).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < bar["y"]
    remark = page.locator(".remark").first.bounding_box()
    assert remark is not None
    assert remark["y"] < bar["y"]


def test_without_javascript(new_context: NewContext, home: Household) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, home.user)
    page.goto("/")
    page.get_by_role("link", name="Ievadīt rādījumus").click()
    field(page, home.cold.pk).fill("104,3")
    field(page, home.hot.pk).fill("138,1")
    send(page)
    expect(field(page, home.cold.pk)).to_have_value("104,3")
    field(page, home.cold.pk).fill("2043")
    send(page)
    page.get_by_label(re.compile("Jā, paskatījos vēlreiz")).check()
    send(page)
    expect(page.get_by_role("heading", name="Rādījumi saņemti, paldies")).to_be_visible()
    assert readings_of(home) == ["138.100", "2043.000"]

    page.goto(f"/bills/{home.last_bill.bill_no}/")
    page.locator(".bill-row .why-link").nth(3).click()
    expect(page.get_by_role("heading", name="Kāpēc? Aukstais ūdens")).to_be_visible()
    expect(page.get_by_text("Rādījuma par šo mēnesi nav")).to_be_visible()
    page.get_by_role("link", name="Rēķins Nr.").click()
    expect(page.get_by_role("heading", name="Rēķins par 2026. gada oktobri")).to_be_visible()
    page.goto("/consumption/")
    page.get_by_text("Parādīt tabulā").first.click()
    expect(page.get_by_role("cell", name="4,167").first).to_be_visible()


def test_by_keyboard_alone(new_context: NewContext, home: Household) -> None:
    page = new_context(viewport=DESKTOP).new_page()
    errors = watch_console(page)
    sign_in(page, home.user)
    page.goto("/readings/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, field(page, home.cold.pk))
    page.keyboard.type("204,3")
    page.keyboard.press("Enter")
    page.keyboard.type("138,1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Rādījumi saņemti, paldies")).to_be_visible()
    assert readings_of(home) == ["138.100", "204.300"]

    page.goto(f"/bills/{home.last_bill.bill_no}/")
    why = page.locator(".bill-row .why-link").first
    why.focus()
    page.keyboard.press("Enter")
    expect(why).to_have_attribute("aria-expanded", "true")
    expect(why).to_be_focused()
    assert errors == []


def tab_to(page: Page, target: object, presses: int = 20) -> None:
    for _ in range(presses):
        page.keyboard.press("Tab")
        if target.evaluate("field => field === document.activeElement"):  # type: ignore[attr-defined]
            return
    raise AssertionError("the field is not reached by Tab")


def test_several_homes_on_one_page(page: Page, home: Household) -> None:
    second = make_household(home.user, address="Meža iela 3", unit_no="7")
    close_months(second)
    make_bills(second)
    sign_in(page, home.user)
    page.goto("/")
    expect(page.get_by_role("heading", name="Mani īpašumi")).to_be_visible()
    page.locator(".account-switch summary").click()
    page.locator(".account-switch").get_by_role("link", name="Meža iela 3-7").click()
    expect(page.get_by_role("heading", name="Meža iela 3-7")).to_be_visible()
    page.get_by_role("link", name="Rēķini", exact=True).click()
    expect(page.get_by_text(second.last_bill.bill_no)).to_be_visible()
    expect(page.get_by_text(home.last_bill.bill_no)).to_have_count(0)


def test_the_bill_on_paper_shows_no_buttons(page: Page, home: Household) -> None:
    sign_in(page, home.user)
    page.goto(f"/bills/{home.last_bill.bill_no}/")
    page.emulate_media(media="print")
    for hidden in (".nav", ".why-link", ".footer", ".menu"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".bill-payee")).to_be_visible()
    expect(page.locator(".pay-qr")).to_be_visible()


@pytest.mark.parametrize("width", [320, PHONE["width"], 768])
def test_nothing_scrolls_sideways(new_context: NewContext, home: Household, width: int) -> None:
    submit(home.cold, "204.3")
    page = new_context(viewport={"width": width, "height": 740}).new_page()
    sign_in(page, home.user)
    for path in (*PATHS, f"/bills/{home.last_bill.bill_no}/"):
        page.goto(path)
        page.evaluate("document.fonts.ready.then(() => true)")
        assert page.evaluate(SIDEWAYS) <= 0, path


def test_type_of_200_percent_fits_a_phone(page: Page, home: Household) -> None:
    submit(home.cold, "204.3")
    sign_in(page, home.user)
    for path in (*PATHS, f"/bills/{home.last_bill.bill_no}/"):
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(SIDEWAYS) <= 0, path
