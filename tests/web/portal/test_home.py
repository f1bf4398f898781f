"""Home: what must I do, what do I owe, is anything unusual."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.web.portal.household import (
    Household,
    close_months,
    give_access,
    make_bills,
    make_household,
    make_user,
    pay,
    submit,
)
from tests.web.portal.reading_page import links, words


def test_asks_for_the_missing_readings_and_says_how_long(resident: Client) -> None:
    page = words(resident.get("/"))
    assert "Līdz 30. novembrim, atlikušas 4 dienas" in page
    assert "Nododiet rādījumus" in page
    assert "2 skaitītāji gaida rādījumus par novembri" in page


@pytest.mark.parametrize(
    ("day", "said"),
    [(25, "atlikušas 5 dienas"), (29, "atlikusi 1 diena"), (30, "Šodien pēdējā diena")],
)
def test_days_left_are_counted_as_people_do(
    resident: Client, now: time_machine.Traveller, day: int, said: str
) -> None:
    now.move_to(datetime(2026, 11, day, 12, tzinfo=UTC))
    assert said in words(resident.get("/"))


def test_never_reminds_of_what_was_sent(resident: Client, home: Household) -> None:
    submit(home.cold, "201.500")
    submit(home.hot, "139.000")
    page = words(resident.get("/"))
    assert "Rādījumi par novembri nodoti" in page
    # 201.5 − 196.65 less the average of October, and 139 − 135.9.
    assert "3,783 m³" in page
    assert "Nododiet rādījumus" not in page


def test_one_meter_left_is_still_asked_for(resident: Client, home: Household) -> None:
    submit(home.cold, "201.500")
    assert "1 skaitītājs gaida rādījumu par novembri" in words(resident.get("/"))


def test_outside_the_window_names_the_next_one(resident: Client, now: time_machine.Traveller) -> None:
    now.move_to(datetime(2026, 11, 20, 12, tzinfo=UTC))
    page = words(resident.get("/"))
    assert "Rādījumus par novembri portālā varēs nodot no 25. novembra līdz 30. novembrim" in page
    assert "Nododiet rādījumus" not in page


def test_then_the_bill_is_the_next_step(
    resident: Client, home: Household, now: time_machine.Traveller
) -> None:
    now.move_to(datetime(2026, 11, 20, 12, tzinfo=UTC))
    response = resident.get("/")
    page = words(response)
    assert "Skatīt rēķinu un samaksāt" in page
    assert "līdz 24.11.2026" in page
    assert f"/bills/{home.last_bill.bill_no}/" in links(response)


def test_overdue_is_said_in_words(resident: Client) -> None:
    page = words(resident.get("/"))
    assert "kavēts" in page
    assert "124,90 € jau bija jāsamaksā" in page


def test_paid_and_paid_ahead(resident: Client, home: Household) -> None:
    owed = home.last_bill.total_due_cents
    pay(home.account, owed, on=date(2026, 11, 23))
    assert "Viss ir samaksāts" in words(resident.get("/"))
    pay(home.account, 5000, on=date(2026, 11, 24))
    page = words(resident.get("/"))
    assert "Samaksāts uz priekšu" in page
    assert "50,00 €" in page


def test_anything_unusual(resident: Client) -> None:
    page = words(resident.get("/"))
    assert "Karstā ūdens skaitītāja verifikācija beigsies 20.12.2026" in page
    assert "Aukstais ūdens par oktobri aprēķināts pēc vidējā (V), jo rādījuma nebija" in page


def test_a_doubtful_reading_in_review_is_said(resident: Client, home: Household) -> None:
    submit(home.cold, "396.650", channel="sms")
    assert f"Skaitītāja {home.cold.meter_no} rādījumu pārbaudām" in words(resident.get("/"))


def test_nothing_unusual_is_said_too(db: None, client: Client) -> None:
    home = make_household()
    close_months(home, last=home_last_read())
    client.force_login(home.user)
    home.hot.__class__.objects.filter(pk=home.hot.pk).update(valid_until=date(2030, 1, 1))
    page = words(client.get("/"))
    assert "Nē, viss ir kārtībā" in page
    assert "Pirmais rēķins parādīsies te" in page


def home_last_read() -> Any:
    from tests.web.portal.household import FIRST

    return FIRST + 6


def test_several_homes_are_summed_and_can_be_chosen(home: Household, resident: Client) -> None:
    second = make_household(home.user, address="Meža iela 3", unit_no="7")
    close_months(second)
    make_bills(second)
    page = words(resident.get("/"))
    assert "Mani īpašumi" in page
    assert "249,80 €" in page
    assert "4 skaitītāji gaida rādījumus" in page
    one = words(resident.get(f"/?account={second.account.account_no}"))
    assert "2 skaitītāji gaida rādījumus" in one
    assert "124,90 €" in one


def test_what_is_unusual_is_said_once_a_home(db: None, client: Client) -> None:
    """Both meters unread: one sentence, and with several homes the one it is about."""
    unread = "3.0 3.1 2.8 2.6 2.9 3.3 3.6 3.4 3.2 3.0 2.9 2.5 2.4 2.2 2.5 2.5 -"
    home = make_household(cold_m3=unread, hot_m3=unread)
    second = make_household(home.user, address="Meža iela 3", unit_no="7")
    close_months(home, second)
    client.force_login(home.user)
    page = words(client.get("/"))
    said = "Ūdens iela 12-34 Aukstais un karstais ūdens par oktobri aprēķināts pēc vidējā (V)"
    assert page.count(said) == 1
    assert "Meža iela 3-7 Aukstais ūdens par oktobri aprēķināts pēc vidējā (V)" in page


def test_an_advance_of_one_home_does_not_pay_for_another(home: Household, resident: Client) -> None:
    second = make_household(home.user, address="Meža iela 3", unit_no="7")
    pay(second.account, 10_000, on=date(2026, 11, 1))
    page = words(resident.get("/"))
    assert "124,90 €" in page
    assert "samaksāts uz priekšu 100,00 €" in page


def test_somebody_elses_account_is_not_found(resident: Client) -> None:
    other = make_household(make_user())
    assert resident.get(f"/?account={other.account.account_no}").status_code == 404


def test_a_home_that_was_left_keeps_its_bills_but_is_not_read(resident: Client, home: Household) -> None:
    home.account.__class__.objects.filter(pk=home.account.pk).update(to_date=date(2026, 10, 31))
    page = words(resident.get("/"))
    assert "Nododiet rādījumus" not in page
    assert "124,90 €" in page


def test_without_an_account_one_is_led_to_connect_it(db: None, client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/")["Location"] == "/connect/"


def test_without_a_login_one_is_asked_for_it(db: None, client: Client) -> None:
    assert client.get("/")["Location"].startswith("/login/") or "login" in client.get("/")["Location"]


def test_a_tenant_sees_the_home_too(home: Household, client: Client) -> None:
    tenant = make_user()
    give_access(tenant, home.account, "tenant")
    client.force_login(tenant)
    assert "Ūdens iela 12-34" in words(client.get("/"))


def test_plurals_in_russian(home: Household, resident: Client) -> None:
    home.user.__class__.objects.filter(pk=home.user.pk).update(language="ru")
    page = words(resident.get("/"))
    assert "До 30 ноября, осталось 4 дня" in page
    assert "2 счётчика ждут показаний за ноябрь" in page
