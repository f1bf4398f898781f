"""Every screen of the kiosk: accessible, large, in reach, in three languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.channels.terminal.hall import Visitor, make_terminal
from tests.e2e.conftest import AxeCheck
from tests.e2e.terminal.kiosk import LANDSCAPE, PORTRAIT, TABLET, Kiosk

pytestmark = pytest.mark.django_db(transaction=True)


def visit_screens(kiosk: Kiosk, visitor: Visitor) -> Iterator[str]:
    """Every screen in turn."""
    kiosk.screen("start")
    yield "start"
    kiosk.press("numbers")
    kiosk.send()
    yield "numbers"
    kiosk.page.locator("[data-keypad-show=letters]:visible").click()
    yield "letters"
    kiosk.press("start")
    kiosk.scan(visitor.code)
    kiosk.read("90")
    expect(kiosk.screen("meter").get_by_role("alert")).to_be_visible()
    yield "refused"
    kiosk.page.locator("#reading").fill("104,25")
    yield "meter"
    kiosk.page.locator("#reading").fill("412,25")
    kiosk.send()
    kiosk.screen("doubt")
    yield "doubt"
    kiosk.press("confirm")
    kiosk.read("102")
    kiosk.screen("result")
    yield "result"
    kiosk.page.clock.run_for(26_000)
    expect(kiosk.page.locator("#rest")).to_be_visible()
    yield "rest"
    kiosk.page.clock.run_for(46_000)
    kiosk.screen("start")
    yield from visit_screens_offline(kiosk, visitor)


def visit_screens_offline(kiosk: Kiosk, visitor: Visitor) -> Iterator[str]:
    kiosk.page.context.set_offline(True)
    kiosk.type_numbers(visitor)
    kiosk.screen("offline")
    yield "offline"
    kiosk.press("offline_meter")
    yield "offline_meter"
    kiosk.send()
    kiosk.read("105")
    kiosk.screen("result")
    yield "kept"
    kiosk.page.context.set_offline(False)
    kiosk.emptied()


@pytest.mark.parametrize("viewport", [PORTRAIT, LANDSCAPE, TABLET], ids=["portrait", "landscape", "tablet"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_before_axe_with_large_targets(
    make_kiosk: Any, axe: AxeCheck, visitor: Visitor, viewport: dict[str, int], scheme: str
) -> None:
    kiosk = make_kiosk(make_terminal()[1], viewport=viewport, color_scheme=scheme).open()
    for name in visit_screens(kiosk, visitor):
        axe(kiosk.page)
        small = kiosk.page.evaluate(
            """() => [...document.querySelectorAll("button, input:not([type=radio]), label.medium")]
                .filter((node) => node.checkVisibility())
                .map((node) => [node.textContent, node.getBoundingClientRect()])
                .filter(([, box]) => Math.min(box.width, box.height) < 63.5).map(([text]) => text)"""
        )
        scrolls = kiosk.page.evaluate(
            """() => { const main = document.querySelector("#main"), page = document.documentElement;
                   return main.scrollHeight > main.clientHeight + 1 || page.scrollWidth > innerWidth; }"""
        )
        assert (name, small, scrolls) == (name, [], False)


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_every_language_fits(make_kiosk: Any, axe: AxeCheck, visitor: Visitor, language: str) -> None:
    kiosk = make_kiosk(make_terminal()[1], viewport=TABLET).open()
    kiosk.page.locator(f'[data-language][value="{language}"]').click()
    kiosk.scan(visitor.code)
    kiosk.screen("meter")
    axe(kiosk.page)
    reach = kiosk.page.evaluate(
        """() => { const main = document.querySelector("#main");
                   const keys = [...document.querySelectorAll("[data-screen=meter] .key")];
                   const highest = Math.min(...keys.map((key) => key.getBoundingClientRect().top));
                   return [main.scrollHeight <= main.clientHeight + 1, highest / innerHeight]; }"""
    )
    assert reach[0], "the screen has to be scrolled"
    assert reach[1] > 0.4, "the keys are too high for somebody in a wheelchair"
