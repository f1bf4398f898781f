"""The page without a login: what it asks, what it answers, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.channels.guest.homes import NOW, Home, make_home
from tests.web.portal.reading_page import words

from saime.metering.models import Submission
from saime.residents.models import Outbox

pytestmark = pytest.mark.django_db
URL = "/send-reading/"


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def home() -> Home:
    return make_home()


def post(client: Client, fields: dict[str, Any], language: str = "en") -> tuple[int, str]:
    response = client.post(URL, fields, headers={"Accept-Language": language})
    return response.status_code, words(response)


def test_it_asks_for_numbers_and_says_nothing_of_anybody(client: Client, home: Home) -> None:
    response = client.get(URL)
    assert response.status_code == 200
    assert response["Cache-Control"].startswith("max-age=0")
    page = response.content.decode()
    for secret in (home.account.account_no, home.bill_no, home.cold.meter_no, home.account.building.address):
        assert secret not in page


@pytest.mark.parametrize(
    ("language", "said"),
    [("lv", "Rādījumi saņemti"), ("ru", "Показания получены"), ("en", "Readings received")],
)
def test_what_became_of_it(client: Client, home: Home, language: str, said: str) -> None:
    status, page = post(
        client, home.fields((home.cold.meter_no, "104,5"), (home.hot.meter_no, "102")), language
    )
    assert status == 200
    assert said in page
    assert ("4.500 m³" if language == "en" else "4,500 m³") in page
    for secret in (home.account.holder_name, home.account.building.address, "100,000", "100.000"):
        assert secret not in page
    assert Submission.objects.count() == 2


def test_a_page_open_for_a_week_still_sends(home: Home) -> None:
    client = Client(enforce_csrf_checks=True)
    assert "Readings received" in post(client, home.fields((home.cold.meter_no, "104,5")))[1]


def test_wrong_numbers_look_alike_and_stay_typed(client: Client, home: Home) -> None:
    pages = []
    for change in ({"account_no": "9999999"}, {"bill_no": "2026-10-999999"}, {"meter_1": "9999"}):
        status, page = post(client, home.fields((home.cold.meter_no, "104,5")) | change)
        assert status == 200
        pages.append(page)
        response = client.post(URL, home.fields((home.cold.meter_no, "104,5")) | change)
        assert 'value="104,5"' in response.content.decode()
    assert len(set(pages)) == 1
    assert "do not belong together" in pages[0]
    assert not Submission.objects.exists()
    assert not Outbox.objects.exists()


def test_too_often_is_said_with_what_to_do(client: Client, home: Home) -> None:
    wrong = home.fields((home.cold.meter_no, "104,5")) | {"bill_no": "2026-10-999999"}
    for _ in range(5):
        assert post(client, wrong)[0] == 200
    response = client.post(URL, wrong, headers={"Accept-Language": "en"})
    assert (response.status_code, response["Retry-After"]) == (429, "900")
    assert "Wait a quarter of an hour" in words(response)
    assert 'value="104,5"' in response.content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"account_no": ""}, "Enter the customer number"),
        ({"bill_no": " "}, "Enter the number of your last bill"),
        ({"meter_1": "", "value_1": ""}, "at least one meter"),
        ({"meter_1": ""}, "Enter the meter's number"),
        ({"value_1": ""}, "Enter the number on the dial"),
        ({"value_1": "abc"}, "Enter the number on the dial"),
        ({"value_1": "1,2345"}, "at most three digits"),
        ({"value_1": "-1"}, "cannot be below zero"),
        ({"account_no": "\x00" * 5}, "Enter the customer number"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_looked_up(
    client: Client, home: Home, change: dict[str, str], said: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(0):
        status, page = post(client, home.fields((home.cold.meter_no, "104,5")) | change)
    assert (status, said in page) == (200, True)


def test_a_refused_reading_says_what_to_do(client: Client, home: Home) -> None:
    page = post(client, home.fields((home.cold.meter_no, "99"), (home.hot.meter_no, "102")))[1]
    assert "1 reading received" in page
    assert "lower than the one before" in page
    response = client.post(URL, home.fields((home.cold.meter_no, "99")))
    assert 'value="99"' in response.content.decode()


def test_a_doubtful_one_is_asked_about_and_taken(client: Client, home: Home) -> None:
    fields = home.fields((home.cold.meter_no, "900"))
    page = post(client, fields)[1]
    assert "800.000 m³" in page
    assert not Submission.objects.exists()
    assert "Readings received" in post(client, fields | {"confirm_1": "900"})[1]


def test_a_confirmation_is_for_what_was_asked_about(client: Client, home: Home) -> None:
    page = post(client, home.fields((home.cold.meter_no, "901")) | {"confirm_1": "900"})[1]
    assert "801.000 m³" in page
    assert not Submission.objects.exists()


def test_outside_the_window_the_next_one_is_named(client: Client, home: Home, now: Any) -> None:
    now.move_to(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
    page = post(client, home.fields((home.cold.meter_no, "104,5")))[1]
    assert "25.11.2026 to 30.11.2026" in page


def test_the_last_four_digits_are_enough(client: Client, home: Home) -> None:
    assert "Readings received" in post(client, home.fields((home.cold.meter_no[-4:], "104,5")))[1]


def test_a_mebibyte_is_refused(client: Client, home: Home) -> None:
    response = client.post(URL, home.fields((home.cold.meter_no, "1" * 2_000_000)))
    assert response.status_code in (200, 400, 413)
    assert not Submission.objects.exists()


def test_forms_that_nobody_made(client: Client, home: Home) -> None:
    for fields in ({}, {"token": "x"}, {"account_no": "💧" * 300}, {"meter_99": "1"}):
        assert post(client, fields)[0] == 200
    assert client.put(URL).status_code == 405


@pytest.mark.parametrize("page", ["/login/", "/help/"])
def test_it_is_found(client: Client, page: str) -> None:
    from django.urls import reverse

    address = {"/login/": reverse("account_login"), "/help/": reverse("portal:help")}[page]
    assert f'href="{URL}"' in client.get(address).content.decode()
