"""Entries as they come in: once, by the time they were entered, and none lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from tests.billing.factories import make_meter
from tests.channels.terminal.hall import NOW, Visitor, entry, make_terminal, make_visitor, take

from saime.channels.terminal.contracts import KnownTerminal, Proof
from saime.channels.terminal.models import TerminalEntry
from saime.channels.terminal.operations import UnableToLookUp, WrongTooOften, look_up
from saime.channels.terminal.queries import refused_entries
from saime.metering.models import RegisteredReading, Submission
from saime.metering.operations import submit_reading

WINDOW_ENDS = datetime(2026, 11, 28, 22, 0, tzinfo=UTC)  # midnight in Riga


def test_a_reading_is_registered_with_its_m3(terminal: KnownTerminal, visitor: Visitor) -> None:
    [answer] = take(terminal, entry(visitor))
    assert (answer.outcome, str(answer.m3), answer.is_final) == ("registered", "4.250", True)
    submission = Submission.objects.get()
    assert (submission.channel, submission.received_at, str(submission.value)) == ("terminal", NOW, "104.250")
    assert submission.evidence["terminal"] == terminal.name
    assert submission.evidence["counted_by"] == "entered"


def test_the_same_entry_again_is_the_same_entry(terminal: KnownTerminal, visitor: Visitor) -> None:
    made = entry(visitor)
    first = take(terminal, made)
    assert take(terminal, made, at=NOW + timedelta(hours=5)) == first
    assert (Submission.objects.count(), TerminalEntry.objects.count()) == (1, 1)


def test_another_reading_under_the_same_id_is_refused(terminal: KnownTerminal, visitor: Visitor) -> None:
    made = entry(visitor)
    take(terminal, made)
    [answer] = take(terminal, entry(visitor, "105", entry_id=made.entry_id))
    assert (answer.outcome, answer.reason) == ("refused", "entry_id_taken")
    assert Submission.objects.count() == 1


def test_a_device_enrolled_anew_sends_what_its_former_self_sent(
    terminal: KnownTerminal, visitor: Visitor
) -> None:
    made = entry(visitor)
    take(terminal, made)
    again, _key = make_terminal("Brīvības 1, jauns")
    [answer] = take(again, made)
    assert answer.outcome == "registered"
    assert Submission.objects.count() == 1
    assert TerminalEntry.objects.filter(submission=Submission.objects.get()).count() == 2


# The deadline counts the time entered


def test_entered_before_the_window_closed_and_sent_after(terminal: KnownTerminal, visitor: Visitor) -> None:
    entered = WINDOW_ENDS - timedelta(minutes=1)
    [answer] = take(terminal, entry(visitor, entered_at=entered), at=WINDOW_ENDS + timedelta(hours=20))
    assert (answer.outcome, answer.counted_at) == ("registered", entered)


def test_entered_in_november_and_sent_in_december_is_novembers(
    terminal: KnownTerminal, visitor: Visitor
) -> None:
    entered = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
    [answer] = take(terminal, entry(visitor, entered_at=entered), at=datetime(2026, 12, 1, 7, 0, tzinfo=UTC))
    assert answer.submission is not None
    assert (str(answer.submission.period), answer.outcome) == ("2026-11", "registered")


def test_sent_more_than_three_days_late(terminal: KnownTerminal, visitor: Visitor) -> None:
    at = NOW + timedelta(hours=73)
    [answer] = take(terminal, entry(visitor, entered_at=NOW), at=at)
    assert (answer.outcome, answer.reason, answer.counted_at) == ("rejected", "outside_window", at)
    assert TerminalEntry.objects.get().counted_by == "waited_too_long"


@pytest.mark.parametrize("ahead", [timedelta(days=365), timedelta(days=-365)])
def test_a_clock_a_year_off(terminal: KnownTerminal, visitor: Visitor, ahead: timedelta) -> None:
    [answer] = take(terminal, entry(visitor, entered_at=NOW + ahead), ahead=ahead)
    assert (answer.outcome, answer.counted_at) == ("registered", NOW)
    row = TerminalEntry.objects.get()
    assert (row.counted_by, row.clock_difference_ms) == ("clock_off", ahead // timedelta(milliseconds=1))
    assert row.entered_at == NOW + ahead


def test_a_clock_put_right_between_entering_and_sending(terminal: KnownTerminal, visitor: Visitor) -> None:
    [answer] = take(terminal, entry(visitor, entered_at=NOW - timedelta(days=365)))
    assert (answer.outcome, answer.counted_at) == ("registered", NOW)


# Doubts


def test_somebody_who_stands_there_is_asked(terminal: KnownTerminal, visitor: Visitor) -> None:
    made = entry(visitor, "412,250", is_attended=True)
    [asked] = take(terminal, made)
    assert (asked.outcome, asked.is_final, str(asked.m3)) == ("needs_confirmation", False, "312.250")
    assert not Submission.objects.exists()
    assert not TerminalEntry.objects.exists()
    [answer] = take(
        terminal, entry(visitor, "412,250", entry_id=made.entry_id, is_attended=True, is_confirmed=True)
    )
    assert answer.outcome == "registered"


def test_nobody_stands_there_any_more(terminal: KnownTerminal, visitor: Visitor) -> None:
    [answer] = take(terminal, entry(visitor, "412,250"))
    assert (answer.outcome, answer.is_final) == ("in_review", True)


# What cannot be taken is kept too


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"proof": Proof(account_no="4999999", bill_no="2026-1")}, "unknown_bill"),
        ({"proof": Proof()}, "unknown_bill"),
        ({"meter_id": 999_999}, "unknown_meter"),
        ({"meter_id": None, "meter_no": "nav"}, "unknown_meter"),
        ({"value": "divi"}, "not_a_number"),
        ({"value": ""}, "not_a_number"),
        ({"value": "104,2501"}, "too_many_decimals"),
        ({"value": "-1"}, "negative"),
    ],
)
def test_refused_with_a_reason_and_kept(
    terminal: KnownTerminal, visitor: Visitor, wrong: dict[str, object], reason: str
) -> None:
    good = entry(visitor, "90", meter_id=visitor.hot.pk)
    bad = entry(visitor, **wrong)  # type: ignore[arg-type]
    answers = take(terminal, bad, good)
    assert [(a.outcome, a.reason) for a in answers] == [
        ("refused", reason),
        ("rejected", "lower_than_earlier"),
    ]
    assert take(terminal, bad)[0].reason == reason
    [seen] = refused_entries(since=NOW - timedelta(days=1))
    assert (seen.entry_id, seen.reason, seen.terminal) == (bad.entry_id, reason, terminal.name)
    assert Submission.objects.count() == 1


def test_a_neighbours_meter_is_not_read_with_ones_own_bill(terminal: KnownTerminal, visitor: Visitor) -> None:
    neighbour = make_visitor()
    [answer] = take(terminal, entry(visitor, meter_id=neighbour.cold.pk))
    assert answer.reason == "unknown_meter"
    assert not Submission.objects.exists()


def test_offline_by_the_number_on_the_meter_or_by_its_medium(
    terminal: KnownTerminal, visitor: Visitor
) -> None:
    by_number = entry(visitor, "101", meter_id=None, meter_no=f"0{visitor.cold.meter_no}".lower())
    by_medium = entry(visitor, "102", meter_id=None, medium="hot")
    answers = take(terminal, by_number, by_medium)
    assert [a.outcome for a in answers] == ["registered", "registered"]
    assert {r.meter_id: str(r.value) for r in RegisteredReading.objects.all()} == {
        visitor.cold.pk: "101.000", visitor.hot.pk: "102.000",
    }  # fmt: skip
    make_meter(visitor.account, "hot")
    [unclear] = take(terminal, entry(visitor, "103", meter_id=None, medium="hot"))
    assert unclear.reason == "which_meter"


def test_a_portal_reading_has_priority(terminal: KnownTerminal, visitor: Visitor) -> None:
    submit_reading(
        meter_id=visitor.cold.pk, value="104", channel="portal", received_at=NOW, now=NOW, reference="p"
    )
    [answer] = take(terminal, entry(visitor, "105"))
    assert (answer.outcome, answer.reason) == ("superseded", "priority")


def test_entries_are_not_changed(terminal: KnownTerminal, visitor: Visitor) -> None:
    take(terminal, entry(visitor))
    for change in (
        lambda: TerminalEntry.objects.update(reason="x"),
        lambda: TerminalEntry.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


# Whose bill


def test_by_both_numbers_or_by_the_code_on_the_bill(terminal: KnownTerminal, visitor: Visitor) -> None:
    loose = Proof(account_no=f" {visitor.account.account_no} ", bill_no=visitor.bill.bill_no.replace("-", ""))
    for proof in (visitor.proof, loose, Proof(code=visitor.code), Proof(code=visitor.code.replace("\n", ""))):
        visit = look_up(terminal=terminal, proof=proof, now=NOW)
        assert [m.meter_id for m in visit.meters] == [visitor.cold.pk, visitor.hot.pk]
        assert visit.window.is_open


def test_an_account_whose_number_does_not_fit_into_a_reference(terminal: KnownTerminal, db: None) -> None:
    visitor = make_visitor(account_no="44/12-b")
    assert (
        look_up(terminal=terminal, proof=Proof(code=visitor.code), now=NOW).account_id == visitor.account.pk
    )


def test_what_does_not_prove_anything(terminal: KnownTerminal, visitor: Visitor) -> None:
    neighbour = make_visitor()
    reference = visitor.code.splitlines()[-1]
    for proof in (
        Proof(account_no=visitor.account.account_no, bill_no=neighbour.bill.bill_no),
        Proof(account_no=visitor.account.account_no, bill_no="-"),
        Proof(code=reference),
        Proof(code=visitor.code.replace("EUR47.36", "EUR47.37")),
        Proof(code=visitor.code.replace("RF", "RF9", 1)),
        Proof(code="https://example.com/"),
    ):
        with pytest.raises(UnableToLookUp):
            look_up(terminal=terminal, proof=proof, now=NOW)


def test_an_account_that_has_ended_reads_no_more(terminal: KnownTerminal, db: None) -> None:
    visitor = make_visitor(to_date=date(2026, 11, 25))
    with pytest.raises(UnableToLookUp):
        look_up(terminal=terminal, proof=visitor.proof, now=NOW)
    entered = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    assert take(terminal, entry(visitor, entered_at=entered))[0].outcome == "registered"


def test_guessing_is_slowed_down_and_loses_nobodys_reading(terminal: KnownTerminal, visitor: Visitor) -> None:
    guess = Proof(account_no=visitor.account.account_no, bill_no="2026-000001")
    for _ in range(6):
        with pytest.raises(UnableToLookUp):
            look_up(terminal=terminal, proof=guess, now=NOW)
    with pytest.raises(WrongTooOften):
        look_up(terminal=terminal, proof=visitor.proof, now=NOW)
    made = entry(visitor)
    assert take(terminal, made)[0].outcome == "try_again"
    assert take(terminal, made, at=NOW + timedelta(minutes=16))[0].outcome == "registered"


def test_ids_of_other_readings_of_other_channels_are_not_taken(
    terminal: KnownTerminal, visitor: Visitor
) -> None:
    number = uuid4()
    submit_reading(
        meter_id=visitor.hot.pk,
        value="101",
        channel="sms",
        received_at=NOW,
        now=NOW,
        reference=f"terminal:{number}",
    )
    [answer] = take(terminal, entry(visitor, entry_id=number))
    assert (answer.outcome, answer.reason) == ("refused", "entry_id_taken")
