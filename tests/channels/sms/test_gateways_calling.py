"""Gateways call us: Kannel's posts and reports, signed webhooks; and those who only claim to be gateways."""

from __future__ import annotations

import base64
import json
import threading
from typing import Any

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.test import Client
from tests.channels.sms.texting import IN_WINDOW, PHONE, registered, text

from saime.channels.sms.gateways.config import UnableToReadSettings, kannel, smpp, webhook
from saime.channels.sms.gateways.kannel import report_url
from saime.channels.sms.gateways.signatures import sign
from saime.channels.sms.models import IncomingMessage, OutgoingMessage
from saime.channels.sms.operations.locking import lock_sender
from saime.channels.sms.rules import limits
from saime.estate.models import Account
from saime.metering.models import Submission

SECRET, OLD_SECRET = "a-new-secret-long-enough", "an old secret long enough"
NOW = int(IN_WINDOW.timestamp())
pytestmark = pytest.mark.usefixtures("flat", "now_in_window")


@pytest.fixture
def now_in_window(flat: Account) -> Any:
    with time_machine.travel(IN_WINDOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def told(settings: Any) -> None:
    settings.SMS = {
        "SAIME_SMS_KANNEL_SECRET": SECRET, "SAIME_SMS_KANNEL_PASSWORD": "p",
        "SAIME_SMS_WEBHOOK_SECRET": f"{SECRET},{OLD_SECRET}",
    }  # fmt: skip


def by_kannel(
    body: bytes, *, secret: str = SECRET, id_: str = "k1", charset: str = "UTF-8", **headers: str
) -> Any:
    values = {
        "X-Kannel-From": PHONE,
        "X-Kannel-Time": "2026-11-26 10:00:00",
        "X-Kannel-Coding": "0",
        **headers,
    }
    return Client().generic(
        "POST",
        f"/sms/kannel/message/?secret={secret}&id={id_}", body, content_type=f"text/plain; charset={charset}",
        headers=values,
    )  # fmt: skip


def hook(
    path: str, payload: Any, *, secret: str = SECRET, at: int = NOW, signature: str | None = None
) -> Any:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signed = sign(secret, at, body) if signature is None else signature
    return Client().post(
        f"/sms/webhook/{path}/", body, content_type="application/json",
        headers={"X-Saime-Timestamp": str(at), "X-Saime-Signature": signed},
    )  # fmt: skip


def message(**values: Any) -> dict[str, Any]:
    return {"id": "h1", "from": PHONE, "to": "1881", "text": "K 128 A 127", **values}


# Kannel


def test_kannel_brings_a_text_and_gets_an_empty_answer() -> None:
    response = by_kannel(b"K 128 A 127")
    assert (response.status_code, response.content) == (200, b"")
    assert set(registered()) == {"11223344", "55667788"}
    assert IncomingMessage.objects.get().received_at == IN_WINDOW
    assert by_kannel(b"K 128 A 127").status_code == 200
    assert Submission.objects.filter(channel="sms").count() == 2


@pytest.mark.parametrize(
    ("body", "charset", "coding"),
    [
        ("Г 128 Х 127".encode("utf-16-be"), "UTF-16BE", "2"), ("Г 128 Х 127".encode("utf-16-be"), '"UTF-16BE"', "2"),
        (b"K 128 A 127", "", "0"), ("Г 128 Х 127".encode("utf-16-be"), "", "2"),
        (b"K 128 A 127", "ISO-8859-1", ""),
    ],
)  # fmt: skip
def test_every_encoding_of_kannels_is_read(body: bytes, charset: str, coding: str) -> None:
    assert by_kannel(body, charset=charset, **{"X-Kannel-Coding": coding}).status_code == 200
    assert set(registered()) == {"11223344", "55667788"}


@pytest.mark.parametrize(
    ("body", "charset", "headers", "problem"),
    [
        (b"K 128", "klingon", {}, "encoding"), (b"\xff\xfe\xfa", "UTF-8", {}, "encoding"),
        (b"K", "x-user-defined", {}, "encoding"),
        (b"\x00\x01\xff", "UTF-8", {"X-Kannel-Coding": "1"}, "binary"),
        (b"ringtone", "UTF-8", {"X-Kannel-UDH": "06050415820000"}, "binary"),
        (b"K " + b"9" * 100_000, "UTF-8", {}, "too_long"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_kept_and_answered(
    body: bytes, charset: str, headers: dict[str, str], problem: str
) -> None:
    assert by_kannel(body, charset=charset, **headers).status_code == 200
    row = IncomingMessage.objects.get()
    assert (row.outcome, row.problem) == ("unreadable", problem)
    assert OutgoingMessage.objects.count() == 1


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "x", "š"])
def test_kannels_secret_is_needed(secret: str) -> None:
    assert by_kannel(b"K 128", secret=secret).status_code == 403
    assert IncomingMessage.objects.count() == 0


def test_kannel_may_be_bound_to_its_address(settings: Any) -> None:
    settings.SMS = {**settings.SMS, "SAIME_SMS_KANNEL_HOSTS": "10.0.0.7"}
    assert by_kannel(b"K 128").status_code == 403
    settings.SMS = {**settings.SMS, "SAIME_SMS_KANNEL_HOSTS": "10.0.0.7, 127.0.0.1"}
    assert by_kannel(b"K 128").status_code == 200


def test_without_an_id_or_a_sender_kannel_is_told() -> None:
    assert by_kannel(b"K 128", id_="").status_code == 400
    assert by_kannel(b"K 128", **{"X-Kannel-From": ""}).status_code == 400
    assert Client().get("/sms/kannel/message/").status_code == 405


@pytest.mark.parametrize("path", ["kannel/message/?secret=x", "webhook/messages/"])
def test_a_body_of_megabytes_is_refused(path: str) -> None:
    body = b"K" * (1024 * 1024 + 1)
    if path.startswith("kannel"):
        assert by_kannel(body).status_code == 413
    else:
        assert hook("messages", body).status_code == 413
    assert IncomingMessage.objects.count() == 0


def test_too_many_at_once_are_to_be_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ALL_A_MINUTE", 0)
    response = by_kannel(b"K 128")
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert IncomingMessage.objects.count() == 0
    monkeypatch.setattr(limits, "ALL_A_MINUTE", 10)
    assert by_kannel(b"K 128").status_code == 200
    assert "11223344" in registered()


@pytest.mark.django_db(transaction=True)
def test_what_the_database_cannot_take_now_is_to_be_sent_again() -> None:
    """Somebody holds the sender for longer than we wait."""
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock_sender(PHONE)
            held.set()
            let_go.wait(60)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(60)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    assert by_kannel(b"K 128").status_code == 503
    let_go.set()
    holder.join()
    assert by_kannel(b"K 128").status_code == 200
    assert "11223344" in registered()


def test_kannel_reports_under_a_signed_address() -> None:
    text("HELP")
    own = kannel()
    assert own is not None
    path = report_url(own, str(OutgoingMessage.objects.get().token)).removeprefix(own.callback)
    wrong = path.replace("signature=", "signature=0")
    assert Client().get(wrong.replace("%d", "1")).status_code == 403
    for kind, state in (
        ("8", "queued"),
        ("4", "queued"),
        ("x", "queued"),
        ("1", "delivered"),
        ("2", "delivered"),
    ):
        at = path.replace("%d", kind).replace("%T", str(NOW)).replace("%A", "stat%3ADELIVRD")
        assert Client().get(at).status_code == 200
        assert OutgoingMessage.objects.get().state == state
    other = report_url(own, "no-token").removeprefix(own.callback)
    assert Client().get(other).status_code == 200  # says nothing: no kind
    assert Client().get(other.replace("%d", "1")).status_code == 400


# Webhooks


def test_a_signed_message_is_taken_once() -> None:
    first = hook("messages", message())
    assert (first.status_code, first.json()) == (200, {"id": "h1", "outcome": "submitted", "new": True})
    played_again = hook("messages", message())
    assert (played_again.status_code, played_again.json()["new"]) == (200, False)
    assert Submission.objects.filter(channel="sms").count() == 2
    assert OutgoingMessage.objects.count() == 1
    assert hook("messages", message(id="h2", text="K 129"), secret=OLD_SECRET).status_code == 200


@pytest.mark.parametrize(
    "forged",
    [
        {"signature": ""}, {"signature": "sha256=00"}, {"secret": "another secret long enough"}, {"at": NOW - 301},
        {"at": NOW + 301}, {"signature": sign(SECRET, NOW, b"{}")}, {"signature": "sha256=" + "š" * 64},
    ],
)  # fmt: skip
def test_forged_or_old_signatures_open_nothing(forged: dict[str, Any]) -> None:
    response = hook("messages", message(), **forged)
    assert response.status_code == 403
    assert SECRET not in response.content.decode()
    assert IncomingMessage.objects.count() == 0
    assert hook("reports", {"id": "x", "status": "delivered"}, **forged).status_code == 403


@pytest.mark.parametrize("timestamp", ["", "yesterday", "-1", "9" * 30, "１２３"])
def test_a_time_that_is_none(timestamp: str) -> None:
    body = json.dumps(message()).encode()
    response = Client().post(
        "/sms/webhook/messages/", body, content_type="application/json",
        headers={"X-Saime-Timestamp": timestamp, "X-Saime-Signature": sign(SECRET, NOW, body)},
    )  # fmt: skip
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (b"not json", "JSON"), (b"\xff", "JSON"), (b"[]", "object"), (b"[" * 100_000, "JSON"), (b"{}", "text"),
        ({"id": "", "from": PHONE, "text": "K 1"}, "id"), ({"id": 7, "from": PHONE, "text": "K 1"}, "id"),
        ({"id": "1", "from": PHONE}, "text"), (message(data="%%%"), "data"),
        (message(received_at="soon"), "received_at"),
        (message(received_at="2026-11-26T10:00:00"), "time zone"),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_with_a_sentence(payload: Any, said: str) -> None:
    response = hook("messages", payload)
    assert response.status_code == 400
    assert said in response.content.decode()
    assert IncomingMessage.objects.count() == 0


def test_odd_letters_and_binary_data_are_kept() -> None:
    assert hook("messages", message(text="K 128\x00\ud800 A 127")).json()["outcome"] == "submitted"
    data = base64.b64encode(b"\x00\x01").decode()
    assert hook("messages", {"id": "b", "from": PHONE, "data": data}).json()["outcome"] == "unreadable"
    assert hook("messages", message(id="l", text="K" * 900_000)).json()["outcome"] == "unreadable"


def test_a_clock_a_year_off_does_not_move_a_reading() -> None:
    hook("messages", message(received_at="2025-11-26T10:00:00+02:00"))
    assert IncomingMessage.objects.get().received_at == IN_WINDOW


def test_a_hosted_gateway_reports() -> None:
    text("HELP", gateway="webhook")
    token = str(OutgoingMessage.objects.get().token)
    assert hook("reports", {"id": token, "status": "accepted"}).status_code == 200
    assert (
        hook("reports", {"id": token, "status": "delivered", "at": "2026-11-26T12:01:00+02:00"}).status_code
        == 200
    )
    assert OutgoingMessage.objects.get().state == "delivered"
    assert hook("reports", {"id": token, "status": "eaten"}).status_code == 400
    assert hook("reports", {"id": "no-uuid", "status": "delivered"}).status_code == 400
    assert hook("reports", {"id": "0" * 32, "status": "delivered"}).status_code == 404


# Settings


def test_nothing_is_open_where_nothing_is_set(settings: Any) -> None:
    settings.SMS = {}
    assert by_kannel(b"K 128").status_code == 404
    assert Client().get("/sms/kannel/report/").status_code == 404
    assert hook("messages", message()).status_code == 404
    assert (kannel(), webhook(), smpp()) == (None, None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"KANNEL_SECRET": "short"}, {"WEBHOOK_SECRET": f"{SECRET},short"}, {"SMPP_HOST": "h", "SMPP_PORT": "x"},
        {"SMPP_HOST": "h", "SMPP_ALPHABET": "morse"}, {"SMPP_HOST": "h", "SMPP_RATE": "0"},
    ],
)  # fmt: skip
def test_settings_that_do_not_do_are_said(settings: Any, wrong: dict[str, str]) -> None:
    settings.SMS = {f"SAIME_SMS_{name}": value for name, value in wrong.items()}
    with pytest.raises(UnableToReadSettings, match="SAIME_SMS_"):
        [kannel(), webhook(), smpp()]
    if "KANNEL_SECRET" in wrong:
        assert by_kannel(b"K 128", secret="short").status_code == 503


def test_secrets_are_not_shown() -> None:
    assert SECRET not in repr(kannel())
    assert SECRET not in repr(webhook())
