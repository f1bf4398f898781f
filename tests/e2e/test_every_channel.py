"""One month, one meter, five doors, every order: whatever comes first, the portal's reading is the registered one.

Real things: a text through Kannel, the terminal's page without a line and back, a scanned PDF, the page without a login
and the portal. The first and the last two are all the portal's or not: 24 meters take the four channels in the 24
orders there are, and the page without a login comes in between at every place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.billing.factories import make_building
from tests.channels.paper import papers, scans
from tests.channels.sms.kannel import free_ports, network, running, until
from tests.channels.terminal.hall import NOW, Visitor, make_terminal, make_visitor
from tests.e2e.conftest import NewContext, cookie, sign_in
from tests.e2e.terminal.kiosk import PORTRAIT, Kiosk
from tests.web.portal.household import give_access, make_user

from saime.channels.paper.contracts import FieldAnswer
from saime.channels.paper.operations import decide_fields, next_form, read_waiting, take_file
from saime.channels.paper.printing.contracts import FormMeter
from saime.channels.paper.reading.readers import Readers
from saime.channels.sms.gateways import config
from saime.metering.models import Meter, RegisteredReading
from saime.metering.queries import submissions_of_meters
from saime.residents.models import User

pytestmark = pytest.mark.django_db(transaction=True)
DOORS = ("portal", "sms", "terminal", "paper")
ORDERS = list(permutations(DOORS))
PHONE = "+37129123456"
SECRET = "between kannel and us"


@dataclass
class Case:
    """A meter and the order of its doors; the guest's page comes at a place of its own."""

    visitor: Visitor
    meter: Meter
    doors: list[str]
    sent: dict[str, Decimal] = field(default_factory=dict)

    def value(self, step: int) -> Decimal:
        """What stands on the meter at this step: more each time."""
        return Decimal("101.250") + step


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    """The 26th: every window is open."""
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def cases(transactional_db: None) -> list[Case]:
    building = make_building()
    found = []
    for number, order in enumerate(ORDERS):
        if number % 2 == 0:
            visitor = make_visitor(building=building, phone=f"+371291{number:05}")
        doors = list(order)
        doors.insert(number % 5, "guest")
        found.append(Case(visitor, (visitor.cold, visitor.hot)[number % 2], doors))
    return found


@pytest.fixture
def resident(cases: list[Case]) -> User:
    user = make_user()
    for case in cases[::2]:
        give_access(user, case.visitor.account)
    return user


@pytest.fixture
def kannel_port(live_server: LiveServer, settings: Any, tmp_path: Path) -> Iterator[int]:
    fake, sendsms = free_ports(2)
    settings.SMS = {
        "SAIME_SMS_KANNEL_SECRET": SECRET, "SAIME_SMS_KANNEL_PASSWORD": "p4ss", "SAIME_SMS_FROM": "1881",
        "SAIME_SMS_KANNEL_URL": f"http://127.0.0.1:{sendsms}/cgi-bin/sendsms",
        "SAIME_SMS_KANNEL_CALLBACK": live_server.url,
    }  # fmt: skip
    own = config.kannel()
    assert own is not None
    with running(own, tmp_path / "kannel", fake):
        yield fake


@pytest.fixture
def readers(settings: Any, tmp_path: Path) -> Iterator[Readers]:
    settings.MEDIA_ROOT = tmp_path / "files"
    with Readers(1) as pool:
        yield pool


def arrived(cases: list[Case], channel: str) -> Callable[[], bool]:
    """Whether the meters have as many submissions by the channel as were sent."""
    ids = [case.meter.pk for case in cases]
    return lambda: (
        sum(s.channel == channel for s in submissions_of_meters(ids, papers.NOVEMBER))
        >= sum(channel in case.sent for case in cases)
    )


def by_text(cases: list[Case], step: int, port: int) -> None:
    for case in cases:
        account, letter = case.visitor.account, {"cold": "A", "hot": "K"}[case.meter.medium]
        text = f"RAD {account.account_no} {letter} {case.value(step)}"
        with network(port, f"{account.phone} 1881 text {text}"):
            until(arrived([case], "sms"))


def on_terminal(cases: list[Case], step: int, kiosk: Kiosk) -> None:
    """Typed in while the line is down, sent when it is back."""
    kiosk.page.context.set_offline(True)
    for case in cases:
        kiosk.screen("start")
        kiosk.scan(case.visitor.code)
        kiosk.screen("offline")
        kiosk.press("offline_meter")
        kiosk.screen("offline_meter")
        kiosk.page.locator(f'.medium:has([value="{case.meter.medium}"])').click()
        kiosk.send()
        kiosk.read(f"{case.value(step)}".replace(".", ","))
        kiosk.screen("result")
        kiosk.press("leave")
    assert kiosk.queue() == len(cases)
    kiosk.page.context.set_offline(False)
    kiosk.emptied()


def on_paper(cases: list[Case], step: int, readers: Readers) -> None:
    """A form for each, all in one scan; where the machine is not sure, a person says what stands there."""
    hand = scans.Hand(height_mm=7.4, off_mm=0.25, lean=2.0)
    pages = []
    for number, case in enumerate(cases):
        meters = (FormMeter(case.meter.meter_no, case.meter.medium, 5),)
        form = papers.filled([case.value(step)], 10 * step + number, meters=meters, hand=hand, pen=scans.Pen(),
                             account_no=case.visitor.account.account_no)  # fmt: skip
        pages.append(papers.worn(form, dpi=200))
    take_file(chunks=[scans.as_file(pages, "PDF", dpi=200)], name="scan.pdf", source="folder", now=NOW)
    (done,) = read_waiting(readers=readers, clock=lambda: NOW)
    assert (done.state, done.forms) == ("done", len(cases))
    clerk = make_user()
    values = {case.meter.meter_no: case.value(step) for case in cases}
    while (form_ := next_form(user_id=clerk.pk, now=NOW)) is not None:
        asked = [each for each in form_.fields if each.route == "review"]
        answers = [FieldAnswer(each.field_id, "value", values[each.meter_no]) for each in asked]
        decide_fields(form_id=form_.form_id, answers=answers, user_id=clerk.pk, now=NOW, seconds=Decimal(3))


def as_guest(cases: list[Case], step: int, page: Page) -> None:
    for case in cases:
        page.goto("/send-reading/")
        page.locator("#id_account_no").fill(case.visitor.account.account_no)
        page.locator("#id_bill_no").fill(case.visitor.bill.bill_no)
        page.locator("#id_meter_1").fill(case.meter.meter_no)
        page.locator("#id_value_1").fill(str(case.value(step)))
        page.locator("form.form button[type=submit]").click()
        expect(page.locator(".sent")).to_be_visible()


def on_portal(cases: list[Case], step: int, page: Page) -> None:
    """All at once: the resident has all of these homes."""
    page.goto("/readings/")
    for case in cases:
        box = page.locator(f"[name=reading_{case.meter.pk}]")
        if not box.is_visible():  # by another channel there is one already: "send another reading"
            page.locator("details").filter(has=box).locator("summary").first.click()
        box.fill(str(case.value(step)))
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**sent=**")


def test_always_the_portals(
    cases: list[Case], resident: User, kannel_port: int, readers: Readers, new_context: NewContext
) -> None:
    home = new_context().new_page()
    sign_in(home, resident)
    guest = new_context().new_page()
    kiosk = _kiosk(new_context)
    doors: dict[str, Callable[[list[Case], int], None]] = {
        "portal": lambda some, step: on_portal(some, step, home),
        "guest": lambda some, step: as_guest(some, step, guest),
        "sms": lambda some, step: by_text(some, step, kannel_port),
        "terminal": lambda some, step: on_terminal(some, step, kiosk),
        "paper": lambda some, step: on_paper(some, step, readers),
    }
    for step in range(5):
        for door, send in doors.items():
            some = [case for case in cases if case.doors[step] == door]
            for case in some:
                case.sent[door] = case.value(step)
            send(some, step)
    assert kiosk.surprises == []
    for case in cases:
        _check(case)
    _seen_by_the_resident(home)


def _kiosk(new_context: NewContext) -> Kiosk:
    context = new_context(viewport=PORTRAIT, reduced_motion="reduce")
    context.add_cookies([cookie("saime_terminal", make_terminal()[1]) | {"path": "/terminal/"}])
    kiosk = Kiosk(context.new_page()).open()
    kiosk.page.wait_for_function("() => navigator.serviceWorker.controller")
    return kiosk


def _check(case: Case) -> None:
    """The later of the two that count as the portal's is registered; each other one is there, with its reason."""
    registered = RegisteredReading.objects.get(meter=case.meter, period=papers.NOVEMBER)
    assert (registered.channel, registered.value) == ("portal", max(case.sent["portal"], case.sent["guest"]))
    fates = [(s.channel, s.fate, s.reason) for s in submissions_of_meters([case.meter.pk], papers.NOVEMBER)]
    assert sorted(fates) == [
        ("paper", "superseded", "priority"), ("portal", "registered", ""), ("portal", "superseded", "later_one"),
        ("sms", "superseded", "priority"), ("terminal", "superseded", "priority"),
    ], case.doors  # fmt: skip


def _seen_by_the_resident(page: Page) -> None:
    page.goto("/readings/history/")
    shown = page.locator("main").inner_text()
    assert [
        word for word in ("Portāls", "Īsziņa", "Terminālis", "Papīra veidlapa") if word not in shown
    ] == []
