"""The outbox: claimed, sent to a gateway, tried again, given up; reports; parts that wait for each other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.channels.sms.texting import IN_WINDOW, PHONE, answer, kept, later, registered, text

from saime.channels.sms import queries, sender
from saime.channels.sms.models import (
    DeliveryReport,
    IncomingMessage,
    IncomingPart,
    OutgoingMessage,
    OutgoingPart,
)
from saime.channels.sms.operations import (
    UnableToReceive,
    claim,
    close_incomplete,
    give_up_expired,
    not_taken,
    receive_part,
    record_report,
    taken,
)
from saime.channels.sms.rules.delivery import LEASE, retry_after
from saime.estate.models import Account
from saime.metering.models import Submission

SECRET = "a secret that is long enough"


@contextmanager
def provider(
    status: int = 200, body: bytes = b'{"id": "their-1"}'
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An HTTP server of Python's own that answers always the same, and what it was asked."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            asked.append({"path": self.path, "headers": dict(self.headers), "body": self.rfile.read(length)})
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def use(settings: Any, **values: str) -> None:
    settings.SMS = {f"SAIME_SMS_{name}": value for name, value in values.items()}


def clock(minutes: int = 1) -> Any:
    return lambda: later(minutes)


def test_a_claim_is_nobody_elses_until_its_lease_ends(flat: Account) -> None:
    text("HELP")
    first = claim(gateway="kannel", now=later(0))[0]
    assert claim(gateway="kannel", now=later(1)) == []
    second = claim(gateway="kannel", now=later(0) + LEASE)[0]
    assert (second.message_id, second.token, second.tries) == (first.message_id, first.token, 2)
    assert not taken(message=first, now=later(3))  # too late: it is the second one's
    assert not not_taken(message=first, problem="", now=later(3))
    assert taken(message=second, now=later(3))
    assert OutgoingMessage.objects.get().state == "sent"


def test_what_is_not_taken_is_tried_later_each_time_and_given_up_after_a_day(flat: Account) -> None:
    text("HELP")
    at, waits = IN_WINDOW, []
    for _ in range(4):
        message = claim(gateway="kannel", now=at)[0]
        not_taken(message=message, problem="no answer", now=at)
        again = OutgoingMessage.objects.get().next_try_at
        assert again is not None
        waits.append(again - at)
        at = again
    assert waits == [retry_after(n) for n in (1, 2, 3, 4)] == sorted(waits)
    assert give_up_expired(now=IN_WINDOW + timedelta(hours=25)) == 1
    row = OutgoingMessage.objects.get()
    assert (row.state, row.next_try_at) == ("expired", None)
    assert claim(gateway="kannel", now=IN_WINDOW + timedelta(hours=25)) == []


def test_kannel_is_posted_text_coding_and_where_to_report(flat: Account, settings: Any) -> None:
    Account.objects.update(language="ru")
    text("HELP")
    with provider(202, b"0: Accepted for delivery") as (url, asked):
        use(
            settings,
            KANNEL_SECRET=SECRET,
            KANNEL_URL=f"{url}/cgi-bin/sendsms",
            KANNEL_PASSWORD="p",
            FROM="1881",
        )
        assert sender.send_due(now=clock()).sent == 1
    headers = asked[0]["headers"]
    row = OutgoingMessage.objects.get()
    assert asked[0]["body"].decode() == row.text
    assert (headers["X-Kannel-To"], headers["X-Kannel-From"], headers["X-Kannel-Coding"]) == (
        PHONE,
        "1881",
        "2",
    )
    assert str(row.token) in headers["X-Kannel-DLR-Url"]
    assert SECRET not in str(headers)
    assert row.state == "sent"


@pytest.mark.parametrize(
    ("status", "state"), [(503, "queued"), (500, "queued"), (403, "queued"), (400, "failed"), (422, "failed")]
)
def test_a_hosted_gateway_that_says_never_is_believed(
    flat: Account, settings: Any, status: int, state: str
) -> None:
    text("HELP", gateway="webhook")
    with provider(status) as (url, asked):
        use(settings, WEBHOOK_SECRET=SECRET, WEBHOOK_URL=f"{url}/send")
        assert sender.send_due(now=clock()).failed == 1
    row = OutgoingMessage.objects.get()
    assert (row.state, row.problem, len(asked)) == (state, f"HTTP {status}", 1)


def test_nobody_there_is_no_loss(flat: Account, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    text("HELP")
    use(settings, KANNEL_SECRET=SECRET, KANNEL_URL="http://127.0.0.1:9/cgi-bin/sendsms", KANNEL_PASSWORD="p")
    assert sender.send_due(now=clock()).failed == 1
    assert OutgoingMessage.objects.get().state == "queued"
    assert PHONE not in caplog.text


def test_the_provider_id_is_kept_and_signed_bodies_repeat_our_id(flat: Account, settings: Any) -> None:
    text("HELP", gateway="webhook")
    with provider() as (url, asked):
        use(settings, WEBHOOK_SECRET=SECRET, WEBHOOK_URL=f"{url}/send?x=1")
        assert sender.send_due(now=clock()).sent == 1
    assert asked[0]["path"] == "/send?x=1"
    assert asked[0]["headers"]["X-Saime-Signature"].startswith("sha256=")
    assert str(OutgoingMessage.objects.get().token).encode() in asked[0]["body"]
    assert OutgoingPart.objects.get().gateway_id == "their-1"


@pytest.mark.django_db(transaction=True)
def test_the_sender_goes_on_until_it_is_told_to_stop(flat: Account, settings: Any) -> None:
    text("HELP", at=IN_WINDOW.replace(year=2020))
    use(settings, KANNEL_SECRET=SECRET)
    rounds = iter([True, False])
    rest = threading.Event()
    rest.set()
    sender.run(lambda: next(rounds), rest=rest)
    assert OutgoingMessage.objects.get().state == "expired"  # its day was long ago


# Reports


def test_reports_move_a_message_to_its_end_and_are_kept(flat: Account) -> None:
    text("HELP")
    message = claim(gateway="kannel", now=later(1))[0]
    taken(message=message, now=later(1))
    facts = {"gateway": "kannel", "token": message.token}
    assert record_report(report="accepted", now=later(2), **facts)  # type: ignore[arg-type]
    assert OutgoingMessage.objects.get().state == "sent"
    assert record_report(report="delivered", now=later(3), code="stat:DELIVRD\x00", **facts)  # type: ignore[arg-type]
    assert record_report(report="failed", now=later(4), **facts)  # type: ignore[arg-type]
    row = OutgoingMessage.objects.get()
    assert (row.state, row.ended_at) == ("delivered", later(3))
    assert DeliveryReport.objects.count() == 3


def test_a_report_of_no_message_changes_nothing(flat: Account) -> None:
    text("HELP")
    token = OutgoingMessage.objects.get().token
    assert not record_report(gateway="webhook", report="delivered", token=token, now=later(1))
    assert not record_report(gateway="smpp", report="delivered", gateway_id="unknown", now=later(1))
    assert not record_report(gateway="smpp", report="delivered", gateway_id="", now=later(1))
    assert OutgoingMessage.objects.get().state == "queued"


def test_a_long_message_is_delivered_when_all_its_parts_are(flat: Account) -> None:
    Account.objects.update(language="ru")
    text("K 1280 A 3", gateway="smpp")
    row = OutgoingMessage.objects.get()
    message = claim(gateway="smpp", now=later(1))[0]
    ids = [f"part-{n}" for n in range(row.parts)]
    assert row.parts > 1
    taken(message=message, gateway_ids=ids, now=later(1))
    for id_ in ids[:-1]:
        record_report(gateway="smpp", report="delivered", gateway_id=id_, now=later(2))
    assert OutgoingMessage.objects.get().state == "sent"
    record_report(gateway="smpp", report="delivered", gateway_id=ids[-1], now=later(3))
    assert OutgoingMessage.objects.get().state == "delivered"


def test_one_part_that_fails_fails_the_message(flat: Account) -> None:
    text("HELP", gateway="smpp")
    taken(message=claim(gateway="smpp", now=later(1))[0], gateway_ids=["x"], now=later(1))
    record_report(gateway="smpp", report="expired", gateway_id="x", now=later(2), code="EXPIRED 001")
    row = OutgoingMessage.objects.get()
    assert (row.state, row.problem) == ("failed", "expired")


# Parts


def part(words: str, place: int, *, minute: int = 0, reference: int = 9, total: int = 2) -> Any:
    return receive_part(
        gateway="smpp", gateway_id=f"g-{minute}-{place}", sender=PHONE, text=words, reference=reference, total=total,
        place=place, now=later(minute),
    )  # fmt: skip


def test_parts_wait_for_each_other_in_any_order(flat: Account) -> None:
    assert part("A 127", 2) is None
    assert part("K 128 ", 1, minute=5).outcome == "submitted"
    assert set(registered()) == {"11223344", "55667788"}
    assert part("A 127", 2, minute=6) is None  # the network again
    assert IncomingMessage.objects.count() == 1


def test_a_part_without_its_siblings_is_kept_told_and_never_read_as_a_whole(flat: Account) -> None:
    before = Submission.objects.count()
    part("K 12", 1)
    assert close_incomplete(now=later(20)) == 0
    assert close_incomplete(now=later(31)) == 1
    assert close_incomplete(now=later(32)) == 0
    message = IncomingMessage.objects.get()
    assert (message.text, message.problem) == ("K 12", "incomplete")
    assert "tikai dala" in OutgoingMessage.objects.get().text
    assert Submission.objects.count() == before


def test_a_reference_that_comes_round_again_is_another_message(flat: Account) -> None:
    part("K 128 ", 1)
    part("A 127", 2)
    assert part("K 129 ", 1, minute=50) is None
    assert part("A 128", 2, minute=50).outcome == "submitted"
    assert IncomingMessage.objects.count() == 2


def test_joined_parts_are_forgotten_after_a_day(flat: Account) -> None:
    part("K 128 ", 1)
    part("A 127", 2)
    close_incomplete(now=IN_WINDOW + timedelta(hours=25))
    assert IncomingPart.objects.count() == 0
    assert IncomingMessage.objects.count() == 1


@pytest.mark.parametrize(("place", "total"), [(3, 2), (0, 2), (1, 1), (1, 300)])
def test_what_is_no_part_is_refused(flat: Account, place: int, total: int) -> None:
    with pytest.raises(UnableToReceive):
        part("K 1", place, total=total)


# What staff see


def test_messages_of_an_account_with_outcome_answer_and_reports(flat: Account) -> None:
    received = text("RAD 1234567 K 128 A 127", sender="+37126000009")
    message = claim(gateway="kannel", now=later(1))[0]
    taken(message=message, now=later(1))
    record_report(gateway="kannel", report="delivered", token=message.token, now=later(2))
    text("Labdien", at=later(3))
    views = queries.messages_of_account(flat.pk)
    assert [view.outcome for view in views] == ["problem", "submitted"]
    first = views[1]
    assert (first.account_no, first.sender, len(first.submission_ids)) == ("1234567", "+37126000009", 2)
    assert first.answer is not None
    assert (first.answer.text, first.answer.state) == (answer(received), "delivered")
    assert [report.report for report in first.answer.reports] == ["delivered"]
    assert [v.message_id for v in queries.messages_of_account(flat.pk, before=views[0].message_id)] == [
        received.message_id
    ]
    assert queries.messages_of_number("26000009") == (first,)
    assert [v.outcome for v in queries.latest_messages(outcomes=["problem"])] == ["problem"]


def test_the_list_costs_the_same_however_long_it_is(flat: Account, django_assert_num_queries: Any) -> None:
    for n in range(5):
        text(f"K {128 + n}", at=later(n))
    with django_assert_num_queries(3):
        assert len(queries.latest_messages()) == 5


def test_health_and_wishes(flat: Account) -> None:
    text("Labdien")
    text("STOP", at=later(1))
    found = queries.health(now=later(2))
    assert (found.waiting, found.received_today, found.not_understood_today, found.parts_waiting) == (
        2,
        2,
        1,
        0,
    )
    assert found.oldest_waiting_since == IN_WINDOW
    assert not queries.wants_messages("29123456")
    assert queries.wants_messages("26000009")
    assert kept(text("HELP", at=later(3))).outcome == "help"
