"""Takes the README's pictures from the running demo: `make demo` in one terminal, `make screenshots` in another.

.venv/bin/python tools/screenshots.py [--url http://127.0.0.1:8000] [--to docs/pictures]
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from saime.interchange.demo.logins import PASSWORD

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get("SAIME_CHROMIUM", "/usr/bin/chromium")
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "device_scale_factor": 1}


def nothing(_page: Page) -> None:
    """As it opens."""


def open_bill(page: Page) -> None:
    page.locator("main a[href*='/bills/']").first.click()
    page.wait_for_load_state("networkidle")


def open_why(page: Page) -> None:
    """The newest bill, and why its third line is that much."""
    open_bill(page)
    page.locator("a[data-why]").nth(2).click()
    page.wait_for_timeout(600)
    opened = page.locator(".why-place:not([hidden])").first
    opened.evaluate("place => window.scrollTo(0, window.scrollY + place.getBoundingClientRect().top - 140)")


def type_readings(page: Page) -> None:
    """Both meters typed in, not sent: m³ appear as one types."""
    for entry in page.locator("main form input[inputmode=decimal]").all():
        before = entry.evaluate("input => input.closest('form, fieldset, article, section').innerText")
        entry.fill(_a_little_more(before))
        entry.dispatch_event("input")
        entry.blur()
    page.wait_for_timeout(500)


def _a_little_more(text: str) -> str:
    found = re.search(r"(\d[\d\s]*),\s*(\d\s*\d\s*\d)", text)
    whole, part = (re.sub(r"\s", "", group) for group in found.groups()) if found else ("100", "000")
    return f"{int(whole) + 4},{part}"


@dataclass(frozen=True)
class Picture:
    """A page as a person sees it. `before`: what is done before it is taken."""

    name: str
    path: str
    device: dict[str, Any]
    who: str = "demo@saime.example"
    language: str = "lv"
    theme: str = "light"
    before: Callable[[Page], None] = field(default=nothing)


PICTURES = (
    Picture("home-phone", "/", PHONE),
    Picture("readings-phone", "/readings/", PHONE, before=type_readings),
    Picture("home-russian-dark", "/", PHONE, who="irnieks@saime.example", language="ru", theme="dark"),
    Picture("why-phone", "/bills/", PHONE, language="en", before=open_why),
    Picture("consumption", "/consumption/", DESKTOP, language="en"),
    Picture("bill", "/bills/", DESKTOP, language="en", before=open_bill),
    Picture("office", "/office/metering/submission/?fate=in_review", DESKTOP, who="darbinieks@saime.example"),
)


def take(browser: Browser, picture: Picture, url: str, folder: Path) -> None:
    context = browser.new_context(
        base_url=url, locale=picture.language, color_scheme=picture.theme, **picture.device
    )  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/account/login/")
    page.fill("input[name=login]", picture.who)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    choose(page, picture, url)
    page.goto(picture.path)
    picture.before(page)
    page.wait_for_timeout(400)
    page.screenshot(path=folder / f"{picture.name}.png", animations="disabled")
    context.close()


def choose(page: Page, picture: Picture, url: str) -> None:
    """Language and theme, as at the head and foot of every page."""
    page.context.add_cookies([{"name": "saime_theme", "value": picture.theme, "url": url}])
    switch = page.locator(f"button[name=language][value={picture.language}]")
    if switch.count():
        switch.first.dispatch_event("click")
        page.wait_for_load_state("networkidle")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "pictures")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            take(browser, picture, options.url, options.to)
            print(options.to / f"{picture.name}.png")
        browser.close()


if __name__ == "__main__":
    main()
