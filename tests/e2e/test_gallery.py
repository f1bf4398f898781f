"""Every component, at three widths, light and dark: nothing to reproach, nothing that scrolls sideways."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"


def open_gallery(new_context: Any, path: str = "/design/", **options: Any) -> Page:
    page: Page = new_context(**options).new_page()
    page.goto(path)
    page.evaluate("document.fonts.ready.then(() => true)")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_every_component_is_accessible_and_fits(new_context: Any, axe: Any, width: int, scheme: str) -> None:
    page = open_gallery(new_context, viewport={"width": width, "height": 900}, color_scheme=scheme)
    assert page.evaluate(SIDEWAYS) == 0
    axe(page)


@pytest.mark.parametrize("width", [360, 1440])
def test_signed_out_page_is_accessible_and_fits(new_context: Any, axe: Any, width: int) -> None:
    page = open_gallery(new_context, "/design/plain/", viewport={"width": width, "height": 900})
    assert page.evaluate(SIDEWAYS) == 0
    axe(page)


@pytest.mark.parametrize("path", ["/design/", "/design/plain/"])
def test_text_scales_to_200_percent_on_a_phone(new_context: Any, path: str) -> None:
    page = open_gallery(new_context, path)
    page.evaluate(LARGE_TEXT)
    page.wait_for_function(f"{SIDEWAYS} === 0")  # the dials fit themselves anew


def test_fits_320_px(new_context: Any) -> None:
    page = open_gallery(new_context, viewport={"width": 320, "height": 700})
    assert page.evaluate(SIDEWAYS) == 0


def test_what_one_touches_is_44_px(new_context: Any) -> None:
    page = open_gallery(new_context, has_touch=True)
    small = page.evaluate(
        """[...document.querySelectorAll("button, summary, .button, .nav-link, .input, .choice-label")]
        .filter((e) => e.checkVisibility() && !e.matches(".mark, .choice-input"))
        .map((e) => [e.className, e.getBoundingClientRect()])
        .filter(([, box]) => box.height < 43.9 || box.width < 43.9)
        .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
    )
    assert small == []


def test_a_latvian_page_fetches_one_font(new_context: Any) -> None:
    page: Page = new_context().new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.rsplit("/", 1)[-1]))
    page.goto("/design/plain/")
    page.evaluate("document.fonts.ready.then(() => true)")
    assert [name for name in fetched if name.endswith(".woff2")] == ["inter-latin.woff2"]


def test_no_script_or_style_is_blocked(new_context: Any) -> None:
    page: Page = new_context().new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/design/")
    page.locator("#id_cold").fill("127,706")
    assert said == []


def test_decimals_stand_under_each_other_beside_a_mark(new_context: Any) -> None:
    page = open_gallery(new_context, viewport={"width": 1440, "height": 900})
    edges = page.evaluate(
        """[...document.querySelectorAll("#tables tbody td[data-label='m³'] .figure")]
        .map((figure) => figure.getBoundingClientRect().right)"""
    )
    assert len(edges) == 3
    assert max(edges) - min(edges) < 1


# The dial


def test_the_dial_counts_as_one_types(page: Page) -> None:
    page.goto("/design/")
    page.locator("#id_cold").press_sequentially("127,706")
    expect(page.locator("#id_cold-result")).to_have_text("Kopš tā laika patērēts: 4,250 m³")


def test_the_dial_takes_off_what_was_charged_by_average(page: Page) -> None:
    page.goto("/design/")
    expect(page.locator("#id_hot-result")).to_have_text("Kopš tā laika patērēts: 2,116 m³")
    page.locator("#id_hot").fill("90")
    expect(page.locator("#id_hot-result")).to_contain_text("2,002 m³ jums tiks ieskaitīti atpakaļ")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("123,4", "mazāk par iepriekšējo"),
        ("1234", "daudz vairāk nekā parasti"),
        ("12a", "tikai ciparus"),
        ("", ""),
    ],
)
def test_the_dial_warns_before_a_mistake(page: Page, typed: str, said: str) -> None:
    page.goto("/design/")
    page.locator("#id_cold").fill(typed)
    page.locator("#id_cold").blur()
    if said:
        expect(page.locator("#id_cold-result")).to_contain_text(said)
    else:
        expect(page.locator("#id_cold-result")).to_be_empty()


def test_the_dial_knows_that_meters_roll_over(page: Page) -> None:
    page.goto("/design/")
    page.locator("#id_rolls").fill("3,5")
    expect(page.locator("#id_rolls-result")).to_contain_text("5,250 m³")


def test_every_digit_stands_on_its_drum(page: Page) -> None:
    page.goto("/design/")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.locator("#id_cold").fill("127,706")
    end = page.evaluate(
        """(() => {
          const dial = document.querySelector("#id_cold").closest(".dial");
          const ruler = document.createElement("span");
          ruler.className = "dial-ruler";
          ruler.textContent = "127,706";
          const input = dial.querySelector(".dial-input");
          ruler.style.letterSpacing = getComputedStyle(input).letterSpacing;
          dial.append(ruler);
          const text = parseFloat(getComputedStyle(input).textIndent) + ruler.getBoundingClientRect().width;
          ruler.remove();
          return text - dial.querySelector(".dial-drums").getBoundingClientRect().width;
        })()"""
    )
    spacing = page.evaluate("parseFloat(getComputedStyle(document.querySelector('#id_cold')).letterSpacing)")
    assert abs(end - spacing / 2) < 1.5


def test_enter_goes_to_the_next_meter(page: Page) -> None:
    page.goto("/design/")
    page.locator("#id_cold").fill("127,706")
    page.locator("#id_cold").press("Enter")
    expect(page.locator("#id_hot")).to_be_focused()


def test_the_dial_is_a_plain_box_without_javascript(new_context: Any) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/design/")
    box = page.locator("#id_cold")
    box.fill("127,706")
    assert box.input_value() == "127,706"
    assert page.locator(".dial-drums").first.is_hidden()
    assert page.locator(".js-only").first.is_hidden()


# Small things of every page


def test_the_theme_is_kept(new_context: Any) -> None:
    page = open_gallery(new_context, "/design/plain/", color_scheme="light")
    page.locator("[data-theme-switch] button[value=dark]").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    expect(page.locator("[data-theme-switch] button[value=dark]")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-theme-switch] button[value=auto]").click()
    assert page.locator("html").get_attribute("data-theme") is None


def test_the_language_is_chosen_where_one_is(new_context: Any) -> None:
    page = open_gallery(new_context, "/design/plain/")
    page.locator("button[value=ru]").click()
    page.wait_for_url("**/design/plain/")
    assert page.locator("html").get_attribute("lang") == "ru"


def test_a_menu_closes_at_escape_and_elsewhere(page: Page) -> None:
    page.goto("/design/")
    menu = page.locator("#account-menu")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").click()
    page.locator("h1").click(position={"x": 5, "y": 5}, force=True)
    expect(menu).not_to_have_attribute("open", "")


def test_a_mark_explains_itself_at_a_touch(page: Page) -> None:
    page.goto("/design/")
    expect(page.locator("#mark-V")).to_be_hidden()
    page.locator("button[popovertarget=mark-V]").first.click()
    expect(page.locator("#mark-V")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#mark-V")).to_be_hidden()


def test_copy_takes_the_text_without_spaces(new_context: Any) -> None:
    page = open_gallery(new_context, permissions=["clipboard-read", "clipboard-write"])
    page.locator("[data-copy=RF18539007547034]").click()
    expect(page.locator("[data-copy=RF18539007547034]")).to_have_text("Nokopēts")
    assert page.evaluate("navigator.clipboard.readText()") == "RF18539007547034"


def test_errors_take_the_focus_and_lead_to_their_field(page: Page) -> None:
    page.goto("/design/")
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").first.click()
    expect(page.locator("#id_email")).to_be_focused()


def test_a_toast_comes_from_the_server_and_can_be_closed(page: Page) -> None:
    page.goto("/design/plain/")
    page.evaluate(
        "document.body.dispatchEvent(new CustomEvent('saime:toast', {bubbles: true, detail: {text: 'Saglabāts'}}))"
    )
    toast = page.locator("#toasts .toast")
    expect(toast).to_contain_text("Saglabāts")
    toast.locator("button").click()
    expect(toast).to_have_count(0)


def test_a_message_of_the_page_before_is_said(page: Page) -> None:
    page.goto("/design/?message")
    expect(page.locator("#messages")).to_contain_text("Saved.")


def test_reduced_motion_is_honoured(new_context: Any) -> None:
    page = open_gallery(new_context, reduced_motion="reduce")
    duration = page.evaluate("getComputedStyle(document.querySelector('.button')).transitionDuration")
    assert {float(part.strip().removesuffix("s")) < 0.001 for part in duration.split(",")} == {True}
    assert page.evaluate("getComputedStyle(document.querySelector('.skeleton-line')).animationName") == "none"


def test_paper_is_light_and_shows_no_controls(new_context: Any) -> None:
    page = open_gallery(new_context, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in (".nav", ".footer", ".header-tools"):
        assert page.locator(hidden).is_hidden()
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--ink').trim()") == "#1d211e"
