"""Meters, consumption, payments, help, and pages that are not there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import translation
from tests.billing.factories import make_meter
from tests.web.portal.household import Household, close_months, make_household, make_user, pay
from tests.web.portal.reading_page import links, words

from saime.metering.models import Meter
from saime.web.portal.views import errors


def test_meters_and_their_checks(resident: Client, home: Household) -> None:
    page = words(resident.get("/meters/"))
    assert f"Nr. {home.cold.meter_no} Derīgs līdz 31.03.2029" in page
    assert f"Nr. {home.hot.meter_no} Verifikācija beigsies pēc 24 dienām" in page
    assert page.index(home.hot.meter_no) < page.index(home.cold.meter_no), "the urgent one comes first"
    assert "5 melni, 3 sarkani" in page


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (date(2026, 11, 25), "Verifikācija beigusies 25.11.2026"),
        (date(2026, 11, 26), "Verifikācija beidzas šodien"),
        (date(2026, 11, 27), "Verifikācija beigsies pēc 1 dienas"),
        (date(2026, 12, 17), "Verifikācija beigsies pēc 21 dienas"),
        (None, "Verifikācijas datums nav zināms"),
    ],
)
def test_the_check_in_words(resident: Client, home: Household, until: date | None, said: str) -> None:
    Meter.objects.filter(pk=home.cold.pk).update(valid_until=until)
    assert said in words(resident.get("/meters/"))


def test_replaced_meters_are_kept_in_sight(resident: Client, home: Household) -> None:
    Meter.objects.filter(pk=home.cold.pk).update(
        removed_on=date(2026, 11, 5), final_reading=Decimal("199.100")
    )
    home.cold.refresh_from_db()
    make_meter(
        home.account, "cold", installed_on=date(2026, 11, 5), initial_reading=Decimal(0), replaces=home.cold
    )
    page = words(resident.get("/meters/"))
    assert "1 nomainīts skaitītājs" in page
    assert "pēdējais rādījums 199,100 m³" in page


def test_consumption_by_month_with_the_table_behind(resident: Client) -> None:
    response = resident.get("/consumption/")
    page = words(response)
    assert "Aukstais ūdens" in page
    assert "Karstais ūdens" in page
    assert "12 mēnešos" in page
    assert "2026. gada oktobris" in page
    assert "4,167" in page
    assert "Mājas vidējais" in page
    assert "Gadu iepriekš" in page
    html = response.content.decode()
    assert 'role="img"' in html
    assert "chart-hatched" in html


def test_a_month_without_reading_is_told_apart_from_an_average(db: None, client: Client) -> None:
    home = make_household(hot_m3="3.0 3.1 2.8 2.6 2.9 3.3 3.6 3.4 3.2 3.0 2.9 2.5 2.4 2.2 - - -")
    close_months(home)
    client.force_login(home.user)
    page = words(client.get("/consumption/"))
    assert "V aprēķināts vidējais patēriņš" in page
    assert "– rādījuma nav trīs mēnešus vai ilgāk" in page
    assert "Karstais ūdens: rādījuma nav jau trīs mēnešus vai ilgāk" in words(client.get("/"))


def test_several_homes_have_no_common_mean(resident: Client, home: Household) -> None:
    make_household(home.user, address="Meža iela 3", unit_no="7")
    assert "Mājas vidējais" not in words(resident.get("/consumption/"))
    assert "Mājas vidējais" in words(resident.get(f"/consumption/?account={home.account.account_no}"))


def test_payments_balance_and_how_to_pay_ahead(resident: Client, home: Household) -> None:
    page = words(resident.get("/payments/"))
    assert "Jāmaksā 124,90 €" in page
    assert "20.10.2026" in page
    assert "78,12 € Saņemts" in page
    assert "no konta …5678" in page
    assert "Maksājuma atsauce RF" in page
    pay(home.account, 20_000, on=date(2026, 11, 25))
    assert "Samaksāts uz priekšu 75,10 €" in words(resident.get("/payments/"))


def test_the_statement_adds_up(resident: Client, home: Household) -> None:
    page = words(resident.get("/payments/statement/"))
    assert f"Rēķins {home.last_bill.bill_no}" in page
    assert "+124,90 €" in page
    assert "−78,12 €" in page
    assert f"/bills/{home.last_bill.bill_no}/" in links(resident.get("/payments/statement/"))


@pytest.mark.parametrize("path", ["/payments/", "/payments/statement/"])
def test_a_place_that_is_none(resident: Client, path: str) -> None:
    assert resident.get(path + "?before=nonsense").status_code == 404


def test_somebody_elses_payments_are_not_shown(resident: Client) -> None:
    other = make_household(make_user())
    pay(other.account, 77_777, on=date(2026, 11, 1))
    assert "777,77" not in words(resident.get("/payments/"))
    assert "777,77" not in words(resident.get("/payments/statement/"))


def test_help_for_a_resident_names_the_windows(resident: Client) -> None:
    page = words(resident.get("/help/"))
    assert "Portāls 25.11.2026–30.11.2026" in page
    assert "Īsziņa 25.11.2026–28.11.2026" in page
    assert "+371 20000000" in page
    assert "Ko nozīmē V un N" in page


def test_help_is_open_to_everybody(db: None, client: Client) -> None:
    page = words(client.get("/help/"))
    assert "Kā nolasīt ūdens skaitītāju" in page
    assert "+371 20000000" in page


@pytest.mark.parametrize(
    ("language", "said"),
    [("lv", "Tādas lapas nav"), ("ru", "Такой страницы нет"), ("en", "There is no such page")],
)
def test_a_page_that_is_not_there(db: None, client: Client, language: str, said: str) -> None:
    client.cookies["saime_language"] = language
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert said in words(response)


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
@pytest.mark.parametrize(("handler", "status"), [
    (errors.bad_request, 400), (errors.permission_denied, 403),
    (errors.page_not_found, 404), (errors.server_error, 500),
])  # fmt: skip
def test_error_pages_need_no_database(rf: RequestFactory, language: str, handler: Any, status: int) -> None:
    """They are shown when the database may be what failed: this test has none."""
    with translation.override(language):
        response = handler(rf.get("/"))
    assert response.status_code == status
    assert f"{status}" in words(response)


@pytest.mark.parametrize(
    "path", ["/", "/readings/", "/readings/history/", "/meters/", "/consumption/", "/bills/", "/payments/"]
)
def test_pages_of_an_empty_home(db: None, client: Client, path: str) -> None:
    """A home without meters, bills or payments: every page says so and leads on."""
    from tests.billing.factories import make_account
    from tests.web.portal.household import give_access

    user = make_user()
    give_access(user, make_account())
    client.force_login(user)
    assert client.get(path).status_code == 200
