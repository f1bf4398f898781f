"""Text messages, terminals, remote readers, the desk itself, and looking as a resident meanwhile."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from tests.web.staff.office import NOW, Flat, form_of, make_doubt, make_staff, submit

from saime.channels.remote.models import Source, Suspicion
from saime.channels.sms.models import IncomingMessage, OutgoingMessage
from saime.channels.terminal import operations as terminal
from saime.channels.terminal.models import SignOfLife, Terminal, TerminalEntry
from saime.residents import operations
from saime.residents.middleware import STAFF_VIEW_KEY
from saime.residents.models import User

pytestmark = pytest.mark.django_db


def text(office: Client, address: str, **query: str) -> str:
    return office.get(address, query).content.decode()


# Text messages


def make_message(
    flat: Flat | None, words: str, outcome: str = "submitted", sender: str = "+37120000001"
) -> IncomingMessage:
    return IncomingMessage.objects.create(
        gateway="kannel", gateway_id=str(uuid.uuid4()), sender=sender, text=words, received_at=NOW, arrived_at=NOW,
        outcome=outcome, account=flat.account if flat else None,
    )  # fmt: skip


def make_answer(message: IncomingMessage, words: str, state: str = "delivered") -> OutgoingMessage:
    ended = NOW if state in ("delivered", "failed", "expired") else None
    return OutgoingMessage.objects.create(
        gateway="kannel", number=message.sender, text=words, language="lv", coding="gsm7", parts=1, kind="readings",
        in_reply_to=message, queued_at=NOW - timedelta(hours=1), expires_at=NOW + timedelta(days=1), state=state,
        sent_at=NOW if state in ("sent", "delivered") else None, ended_at=ended,
        next_try_at=NOW if state == "queued" else None, problem="no route" if state == "failed" else "",
    )  # fmt: skip


def test_a_message_stands_with_its_outcome_and_our_answer(office: Client, flats: list[Flat]) -> None:
    make_answer(make_message(flats[0], "RAD 4000001 K 128,4"), "Paldies, 4.400 m3")
    page = text(office, "/staff/messages/")
    for part in (
        "RAD 4000001 K 128,4",
        "Paldies, 4.400 m3",
        "+37120000001",
        "4000001",
        "Delivered",
        "readings taken",
    ):
        assert part in page


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ({"q": "20000002"}, "second", "first"),
        ({"q": "+371 2000 0002"}, "second", "first"),
        ({"q": "4000001"}, "first", "second"),
        ({"outcome": "problem"}, "second", "first"),
        ({"q": "4000001", "outcome": "problem"}, "Nothing has come that fits", "first"),
        ({"outcome": "no such"}, "first", "nothing"),
        ({"before": "1;DROP"}, "first", "nothing"),
    ],
)
def test_messages_are_found(
    office: Client, flats: list[Flat], query: dict[str, str], there: str, not_there: str
) -> None:
    make_message(flats[0], "first message")
    make_message(None, "second message", "problem", "+37120000002")
    page = text(office, "/staff/messages/", **query).split("<main")[1]
    assert there in page
    assert f"{not_there} message" not in page


def test_what_somebody_writes_is_never_markup(office: Client, flats: list[Flat]) -> None:
    make_message(flats[0], "<script>alert(1)</script>", "problem")
    assert "<script>alert" not in text(office, "/staff/messages/")


def test_answers_that_wait_too_long_are_pointed_out(office: Client, flats: list[Flat]) -> None:
    make_answer(make_message(flats[0], "RAD"), "Paldies", "queued")
    assert "Is the gateway running?" in text(office, "/staff/messages/")
    assert "1 answer waits to be sent" in text(office, "/staff/")


# Terminals


def test_a_terminal_gets_a_code_that_is_shown_once(office: Client) -> None:
    page = office.post(
        "/staff/terminals/add/", {"name": " Foyer  1 ", "place": "Brīvības iela 1"}
    ).content.decode()
    code = re.search(r'data-copy="([^"]+)"', page)
    assert code is not None
    key = terminal.redeem_code(code=code[1], address="10.0.0.1", now=NOW)
    assert key.terminal.name == "Foyer 1"
    assert code[1] not in text(office, "/staff/terminals/")


def test_a_terminal_at_work_keeps_its_key_unless_asked(office: Client) -> None:
    terminal.redeem_code(code=terminal.enrol(name="Foyer", now=NOW), address="10.0.0.1", now=NOW)
    response = office.post("/staff/terminals/add/", {"name": "Foyer"})
    assert response.status_code == 400
    assert "Tick the box to give it a new key" in response.content.decode()
    assert (
        "One-time code for Foyer"
        in office.post("/staff/terminals/add/", {"name": "Foyer", "renew": "on"}).content.decode()
    )


def test_a_terminal_without_a_name_is_none(office: Client) -> None:
    assert office.post("/staff/terminals/add/", {"name": "  "}).status_code == 400
    assert not Terminal.objects.exists()


def test_shutting_out_is_asked_first(office: Client, staff: User) -> None:
    terminal.redeem_code(code=terminal.enrol(name="Foyer", now=NOW), address="10.0.0.1", now=NOW)
    row = Terminal.objects.get()
    SignOfLife.objects.create(terminal=row, seen_at=NOW, queue_length=3)
    address = f"/staff/terminals/{row.pk}/shut-out/"
    assert "3 readings wait on it." in text(office, address)
    row.refresh_from_db()
    assert row.revoked_at is None
    assert "Foyer is shut out" in office.post(address, follow=True).content.decode()
    row.refresh_from_db()
    assert (row.key_hash, row.revoked_by) == (None, staff)
    assert office.get(address).status_code == 404


def test_how_each_terminal_is_stands_in_words(office: Client) -> None:
    for name, seen, ahead in (
        ("Laba", NOW, 0),
        ("Klusa", NOW - timedelta(days=2), 0),
        ("Steidzas", NOW, 400_000),
    ):
        terminal.redeem_code(code=terminal.enrol(name=name, now=NOW), address="10.0.0.1", now=NOW)
        row = Terminal.objects.get(name=name)
        SignOfLife.objects.create(terminal=row, seen_at=seen, clock_difference_ms=ahead, queue_length=0)
    terminal.enrol(name="Jauna", now=NOW)
    page = text(office, "/staff/terminals/")
    for words in ("At work", "Silent", "Its clock is wrong", "Waits for its code", "400 seconds ahead"):
        assert words in page
    assert "2 terminals need a look" in text(office, "/staff/")


def test_entries_that_were_no_readings_can_be_followed_up(office: Client) -> None:
    terminal.redeem_code(code=terminal.enrol(name="Foyer", now=NOW), address="10.0.0.1", now=NOW)
    TerminalEntry.objects.create(
        terminal=Terminal.objects.get(), entry_id=uuid.uuid4(), received_at=NOW, counted_at=NOW, counted_by="no_clock",
        came={"account_no": "4000001", "meter_no": "X9", "value": "128"}, outcome="refused", reason="unknown_meter",
    )  # fmt: skip
    page = text(office, "/staff/terminals/")
    assert "No meter of this customer has that number." in page
    assert "X9" in page


# Remote readers


def test_leaks_and_sources_are_listed(office: Client, flats: list[Flat]) -> None:
    Source.objects.create(code="radio", name="Radio SIA", created_at=NOW)
    Suspicion.objects.create(
        meter=flats[0].cold,
        kind="leak",
        since=date(2026, 11, 20),
        last_day=date(2026, 11, 25),
        m3_a_day=Decimal("1.250"),
    )
    page = text(office, "/staff/remote/")
    for part in ("Radio SIA", "AU00001", "Flows without a pause", "1.250", "Parauga iela 1"):
        assert part in page
    assert "1 meter leaks or stands still" in text(office, "/staff/")


# The desk


def test_the_desk_says_what_waits_and_how_the_month_comes_along(office: Client, flats: list[Flat]) -> None:
    form_of(flats[0], received_on=date(2026, 11, 23))
    make_doubt(flats[1])
    submit(flats[2].hot, 71)
    page = text(office, "/staff/")
    assert "1 form to review" in page
    assert "the oldest has waited 3 days" in page
    assert "1 doubtful reading" in page
    month = page.split("Readings so far, by channel")[1]
    assert '<span class="figure figure-large">2</span>' in month
    assert "to this day of the month before: 6" in month


def test_with_nothing_to_do_the_desk_says_so(office: Client) -> None:
    page = text(office, "/staff/")
    assert "Nothing waits" in page
    assert "No readings have come yet" in page


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_every_place_speaks_every_language(client: Client, flats: list[Flat], language: str) -> None:
    client.force_login(make_staff(language=language))
    form_of(flats[0])
    make_doubt(flats[1])
    for place in ("", "keys/", "forms/", "readings/", "scans/", "messages/", "terminals/", "remote/"):
        page = text(client, f"/staff/{place}")
        assert f'<html lang="{language}"' in page, place


def test_work_goes_on_while_one_looks_as_a_resident(office: Client, flats: list[Flat], staff: User) -> None:
    """Looking as a resident forbids sending anything as them, not the work of the office."""
    form_of(flats[0])
    view = operations.start_staff_view(staff=staff, account=flats[1].account, reason="Zvans", now=NOW)
    session = office.session
    session[STAFF_VIEW_KEY] = view.pk
    session.save()
    assert office.post("/staff/forms/next/").status_code == 302
    assert office.post("/readings/").status_code == 403
