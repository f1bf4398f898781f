"""What opens the form and what does not, how often one may try, and what the owner is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.channels.guest.homes import NOW, Home, make_home
from tests.residents.houses import give, make_user

from saime.channels.guest import rules
from saime.channels.guest.contracts import Result, Sent
from saime.channels.guest.operations import TooManyTries, UnableToFind, send_readings
from saime.estate.models import Account
from saime.metering.models import Submission
from saime.residents.models import Outbox, Tries

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    return make_home()


def send(home: Home, *readings: tuple[str, str], now: datetime = NOW, **more: Any) -> Result:
    return send_readings(sent=home.sent(*readings, **more), now=now)


def fates(result: Result) -> list[str]:
    return [answer.outcome.submission.fate if answer.outcome else answer.problem for answer in result.answers]


def nothing_came() -> bool:
    return not (Submission.objects.exists() or Outbox.objects.exists())


def test_readings_are_registered_by_the_portals_channel(home: Home) -> None:
    result = send(home, (home.cold.meter_no, "104,5"), (home.hot.meter_no, "102.25"))
    assert fates(result) == ["registered", "registered"]
    assert [answer.outcome and answer.outcome.figure and answer.outcome.figure.m3 for answer in result.answers] == [
        Decimal("4.500"), Decimal("2.250"),
    ]  # fmt: skip
    for submission in Submission.objects.all():
        assert (submission.channel, submission.evidence, submission.submitted_by) == (
            "portal", {"without_login": True}, None,
        )  # fmt: skip


WRONG: dict[str, Callable[[Home], dict[str, Any]]] = {
    "an unknown customer": lambda home: {"account_no": "9999999"},
    "no customer": lambda home: {"account_no": "\t"},
    "another's bill": lambda home: {"bill_no": make_home().bill_no},
    "another customer": lambda home: {"account_no": make_home().account.account_no},
    "no bill": lambda home: {"bill_no": "-"},
    "part of the bill": lambda home: {"bill_no": home.bill_no[:-1]},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_does_not_belong_together_is_not_found(
    home: Home, wrong: Callable[[Home], dict[str, Any]]
) -> None:
    with pytest.raises(UnableToFind):
        send(home, (home.cold.meter_no, "104.5"), **wrong(home))
    assert nothing_came()


def test_a_right_pair_without_a_meter_of_theirs_is_no_more_than_a_wrong_one(home: Home) -> None:
    with pytest.raises(UnableToFind):
        send(home, ("9999", "104.5"))
    with pytest.raises(UnableToFind):
        send(home, (make_home().cold.meter_no, "104.5"))
    assert nothing_came()


def test_beside_a_right_meter_a_wrong_one_is_named(home: Home) -> None:
    result = send(home, (home.cold.meter_no, "104.5"), ("9999", "1"), (home.cold.meter_no, "105"))
    assert fates(result) == ["registered", "not_this_customers", "twice"]
    assert Submission.objects.count() == 1


def test_every_wrong_form_asks_the_database_the_same(home: Home) -> None:
    """Unknown customer, wrong bill, wrong meter: the same statements, so the same time."""

    def asked(**more: Any) -> list[str]:
        with CaptureQueriesContext(connection) as context, pytest.raises(UnableToFind):
            send(home, ("9999", "104.5"), **more)
        return [query["sql"].split("'")[0][:60] for query in context.captured_queries]

    unknown = asked(account_no="9999999")
    assert unknown == asked(bill_no="2020-01-000001") == asked()
    assert len(unknown) == 7


def test_who_has_moved_out_sends_nothing(home: Home) -> None:
    Account.objects.filter(pk=home.account.pk).update(to_date=date(2026, 11, 25))
    with pytest.raises(UnableToFind):
        send(home, (home.cold.meter_no, "104.5"))
    assert nothing_came()


def test_the_same_form_twice_is_one(home: Home) -> None:
    readings = ((home.cold.meter_no, "104.5"), (home.hot.meter_no, "102"))
    send(home, *readings)
    again = send(home, *readings)
    assert fates(again) == ["registered", "registered"]
    assert Submission.objects.count() == 2
    assert Outbox.objects.count() == 1, "told once"


def test_a_form_come_back_to_corrects(home: Home) -> None:
    send(home, (home.cold.meter_no, "104.5"))
    assert fates(send(home, (home.cold.meter_no, "104.9"))) == ["registered"]
    assert Submission.objects.count() == 2


def test_a_doubtful_one_is_asked_about(home: Home) -> None:
    [answer] = send(home, (home.cold.meter_no, "900")).answers
    assert answer.doubtful_m3 == Decimal("800.000")
    assert nothing_came()
    form = home.sent((home.cold.meter_no, "900"))
    confirmed = replace(form, lines=tuple(replace(line, confirmed=True) for line in form.lines))
    assert fates(send_readings(sent=confirmed, now=NOW)) == ["registered"]


def test_outside_the_window_it_is_kept_and_the_next_window_named(home: Home) -> None:
    early = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    result = send(home, (home.cold.meter_no, "104.5"), now=early)
    assert fates(result) == ["rejected"]
    assert not result.window.is_open
    assert result.window.opens_at == datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    assert not Outbox.objects.exists(), "nothing to tell of"


def try_wrong(home: Home, times: int, *, now: datetime = NOW, **more: Any) -> list[type[Exception]]:
    found: list[type[Exception]] = []
    for _ in range(times):
        with pytest.raises((UnableToFind, TooManyTries)) as error:
            send(home, ("9999", "1"), now=now, **more)
        found.append(error.type)
    return found


def test_after_five_wrong_tries_the_number_rests_whether_it_exists_or_not(home: Home) -> None:
    five_and_one = [UnableToFind] * rules.WRONG_FOR_ACCOUNT + [TooManyTries]
    assert try_wrong(home, 6) == five_and_one
    assert try_wrong(home, 6, account_no="9999999", address="192.0.2.9") == five_and_one
    with pytest.raises(TooManyTries):
        send(home, (home.cold.meter_no, "104.5"))
    assert nothing_came()
    later = NOW + rules.WITHIN + timedelta(seconds=1)
    assert fates(send(home, (home.cold.meter_no, "104.5"), now=later)) == ["registered"]


def test_spelling_the_number_otherwise_is_no_new_number(home: Home) -> None:
    number = home.account.account_no
    spelled = [number, f" {number}", f"{number[:3]} {number[3:]}", f"{number[:3]}-{number[3:]}", f"{number}."]
    tried = [kind for spelling in spelled for kind in try_wrong(home, 1, account_no=spelling)]
    assert tried == [UnableToFind] * 5
    assert try_wrong(home, 1) == [TooManyTries]


def test_a_day_has_an_end_for_patient_guessers(home: Home) -> None:
    kinds: list[type[Exception]] = []
    for quarter in range(5):
        kinds += try_wrong(home, 4, now=NOW + quarter * timedelta(minutes=16))
    assert kinds == [UnableToFind] * rules.WRONG_FOR_ACCOUNT_A_DAY + [TooManyTries] * 5


def test_an_address_has_its_limit_over_many_numbers(home: Home) -> None:
    numbers = count(9000000)
    kinds = [
        try_wrong(home, 1, account_no=str(next(numbers)))[0] for _ in range(rules.WRONG_FROM_ADDRESS + 1)
    ]
    assert kinds == [UnableToFind] * rules.WRONG_FROM_ADDRESS + [TooManyTries]
    assert fates(send(home, (home.cold.meter_no, "104.5"), address="192.0.2.77")) == ["registered"]


def test_all_together_have_their_limit(home: Home) -> None:
    try_wrong(home, 1, account_no="8000000", address="192.0.2.100")
    Tries.objects.update(tries=rules.WRONG_ALTOGETHER - 1)
    assert try_wrong(home, 1, account_no="8000001", address="192.0.2.101") == [UnableToFind]
    with pytest.raises(TooManyTries):
        send(home, (home.cold.meter_no, "104.5"), address="192.0.2.200")
    assert nothing_came()


def test_one_address_cannot_close_the_page_for_all(home: Home) -> None:
    for n in range(rules.WRONG_FROM_ADDRESS * 3):
        try_wrong(home, 1, account_no=f"70000{n:02}")
    highest = sorted(Tries.objects.values_list("tries", flat=True))[-2:]
    assert highest == [rules.WRONG_FROM_ADDRESS, rules.WRONG_FROM_ADDRESS * 3], "all: 30; the address: 90"


def test_right_ones_are_not_wrong_tries_but_have_a_limit_of_their_own(home: Home) -> None:
    for n in range(rules.SENT_FOR_ACCOUNT_A_DAY):
        send(home, (home.cold.meter_no, f"104.{n:03}"), token=f"{'t' * 16}{n:04}")
    with pytest.raises(TooManyTries):
        send(home, (home.cold.meter_no, "105"), token="u" * 20)
    assert Submission.objects.count() == rules.SENT_FOR_ACCOUNT_A_DAY


@pytest.mark.django_db(transaction=True)
def test_a_hundred_guesses_at_once_are_a_hundred_tries(home: Home) -> None:
    numbers = count(1)

    def guess(_n: int) -> str:
        sent: Sent = home.sent(("9999", "1"), bill_no=f"2026-10-{next(numbers):06}")
        try:
            send_readings(sent=sent, now=NOW)
        except (UnableToFind, TooManyTries) as error:
            return type(error).__name__
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(guess, range(24)))
    assert found.count("UnableToFind") == rules.WRONG_FOR_ACCOUNT
    assert found.count("TooManyTries") == 24 - rules.WRONG_FOR_ACCOUNT


def test_the_company_s_contact_is_told_where_nobody_has_a_login(home: Home) -> None:
    send(home, (home.cold.meter_no, "104.5"))
    letter = Outbox.objects.get()
    assert (letter.recipient, letter.kind) == ("saimnieks@example.com", "readings_without_login")
    assert home.cold.meter_no in letter.text
    assert "104,500 m³" in letter.text
    assert home.account.building.address.split(",")[0] in letter.subject


def test_owners_are_told_in_their_languages_and_tenants_are_not(home: Home) -> None:
    give(make_user("owner@example.com", language="ru"), home.account)
    give(make_user("tenant@example.com", language="en"), home.account, "tenant")
    give(make_user("second@example.com", language="en"), home.account)
    send(home, (home.cold.meter_no, "104.5"))
    letters = dict(Outbox.objects.values_list("recipient", "text"))
    assert set(letters) == {"owner@example.com", "second@example.com"}
    assert "Холодная вода" in letters["owner@example.com"]
    assert "104.500 m³" in letters["second@example.com"]


def test_a_home_without_any_address_is_told_nothing_and_sends(home: Home) -> None:
    Account.objects.filter(pk=home.account.pk).update(email="")
    assert fates(send(home, (home.cold.meter_no, "104.5"))) == ["registered"]
    assert not Outbox.objects.exists()
