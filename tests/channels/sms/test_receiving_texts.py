"""A text comes in: its readings are registered, its sender answered; wrong ones are kept and explained."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.billing.factories import post
from tests.channels.sms.texting import (
    IN_WINDOW,
    OTHER_PHONE,
    PHONE,
    answer,
    kept,
    later,
    make_flat,
    registered,
    text,
)

from saime.channels.sms.models import IncomingMessage, MessageReading, OutgoingMessage, Wish
from saime.channels.sms.operations import TooBusy, UnableToReceive, receive_message
from saime.channels.sms.rules import limits
from saime.estate.models import Account
from saime.metering.models import Meter, PeriodClosure, Submission
from saime.metering.operations import submit_reading
from saime.platform.models import Policy
from saime.platform.periods import Period

BOTH = {"11223344": (Decimal(128), "sms"), "55667788": (Decimal(127), "sms")}
pytestmark = pytest.mark.usefixtures("flat")


def test_readings_are_registered_and_their_m3_said_in_one_part() -> None:
    received = text("K 128 A 127,5")
    assert received.outcome == "submitted"
    assert registered() == {"11223344": (Decimal(128), "sms"), "55667788": (Decimal("127.5"), "sms")}
    assert answer(received) == "Registrets: K 128 (4 m3), A 127,5 (3,5 m3)."
    assert OutgoingMessage.objects.get().parts == 1
    submission = Submission.objects.filter(channel="sms").order_by("id")[0]
    assert submission.evidence == {"sms": "K 128 A 127,5", "phone": PHONE}
    assert MessageReading.objects.filter(message_id=received.message_id).count() == 2


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("lv", "Registrets: K 128 (4 m3), A 127 (3 m3)."),
        ("ru", "Принято: Г 128 (4 м³), Х 127 (3 м³)."),
        ("en", "Registered: H 128 (4 m3), C 127 (3 m3)."),
    ],
)
def test_the_answer_is_in_the_accounts_language(language: str, said: str) -> None:
    Account.objects.update(language=language)
    assert answer(text("RAD 1234567 K 128 A 127")) == said


def test_another_phone_may_send_but_learns_nothing() -> None:
    received = text("RAD 1234567 K 128 A 127", sender=OTHER_PHONE)
    assert registered() == BOTH
    assert answer(received) == "1234567: Registrets: K 128, A 127."
    lower = text("RAD 1234567 K 101", sender=OTHER_PHONE, at=later(1))
    assert "124" not in answer(lower)
    assert "mazāk".replace("ā", "a") in answer(lower)


def test_who_writes_in_two_messages_names_the_number_in_the_first() -> None:
    text("RAD 1234567 K 128", sender=OTHER_PHONE)
    second = text("A 127", sender=OTHER_PHONE, at=later(5))
    assert (registered(), answer(second)) == (BOTH, "1234567: Registrets: A 127.")
    assert kept(text("A 129", sender=OTHER_PHONE, at=later(40))).problem == "no_customer"


def test_a_lower_reading_is_refused_and_the_other_taken() -> None:
    received = text("K 123 A 127")
    assert registered() == {"55667788": (Decimal(127), "sms")}
    assert answer(received).startswith(
        "Registrets: A 127 (3 m3). K 123: nav registrets, mazaks par ieprieksejo (124,000)."
    )


def test_a_much_higher_reading_is_looked_at_by_a_person() -> None:
    received = text("K 1280 A 127")
    assert Submission.objects.get(value=1280).verdict == "in_review"
    assert "K 1280: daudz lielaks neka parasti. Parbaudisim." in answer(received)


def test_the_portal_has_priority_and_the_answer_says_so() -> None:
    hot = Submission.objects.filter(meter__meter_no="11223344")[0].meter_id
    submit_reading(
        meter_id=hot, value="126", channel="portal", received_at=IN_WINDOW, now=IN_WINDOW, reference="p"
    )
    said = answer(text("K 128", at=later(5)))
    assert registered() == {"11223344": (Decimal(126), "portal")}
    assert said == "K 128 (2 m3): nav izmantots, cits iesniegsanas veids ir svarigaks."
    cold = Meter.objects.get(meter_no="55667788").id
    submit_reading(
        meter_id=cold, value="126", channel="portal", received_at=IN_WINDOW, now=IN_WINDOW, reference="q"
    )
    both = answer(text("K 128 A 128", at=later(6)))
    assert both == "K 128 (2 m3), A 128 (2 m3): nav izmantots, cits iesniegsanas veids ir svarigaks."


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 20, 9, 0, tzinfo=UTC), "Nav registrets: ar SMS radijumus pienem 25.11.-28.11."),
        (
            datetime(2026, 11, 29, 9, 0, tzinfo=UTC),
            "Nav registrets: ar SMS radijumus pienem 25.12.-28.12. Portala lidz 30.11.",
        ),
    ],
)
def test_outside_the_window_the_next_one_is_named(at: datetime, said: str) -> None:
    received = text("K 128 A 127", at=at)
    assert registered() == {}
    assert answer(received) == said
    assert Submission.objects.filter(reason="outside_window").count() == 2


def test_the_time_of_the_network_counts_within_reason() -> None:
    """Sent on the 28th before midnight, here after it. A network whose clock is a year off is not believed."""
    night = datetime(2026, 11, 28, 22, 3, tzinfo=UTC)  # the 29th, 00:03 in Riga
    assert text("K 128", at=night, received_at=night - timedelta(minutes=5)).outcome == "submitted"
    assert registered()["11223344"] == (Decimal(128), "sms")
    for year in (2025, 2027):
        received = text(
            f"A 12{year - 2020}", at=night + timedelta(hours=1), received_at=night.replace(year=year)
        )
        assert kept(received).received_at == night + timedelta(hours=1)
    assert "55667788" not in registered()


def test_sms_switched_off_and_a_closed_month() -> None:
    account = Account.objects.get()
    PeriodClosure.objects.create(
        building_id=account.building_id, period=Period.of(2026, 11), closed_at=IN_WINDOW
    )
    assert "rekins jau ir sagatavots" in answer(text("K 128"))
    Policy.objects.create(policy="channel_sms", value="off", valid_from=date(2026, 12, 1))
    december = datetime(2026, 12, 26, 9, tzinfo=UTC)
    assert "SMS ir izslegtas" in answer(text("K 128", at=december))


def test_several_meters_of_a_medium_are_named_in_the_answer() -> None:
    make_flat("7654321", "2", phone=OTHER_PHONE, hot=("20002222", "20003333"), cold=("20001111",))
    said = answer(text("K 105", sender=OTHER_PHONE))
    assert "K1 = 20002222, K2 = 20003333" in said
    assert registered() == {}
    taken = text("K1 105 K2 106", sender=OTHER_PHONE, at=later(1))
    assert {no: value for no, (value, _c) in registered().items()} == {"20002222": 105, "20003333": 106}
    assert "20002222 105" in answer(taken)


def test_two_messages_joined_are_both_taken() -> None:
    make_flat("7654321", "2", phone="", hot=("20002222",), cold=())
    received = text("RAD 1234567 K 128 A 127 RAD 7654321 K 105")
    assert {no: value for no, (value, _c) in registered().items()} == {
        "11223344": 128,
        "55667788": 127,
        "20002222": 105,
    }
    assert "7654321: Registrets: K 105." in answer(received)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("Labdien!", "not_understood"), ("K 12,3456", "too_many_decimals"), ("RAD 999 K 1", "unknown_customer"),
        ("127", "which_label"), ("K 1 K 2", "contradiction"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_kept_and_explained(words: str, problem: str) -> None:
    before = Submission.objects.count()
    received = text(words)
    assert (kept(received).outcome, kept(received).problem) == ("problem", problem)
    assert answer(received)
    assert Submission.objects.count() == before


def test_an_account_that_has_ended_is_said_to_have() -> None:
    Account.objects.update(to_date=date(2026, 10, 31))
    received = text("RAD 1234567 K 128", sender=OTHER_PHONE)
    assert kept(received).problem == "ended_customer"
    assert registered() == {}


# Commands


def test_the_balance_is_told_to_the_own_phone_only() -> None:
    account = Account.objects.get()
    assert answer(text("SALDO")) == "Nav jamaksa."
    post(account, 4567, on=date(2026, 11, 1))
    assert answer(text("Saldo", at=later(1))) == "Jamaksa: 45,67 EUR, no tiem kaveti 45,67 EUR."
    stranger = answer(text("SALDO 1234567", sender=OTHER_PHONE))
    assert stranger
    assert "45,67" not in stranger


def test_stop_silences_us_and_start_ends_that() -> None:
    assert "START" in answer(text("STOP"))
    assert answer(text("stop", at=later(20))) == ""
    quiet = text("K 128 A 127", at=later(30))
    assert (answer(quiet), registered()) == ("", BOTH)
    assert answer(text("HELP", at=later(31)))
    assert answer(text("START", at=later(32)))
    assert answer(text("K 129", at=later(33)))
    assert list(Wish.objects.order_by("id").values_list("wants", flat=True)) == [False, False, True]


def test_help_says_how_this_resident_writes() -> None:
    said = answer(text("Palīdzība"))
    assert "RAD K 123,456 A 78,9" in said
    assert OutgoingMessage.objects.get().parts == 1


# The same, strangers, floods


def test_the_same_message_twice_is_one() -> None:
    first = text("K 128 A 127", gateway_id="same")
    again = text("K 128 A 127", gateway_id="same", at=later(1))
    other_id = text("K 128 A 127", gateway_id="resent", at=later(2))
    assert (first.is_new, again.is_new, other_id.is_new) == (True, False, False)
    assert again.message_id == first.message_id
    assert kept(other_id).repeats_id == first.message_id
    assert Submission.objects.filter(channel="sms").count() == 2
    assert OutgoingMessage.objects.count() == 1


def test_a_text_that_was_sent_before_another_counts_anew() -> None:
    for minute, value in enumerate((128, 129, 128)):
        text(f"K {value}", at=later(minute))
    assert registered()["11223344"] == (Decimal(128), "sms")
    assert Submission.objects.filter(channel="sms").count() == 3


def test_a_stranger_is_answered_once_a_day() -> None:
    first = text("Kas te ir?", sender=OTHER_PHONE)
    assert "klienta numur" in answer(first)
    assert answer(text("Hallo?", sender=OTHER_PHONE, at=later(60))) == ""
    assert answer(text("HELP", sender=OTHER_PHONE, at=later(61))) == ""
    assert answer(text("Vēlreiz", sender=OTHER_PHONE, at=IN_WINDOW + timedelta(hours=25)))
    assert answer(
        text("RAD 1234567 K 128", sender=OTHER_PHONE, at=later(70))
    )  # names an account: no stranger


@pytest.mark.parametrize(
    ("words", "said"), [("Здравствуйте", "Пишите"), ("Hello, reading please", "Write"), ("Čau", "Rakst")]
)
def test_a_stranger_is_answered_in_the_language_they_write(words: str, said: str) -> None:
    assert said in answer(text(words, sender=OTHER_PHONE))


def test_a_phone_gone_mad_is_told_once_and_then_only_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "A_NUMBER_AN_HOUR", 3)
    found = [text(f"K {128 + n}", at=later(n)) for n in range(6)]
    assert [r.outcome for r in found] == ["submitted"] * 3 + ["flood"] * 3
    assert [bool(answer(r)) for r in found] == [True] * 4 + [False] * 2
    assert IncomingMessage.objects.count() == 6
    assert Submission.objects.filter(channel="sms").count() == 3
    assert text("K 140", at=later(70)).outcome == "submitted"


def test_strangers_all_together_are_answered_so_often_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STRANGERS_AN_HOUR", 2)
    found = [text("Čau", sender=f"+3712600010{n}") for n in range(4)]
    assert [bool(answer(r)) for r in found] == [True, True, False, False]


def test_too_much_of_all_is_sent_back_to_the_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ALL_A_MINUTE", 2)
    text("K 128")
    text("A 127")
    with pytest.raises(TooBusy):
        text("K 129")
    assert IncomingMessage.objects.count() == 2
    assert text("K 129", at=later(2)).is_new


@pytest.mark.parametrize("sender", ["1881", "LMT-Info", "Banka"])
def test_what_is_no_phone_is_kept_and_never_answered(sender: str) -> None:
    received = text("K 128", sender=sender)
    assert (received.outcome, answer(received), registered()) == ("nobody", "", {})


@pytest.mark.parametrize("missing", [{"gateway_id": " "}, {"sender": ""}])
def test_without_an_id_or_a_sender_nothing_can_be_kept(missing: dict[str, str]) -> None:
    with pytest.raises(UnableToReceive):
        text("K 128", **missing)
    assert IncomingMessage.objects.count() == 0


# Bad input


def test_nul_halves_of_letters_and_a_megabyte_are_kept_as_far_as_they_can_be() -> None:
    assert "\x00" not in kept(text("K 128\x00 A 127\ud800")).text
    assert registered() == BOTH
    long = text("K " + "9" * 1_000_000, at=later(1))
    assert (kept(long).problem, len(kept(long).text)) == ("too_long", 1600)
    assert answer(long)


def test_a_binary_message_is_kept_and_answered() -> None:
    received = text("", unreadable="binary", raw=b"\x06\x05\x04\x15\x81\x00\x00" * 1000)
    assert kept(received).outcome == "unreadable"
    assert len(bytes(kept(received).raw or b"")) == 4000
    assert "tikai tekst" in answer(received)


def test_where_we_fail_the_message_is_kept_and_its_sender_told(caplog: pytest.LogCaptureFixture) -> None:
    """A policy that nobody can read fails the second reading: the first one is taken back with it."""
    other = make_flat("7654321", "2", phone="", hot=("20002222",), cold=(), building_no="B2")
    bad = Policy.objects.create(
        policy="implausible_factor", value="four", valid_from=date(2020, 1, 1), building_id=other.building_id
    )
    words = "RAD 1234567 K 128 RAD 7654321 K 105"
    received = text(words)
    assert (kept(received).outcome, registered()) == ("failed", {})
    assert answer(received)
    assert PHONE not in caplog.text
    assert "1234567" not in caplog.text
    bad.delete()
    assert text(words, at=later(1)).outcome == "submitted"
    assert set(registered()) == {"11223344", "20002222"}


def test_the_database_refuses_to_change_what_happened() -> None:
    received = text("K 128 A 127")
    text("STOP", at=later(1))
    for change in (
        lambda: IncomingMessage.objects.update(text="K 1"),
        lambda: IncomingMessage.objects.filter(pk=received.message_id).delete(),
        lambda: MessageReading.objects.update(account_id=1),
        lambda: Wish.objects.update(wants=True),
        lambda: OutgoingMessage.objects.update(text="nothing"),
        lambda: OutgoingMessage.objects.update(number=OTHER_PHONE),
        lambda: OutgoingMessage.objects.update(state="sent"),
        lambda: OutgoingMessage.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_text_costs_so_many_queries(django_assert_max_num_queries: Any) -> None:
    """Two readings: most are `submit_reading`'s."""
    with django_assert_max_num_queries(80):
        text("K 128 A 127")


def test_the_gateway_may_not_be_one_we_do_not_know() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        receive_message(gateway="pigeon", gateway_id="1", sender=PHONE, text="K 128", now=IN_WINDOW)
