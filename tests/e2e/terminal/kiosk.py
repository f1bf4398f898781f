"""A terminal's browser, and what people do before it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect
from tests.channels.terminal.hall import Visitor
from tests.e2e.conftest import watch_console

PORTRAIT = {"width": 1080, "height": 1920}
LANDSCAPE = {"width": 1280, "height": 1024}
TABLET = {"width": 768, "height": 1024}


class Kiosk:
    """A terminal's browser, and what people do before it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors = watch_console(page)

    @property
    def surprises(self) -> list[str]:
        """What went wrong in the page, besides the calls that were meant to fail."""
        return [error for error in self.errors if "Failed to load resource" not in error]

    def open(self) -> Kiosk:
        self.page.goto("/terminal/")
        return self.ready()

    def ready(self) -> Kiosk:
        self.page.wait_for_selector("html[data-ready]")
        return self

    def screen(self, name: str) -> Any:
        """The screen, once it is there."""
        expect(self.page.locator(f'[data-screen="{name}"]')).to_be_visible()
        return self.page.locator(f'[data-screen="{name}"]')

    def press(self, does: str) -> None:
        self.page.locator(f'[data-screen]:not([hidden]) [data-do="{does}"]').click()

    def keys(self, text: str) -> None:
        """On the glass."""
        for character in text:
            self.page.locator(f'[data-screen]:not([hidden]) [data-key="{character}"]').first.click()

    def scan(self, code: str) -> None:
        """As a scanner types: all keys within an instant, Enter at the ends of lines."""
        self.page.evaluate(
            """(code) => { for (const key of [...code, "\\n"]) {
                const said = {key: key === "\\n" ? "Enter" : key, bubbles: true, cancelable: true};
                document.activeElement.dispatchEvent(new KeyboardEvent("keydown", said)); } }""",
            code,
        )

    def type_numbers(self, visitor: Visitor) -> None:
        self.press("numbers")
        self.keys(visitor.account.account_no)
        self.page.locator("#bill-no").click()
        self.keys(visitor.bill.bill_no)
        self.send()

    def send(self) -> None:
        self.page.locator("[data-screen]:not([hidden]) button[type=submit]").click()

    def read(self, value: str) -> None:
        self.screen("meter")
        self.keys(value)
        self.send()

    def queue(self) -> int:
        return int(self.page.evaluate("() => window.saimeTerminal.sender.queue.count()"))

    def emptied(self) -> None:
        """Waits until everything has been sent."""
        expect(self.page.locator("[data-device]")).to_have_attribute("data-queue", "0")
