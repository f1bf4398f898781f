"""Log in, log out, passwords, the second step, limits."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from tests.residents.houses import PASSWORD, give, make_account, make_user

from saime.residents.models import Outbox, Tries, User

pytestmark = pytest.mark.django_db
EMAIL = "iedzivotaja@example.com"


@pytest.fixture
def user() -> User:
    user = make_user(EMAIL)
    give(user, make_account("4000001"))
    return user


def log_in(client: Client, password: str = PASSWORD, **more: str):
    return client.post("/account/login/", {"login": EMAIL, "password": password, **more})


def test_logging_in_and_out(client: Client, user: User) -> None:
    assert log_in(client).url == "/"
    assert client.get("/settings/").status_code == 200
    assert client.get("/account/logout/").status_code == 200  # asks; a link does not log out
    assert client.get("/settings/").status_code == 200
    assert client.post("/account/logout/").status_code == 302
    assert client.get("/settings/").url == "/account/login/?next=/settings/"
    assert not Session.objects.filter(session_key=client.cookies["sessionid"].value).exists()


def test_one_comes_back_to_where_one_wanted(client: Client, user: User) -> None:
    assert log_in(client, next="/settings/access/").url == "/settings/access/"
    assert log_in(Client(), next="https://evil.example/").url == "/"


def test_staying_logged_in_is_a_choice(client: Client, user: User) -> None:
    log_in(client)
    assert client.session.get_expire_at_browser_close()
    other = Client()
    log_in(other, remember="on")
    assert not other.session.get_expire_at_browser_close()


def test_wrong_password_and_unknown_email_are_told_the_same(client: Client, user: User) -> None:
    def said(login: str) -> str:
        response = client.post("/account/login/", {"login": login, "password": "nepareiza parole"})
        text = response.content.decode().replace(login, "X")
        return re.sub(r'value="\w{64}"|"X-CSRFToken": "\w+"', "", text)

    assert said(EMAIL) == said("nav@example.com")


def test_after_five_wrong_passwords_even_the_right_one_waits(client: Client, user: User) -> None:
    for _try in range(5):
        log_in(client, "nepareiza parole")
    response = log_in(client)
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session
    Tries.objects.update(until=timezone.now())
    assert log_in(client).url == "/"


def test_right_passwords_do_not_count(client: Client, user: User) -> None:
    for _login in range(8):
        assert log_in(Client()).url == "/"


def test_a_flood_from_one_address_gets_a_clear_page(client: Client, user: User, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    log_in(client, "x")
    log_in(client, "x")
    response = log_in(client)
    assert response.status_code == 429
    assert b"15" in response.content


def test_a_forgotten_password_is_replaced_by_a_link(client: Client, user: User) -> None:
    assert client.get("/account/password/reset/").status_code == 200
    assert client.post("/account/password/reset/", {"email": EMAIL}).status_code == 302
    assert client.get("/account/password/reset/done/").status_code == 200
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", Outbox.objects.get().text)
    assert link is not None
    form = client.get(link[1], follow=True)
    assert form.status_code == 200
    address = form.redirect_chain[-1][0]
    assert client.post(address, {"password1": "pavisam jauna parole"}).url == "/"  # logged in at once
    assert client.get("/settings/").status_code == 200
    assert log_in(Client(), "pavisam jauna parole").url == "/"
    assert client.get(link[1]).status_code == 200  # says that it was used
    assert Outbox.objects.filter(kind="security_notice").exists()


def test_an_unknown_email_gets_the_same_page_and_a_letter(client: Client) -> None:
    assert client.post("/account/password/reset/", {"email": "nav@example.com"}).status_code == 302
    assert Outbox.objects.get().kind == "no_login"


def test_changing_the_password_logs_the_other_devices_out(client: Client, user: User) -> None:
    other = Client()
    log_in(client)
    log_in(other)
    assert client.get("/account/password/change/").status_code == 200
    wrong = client.post(
        "/account/password/change/", {"oldpassword": "nav ta", "password1": "pavisam jauna parole"}
    )
    assert wrong.status_code == 200
    changed = client.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": "pavisam jauna parole"}
    )
    assert changed.url == "/settings/security/"
    assert client.get("/settings/").status_code == 200
    assert other.get("/settings/").status_code == 302


def test_changing_the_email_needs_the_new_mailbox(client: Client, user: User) -> None:
    log_in(client)
    assert client.get("/account/email/").status_code == 200
    response = client.post("/account/email/", {"email": "jauna@example.com", "action_add": "1"})
    assert response.url == "/account/confirm-email/"
    assert client.get("/account/confirm-email/").status_code == 200
    user.refresh_from_db()
    assert user.email == EMAIL
    letter = Outbox.objects.get(recipient="jauna@example.com")
    code = re.search(r"^    (\S+)$", letter.text, re.MULTILINE)[1]  # type: ignore[index]
    client.post("/account/confirm-email/", {"action": "verify", "code": code})
    user.refresh_from_db()
    assert user.email == "jauna@example.com"
    assert Outbox.objects.filter(recipient=EMAIL, kind="security_notice").exists()  # the old one is warned


def app_code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def say_password_again(client: Client) -> None:
    assert client.post("/account/reauthenticate/?next=/settings/", {"password": PASSWORD}).url == "/settings/"


def test_the_second_step(client: Client, user: User) -> None:
    log_in(client)
    say_password_again(client)
    page = client.get("/account/2fa/totp/activate/")
    assert page.status_code == 200
    secret = client.session["mfa.totp.secret"]
    wrong = client.post("/account/2fa/totp/activate/", {"code": "000000"})
    assert wrong.status_code == 200
    response = client.post("/account/2fa/totp/activate/", {"code": app_code(secret)})
    assert response.url == "/account/2fa/recovery-codes/"
    codes = re.findall(r"<li>(\d{8})</li>", client.get(response.url).content.decode())
    assert len(codes) == 10
    assert client.get("/account/2fa/recovery-codes/download/").content.decode().split() == codes
    assert client.get("/settings/security/").status_code == 200
    assert client.get("/account/2fa/").url == "/settings/security/"

    other = Client()
    assert log_in(other).url.startswith("/account/2fa/authenticate/")
    assert other.get("/account/2fa/authenticate/").status_code == 200
    assert other.get("/settings/").status_code == 302  # not in yet
    assert other.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert other.post("/account/2fa/authenticate/", {"code": codes[0]}).url == "/"
    assert other.get("/settings/").status_code == 200

    third = Client()
    log_in(third)
    assert third.post("/account/2fa/authenticate/", {"code": codes[0]}).status_code == 200  # used

    assert client.get("/account/2fa/totp/deactivate/").status_code == 200
    assert client.post("/account/2fa/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()


def test_what_changes_the_login_asks_for_the_password_again(client: Client, user: User) -> None:
    client.force_login(user)  # a session without a fresh password
    response = client.get("/account/2fa/totp/activate/")
    assert response.url.startswith("/account/reauthenticate/")
    assert client.get(response.url).status_code == 200
    assert client.post(response.url, {"password": "nav ta"}).status_code == 200
    response = client.post(response.url, {"password": PASSWORD})
    assert response.status_code == 302


def test_the_office_is_behind_the_same_login(client: Client, user: User) -> None:
    response = client.get("/office/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/account/login/")
    client.force_login(user)
    assert client.get("/office/login/").status_code == 403


def test_a_superuser_needs_no_mailbox(client: Client) -> None:
    User.objects.create_superuser(EMAIL, PASSWORD)
    assert log_in(client).url == "/"
    assert client.get("/office/").status_code == 200
    for page in ("user", "access", "invitation", "connectcode", "staffview", "outbox"):
        assert client.get(f"/office/residents/{page}/").status_code == 200


def test_logging_in_costs_few_statements(client: Client, user: User, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(17):
        assert log_in(client).url == "/"


def test_a_superuser_adds_a_colleague_who_chooses_a_password(client: Client) -> None:
    client.force_login(User.objects.create_superuser(EMAIL, PASSWORD))
    colleague = {"email": "Kolega@example.com", "name": "Kolēģe", "language": "lv", "is_staff": "on"}
    assert client.post("/office/residents/user/add/", colleague).status_code == 302
    added = User.objects.get(email="kolega@example.com")
    assert not added.has_usable_password()
    assert client.get(f"/office/residents/user/{added.pk}/change/").status_code == 200

    other = Client()
    other.post("/account/password/reset/", {"email": added.email})
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", Outbox.objects.get().text)
    assert link is not None
    address = other.get(link[1], follow=True).redirect_chain[-1][0]
    assert other.post(address, {"password1": "pavisam jauna parole"}).url == "/"


def test_staff_without_rights_neither_add_nor_raise_anybody(client: Client, user: User) -> None:
    client.force_login(make_user("darbiniece@example.com", is_staff=True))
    assert client.get("/office/residents/user/add/").status_code == 403
    assert client.post(f"/office/residents/user/{user.pk}/change/", {"is_superuser": "on"}).status_code == 403
    user.refresh_from_db()
    assert not user.is_superuser
