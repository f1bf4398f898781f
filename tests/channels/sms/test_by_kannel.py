"""A text to Kannel's fake network → its reading registered → the answer at the phone → its delivery reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer
from tests.channels.sms.kannel import TEMPLATE, Network, free_ports, network, running, until
from tests.channels.sms.texting import PHONE, make_flat

from saime.channels.sms import sender
from saime.channels.sms.gateways import config, kannel_boxes
from saime.channels.sms.models import IncomingMessage, OutgoingMessage
from saime.channels.sms.rules import limits
from saime.estate.models import Account
from saime.metering.models import Meter, RegisteredReading
from saime.platform.models import Policy

SECRET = "a secret & long, with signs"
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Kannel:
    port: int
    folder: Path


@pytest.fixture
def flat() -> Account:
    """Its readings are taken all month long: these tests run on any day."""
    Policy.objects.create(policy="window_sms", value="1-last", valid_from=date(2020, 1, 1))
    account = make_flat()
    Meter.objects.update(installed_on=date(2020, 1, 10))
    return account


@pytest.fixture
def kannel(live_server: LiveServer, settings: Any, tmp_path: Path) -> Iterator[Kannel]:
    fake, sendsms = free_ports(2)
    settings.SMS = {
        "SAIME_SMS_KANNEL_SECRET": SECRET, "SAIME_SMS_KANNEL_PASSWORD": "p4ss", "SAIME_SMS_FROM": "1881",
        "SAIME_SMS_KANNEL_URL": f"http://127.0.0.1:{sendsms}/cgi-bin/sendsms",
        "SAIME_SMS_KANNEL_CALLBACK": live_server.url,
    }  # fmt: skip
    own = config.kannel()
    assert own is not None
    with running(own, tmp_path / "kannel", fake) as folder:
        yield Kannel(fake, folder)


def readings() -> dict[str, str]:
    rows = RegisteredReading.objects.values_list("meter__meter_no", "value", "channel")
    return {number: f"{value} {channel}" for number, value, channel in rows}


def at_the_phone(phones: Network) -> str:
    """Send what waits until something arrives."""

    def look() -> str:
        sender.send_due()
        return "" if phones.arrived.empty() else phones.arrived.get()

    return until(look)


def test_from_a_text_to_the_report_of_its_answer(flat: Account, kannel: Kannel) -> None:
    with network(kannel.port, f"{PHONE} 1881 text RAD 1234567 K 104,5 A 103.25") as phones:
        until(readings)
        until(lambda: IncomingMessage.objects.filter(outcome="submitted").exists())
        arrived = at_the_phone(phones)
        until(lambda: OutgoingMessage.objects.filter(state="delivered").exists())
    assert readings() == {"11223344": "104.500 sms", "55667788": "103.250 sms"}
    answer = OutgoingMessage.objects.get()
    assert arrived == f"1881 {PHONE} text {answer.text}"
    assert answer.text.startswith("Registrets: K 104,5")
    assert set(answer.reports.values_list("report", flat=True)) == {"accepted", "delivered"}
    logs = "".join(file.read_text(errors="replace") for file in kannel.folder.glob("*.log"))
    assert PHONE not in logs
    assert "104,5" not in logs


def test_russian_letters_there_and_back(flat: Account, kannel: Kannel) -> None:
    Account.objects.update(language="ru")
    letters = "".join(f"%{octet:02X}" for octet in "Г 104 Х 103".encode("utf-16-be"))
    with network(kannel.port, f"{PHONE} 1881 ucs2 {letters}") as phones:
        until(lambda: IncomingMessage.objects.filter(outcome="submitted").exists())
        at_the_phone(phones)
        until(lambda: OutgoingMessage.objects.filter(state="delivered").exists())
    assert readings() == {"11223344": "104.000 sms", "55667788": "103.000 sms"}
    assert IncomingMessage.objects.get().text == "Г 104 Х 103"
    assert OutgoingMessage.objects.get().coding == "ucs2"


def test_binary_data_is_kept_and_answered(flat: Account, kannel: Kannel) -> None:
    with network(kannel.port, f"{PHONE} 1881 data %00%01%FF") as phones:
        until(lambda: IncomingMessage.objects.filter(outcome="unreadable").exists())
        assert "tikai tekstu" in at_the_phone(phones)
    assert bytes(IncomingMessage.objects.get().raw or b"") == b"\x00\x01\xff"


def test_what_we_cannot_take_now_is_offered_again(
    flat: Account, kannel: Kannel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(limits, "ALL_A_MINUTE", 0)
    with network(kannel.port, f"{PHONE} 1881 text K 104,5"):
        until(lambda: "Service Unavailable: /sms/kannel/message/" in caplog.text)
        assert readings() == {}
        monkeypatch.setattr(limits, "ALL_A_MINUTE", 100)
        until(readings)
    assert readings() == {"11223344": "104.500 sms"}
    assert IncomingMessage.objects.count() == 1


# The start command's parts


def test_the_configuration_is_its_owners_alone_and_filled_in(kannel: Kannel) -> None:
    file = kannel.folder / "kannel.conf"
    text = file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    assert "@" not in text
    assert "secret=a%20secret%20%26%20long%2C%20with%20signs&id=%I" in text


def own(**values: Any) -> config.KannelConfig:
    facts: dict[str, Any] = {
        "secret": SECRET, "url": "http://127.0.0.1:13013/x", "username": "u", "password": "p", "callback": "http://c",
        "hosts": frozenset(), "sender": "",
    }  # fmt: skip
    return config.KannelConfig(**facts | values)


def test_what_cannot_be_started_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(kannel_boxes.UnableToStartKannel, match="SAIME_SMS_KANNEL_PASSWORD"):
        kannel_boxes.start(own(password=""), TEMPLATE, tmp_path)
    with pytest.raises(kannel_boxes.UnableToStartKannel, match="quotation"):
        kannel_boxes.start(own(password='p"'), TEMPLATE, tmp_path)
    with pytest.raises(kannel_boxes.UnableToStartKannel, match="cannot be read"):
        kannel_boxes.start(own(), tmp_path / "nowhere.conf", tmp_path)
    odd = tmp_path / "odd.conf"
    odd.write_text("group = core\nadmin-port = @ODD@\n")
    with pytest.raises(kannel_boxes.UnableToStartKannel, match="ODD"):
        kannel_boxes.start(own(), odd, tmp_path)
    odd.write_text("group = nonsense\n")
    with pytest.raises(kannel_boxes.UnableToStartKannel, match="does not start"):
        kannel_boxes.start(own(), odd, tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(kannel_boxes, "_PLACES", ())
    with pytest.raises(kannel_boxes.UnableToStartKannel, match="apt-get install kannel"):
        kannel_boxes.start(own(), TEMPLATE, tmp_path)
