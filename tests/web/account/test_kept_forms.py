"""A form that was interrupted comes back filled in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from tests.residents.houses import PASSWORD, give, make_account, make_user

from saime.residents import drafts, operations
from saime.residents.models import Draft, User

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
taken: list[dict[str, str]] = []


@login_required
def letter(request: HttpRequest) -> HttpResponse:
    """A page like any that keeps its form."""
    if request.method == "POST":
        taken.append(request.POST.dict())
        return HttpResponse(status=302, headers={"Location": "/settings/"})
    kept = drafts.kept(request, "letter")
    value = kept.get("words", "") if kept else ""
    return HttpResponse(f"{request.keep_marker('letter')}<p>{'kept' if kept else 'empty'}: {value}</p>")


urlpatterns = [path("letter/", letter, name="letter"), path("", include("saime.config.urls"))]


@pytest.fixture
def user() -> User:
    user = make_user()
    give(user, make_account("4000001"))
    return user


@pytest.fixture
def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    taken.clear()
    return client


def marker(client: Client, address: str = "/letter/") -> str:
    return re.search(r'name="keep" value="([^"]+)"', client.get(address).content.decode())[1]  # type: ignore[index]


def session_ends(client: Client) -> None:
    client.session.flush()


def log_in(client: Client, user: User, to: str):
    return client.post(to, {"login": user.email, "password": PASSWORD})


def test_a_form_sent_after_the_session_ended_comes_back_after_the_login(browser: Client, user: User) -> None:
    mark = marker(browser, "/letter/?account=4000001")
    session_ends(browser)
    fields = {"keep": mark, "words": "104,250 ūdens", "password": "never", "csrfmiddlewaretoken": "x"}
    response = browser.post("/letter/?account=4000001", fields)
    assert response.url == "/account/login/?next=/letter/%3Faccount%3D4000001"
    assert taken == []
    assert "messages" in browser.get(response.url).content.decode()

    back = log_in(browser, user, response.url)
    assert back.url == "/letter/?account=4000001"
    page = browser.get(back.url).content.decode()
    assert "kept: 104,250 ūdens" in page
    assert "kept: 104,250 ūdens" in browser.get(back.url).content.decode()  # a reload does not lose it

    browser.post("/letter/", {"keep": mark, "words": "104,250 ūdens"})
    assert [form["words"] for form in taken] == ["104,250 ūdens"]
    assert "empty" in browser.get("/letter/").content.decode()
    assert not Draft.objects.exists()
    assert browser.cookies["saime_sent"].value == "letter"


def test_what_is_kept_is_sealed_and_holds_no_secrets(browser: Client, user: User) -> None:
    mark = marker(browser)
    session_ends(browser)
    response = browser.post(
        "/letter/", {"keep": mark, "words": "noslēpums", "new_password": "never", "code": "never"}
    )
    row = Draft.objects.get()
    assert b"nosl" not in bytes(row.sealed)
    log_in(browser, user, response.url)
    request = browser.get("/letter/").wsgi_request
    kept = drafts.kept(request, "letter")
    assert kept is not None
    assert dict(kept.items()) == {"words": "noslēpums"}


def test_nobody_else_on_the_same_machine_sees_it(browser: Client, user: User) -> None:
    mark = marker(browser)
    session_ends(browser)
    browser.post("/letter/", {"keep": mark, "words": "mans"})
    browser.force_login(make_user("cita@example.com"))
    assert "empty" in browser.get("/letter/").content.decode()


def test_a_form_from_elsewhere_is_not_kept(browser: Client, user: User) -> None:
    for mark in ("", "forged", marker(browser)[:-3] + "abc"):
        session_ends(browser)
        response = Client().post("/letter/", {"keep": mark, "words": "x"})
        assert response.url.startswith("/account/login/")
    assert not Draft.objects.exists()


def test_it_is_gone_after_a_day(browser: Client, user: User) -> None:
    mark = marker(browser)
    session_ends(browser)
    response = browser.post("/letter/", {"keep": mark, "words": "x"})
    Draft.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    log_in(browser, user, response.url)
    assert "empty" in browser.get("/letter/").content.decode()
    assert operations.forget_what_is_over(now=timezone.now())["drafts"] == 1


def test_a_form_too_large_is_not_kept(browser: Client) -> None:
    mark = marker(browser)
    session_ends(browser)
    response = browser.post("/letter/", {"keep": mark, "words": "x" * 100_000})
    assert response.url.startswith("/account/login/")
    assert not Draft.objects.exists()


def strict(user: User) -> Client:
    """A browser whose CSRF tokens are checked."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def test_a_stale_token_brings_the_form_back_without_a_login(user: User) -> None:
    client = strict(user)
    mark = marker(client)
    fields = {"keep": mark, "words": "104,250", "csrfmiddlewaretoken": "stale"}
    response = client.post("/letter/", fields, headers={"origin": "http://testserver"})
    assert response.url == "/letter/"
    assert "kept: 104,250" in client.get("/letter/").content.decode()


def test_a_stale_token_and_no_session(user: User) -> None:
    client = strict(user)
    mark = marker(client)
    session_ends(client)
    response = client.post(
        "/letter/", {"keep": mark, "words": "1"}, headers={"referer": "http://testserver/letter/"}
    )
    assert response.url == "/account/login/?next=/letter/"
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_a_foreign_page_cannot_plant_a_form(user: User, origin: str) -> None:
    client = strict(user)
    mark = marker(client)
    response = client.post("/letter/", {"keep": mark, "words": "planted"}, headers={"origin": origin})
    assert response.status_code == 403
    assert not Draft.objects.exists()


def test_a_marker_of_another_login_plants_nothing(user: User) -> None:
    foreign = strict(make_user("cita@example.com"))
    mark = marker(foreign)
    response = strict(user).post(
        "/letter/", {"keep": mark, "words": "x"}, headers={"origin": "http://testserver"}
    )
    assert response.status_code == 403
    assert not Draft.objects.exists()


def test_a_request_of_htmx_is_led_to_the_login_as_a_whole_page(browser: Client) -> None:
    mark = marker(browser)
    session_ends(browser)
    response = browser.post("/letter/", {"keep": mark, "words": "x"}, headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/account/login/?next=/letter/"


def test_housekeeping_forgets_only_what_is_over(user: User) -> None:
    stale = make_user("neapstiprinata@example.com")
    stale.emailaddress_set.update(verified=False)
    User.objects.filter(pk=stale.pk).update(date_joined=timezone.now() - timedelta(days=15))
    gone = operations.forget_what_is_over(now=timezone.now())
    assert gone["logins"] > 0
    assert list(User.objects.values_list("email", flat=True)) == [user.email]
