"""From the bill to the first page: two steps and a code from an e-mail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.residents.houses import PASSWORD, give, make_account, make_user

from saime.estate.models import Account
from saime.residents import operations, outbox
from saime.residents.models import Access, ConnectCode, Outbox, User

pytestmark = pytest.mark.django_db
EMAIL = "jauna@example.com"


@pytest.fixture
def flat() -> Account:
    return make_account("4000001", email="konta@example.com")


@pytest.fixture
def code(flat: Account) -> str:
    return operations.issue_connect_code(flat.pk, timezone.now())


def connect(client: Client, number: str, code: str):
    return client.post("/connect/", {"account_no": number, "code": code})


def sign_up(client: Client, email: str = EMAIL, password: str = PASSWORD):
    return client.post("/account/signup/", {"email": email, "password1": password})


def last_code() -> str:
    letter = Outbox.objects.order_by("id").last()
    assert letter is not None
    return re.search(r"^    (\S+)$", letter.text, re.MULTILINE)[1]  # type: ignore[index]


def confirm(client: Client, typed: str):
    return client.post("/account/confirm-email/", {"action": "verify", "code": typed})


def accounts(email: str = EMAIL) -> list[tuple[str, str]]:
    return list(
        Access.objects.filter(user__email=email, ended_at=None).values_list("account__account_no", "role")
    )


def test_a_resident_signs_up(client: Client, flat: Account, code: str) -> None:
    assert client.get("/connect/").status_code == 200
    assert connect(client, " 4000001 ", code.lower()).url == "/account/signup/"
    assert client.get("/account/signup/").status_code == 200
    assert sign_up(client).url == "/account/confirm-email/"
    assert client.get("/account/confirm-email/").status_code == 200
    assert accounts() == []  # nothing is opened before the mailbox is proven
    assert ConnectCode.objects.get().used_at is None

    assert confirm(client, last_code()).url == "/"
    assert accounts() == [("4000001", "owner")]
    assert ConnectCode.objects.get().used_by.email == EMAIL
    assert client.get("/settings/").status_code == 200


def test_without_a_code_there_is_no_sign_up(client: Client, flat: Account) -> None:
    assert client.get("/account/signup/").url == "/connect/"
    assert sign_up(client).url == "/connect/"
    assert not User.objects.exists()


def test_a_wrong_code_and_an_unknown_number_look_the_same(client: Client, flat: Account, code: str) -> None:
    wrong = connect(client, "4000001", "AAA-AAA-AAA").content.decode().replace("4000001", "X")
    unknown = connect(client, "9999999", "AAA-AAA-AAA").content.decode().replace("9999999", "X")
    without_tokens = [re.sub(r'value="\w{64}"|"X-CSRFToken": "\w+"', "", text) for text in (wrong, unknown)]
    assert without_tokens[0] == without_tokens[1]


def test_after_too_many_tries_a_clear_page(client: Client, flat: Account, code: str) -> None:
    for _try in range(5):
        assert connect(client, "4000001", "AAA-AAA-AAA").status_code == 200
    response = connect(client, "4000001", code)
    assert response.status_code == 429
    assert b"15" in response.content


def test_a_mistyped_email_is_corrected_and_the_stranger_gets_nothing(client: Client, code: str) -> None:
    connect(client, "4000001", code)
    sign_up(client, "juana@example.com")
    client.post("/account/confirm-email/", {"action": "change", "email": EMAIL})
    assert Outbox.objects.order_by("id").last().recipient == EMAIL
    confirm(client, last_code())
    assert accounts() == [("4000001", "owner")]
    assert not User.objects.filter(email="juana@example.com").exists()


def test_a_wrong_email_code_is_told_and_five_are_too_many(client: Client, code: str) -> None:
    connect(client, "4000001", code)
    sign_up(client)
    for _try in range(4):
        assert confirm(client, "000-000").status_code == 200
    assert confirm(client, "000-000").status_code == 302
    assert accounts() == []
    # Logging in begins the confirmation anew: the person is not stuck.
    cache.clear()
    response = client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert response.url.startswith("/account/confirm-email/")
    assert confirm(client, last_code()).url == "/"
    assert accounts() == [("4000001", "owner")]


def test_whoever_has_a_login_already_is_told_by_email_only(client: Client, code: str) -> None:
    make_user(EMAIL)
    connect(client, "4000001", code)
    assert sign_up(client).url == "/account/confirm-email/"
    page = client.get("/account/confirm-email/")
    assert page.status_code == 200
    letter = Outbox.objects.order_by("id").last()
    assert letter.kind == "login_exists"
    assert User.objects.count() == 1


def test_one_with_a_login_logs_in_and_what_was_shown_is_added(client: Client, code: str) -> None:
    make_user(EMAIL)
    connect(client, "4000001", code)
    response = client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert response.url == "/"
    assert accounts() == [("4000001", "owner")]


def test_a_second_home_is_added_while_logged_in(client: Client, code: str) -> None:
    user = make_user(EMAIL)
    give(user, make_account("4000002", "2"))
    client.force_login(user)
    assert client.get("/connect/").status_code == 200
    assert connect(client, "4000001", code).url == "/"
    assert sorted(accounts()) == [("4000001", "owner"), ("4000002", "owner")]


def test_who_comes_too_late_with_a_code_is_told_and_keeps_the_login(client: Client, code: str) -> None:
    connect(client, "4000001", code)
    sign_up(client)
    quicker = Client()
    quicker.force_login(make_user("cits@example.com"))
    connect(quicker, "4000001", code)
    confirmed = confirm(client, last_code_of(EMAIL))
    assert confirmed.url == "/connect/"
    page = client.get("/connect/")
    assert page.status_code == 200
    assert accounts() == []


def last_code_of(email: str) -> str:
    letter = Outbox.objects.filter(recipient=email, kind="confirm_email").order_by("id").last()
    assert letter is not None
    return re.search(r"^    (\S+)$", letter.text, re.MULTILINE)[1]  # type: ignore[index]


def test_a_weak_password_is_refused_with_what_to_do(client: Client, code: str) -> None:
    connect(client, "4000001", code)
    for weak in ("short", "1234567890", EMAIL):
        assert sign_up(client, password=weak).status_code == 200
    assert not User.objects.exists()


def test_have_a_code_sent(client: Client, flat: Account) -> None:
    for number in ("4000001", "9999999"):
        response = client.post("/connect/code/", {"account_no": number})
        assert response.url == "/connect/code/sent/"
    assert client.get(response.url).status_code == 200
    assert Outbox.objects.get().recipient == "konta@example.com"


def test_the_session_changes_at_the_login(client: Client) -> None:
    make_user(EMAIL)
    client.get("/account/login/")
    client.post("/connect/", {"account_no": "1", "code": "1"})
    session = client.session
    session["x"] = 1
    session.save()
    before = client.cookies["sessionid"].value if "sessionid" in client.cookies else session.session_key
    client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert client.cookies["sessionid"].value != before


def test_mail_late_is_said_on_the_page_that_waits_for_it(client: Client, code: str, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    connect(client, "4000001", code)
    sign_up(client)
    fragment = {"HTTP_HX_REQUEST": "true"}
    assert client.get("/mail-status/", **fragment).status_code == 204
    outbox.send_due(now=timezone.now())
    assert client.get("/mail-status/", **fragment).status_code == 200
    assert client.get("/mail-status/").status_code == 200
    # ... and when the server is back the code still arrives and works.
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    typed = last_code()
    outbox.send_due(now=timezone.now() + timedelta(minutes=1))
    from django.core import mail

    assert typed in mail.outbox[0].body
    assert confirm(client, typed).url == "/"
