"""Readings that were typed and not sent are not lost: session over, connection lost, stale page."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from tests.billing.factories import make_meter
from tests.e2e.conftest import NewContext, sign_in
from tests.residents.houses import PASSWORD, give, make_account, make_user

from saime.metering.models import Meter, Submission
from saime.platform.models import Policy
from saime.residents.models import Draft, User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meter() -> Meter:
    Policy.objects.create(policy="window_portal", value="1-last", valid_from=date(2020, 1, 1))
    return make_meter(make_account("4000001"))


@pytest.fixture
def resident(meter: Meter) -> User:
    user = make_user()
    give(user, meter.unit.accounts.get())  # type: ignore[union-attr]
    return user


@pytest.fixture
def page(new_context: NewContext, resident: User) -> Page:
    page = new_context().new_page()
    sign_in(page, resident)
    page.goto("/readings/")
    return page


def dial(page: Page):
    return page.locator("form.entry input[inputmode=decimal]").first


def send(page: Page) -> None:
    page.locator("form.entry button[type=submit]").last.click()


def log_in(page: Page, user: User) -> None:
    page.get_by_label("E-pasts").fill(user.email)
    page.get_by_label("Parole", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Pieslēgties", exact=True).click()


def test_after_the_session_ended_the_reading_is_one_press_away(
    page: Page, resident: User, meter: Meter
) -> None:
    dial(page).fill("104,250")
    Session.objects.all().delete()
    send(page)
    expect(page.get_by_role("heading", name="Pieslēgties")).to_be_visible()
    expect(page.locator("#messages")).to_contain_text("Ievadītais ir saglabāts")
    log_in(page, resident)
    expect(page.get_by_text("Ievadītais ir atjaunots").first).to_be_visible()
    expect(dial(page)).to_have_value("104,250")
    assert not Submission.objects.exists()
    send(page)
    expect(page).to_have_url(re.compile("sent="))
    assert [str(row.value) for row in Submission.objects.all()] == ["104.250"]
    assert not Draft.objects.exists()


def test_a_lost_connection_loses_nothing(page: Page, meter: Meter) -> None:
    dial(page).fill("104,250")
    page.context.set_offline(True)
    send(page)
    page.wait_for_timeout(300)
    page.context.set_offline(False)
    page.goto("/readings/")
    expect(page.get_by_text("Ievadītais ir atjaunots").first).to_be_visible()
    expect(dial(page)).to_have_value("104,250")
    send(page)
    expect(page).to_have_url(re.compile("sent="))
    assert Submission.objects.count() == 1
    assert (
        page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('saime-keep:')).length") == 0
    )


def test_leaving_and_coming_back_keeps_what_was_typed(page: Page) -> None:
    dial(page).fill("104,250")
    page.goto("/settings/")
    page.goto("/readings/")
    expect(dial(page)).to_have_value("104,250")


def test_the_next_person_on_the_same_machine_sees_nothing(page: Page, resident: User, meter: Meter) -> None:
    dial(page).fill("104,250")
    neighbour = make_user("cita@example.com")
    give(neighbour, meter.unit.accounts.get(), "tenant")  # type: ignore[union-attr]
    sign_in(page, neighbour)
    page.goto("/readings/")
    expect(dial(page)).to_have_value("")


def test_logging_out_leaves_nothing_behind(page: Page) -> None:
    dial(page).fill("104,250")
    page.goto("/settings/")
    page.locator("header details.menu summary").click()
    page.get_by_role("banner").get_by_role("button", name="Iziet").click()
    expect(page.get_by_role("heading", name="Pieslēgties")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_a_page_open_since_before_another_login_is_not_lost(page: Page, resident: User) -> None:
    """Logging in again in a second tab makes the first tab's token stale."""
    dial(page).fill("104,250")
    page.context.clear_cookies(name="csrftoken")
    send(page)
    expect(page.locator("#messages")).to_contain_text("Lapa bija atvērta pārāk ilgi")
    expect(dial(page)).to_have_value("104,250")
    send(page)
    expect(page).to_have_url(re.compile("sent="))
    assert Submission.objects.count() == 1
