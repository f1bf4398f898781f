"""A visit before the kiosk, online; and nothing left on the glass when it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import expect
from tests.channels.terminal.hall import NOW, Visitor
from tests.e2e.terminal.kiosk import Kiosk

from saime.channels.terminal.models import SignOfLife, TerminalEntry
from saime.channels.terminal.operations import enrol, revoke
from saime.metering.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)


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
