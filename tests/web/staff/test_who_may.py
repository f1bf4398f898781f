"""Every address of the office: for a visitor, a resident, and staff with and without the right to it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from tests.residents.houses import make_user
from tests.web.staff.office import NOW, Flat, form_of, make_doubt, make_staff

from saime.channels.paper.models import ScannedForm
from saime.channels.terminal.operations import enrol
from saime.web.staff.urls import urlpatterns

pytestmark = pytest.mark.django_db
ALL = [pattern for pattern in urlpatterns if isinstance(pattern, URLPattern)]
FOR_ALL_STAFF = {"home", "keys"}


@pytest.fixture
def known(flats: list[Flat]) -> dict[str, Any]:
    """A value for every placeholder, of something that is there."""
    form = form_of(flats[0])
    enrol(name="Foyer", now=NOW)
    from saime.channels.terminal.models import Terminal

    return {
        "form_id": form.pk, "file_id": form.page.file_id, "submission_id": make_doubt(flats[1]), "what": "form",
        "id_": form.pk, "terminal_id": Terminal.objects.get().pk,
    }  # fmt: skip


def address(pattern: URLPattern, known: dict[str, Any]) -> str:
    return reverse(f"staff:{pattern.name}", kwargs={name: known[name] for name in pattern.pattern.converters})


def ask(client: Client, pattern: URLPattern, known: dict[str, Any], method: str) -> Any:
    return getattr(client, method)(address(pattern, known))


def test_the_office_is_where_the_walk_looks() -> None:
    assert get_resolver().resolve("/staff/").view_name == "staff:home"
    assert len(ALL) > 15


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_asked_to_log_in(known: dict[str, Any], method: str) -> None:
    for pattern in ALL:
        response = ask(Client(), pattern, known, method)
        assert response.status_code in (302, 405), pattern.name
        assert response.status_code == 405 or response["Location"].startswith("/account/login/"), pattern.name


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_resident_is_told_that_there_is_no_such_page(known: dict[str, Any], method: str) -> None:
    client = Client()
    client.force_login(make_user())
    for pattern in ALL:
        response = ask(client, pattern, known, method)
        assert response.status_code in (404, 405), pattern.name
    assert ScannedForm.objects.get().claimed_by_id is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_a_right_come_no_further_than_the_desk(known: dict[str, Any], method: str) -> None:
    client = Client()
    client.force_login(make_staff("new@example.com", "billing.view_bill"))
    for pattern in ALL:
        response = ask(client, pattern, known, method)
        expected = (200, 405) if pattern.name in FOR_ALL_STAFF else (403, 405)
        assert response.status_code in expected, pattern.name
    assert ScannedForm.objects.get().claimed_by_id is None


def test_staff_with_all_rights_open_every_page(office: Client, known: dict[str, Any]) -> None:
    office.post(reverse("staff:forms_next"))
    for pattern in ALL:
        response = ask(office, pattern, known, "get")
        assert response.status_code in (200, 405), pattern.name
        assert "no-store" in response.get("Cache-Control", "no-store") or pattern.name == "picture", (
            pattern.name
        )


def test_whoever_left_sees_nothing_more(office: Client, known: dict[str, Any], staff: Any) -> None:
    staff.is_active = False
    staff.save()
    assert office.get("/staff/").status_code == 302


def test_the_navigation_shows_only_what_one_may_open(known: dict[str, Any]) -> None:
    client = Client()
    client.force_login(make_staff("texts@example.com", "sms.view_incomingmessage"))
    page = client.get("/staff/").content.decode()
    assert "/staff/messages/" in page
    assert "/staff/forms/" not in page
    assert "/staff/readings/" not in page
