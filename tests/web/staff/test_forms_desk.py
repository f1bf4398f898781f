"""Forms to review: one at a time, decided with what became of it, undone, put back, never with two people."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from tests.web.staff.office import NOVEMBER, NOW, Flat, both_unsure, form_of, make_flats, make_staff
from tests.web.staff.papers import Row, make_form

from saime.channels.paper.models import DeskStep, FieldDecision, ScannedForm
from saime.metering.models import RegisteredReading, Submission
from saime.residents.models import User

pytestmark = pytest.mark.django_db


def start(office: Client) -> str:
    """Where the desk leads; "" where nothing lies there."""
    response = office.post("/staff/forms/next/")
    assert response.status_code == 302
    return str(response["Location"])


def answer(form: ScannedForm, *values: str, **more: str) -> dict[str, str]:
    """A value for each field in review; "E" and "U" as on the keyboard."""
    fields = form.fields.filter(route="review").order_by("number")
    sent: dict[str, str] = {"opened": str(int(NOW.timestamp()) - 7), **more}
    for field, value in zip(fields, values, strict=True):
        outcome = {"E": "empty", "U": "unreadable"}.get(value, "value")
        sent[f"outcome_{field.pk}"] = outcome
        sent[f"value_{field.pk}"] = value if outcome == "value" else ""
    return sent


def page_text(office: Client, address: str) -> str:
    return office.get(address).content.decode()


def test_a_form_shows_what_one_needs_to_make_it_out(office: Client, flats: list[Flat]) -> None:
    form = form_of(flats[0])
    page = page_text(office, start(office))
    assert "4000001" in page
    assert "KU00001" in page
    assert f"/staff/pictures/form/{form.pk}/" in page
    field = form.fields.get(number=2)
    assert f"/staff/pictures/field/{field.pk}/" in page
    assert (
        '<span class="digit digit-doubt"><span class="digit-text">7</span><span class="digit-percent">61</span>'
        in page
    )
    assert "It is not certain what is written." in page
    assert "68.000" in page  # the previous reading
    assert "128.417" in page  # the one that was sure, beside it


def test_what_is_read_to_try_the_machine_is_read_blind(office: Client, flats: list[Flat]) -> None:
    sample = Row(flats[0].hot, "00071,345", [99] * 8, reason="sample")
    make_form(flats[0].account, NOVEMBER, [sample], received_at=NOW)
    page = page_text(office, start(office))
    assert "KU00001" in page
    assert "71.345" not in page
    assert 'class="digit' not in page


def test_a_decision_is_registered_with_who_when_and_how_long(
    office: Client, flats: list[Flat], staff: User
) -> None:
    form = form_of(flats[0])
    response = office.post(start(office), answer(form, "71,345"))
    assert response["Location"] == "/staff/forms/"
    reading = RegisteredReading.objects.get(meter=flats[0].hot, period=form.period)
    assert (reading.value, reading.channel) == (Decimal("71.345"), "paper")
    decision = FieldDecision.objects.get()
    assert (decision.decided_by, decision.outcome, decision.value) == (staff, "value", Decimal("71.345"))
    assert 7 <= decision.seconds < 600
    assert list(DeskStep.objects.order_by("id").values_list("step", "done_by")) == [
        ("claimed", staff.pk), ("decided", staff.pk),
    ]  # fmt: skip


@pytest.mark.parametrize(("key", "outcome"), [("E", "empty"), ("U", "unreadable")])
def test_empty_and_unreadable_register_nothing(
    office: Client, flats: list[Flat], key: str, outcome: str
) -> None:
    form = form_of(flats[0])
    before = Submission.objects.count()
    office.post(start(office), answer(form, key))
    assert FieldDecision.objects.get().outcome == outcome
    assert Submission.objects.count() == before


def test_what_became_of_it_is_said_on_the_next_page(office: Client, flats: list[Flat]) -> None:
    form = form_of(flats[0])
    form_of(flats[1])
    page = office.post(start(office), answer(form, "12,5"), follow=True).content.decode()
    assert "4000001, KU00001: The reading is lower than the one before it (68.000)." in page
    assert "4000002" in page  # the next form


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["", "71"], "Type what is written, or say that it is empty or unreadable."),
        (["128,4", "seventy"], "Enter the number on the dial"),
        (["128,4", "71,2345"], "Enter at most three digits after the comma."),
        (["128,4", "-3"], "A reading cannot be below zero."),
    ],
)
def test_with_a_wrong_answer_nothing_is_decided_and_what_was_typed_stays(
    office: Client, flats: list[Flat], values: list[str], said: str
) -> None:
    form = both_unsure(flats[0])
    response = office.post(start(office), answer(form, *values))
    page = response.content.decode()
    assert response.status_code == 400
    assert said in page
    assert all(f'value="{value}"' in page for value in values if value)
    assert not FieldDecision.objects.exists()


def test_an_incomplete_answer_decides_nothing(office: Client, flats: list[Flat]) -> None:
    form = both_unsure(flats[0])
    sent = answer(form, "128,4", "71,3")
    del sent[f"value_{form.fields.get(number=2).pk}"]
    assert office.post(start(office), sent).status_code == 400
    assert not FieldDecision.objects.exists()


def test_the_same_answer_twice_is_one(office: Client, flats: list[Flat]) -> None:
    form = form_of(flats[0])
    address = start(office)
    before = Submission.objects.count()
    for _time in range(2):
        response = office.post(address, answer(form, "71,3"), follow=True)
        assert response.status_code == 200
    assert FieldDecision.objects.count() == 1
    assert Submission.objects.count() == before + 1


def test_a_form_put_back_goes_to_somebody_else(office: Client, flats: list[Flat]) -> None:
    form = form_of(flats[0])
    address = start(office)
    assert office.post(f"{address}put-back/")["Location"] == "/staff/forms/"
    assert "This form is not with you any more" in office.get(address, follow=True).content.decode()
    other = Client()
    other.force_login(make_staff("cits@example.com"))
    assert start(other) == f"/staff/forms/{form.pk}/"


def test_somebody_elses_form_is_neither_seen_nor_decided(office: Client, flats: list[Flat]) -> None:
    form = form_of(flats[0])
    address = start(office)
    other = Client()
    other.force_login(make_staff("cits@example.com"))
    assert start(other) == "/staff/forms/"
    assert other.get(address).status_code == 302
    for after in ("", "put-back/", "give-up/", "customer/"):
        other.post(address + after, answer(form, "71,3", account_no="4000001", period="2026-11"))
    assert not FieldDecision.objects.exists()
    form.refresh_from_db()
    assert form.state == "in_review"
    assert office.get(address).status_code == 200


def test_a_form_that_nobody_can_read_is_done_with(office: Client, flats: list[Flat]) -> None:
    form = both_unsure(flats[0])
    office.post(f"{start(office)}give-up/", {"opened": "0"})
    assert set(FieldDecision.objects.values_list("outcome", flat=True)) == {"unreadable"}
    form.refresh_from_db()
    assert form.state == "decided"


def test_a_form_of_nobody_known_is_given_its_customer_first(office: Client, flats: list[Flat]) -> None:
    rows = [
        Row(None, "00128,417", [99] * 8, meter_no=flats[0].cold.meter_no),
        Row(None, "00071,345", [99] * 8, meter_no=flats[0].hot.meter_no),
    ]
    form = make_form(None, NOVEMBER, rows, received_at=NOW, reason="unknown_account", account_no="4100001")
    address = start(office)
    assert "The customer number on the form is not known." in page_text(office, address)
    early = office.post(address, answer(form, "128,4", "71,3"))
    assert "First say whose form it is." in early.content.decode()
    wrong = office.post(f"{address}customer/", {"account_no": "9999999", "period": "2026-11"})
    assert wrong.status_code == 400
    assert "There is no such customer number. Check it." in wrong.content.decode()
    assert 'value="9999999"' in wrong.content.decode()
    month = office.post(f"{address}customer/", {"account_no": "4000001", "period": "November", "part": "x"})
    assert "Write the month as year and month" in month.content.decode()
    office.post(f"{address}customer/", {"account_no": "4000001", "period": "2026-11", "part": "1"})
    office.post(address, answer(form, "128,4", "71,3"))
    assert RegisteredReading.objects.filter(period=NOVEMBER, channel="paper").count() == 2


def test_the_next_form_is_taken_ahead_and_no_more_than_that(
    office: Client, flats: list[Flat], staff: User
) -> None:
    forms = [form_of(flat) for flat in flats]
    address = start(office)
    for _time in range(3):
        pictures = office.post(f"{address}ahead/").json()["pictures"]
        assert f"/staff/pictures/form/{forms[1].pk}/" in pictures
    assert ScannedForm.objects.filter(claimed_by=staff).count() == 2
    response = office.post(address, answer(forms[0], "71,3"))
    assert response["Location"] == f"/staff/forms/{forms[1].pk}/"
    assert office.get(pictures[0]).status_code == 200


def test_ahead_of_the_last_form_there_is_nothing(office: Client, flats: list[Flat]) -> None:
    form_of(flats[0])
    assert office.post(f"{start(office)}ahead/").json() == {"pictures": []}


# Pictures


def test_a_picture_is_one_whatever_it_is_called(office: Client, flats: list[Flat]) -> None:
    form = form_of(flats[0])
    response: Any = office.get(f"/staff/pictures/form/{form.pk}/")
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"].startswith("private")
    assert response.content.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("address", ["form/999999", "original/1", "page/0"])
def test_what_is_no_picture_is_not_found(office: Client, flats: list[Flat], address: str) -> None:
    form_of(flats[0])
    assert office.get(f"/staff/pictures/{address}/").status_code == 404


def test_a_picture_needs_a_right_to_what_it_shows(flats: list[Flat]) -> None:
    form = form_of(flats[0])
    for right, code in (
        ("paper.view_scannedfile", 200),
        ("metering.add_review", 200),
        ("sms.view_incomingmessage", 403),
    ):
        client = Client()
        client.force_login(make_staff(f"{right}@example.com", right))
        assert client.get(f"/staff/pictures/form/{form.pk}/").status_code == code, right


# Two people


@pytest.mark.django_db(transaction=True)
def test_eight_people_work_through_a_pile_and_none_meets_another() -> None:
    forms = [form_of(flat) for flat in make_flats(24)]
    people = [make_staff(f"galds{number}@example.com") for number in range(8)]
    before = Submission.objects.count()
    barrier = threading.Barrier(len(people))

    def work(person: User) -> list[str]:
        """Everything that this person had on the desk, until nothing was left."""
        seen = []
        client = Client()
        client.force_login(person)
        try:
            barrier.wait()
            address = start(client)
            while address != "/staff/forms/":
                seen.append(address)
                client.post(f"{address}ahead/")
                form = ScannedForm.objects.get(pk=int(address.split("/")[3]))
                address = client.post(address, answer(form, "71,3"))["Location"]
        finally:
            connections.close_all()
        return seen

    with ThreadPoolExecutor(len(people)) as pool:
        worked = list(pool.map(work, people))
    all_of_them = [address for seen in worked for address in seen]
    assert sorted(all_of_them) == sorted(f"/staff/forms/{form.pk}/" for form in forms)
    assert FieldDecision.objects.count() == len(forms)
    assert Submission.objects.count() == before + len(forms)
