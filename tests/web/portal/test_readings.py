"""Entering readings: everything that may come of pressing the button once, twice, late or wrongly."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from tests.web.portal.household import Household, close_months, make_household, make_user, submit
from tests.web.portal.reading_page import field, words

from saime.metering.closing import close_periods
from saime.metering.figures import period_figures
from saime.metering.models import RegisteredReading, Submission
from saime.platform.periods import Period

TOKEN = "token-of-one-page-0001"
JUST_NOW = Period.of(2026, 11)


def send(client: Client, values: dict[int, str], *, token: str = TOKEN, **others: Any) -> Any:
    fields = {f"reading_{meter}": value for meter, value in values.items()}
    return client.post("/readings/", {**fields, "token": token, **others})


def registered(household: Household) -> dict[int, Decimal]:
    rows = RegisteredReading.objects.filter(period=JUST_NOW, meter__in=[household.cold, household.hot])
    return dict(rows.values_list("meter_id", "value"))


def test_shows_every_meter_with_its_previous_reading(resident: Client, home: Household) -> None:
    page = words(resident.get("/readings/"))
    assert "Rādījumi par novembri" in page
    assert f"Nr. {home.cold.meter_no}" in page
    assert "Rādījums par septembri 196,650" in page
    assert "Rādījums par oktobri 135,900" in page


def test_the_dial_knows_what_was_charged_by_average(resident: Client, home: Household) -> None:
    """So that the m³ shown while typing are those that the server will say."""
    html = resident.get("/readings/").content.decode()
    dial = html[html.index(f"meter-{home.cold.pk}") :]
    assert 'data-previous="196.650"' in dial
    assert 'data-estimated="4.167"' in dial


def test_both_are_sent_at_once_and_the_m3_come_back(resident: Client, home: Household) -> None:
    response = send(resident, {home.cold.pk: "204,4", home.hot.pk: "138.25"})
    assert response.status_code == 302
    assert registered(home) == {home.cold.pk: Decimal("204.400"), home.hot.pk: Decimal("138.250")}
    page = words(resident.get(response["Location"]))
    assert "Rādījumi saņemti, paldies" in page
    # 204.4 − 196.65 − 4.167 charged by average; 138.25 − 135.9.
    assert "3,583 m³" in page
    assert "2,350 m³" in page
    assert "Portāls" in page


def test_one_alone_is_fine(resident: Client, home: Household) -> None:
    assert send(resident, {home.cold.pk: "204,4", home.hot.pk: ""}).status_code == 302
    assert registered(home) == {home.cold.pk: Decimal("204.400")}


def test_nothing_typed_is_said_and_nothing_is_stored(resident: Client, home: Household) -> None:
    before = Submission.objects.count()
    assert "Nekas nav ievadīts" in words(send(resident, {home.cold.pk: " ", home.hot.pk: ""}))
    assert Submission.objects.count() == before


def test_a_double_tap_is_one_submission(resident: Client, home: Household) -> None:
    before = Submission.objects.count()
    first = send(resident, {home.cold.pk: "204,4"})
    second = send(resident, {home.cold.pk: "204,4"})
    assert first["Location"] == second["Location"]
    assert Submission.objects.count() == before + 1


def test_going_back_and_changing_the_number_is_another_one(resident: Client, home: Household) -> None:
    send(resident, {home.cold.pk: "204,4"})
    assert send(resident, {home.cold.pk: "203,4"}).status_code == 302
    assert registered(home) == {home.cold.pk: Decimal("203.400")}


def test_every_page_has_a_token_of_its_own(resident: Client) -> None:
    tokens = {field(resident.get("/readings/"), "token") for _ in range(3)}
    assert len(tokens) == 3


@pytest.mark.parametrize("token", ["", "short", "x" * 200, "with space and more"])
def test_a_token_that_is_none_is_replaced(resident: Client, home: Household, token: str) -> None:
    assert send(resident, {home.cold.pk: "204,4"}, token=token).status_code == 302


def test_refused_beside_the_field_and_nothing_typed_is_lost(resident: Client, home: Household) -> None:
    response = send(resident, {home.cold.pk: "104,4", home.hot.pk: "138,250"})
    page = words(response)
    assert response.status_code == 200
    assert "Lūdzu, izlabojiet" in page or "error-summary" in response.content.decode()
    assert "196,650" in page
    assert field(response, f"reading_{home.cold.pk}") == "104,4"
    assert f'href="#id_reading_{home.cold.pk}"' in response.content.decode()
    # The other one was taken, its m³ stand there, and its field is empty again.
    assert registered(home) == {home.hot.pk: Decimal("138.250")}
    assert "Saņemts 1 rādījums" in page
    assert field(response, f"reading_{home.hot.pk}") == ""


def test_a_refusal_can_be_put_right_on_the_page_it_came_on(resident: Client, home: Household) -> None:
    """The page that comes back has a new token: a corrected number is a new submission, not the old one again."""
    response = send(resident, {home.cold.pk: "104,4"})
    again = send(resident, {home.cold.pk: "204,4"}, token=field(response, "token"))
    assert again.status_code == 302
    assert registered(home) == {home.cold.pk: Decimal("204.400")}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("abc", "tikai ciparus un vienu komatu"),
        ("12,34,5", "tikai ciparus un vienu komatu"),
        ("204,12345", "ne vairāk kā trīs cipari"),
        ("-5", "nevar būt"),
        ("1234567", "5"),
        ("9" * 60, "tikai ciparus"),
    ],
)
def test_what_cannot_be_read_is_explained_and_kept(
    resident: Client, home: Household, typed: str, said: str
) -> None:
    response = send(resident, {home.cold.pk: typed})
    assert said in words(response)
    assert field(response, f"reading_{home.cold.pk}") == typed[:40]
    assert registered(home) == {}


@pytest.mark.parametrize("typed", ["204,4", "204.4", " 204,400 ", "00204,4", "204,4000"])
def test_comma_point_zeros_and_blanks_are_all_the_same(resident: Client, home: Household, typed: str) -> None:
    send(resident, {home.cold.pk: typed})
    assert registered(home) == {home.cold.pk: Decimal("204.400")}


def test_a_slipped_comma_is_asked_about_before_it_counts(resident: Client, home: Household) -> None:
    before = Submission.objects.count()
    response = send(resident, {home.cold.pk: "2044"})
    page = words(response)
    assert "Vai skaitītājs tiešām rāda 2044?" in page
    assert "1 847,350 m³" in page
    assert Submission.objects.count() == before
    assert field(response, f"confirm_{home.cold.pk}") == "2044"
    token = field(response, "token")
    done = send(resident, {home.cold.pk: "2044"}, token=token, **{f"confirm_{home.cold.pk}": "2044"})
    assert done.status_code == 302
    assert registered(home) == {home.cold.pk: Decimal("2044.000")}


def test_a_confirmation_holds_only_for_the_number_it_was_given_for(resident: Client, home: Household) -> None:
    response = send(resident, {home.cold.pk: "2055"}, **{f"confirm_{home.cold.pk}": "2044"})
    assert "Vai skaitītājs tiešām rāda 2055?" in words(response)
    assert registered(home) == {}


def test_the_window_closes_while_one_types(
    resident: Client, home: Household, now: time_machine.Traveller
) -> None:
    resident.get("/readings/")
    now.move_to(datetime(2026, 12, 3, 12, tzinfo=UTC))
    response = send(resident, {home.cold.pk: "204,4"})
    page = words(response)
    assert "no 25. decembra līdz 31. decembrim" in page
    assert "Nav pieņemts: 204,4" in page
    assert RegisteredReading.objects.filter(meter=home.cold, period=Period.of(2026, 12)).count() == 0


def test_the_month_is_billed_while_one_types(resident: Client, home: Household) -> None:
    resident.get("/readings/")
    with connection.cursor() as cursor:
        building = [home.account.building_id]
        close_periods(
            cursor, period_figures(JUST_NOW, building), building, closed_at=datetime(2026, 11, 26, tzinfo=UTC)
        )
    response = send(resident, {home.cold.pk: "204,4"})
    page = words(response)
    assert "Mēnesis pa to laiku ir noslēgts" in page
    assert field(response, f"reading_{home.cold.pk}") == "204,4"
    assert registered(home) == {}


def test_outside_the_window_there_is_no_form(resident: Client, now: time_machine.Traveller) -> None:
    now.move_to(datetime(2026, 11, 12, 12, tzinfo=UTC))
    response = resident.get("/readings/")
    page = words(response)
    assert "Šodien rādījumus nepieņem" in page
    assert "no 25. novembra līdz 30. novembrim" in page
    assert "Pēdējais rādījums 196,650" in page
    assert 'name="token"' not in response.content.decode()


def test_a_reading_that_is_in_can_be_corrected(resident: Client, home: Household) -> None:
    send(resident, {home.cold.pk: "204,4"})
    page = words(resident.get("/readings/"))
    assert "Nosūtīt citu rādījumu" in page
    send(resident, {home.cold.pk: "204,9"}, token="token-of-one-page-0002")
    assert registered(home) == {home.cold.pk: Decimal("204.900")}


def test_a_reading_by_sms_is_displaced_by_the_portal(resident: Client, home: Household) -> None:
    submit(home.cold, "203.000", channel="sms")
    assert "Īsziņa" in words(resident.get("/readings/"))
    send(resident, {home.cold.pk: "204,4"})
    assert registered(home) == {home.cold.pk: Decimal("204.400")}


def test_somebody_elses_meter_is_ignored_and_nothing_changes(resident: Client, home: Household) -> None:
    other = make_household(make_user())
    before = Submission.objects.count()
    response = send(resident, {other.cold.pk: "204,4"})
    assert "Nekas nav ievadīts" in words(response)
    assert Submission.objects.count() == before


def test_somebody_elses_page_cannot_be_posted_to(resident: Client) -> None:
    other = make_household(make_user())
    before = Submission.objects.count()
    response = resident.post(
        f"/readings/?account={other.account.account_no}",
        {f"reading_{other.cold.pk}": "204,4", "token": TOKEN},
    )
    assert response.status_code == 404
    assert Submission.objects.count() == before


def test_two_homes_one_button(resident: Client, home: Household) -> None:
    second = make_household(home.user, address="Meža iela 3", unit_no="7")
    close_months(second)
    page = words(resident.get("/readings/"))
    assert "Ūdens iela 12-34" in page
    assert "Meža iela 3-7" in page
    values = {home.cold.pk: "204,4", home.hot.pk: "138", second.cold.pk: "204,5", second.hot.pk: "139"}
    assert send(resident, values).status_code == 302
    assert len(registered(home)) == len(registered(second)) == 2


def test_the_history_tells_of_every_submission(resident: Client, home: Household) -> None:
    submit(home.cold, "203.000", channel="sms")
    send(resident, {home.cold.pk: "204,4", home.hot.pk: "100"})
    page = words(resident.get("/readings/history/"))
    assert "2026. gada novembris" in page
    assert "204,400 Reģistrēts" in page
    assert "203,000 Neizmantots" in page
    assert "100,000 Noraidīts" in page
    assert "Īsziņa" in page
    assert "Terminālis" in page
    assert "Papīra veidlapa" in page
    assert "26.11.2026, 11:30" in page


def test_the_history_goes_back_by_years(resident: Client) -> None:
    page = words(resident.get("/readings/history/?until=2025-11"))
    assert "2025. gada jūnijs" in page
    assert "2025. gada decembris" not in page
    assert resident.get("/readings/history/?until=yesterday").status_code == 404


def test_what_was_typed_before_the_session_ended_is_back(home: Household, client: Client) -> None:
    client.force_login(home.user)
    page = client.get("/readings/")
    marker, token = field(page, "keep"), field(page, "token")
    client.logout()
    fields = {f"reading_{home.cold.pk}": "204,4", "token": token, "keep": marker}
    sent = client.post("/readings/", fields)
    assert sent.status_code == 302
    assert "login" in sent["Location"]
    assert registered(home) == {}
    client.force_login(home.user)
    back = client.get("/readings/")
    assert field(back, f"reading_{home.cold.pk}") == "204,4"
    assert send(client, {home.cold.pk: "204,4"}, token=field(back, "token")).status_code == 302
    assert registered(home) == {home.cold.pk: Decimal("204.400")}
    assert field(client.get("/readings/"), f"reading_{home.cold.pk}") == ""
