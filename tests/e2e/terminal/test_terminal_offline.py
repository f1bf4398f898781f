"""The kiosk without a line: nothing lost, nothing twice, and people told so."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Route, expect
from tests.channels.terminal.hall import Visitor, make_terminal
from tests.e2e.terminal.kiosk import Kiosk

from saime.channels.terminal.models import TerminalEntry
from saime.metering.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_terminal_that_can_keep_nothing_takes_nothing(make_kiosk: Any, visitor: Visitor) -> None:
    kiosk = make_kiosk(make_terminal()[1])
    kiosk.page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('no disk'); };")
    kiosk.page.goto("/terminal/")
    kiosk.screen("out")
    kiosk.scan(visitor.code)
    kiosk.screen("out")
