"""Meters that are read remotely: the month by day, what looks wrong, and nobody else's days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.channels.remote.houses import deliver, rising
from tests.web.portal.household import NOW, Household
from tests.web.portal.reading_page import words

from saime.channels.remote.queries import days_of_accounts
from saime.estate.models import Account
from saime.platform.models import Policy

URL = "/consumption/"
YESTERDAY = date(2026, 11, 25)


def read(home: Household, values: dict[date, str]) -> None:
    deliver(home.cold, values, now=NOW)


def steady(**changes: str) -> dict[date, str]:
    return rising(date(2026, 10, 1), date(2026, 11, 22)) | {
        date(2026, 11, int(day[1:])): v for day, v in changes.items()
    }


def test_without_remote_meters_the_page_is_as_it_was(resident: Client) -> None:
    page = words(resident.get(URL))
    assert "pa dienām" not in page
    assert "noplūde" not in page


def test_the_month_by_day_with_the_table_behind(resident: Client, home: Household) -> None:
    read(home, steady())
    page = words(resident.get(URL))
    assert "Aukstais ūdens pa dienām" in page
    assert f"Skaitītāju {home.cold.meter_no} nolasa attālināti" in page
    assert "22.11.2026 0,120" in page
    assert "31.10.2026" not in page, "this month's days"
    assert "noplūde" not in page


def test_a_leak_is_said_first_with_what_to_do(resident: Client, home: Household) -> None:
    read(home, steady(d23="108", d24="109.5", d25="111"))
    page = words(resident.get(URL))
    assert "iespējama noplūde" in page
    assert "Kopš 23. novembra" in page
    assert "santehniķi" in page
    assert page.index("iespējama noplūde") < page.index("Parādīt tabulā")
    assert "daudz vairāk ūdens" not in page, "one warning for one leak"


def test_a_burst_of_water(resident: Client, home: Household) -> None:
    read(home, steady(d23="107"))
    assert "daudz vairāk ūdens nekā parasti" in words(resident.get(URL))


def test_a_standstill(resident: Client, home: Household) -> None:
    flat = {date(2026, 11, day): "103.720" for day in range(2, 26)}
    read(home, rising(date(2026, 10, 1), date(2026, 11, 1)) | flat)
    page = words(resident.get(URL))
    assert "skaitītājs nekustas" in page
    assert "Kopš 2. novembra" in page


def test_how_much_is_a_leak_is_policy(resident: Client, home: Household) -> None:
    Policy.objects.create(
        policy="leak_day_m3", value="2", valid_from=date(2026, 1, 1), building=home.cold.building
    )
    read(home, steady(d23="107.4", d24="108.6", d25="109.8"))
    assert "iespējama noplūde" not in words(resident.get(URL))


def test_days_without_a_value_are_shared_out(resident: Client, home: Household) -> None:
    values = steady(d25="107.2")
    read(home, values)
    page = words(resident.get(URL))
    assert "24.11.2026 0,320 ~" in page
    assert "vienmērīgi" in page


def test_what_was_before_somebody_moved_in_is_not_theirs(home: Household) -> None:
    read(home, steady())
    Account.objects.filter(pk=home.account.pk).update(from_date=date(2026, 11, 20))
    [meter] = days_of_accounts([home.account.pk], now=NOW)
    assert [day.day for day in meter.days if day.m3 is not None] == [date(2026, 11, 21), date(2026, 11, 22)]


def test_it_costs_one_query(
    resident: Client, home: Household, django_assert_num_queries: Any, settings: Any
) -> None:
    settings.POLICY_SECONDS = 3600
    read(home, steady())
    days_of_accounts([home.account.pk], now=NOW)
    with django_assert_num_queries(1):
        assert len(days_of_accounts([home.account.pk], now=NOW)) == 1


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_every_warning_in_every_language(resident: Client, home: Household, language: str) -> None:
    home.user.language = language
    home.user.save(update_fields=["language"])
    read(home, steady(d23="108", d24="109.5", d25="111"))
    page = words(resident.get(URL))
    said = {"lv": "iespējama noplūde", "ru": "возможна утечка", "en": "water may be leaking"}[language]
    assert said in page
