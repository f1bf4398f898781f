"""SMPP 3.4 against smpp.twisted3's server: in, out, receipts, long messages, throttling, a connection that breaks."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from tests.channels.sms.centre import Centre, centre, connected
from tests.channels.sms.kannel import free_ports, until
from tests.channels.sms.texting import PHONE, make_flat

from saime.channels.sms.gateways.smpp import link
from saime.channels.sms.models import IncomingMessage, IncomingPart, OutgoingMessage, OutgoingPart
from saime.channels.sms.rules import limits
from saime.channels.sms.rules.alphabet import decode_gsm, decode_ucs2, encode
from saime.estate.models import Account
from saime.metering.models import Meter, RegisteredReading
from saime.platform.models import Policy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def flat() -> Account:
    Policy.objects.create(policy="window_sms", value="1-last", valid_from=date(2020, 1, 1))
    account = make_flat()
    Meter.objects.update(installed_on=date(2020, 1, 10))
    return account


@pytest.fixture
def smsc(flat: Account) -> Iterator[Centre]:
    with centre() as found:
        yield found


@pytest.fixture
def bound(smsc: Centre) -> Iterator[Centre]:
    with connected(smsc):
        smsc.wait("bound")
        yield smsc


def readings() -> dict[str, str]:
    rows = RegisteredReading.objects.values_list("meter__meter_no", "value", "channel")
    return {number: f"{value} {channel}" for number, value, channel in rows}


def state(wanted: str) -> OutgoingMessage:
    return until(lambda: OutgoingMessage.objects.filter(state=wanted).first())  # type: ignore[return-value]


def receipt(id_: str, stat: str) -> bytes:
    """As Appendix B of the specification has it."""
    return (
        f"id:{id_} sub:001 dlvrd:001 submit date:2611241200 done date:2611241201 stat:{stat} err:000 text:Registrets"
    ).encode()


def test_a_text_its_answer_and_the_receipt(bound: Centre) -> None:
    assert bound.deliver(encode("K 104,5 A 103.25", "gsm7")) == "ESME_ROK"
    assert readings() == {"11223344": "104.500 sms", "55667788": "103.250 sms"}
    sent = bound.wait("submitted")
    row = state("sent")
    assert (sent["to"], sent["sender"]) == (PHONE[1:], "1881")
    assert decode_gsm(bytes.fromhex(sent["octets"])) == row.text
    assert bound.deliver(receipt(sent["id"], "DELIVRD"), type="SMSC_DELIVERY_RECEIPT") == "ESME_ROK"
    row = state("delivered")
    assert [(r.report, r.code) for r in row.reports.all()] == [("delivered", "DELIVRD 000")]
    assert IncomingMessage.objects.count() == 1  # a receipt is no message


def test_russian_letters_in_and_a_long_answer_in_parts_out(bound: Centre) -> None:
    Account.objects.update(language="ru")
    bound.deliver("Г 1 Х 9000".encode("utf-16-be"), coding="UCS2")
    row = until(OutgoingMessage.objects.first)
    assert row is not None
    assert (row.coding, row.parts > 1) == ("ucs2", True)
    parts = [bytes.fromhex(bound.wait("submitted")["octets"]) for _ in range(row.parts)]
    assert {part[:3] for part in parts} == {b"\x05\x00\x03"}
    assert len({part[3] for part in parts}) == 1  # one reference
    assert [(part[4], part[5]) for part in parts] == [(row.parts, place) for place in range(1, row.parts + 1)]
    assert "".join(decode_ucs2(part[6:]) for part in parts) == row.text
    ids = until(lambda: list(OutgoingPart.objects.order_by("place").values_list("gateway_id", flat=True)))
    bound.deliver(receipt(ids[0], "DELIVRD"), type="SMSC_DELIVERY_RECEIPT")
    assert OutgoingMessage.objects.get().state == "sent"
    for id_ in ids[1:]:
        bound.deliver(receipt(id_, "DELIVRD"), type="SMSC_DELIVERY_RECEIPT")
    state("delivered")


@pytest.mark.parametrize("way", ["eight bits", "sixteen bits", "parameters"])
def test_the_parts_of_a_long_text_are_put_together(bound: Centre, way: str) -> None:
    words = ["RAD 1234567 K 10", "4,5 A 10", "3.25"]
    for place in (2, 3, 1):
        octets = encode(words[place - 1], "gsm7")
        headers = {
            "eight bits": bytes((5, 0, 3, 7, 3, place)),
            "sixteen bits": bytes((6, 8, 4, 1, 7, 3, place)),
        }
        facts: dict[str, Any] = {"udhi": True}
        if way == "parameters":
            facts = {"sar_msg_ref_num": 263, "sar_total_segments": 3, "sar_segment_seqnum": place}
        assert bound.deliver(headers.get(way, b"") + octets, **facts) == "ESME_ROK"
    assert readings() == {"11223344": "104.500 sms", "55667788": "103.250 sms"}
    assert IncomingMessage.objects.get().text == "".join(words)
    assert IncomingPart.objects.filter(joined_at=None).count() == 0


@pytest.mark.parametrize(
    ("octets", "facts"),
    [
        (b"\x00\x01\xff", {"coding": "OCTET_UNSPECIFIED_COMMON"}),
        (bytes((6, 5, 4, 0x15, 0x81, 0, 0)) + b"ringtone", {"udhi": True}),
    ],
)
def test_what_is_for_a_program_is_kept_and_answered(
    bound: Centre, octets: bytes, facts: dict[str, Any]
) -> None:
    assert bound.deliver(octets, **facts) == "ESME_ROK"
    assert IncomingMessage.objects.get().problem == "binary"
    assert "tikai tekstu" in decode_gsm(bytes.fromhex(bound.wait("submitted")["octets"]))


@pytest.mark.parametrize(
    ("octets", "facts", "outcome"),
    [
        (b"", {}, "problem"), (b"\xff" * 140, {}, "problem"), (b"\x05\x00", {"udhi": True}, "problem"),
        (b"K 104", {"sender": "Banka", "ton": "ALPHANUMERIC"}, "nobody"), (b"\xd8", {"coding": "UCS2"}, "problem"),
    ],
)  # fmt: skip
def test_odd_messages_are_outcomes(bound: Centre, octets: bytes, facts: dict[str, Any], outcome: str) -> None:
    assert bound.deliver(octets, **facts) == "ESME_ROK"
    assert IncomingMessage.objects.get().outcome == outcome


def test_what_cannot_be_taken_now_is_to_be_delivered_again(
    bound: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ALL_A_MINUTE", 0)
    assert bound.deliver(b"K 104") == "ESME_RX_T_APPN"
    assert IncomingMessage.objects.count() == 0
    monkeypatch.setattr(limits, "ALL_A_MINUTE", 100)
    assert bound.deliver(b"K 104") == "ESME_ROK"
    assert readings() == {"11223344": "104.000 sms"}


def test_a_throttled_message_is_sent_later_and_once(bound: Centre) -> None:
    bound.order("answer", statuses=["ESME_RTHROTTLED", "ESME_RMSGQFUL"])
    bound.deliver(b"HELP")
    statuses = [bound.wait("submitted")["status"] for _ in range(3)]
    assert statuses == ["ESME_RTHROTTLED", "ESME_RMSGQFUL", "ESME_ROK"]
    assert state("sent").tries == 1


def test_a_number_that_does_not_exist_is_not_tried_again(bound: Centre) -> None:
    bound.order("answer", statuses=["ESME_RINVDSTADR"])
    bound.deliver(b"HELP")
    assert state("failed").problem == "SMPP status 0x0000000B"


def test_another_refusal_is_tried_again(bound: Centre) -> None:
    bound.order("answer", statuses=["ESME_RSYSERR"])
    bound.deliver(b"HELP")
    bound.wait("submitted", status="ESME_RSYSERR")
    bound.wait("submitted", status="ESME_ROK")
    assert state("sent").tries == 2


def test_a_receipt_that_says_it_failed_and_one_that_says_nothing(bound: Centre) -> None:
    bound.deliver(b"HELP")
    id_ = bound.wait("submitted")["id"]
    state("sent")
    for octets in (b"nonsense", receipt("unknown", "DELIVRD"), receipt(id_, "WHATEVR")):
        assert bound.deliver(octets, type="SMSC_DELIVERY_RECEIPT") == "ESME_ROK"
    assert OutgoingMessage.objects.get().state == "sent"
    bound.deliver(receipt(id_, "UNDELIV"), type="SMSC_DELIVERY_RECEIPT")
    assert state("failed").problem == "failed"


@pytest.mark.parametrize("how", ["drop", "unbind"])
def test_a_lost_connection_is_made_again_and_nothing_is_lost(bound: Centre, how: str) -> None:
    bound.order(how)
    bound.wait("lost")
    bound.wait("bound")
    assert until(lambda: _delivered(bound)) == "ESME_ROK"
    bound.wait("submitted")
    state("sent")


def _delivered(smsc: Centre) -> str:
    return smsc.deliver(b"K 104,5")


def test_what_was_under_way_when_the_connection_broke_is_sent_on_the_next(
    bound: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound.order("silent")
    bound.deliver(b"HELP")
    bound.wait("submitted")
    bound.order("silent", on=False)
    bound.order("drop")
    again = bound.wait("submitted")
    assert again["status"] == "ESME_ROK"
    assert state("sent").tries == 2


def test_a_silent_centre_is_asked_and_then_left(smsc: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "ENQUIRE_AFTER", 0.5)
    monkeypatch.setattr(link, "DEAD_AFTER", 0.5)
    with connected(smsc):
        smsc.wait("bound")
        smsc.wait("enquire_link")
        smsc.wait("enquire_link")  # it was answered: it is asked again
        smsc.order("silent")
        smsc.wait("lost")
        smsc.order("silent", on=False)
        smsc.wait("bound")


def test_no_centre_yet_and_a_wrong_password(flat: Account, caplog: pytest.LogCaptureFixture) -> None:
    port = free_ports(1)[0]
    with connected(port), centre(port) as smsc:
        smsc.wait("bound")
        assert smsc.deliver(b"K 104") == "ESME_ROK"
    with centre() as smsc, connected(smsc, password="wrong"):
        smsc.wait("bind")
        until(lambda: "does not let us in" in caplog.text)
    assert "wrong" not in caplog.text
    assert PHONE[1:] not in caplog.text


def test_two_processes_share_the_outbox(smsc: Centre) -> None:
    with connected(smsc), connected(smsc):
        smsc.wait("bound")
        smsc.wait("bound")
        for n in range(6):
            smsc.deliver(b"HELP", sender=f"3712600000{n}")
        until(lambda: OutgoingMessage.objects.filter(state="sent").count() == 6)
    smsc.close()
    numbers = [event["to"] for event in smsc.events if event["event"] == "submitted"]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize(
    "greeting", [b"\xff" * 64, b"HTTP/1.1 400 Bad Request\r\n", b"", b"\0\0\0\x10" + bytes(12)]
)
def test_what_is_no_centre_is_left_and_tried_again(
    flat: Account, caplog: pytest.LogCaptureFixture, greeting: bytes
) -> None:
    """Somebody else's port: whatever it says, the process goes on, with little memory."""
    came: list[int] = []

    def serve() -> None:
        while len(came) < 2:
            connection, _address = listener.accept()
            came.append(1)
            connection.sendall(greeting)
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        with connected(listener.getsockname()[1]):
            thread.join(60)
        assert not thread.is_alive()
    assert "SMPP: " in caplog.text
