"""E-mails reach a real server, once it is there; nothing is lost before."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connections, transaction
from tests.residents.houses import NOW
from tests.residents.mailbox import Mailbox, text_of

from saime.residents import mails, outbox, queries
from saime.residents.models import Outbox

LETTERS = {
    "code": lambda language: mails.confirm_email(language, code="ABC-DEF"),
    "reset": lambda language: mails.reset_password(language, url="https://saime.example/r/1"),
    "exists": lambda language: mails.login_exists(language, reset_url="https://saime.example/r/1"),
    "none": mails.no_login,
    "connect": lambda language: mails.connect_code(language, account_no="4000001", code="K7M-4QX-R2D"),
    "invitation": lambda language: mails.invitation(
        language, place="Parauga iela 1-1", inviter="a@example.com", role="tenant", token="t", until=NOW
    ),
    "joined": lambda language: mails.somebody_joined(language, place="Parauga iela 1-1", who="b@example.com"),
    "ended": lambda language: mails.access_ended(language, place="Parauga iela 1-1"),
    "changed": lambda language: mails.security_notice(language, what="password_changed"),
}


def post(to: str = "a@example.com", *, now: datetime = NOW) -> Outbox:
    return outbox.post(LETTERS["code"]("lv"), to=to, now=now)


@pytest.mark.django_db
def test_every_letter_reaches_the_server_in_three_languages(mailbox: Mailbox) -> None:
    for write in LETTERS.values():
        for language in ("lv", "ru", "en"):
            outbox.post(write(language), to="a@example.com", now=NOW)
    mailbox.start()
    assert outbox.send_due(now=NOW).sent == len(LETTERS) * 3

    got = mailbox.mails()
    assert len(got) == len(LETTERS) * 3
    for number in range(0, len(got), 3):
        lv, ru, en = got[number : number + 3]
        assert len({lv["Subject"], ru["Subject"], en["Subject"]}) == 3
        assert len({text_of(lv), text_of(ru), text_of(en)}) == 3
        for mail, language in ((lv, "lv"), (ru, "ru"), (en, "en")):
            assert f'lang="{language}"' in text_of(mail, "html")
            assert "&amp;" not in text_of(mail)
    assert {mail["From"] for mail in got} == {"Saime <saime@saime.example>"}
    assert "K7M-4QX-R2D" in text_of(got[12])
    assert "https://saime.example/connect/" in text_of(got[12])


@pytest.mark.django_db
def test_what_was_sent_is_not_kept_and_not_sent_again(mailbox: Mailbox) -> None:
    row = post()
    mailbox.start()
    outbox.send_due(now=NOW)
    outbox.send_due(now=NOW + timedelta(days=1))
    row.refresh_from_db()
    assert (row.text, row.html, row.sent_at) == ("", "", NOW)
    assert [mail["Message-ID"] for mail in mailbox.mails()] == [row.message_id]


@pytest.mark.django_db
def test_while_the_server_is_down_mail_waits_and_the_page_says_so(mailbox: Mailbox) -> None:
    row = post()
    assert not queries.mail_is_late(NOW)
    assert outbox.send_due(now=NOW).failed == 1
    assert queries.mail_is_late(NOW)
    row.refresh_from_db()
    assert row.next_try_at == NOW + timedelta(seconds=10)

    mailbox.start()
    assert outbox.send_due(now=NOW + timedelta(seconds=5)).sent == 0  # not yet
    assert outbox.send_due(now=NOW + timedelta(seconds=10)).sent == 1
    assert not queries.mail_is_late(NOW)
    assert len(mailbox.mails()) == 1


@pytest.mark.django_db
def test_a_server_that_dies_before_it_answers_gets_it_again_with_the_same_id(mailbox: Mailbox) -> None:
    row = post()
    mailbox.start("crash-after-data")
    assert outbox.send_due(now=NOW).failed == 1
    mailbox.stop()
    mailbox.start()
    assert outbox.send_due(now=NOW + timedelta(minutes=1)).sent == 1
    assert [mail["Message-ID"] for mail in mailbox.mails()] == [row.message_id] * 2


@pytest.mark.django_db
def test_a_mailbox_that_is_not_there_is_given_up_and_makes_nobody_wait(mailbox: Mailbox) -> None:
    row = post()
    mailbox.start("reject")
    outbox.send_due(now=NOW)
    row.refresh_from_db()
    assert (row.next_try_at, row.sent_at, row.text) == (None, None, "")
    assert not queries.mail_is_late(NOW)


@pytest.mark.django_db
def test_a_code_that_has_expired_is_not_sent_any_more(mailbox: Mailbox) -> None:
    post()
    mailbox.start()
    outbox.send_due(now=NOW + timedelta(hours=1))
    assert mailbox.mails() == []


@pytest.mark.django_db
def test_no_address_stands_in_the_log(mailbox: Mailbox, caplog: pytest.LogCaptureFixture) -> None:
    post("slepens@example.com")
    outbox.send_due(now=NOW)
    assert "was not taken" in caplog.text
    assert "slepens" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_sent(mailbox: Mailbox) -> None:
    with transaction.atomic():
        post()
        transaction.set_rollback(True)
    mailbox.start()
    assert outbox.send_due(now=NOW).sent == 0


@pytest.mark.django_db(transaction=True)
def test_several_senders_share_the_work(mailbox: Mailbox) -> None:
    for number in range(30):
        post(f"p{number}@example.com")
    mailbox.start()

    def send(_sender: int) -> int:
        try:
            return outbox.send_due(now=NOW).sent
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(4))) == 30
    assert len({mail["To"] for mail in mailbox.mails()}) == len(mailbox.mails()) == 30


@pytest.mark.django_db(transaction=True)
def test_the_thread_of_a_process_sends_after_the_commit(mailbox: Mailbox, settings) -> None:
    settings.SAIME_MAIL_THREAD = False
    mailbox.start()
    keep_on = threading.Event()
    keep_on.set()

    def sender() -> None:
        try:
            outbox.run(keep_on.is_set)
        finally:
            connections.close_all()

    thread = threading.Thread(target=sender)
    thread.start()
    try:
        now = datetime.now(NOW.tzinfo)
        with transaction.atomic():
            post(now=now)
        for _wait in range(200):
            outbox._wanted.set()
            if Outbox.objects.filter(sent_at__isnull=False).exists():
                break
            threading.Event().wait(0.05)
    finally:
        keep_on.clear()
        outbox._wanted.set()
        thread.join(20)
    assert len(mailbox.mails()) == 1
