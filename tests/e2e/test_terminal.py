"""The kiosk in Chromium: a whole visit, with a line and without, and nothing left on the glass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, Route, expect
from tests.channels.terminal.hall import NOW, Visitor, make_terminal, make_visitor
from tests.e2e.conftest import AxeCheck, NewContext, cookie, watch_console

from saime.channels.terminal.models import SignOfLife, TerminalEntry
from saime.channels.terminal.operations import enrol, revoke
from saime.metering.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)

PORTRAIT = {"width": 1080, "height": 1920}
LANDSCAPE = {"width": 1280, "height": 1024}
TABLET = {"width": 768, "height": 1024}


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def visitor() -> Visitor:
    return make_visitor()


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


@pytest.fixture
def make_kiosk(new_context: NewContext) -> Iterator[Any]:
    made = []

    def make(key: str = "", viewport: dict[str, int] = PORTRAIT, **options: Any) -> Kiosk:
        context = new_context(viewport=viewport, reduced_motion="reduce", **options)
        page = context.new_page()
        page.clock.install(time=NOW)
        if key:
            context.add_cookies([cookie("saime_terminal", key) | {"path": "/terminal/"}])
        made.append(Kiosk(page))
        return made[-1]

    yield make
    assert [kiosk.surprises for kiosk in made if kiosk.surprises] == []


@pytest.fixture
def kiosk(make_kiosk: Any) -> Kiosk:
    return make_kiosk(make_terminal()[1]).open()


# A visit


def test_set_up_by_code_and_a_whole_visit(make_kiosk: Any, visitor: Visitor) -> None:
    code = enrol(name="Brīvības 1", now=NOW)
    kiosk = make_kiosk()
    kiosk.open().screen("out")
    kiosk.page.locator(".staff-link").click()
    kiosk.page.get_by_label("Vienreizējais kods").fill(code.lower())
    kiosk.page.locator("form.form button[type=submit]").click()
    kiosk.ready().screen("start")
    expect(kiosk.page.locator("[data-device]")).to_have_text("Brīvības 1")
    kiosk.scan(visitor.code)
    expect(kiosk.screen("meter")).to_contain_text("Aukstais ūdens")
    expect(kiosk.page.locator(".dial-previous")).to_have_text("100,000")
    kiosk.keys("104,25")
    expect(kiosk.page.locator("[data-dial-result]")).to_contain_text("4,250 m³")
    kiosk.send()
    expect(kiosk.screen("meter")).to_contain_text("Karstais ūdens")
    kiosk.read("102")
    result = kiosk.screen("result")
    expect(result.locator(".result")).to_have_count(2)
    expect(result.locator(".result").first).to_contain_text("4,250 m³")
    assert sorted(str(row.value) for row in Submission.objects.filter(channel="terminal")) == [
        "102.000",
        "104.250",
    ]
    kiosk.press("leave")
    kiosk.screen("start")
    assert kiosk.queue() == 0
    assert visitor.account.account_no not in kiosk.page.content()


def test_with_a_keyboard_alone(kiosk: Kiosk, visitor: Visitor) -> None:
    page = kiosk.page
    page.get_by_role("button", name="Rēķina numurus").or_(page.locator('[data-do="numbers"]')).first.press(
        "Enter"
    )
    expect(page.locator("#account-no")).to_be_focused()
    page.keyboard.type(visitor.account.account_no, delay=100)
    page.keyboard.press("Tab")
    expect(page.locator("#bill-no")).to_be_focused()
    page.keyboard.type(visitor.bill.bill_no, delay=100)
    page.keyboard.press("Enter")
    kiosk.screen("meter")
    expect(page.locator("#reading")).to_be_focused()
    page.keyboard.type("104,25", delay=100)
    page.keyboard.press("Enter")
    expect(kiosk.screen("meter")).to_contain_text("Karstais ūdens")
    assert str(Submission.objects.get().value) == "104.250"


def test_a_doubtful_reading_is_asked_about(kiosk: Kiosk, visitor: Visitor) -> None:
    kiosk.scan(visitor.code)
    kiosk.read("412,250")
    expect(kiosk.screen("doubt")).to_contain_text("312,250")
    kiosk.press("correct")
    expect(kiosk.page.locator("#reading")).to_have_value("412,250")
    assert not Submission.objects.exists()
    kiosk.send()
    kiosk.screen("doubt")
    kiosk.press("confirm")
    expect(kiosk.screen("meter")).to_contain_text("Karstais ūdens")
    kiosk.press("skip")
    expect(kiosk.screen("result").locator(".result")).to_have_count(1)
    assert TerminalEntry.objects.get().submission is not None
    assert kiosk.queue() == 0


def test_what_is_wrong_is_said_beside_the_dial(kiosk: Kiosk, visitor: Visitor) -> None:
    kiosk.scan(visitor.code)
    kiosk.read("90")
    expect(kiosk.screen("meter").get_by_role("alert")).to_contain_text("mazāks")
    expect(kiosk.page.locator("#reading")).to_have_value("90")
    for _ in range(2):
        kiosk.page.locator('[data-screen="meter"] [data-key="delete"]').click()
    kiosk.send()
    expect(kiosk.screen("meter").get_by_role("alert")).to_contain_text("123,456")
    kiosk.read("104")
    expect(kiosk.screen("meter")).to_contain_text("Karstais ūdens")


def test_numbers_that_do_not_belong_together(kiosk: Kiosk, visitor: Visitor) -> None:
    kiosk.press("numbers")
    kiosk.send()
    expect(kiosk.screen("numbers").get_by_role("alert")).to_be_visible()
    kiosk.keys(visitor.account.account_no)
    kiosk.page.locator("#bill-no").click()
    kiosk.keys("1-2")
    kiosk.send()
    expect(kiosk.screen("numbers").get_by_role("alert")).to_contain_text("nesader")
    kiosk.scan("BCD\n002\n1\nSCT\n\nNobody\nLV44HABA0551000000001\nEUR1.00\n\nRF18539007547034")
    expect(kiosk.screen("numbers").get_by_role("alert")).to_contain_text("kods")


def test_a_scan_is_caught_wherever_the_focus_is_and_stays_out_of_the_fields(
    kiosk: Kiosk, visitor: Visitor
) -> None:
    kiosk.press("numbers")
    kiosk.keys("12")
    moment = kiosk.page.evaluate("() => Date.now()")
    kiosk.page.clock.pause_at((moment + 5000) / 1000)
    kiosk.page.keyboard.type(f"{visitor.code}\n")
    expect(kiosk.page.locator("#account-no")).to_have_value("12")
    kiosk.page.clock.resume()
    kiosk.screen("meter")


@pytest.mark.parametrize(
    ("code", "word"), [("ru", "Холодная вода"), ("en", "Cold water"), ("lv", "Aukstais ūdens")]
)
def test_the_language_changes_in_the_middle_and_keeps_what_was_typed(
    kiosk: Kiosk, visitor: Visitor, code: str, word: str
) -> None:
    kiosk.scan(visitor.code)
    kiosk.screen("meter")
    kiosk.keys("104")
    kiosk.page.locator(f'[data-language][value="{code}"]').click()
    expect(kiosk.screen("meter")).to_contain_text(word)
    expect(kiosk.page.locator("#reading")).to_have_value("104")
    assert kiosk.page.locator("html").get_attribute("lang") == code
    kiosk.send()
    kiosk.press("skip")
    kiosk.screen("result")
    kiosk.press("leave")
    assert kiosk.page.locator("html").get_attribute("lang") == "lv"


def test_readings_are_not_taken_today(kiosk: Kiosk, visitor: Visitor, now: time_machine.Traveller) -> None:
    now.shift(timedelta(days=3))
    kiosk.scan(visitor.code)
    expect(kiosk.screen("closed")).to_contain_text("25.12.2026")
    expect(kiosk.screen("closed")).to_contain_text("28.12.2026")


def test_the_slip_alone_goes_to_the_printer(kiosk: Kiosk, visitor: Visitor) -> None:
    kiosk.page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    kiosk.scan(visitor.code)
    kiosk.read("104,25")
    kiosk.read("102")
    kiosk.screen("result")
    kiosk.press("print")
    assert kiosk.page.evaluate("() => window.printed") is True
    kiosk.page.emulate_media(media="print")
    expect(kiosk.page.locator("#slip")).to_be_visible()
    expect(kiosk.page.locator("#slip")).to_contain_text("104,250")
    expect(kiosk.page.locator("main")).to_be_hidden()
    kiosk.page.emulate_media(media="screen")
    kiosk.press("leave")
    expect(kiosk.page.locator("#slip li")).to_have_count(0)


# At rest


def test_wiped_after_rest_with_a_countdown(kiosk: Kiosk, visitor: Visitor) -> None:
    kiosk.scan(visitor.code)
    kiosk.screen("meter")
    kiosk.keys("104")
    kiosk.page.clock.run_for(26_000)
    rest = kiosk.page.get_by_role("dialog", name="Vai jūs vēl esat šeit?")
    expect(rest).to_be_visible()
    expect(rest).to_contain_text("19")
    rest.get_by_role("button").click()
    expect(rest).to_be_hidden()
    expect(kiosk.page.locator("#reading")).to_have_value("104")
    kiosk.page.clock.run_for(46_000)
    kiosk.screen("start")
    content = kiosk.page.content()
    assert visitor.account.account_no not in content
    assert visitor.cold.meter_no not in content
    assert not Submission.objects.exists()


def test_somebody_who_leaves_at_the_question_is_not_lost(kiosk: Kiosk, visitor: Visitor) -> None:
    kiosk.scan(visitor.code)
    kiosk.read("412,250")
    kiosk.screen("doubt")
    kiosk.page.clock.run_for(46_000)
    kiosk.screen("start")
    kiosk.emptied()
    assert Submission.objects.get().verdict == "in_review"


# Without a line


def test_offline_and_back(kiosk: Kiosk, visitor: Visitor) -> None:
    context = kiosk.page.context
    kiosk.page.wait_for_function("() => navigator.serviceWorker.controller")
    context.set_offline(True)
    kiosk.open().screen("start")  # the page itself comes from the device
    expect(kiosk.page.locator("[data-offline]")).to_be_visible()
    kiosk.type_numbers(visitor)
    kiosk.screen("offline")
    kiosk.press("offline_meter")
    kiosk.screen("offline_meter")
    kiosk.send()  # cold, and the only one
    kiosk.read("104,25")
    expect(kiosk.screen("result")).to_contain_text("Saņemts, tiks pārbaudīts")
    kiosk.press("another_meter")
    kiosk.page.locator('.medium:has([value="hot"])').click()
    kiosk.page.locator("#meter-no").fill(visitor.hot.meter_no.lower())
    kiosk.send()
    kiosk.read("102")
    expect(kiosk.screen("result").locator(".result")).to_have_count(2)
    kiosk.press("leave")
    assert kiosk.queue() == 2
    assert not TerminalEntry.objects.exists()
    context.set_offline(False)
    kiosk.emptied()
    expect(kiosk.page.locator("[data-offline]")).to_be_hidden()
    assert sorted(str(row.value) for row in Submission.objects.all()) == ["102.000", "104.250"]
    assert {row.counted_by for row in TerminalEntry.objects.all()} == {"entered"}


def test_the_line_goes_in_the_middle_of_a_visit(kiosk: Kiosk, visitor: Visitor) -> None:
    kiosk.scan(visitor.code)
    kiosk.screen("meter")
    kiosk.page.context.set_offline(True)
    kiosk.read("104,25")
    expect(kiosk.screen("meter")).to_contain_text("Karstais ūdens")
    assert kiosk.queue() == 1
    kiosk.page.context.set_offline(False)
    kiosk.emptied()
    kiosk.read("102")
    expect(kiosk.screen("result").locator(".result-kept")).to_have_count(1)
    expect(kiosk.screen("result").locator(".result-registered")).to_have_count(1)
    assert Submission.objects.count() == 2


def test_killed_when_the_server_has_it_and_the_terminal_does_not_know(
    make_kiosk: Any, visitor: Visitor
) -> None:
    kiosk = make_kiosk(make_terminal()[1], service_workers="block").open()
    kiosk.scan(visitor.code)
    kiosk.screen("meter")

    def swallow(route: Route) -> None:
        route.fetch()  # taken by the server
        route.abort()  # and never heard of by the page

    kiosk.page.route("**/terminal/api/entries", swallow)
    kiosk.read("104,25")
    expect(kiosk.screen("meter")).to_contain_text("Karstais ūdens")
    assert kiosk.queue() == 1
    kiosk.page.unroute("**/terminal/api/entries")
    kiosk.page.reload()
    kiosk.ready().emptied()
    assert (Submission.objects.count(), TerminalEntry.objects.count()) == (1, 1)


def test_reloaded_in_the_middle_of_a_queue(make_kiosk: Any, visitor: Visitor) -> None:
    kiosk = make_kiosk(make_terminal()[1], service_workers="block").open()
    kiosk.page.route("**/terminal/api/*", lambda route: route.abort())
    kiosk.type_numbers(visitor)
    for number, value in enumerate(("101", "102", "103", "104")):
        kiosk.press("offline_meter" if not number else "another_meter")
        kiosk.send()
        kiosk.read(value)
        kiosk.screen("result")
    assert kiosk.queue() == 4
    kiosk.page.reload()
    kiosk.ready().screen("start")
    assert kiosk.queue() == 4
    kiosk.page.unroute("**/terminal/api/*")
    kiosk.page.reload()
    kiosk.ready().emptied()
    values = [
        str(row.submission.value) for row in TerminalEntry.objects.order_by("counted_at") if row.submission
    ]
    assert values == ["101.000", "102.000", "103.000", "104.000"]


def test_a_server_in_trouble_is_no_line(make_kiosk: Any, visitor: Visitor) -> None:
    kiosk = make_kiosk(make_terminal()[1], service_workers="block").open()
    kiosk.scan(visitor.code)
    kiosk.screen("meter")
    kiosk.page.route("**/terminal/api/entries", lambda route: route.fulfill(status=503, body="busy"))
    kiosk.read("104,25")
    expect(kiosk.page.locator("[data-offline]")).to_be_visible()
    assert kiosk.queue() == 1
    kiosk.page.unroute("**/terminal/api/entries")
    kiosk.page.clock.fast_forward(65_000)
    kiosk.emptied()
    assert Submission.objects.count() == 1


# The terminal itself


def test_a_revoked_terminal_shuts_and_keeps_its_queue(kiosk: Kiosk, visitor: Visitor) -> None:
    kiosk.scan(visitor.code)
    kiosk.screen("meter")
    revoke(name="Brīvības 1", now=NOW)
    kiosk.read("104,25")
    kiosk.screen("out")
    assert kiosk.queue() == 1
    kiosk.open().screen("out")
    code = enrol(name="Brīvības 1", now=NOW)
    kiosk.page.locator(".staff-link").click()
    kiosk.page.get_by_label("Vienreizējais kods").fill(code)
    kiosk.page.locator("form.form button[type=submit]").click()
    kiosk.ready().screen("start")
    kiosk.emptied()
    assert str(Submission.objects.get().value) == "104.250"


def test_no_key_in_reach_of_a_script(kiosk: Kiosk) -> None:
    assert "saime_terminal" not in kiosk.page.evaluate("() => document.cookie")
    assert SignOfLife.objects.get().queue_length == 0
    assert kiosk.page.evaluate("() => Object.keys(localStorage)") == ["saime-terminal-enrolled"]


# For everybody


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
