"""Many at once: one message delivered twenty times is one submission and one answer; two senders send nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from tests.channels.sms.texting import IN_WINDOW, PHONE, later, registered, text

from saime.channels.sms.models import IncomingMessage, IncomingPart, OutgoingMessage
from saime.channels.sms.operations import claim, receive_part, record_report, taken
from saime.estate.models import Account
from saime.metering.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)


def together(jobs: list[Callable[[], Any]]) -> list[Any]:
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.mark.parametrize("ids", ["one id", "own ids"])
def test_a_message_delivered_twenty_times_at_once_is_one(flat: Account, ids: str) -> None:
    names = [("same" if ids == "one id" else f"copy-{n}") for n in range(20)]
    found = together([lambda name=name: text("K 128 A 127", gateway_id=name) for name in names])
    assert sum(received.is_new for received in found) == 1
    assert Submission.objects.filter(channel="sms").count() == 2
    assert OutgoingMessage.objects.count() == 1
    assert IncomingMessage.objects.count() == (1 if ids == "one id" else 20)
    assert IncomingMessage.objects.exclude(outcome="repeat").count() == 1


def test_two_phones_of_one_flat_text_in_the_same_instant(flat: Account) -> None:
    jobs = [lambda n=n: text(f"RAD 1234567 K {128 + n} A 127", sender=f"+3712600000{n}") for n in range(8)]
    found = together(jobs)
    assert all(received.outcome == "submitted" for received in found)
    assert Submission.objects.filter(channel="sms").count() == 16
    assert set(registered()) == {"11223344", "55667788"}


def test_the_parts_of_a_message_come_at_once_and_twice(flat: Account) -> None:
    parts = ["RAD 1234567 K 12", "8,5 A", " 127"]
    jobs = [
        lambda place=place, words=words: receive_part(
            gateway="smpp", gateway_id=f"p{place}", sender=PHONE, text=words, reference=7, total=3, place=place,
            now=IN_WINDOW,
        )
        for place, words in list(enumerate(parts, 1)) * 3
    ]  # fmt: skip
    found = [received for received in together(jobs) if received is not None]
    assert [received.outcome for received in found] == ["submitted"]
    assert IncomingMessage.objects.get().text == "".join(parts)
    assert IncomingPart.objects.filter(joined_at=None).count() == 0


def test_ten_senders_never_have_one_message(flat: Account) -> None:
    for n in range(12):
        text("HELP", sender=f"+371260000{n:02}")

    def send() -> list[int]:
        mine = []
        while found := claim(gateway="kannel", now=later(1)):
            mine += [message.message_id for message in found]
            for message in found:
                assert taken(message=message, now=later(1))
        return mine

    sent = [message for mine in together([send] * 10) for message in mine]
    assert len(sent) == len(set(sent)) == OutgoingMessage.objects.filter(state="sent").count() == 12


def test_reports_in_every_order_and_at_once_end_in_the_same_state(flat: Account) -> None:
    text("HELP")
    message = claim(gateway="kannel", now=later(1))[0]
    jobs: list[Callable[[], Any]] = [
        lambda report=report: record_report(
            gateway="kannel", report=report, token=message.token, now=later(2)
        )
        for report in ("accepted", "waiting", "delivered", "delivered")
    ]
    together([*jobs, lambda: taken(message=message, now=later(1))])
    row = OutgoingMessage.objects.get()
    assert (row.state, row.reports.count()) == ("delivered", 3)
