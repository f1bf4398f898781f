"""The review desk: one form to one person, every decision kept, what is decided counts as it came in on paper."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import DatabaseError, connections, transaction
from tests.channels.paper.reading.conftest import RECEIVED, furnish

from saime.channels.paper import queries
from saime.channels.paper.contracts import FieldAnswer, FieldResult, FormOnDesk
from saime.channels.paper.models import (
    DeskStep,
    FieldDecision,
    FormField,
    ScannedFile,
    ScannedForm,
    ScannedPage,
)
from saime.channels.paper.operations import (
    FormNotYours,
    UnableToDecideForm,
    UnableToIdentify,
    decide_fields,
    give_up,
    identify,
    next_form,
    release,
)
from saime.metering.models import Meter, RegisteredReading, Submission
from saime.platform.periods import Period
from saime.residents.models import User

NOW = RECEIVED + timedelta(hours=2)
NOVEMBER = Period.of(2026, 11)


def person(name: str) -> int:
    return User.objects.create_user(f"{name}@example.com", "correct horse battery", is_staff=True).id


def put_on_desk(cold: Meter, hot: Meter, count: int = 1, *, known: bool = True) -> list[int]:
    """Forms whose cold meter nobody could make out, the hot one being empty."""
    file = ScannedFile.objects.create(
        sha256=f"{ScannedFile.objects.count():064d}", name="scan.tif", size=1, source="upload", kept_as="x",
        received_at=RECEIVED, received_on=RECEIVED.date(),
    )  # fmt: skip
    forms = []
    for n in range(count):
        page = ScannedPage.objects.create(file=file, number=n + 1, outcome="form")
        form = ScannedForm.objects.create(
            page=page, position=1, account=cold.unit.accounts.get() if known and cold.unit else None,
            account_no="1000001" if known else "7777777", period=NOVEMBER, sheet="F1.1", kept_as="x",
            content=f"{page.id:064d}", ink=b"", state="in_review", reason="" if known else "unknown_account",
        )  # fmt: skip
        likely = np.full((8, 12), 1 / 12).tolist()
        for number, (meter, route) in enumerate([(cold, "review"), (hot, "empty")], 1):
            FormField.objects.create(
                form=form, number=number, meter=meter if known else None, meter_no=meter.meter_no, kept_as="x",
                boxes=likely, route=route, reason="unsure" if route == "review" else "empty",
            )  # fmt: skip
        forms.append(form.id)
    return forms


@pytest.fixture
def meters(db: None) -> tuple[Meter, Meter]:
    _, cold, hot = furnish()
    return cold, hot


def answered(form: FormOnDesk, value: str | None = "128.5", outcome: str = "value") -> list[FieldAnswer]:
    number = Decimal(value) if value is not None else None
    return [FieldAnswer(f.field_id, outcome, number) for f in form.fields if f.route == "review"]


def decide(form: FormOnDesk, user: int, answers: list[FieldAnswer] | None = None) -> list[FieldResult]:
    return decide_fields(
        form_id=form.form_id, answers=answered(form) if answers is None else answers, user_id=user, now=NOW,
        seconds=Decimal("3.5"),
    )  # fmt: skip


def taken(user: int, **options: object) -> FormOnDesk:
    form = next_form(user_id=user, now=NOW, **options)  # type: ignore[arg-type]
    assert form is not None
    return form


def test_a_form_comes_with_all_that_helps(meters: tuple[Meter, Meter]) -> None:
    put_on_desk(*meters)
    form = taken(person("a"))
    assert (form.account_no, form.address, form.unit_no, form.period) == (
        "1000001",
        "Testa iela 1",
        "1",
        NOVEMBER,
    )
    assert form.claimed_until == NOW + timedelta(minutes=10)
    cold, hot = form.fields
    assert (cold.medium, cold.previous_reading, cold.previous_period) == (
        "cold",
        Decimal(124),
        Period.of(2026, 10),
    )
    assert cold.plausible_from == Decimal(124)
    assert cold.plausible_to == Decimal(140)  # 16 m³: 4 × 4, above 15
    assert (hot.medium, hot.route) == ("hot", "empty")


def test_what_a_person_sees_is_submitted_as_paper(meters: tuple[Meter, Meter]) -> None:
    put_on_desk(*meters)
    user = person("a")
    [result] = decide(taken(user), user)
    assert (result.fate, result.reason) == ("registered", "")
    submission = Submission.objects.get(id=result.submission_id)
    assert (submission.channel, submission.value, submission.received_at) == (
        "paper",
        Decimal("128.5"),
        RECEIVED,
    )
    assert submission.submitted_by_id == user
    assert ScannedForm.objects.get().state == "decided"
    decision = FieldDecision.objects.get()
    assert (decision.outcome, decision.value, decision.seconds) == ("value", Decimal("128.5"), Decimal("3.5"))
    assert [step.step for step in DeskStep.objects.order_by("id")] == ["claimed", "decided"]
    assert next_form(user_id=user, now=NOW) is None
    assert [field.value for field in queries.decided_fields()] == [Decimal("128.5")]


def test_a_person_is_not_asked_again_whether_it_is_meant(meters: tuple[Meter, Meter]) -> None:
    put_on_desk(*meters)
    user = person("a")
    form = taken(user)
    [result] = decide(form, user, answered(form, "190"))
    assert result.fate == "registered"


def test_sent_twice_is_decided_once(meters: tuple[Meter, Meter]) -> None:
    put_on_desk(*meters)
    user = person("a")
    form = taken(user)
    assert decide(form, user) == decide(form, user, answered(form, "129"))
    assert RegisteredReading.objects.get(period=NOVEMBER).value == Decimal("128.5")
    assert DeskStep.objects.filter(step="decided").count() == 1


@pytest.mark.parametrize("outcome", ["empty", "unreadable"])
def test_nothing_is_submitted_where_nothing_can_be_read(meters: tuple[Meter, Meter], outcome: str) -> None:
    put_on_desk(*meters)
    user = person("a")
    form = taken(user)
    [result] = decide(form, user, answered(form, None, outcome))
    assert (result.submission_id, result.fate) == (None, "")
    assert not Submission.objects.filter(channel="paper").exists()


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (lambda form: [], "incomplete"),
        (lambda form: [*answered(form), FieldAnswer(form.fields[1].field_id, "empty")], "not_in_review"),
        (lambda form: answered(form, None), "not_a_number"),
        (lambda form: answered(form, "-3"), "negative"),
        (lambda form: answered(form, "1.23456"), "too_many_decimals"),
    ],
)
def test_a_wrong_answer_decides_nothing(
    meters: tuple[Meter, Meter], answers: Callable[[FormOnDesk], list[FieldAnswer]], reason: str
) -> None:
    put_on_desk(*meters)
    user = person("a")
    form = taken(user)
    with pytest.raises(UnableToDecideForm) as refusal:
        decide(form, user, answers(form))
    assert refusal.value.reason == reason
    assert not FieldDecision.objects.exists()
    assert not Submission.objects.filter(channel="paper").exists()
    assert ScannedForm.objects.get().state == "in_review"


def test_a_form_that_somebody_holds_goes_to_nobody_else(meters: tuple[Meter, Meter]) -> None:
    first, second = put_on_desk(*meters, 2)
    a, b = person("a"), person("b")
    assert taken(a).form_id == first
    assert taken(a).form_id == first  # the page loaded again
    other = taken(b)
    assert other.form_id == second
    assert next_form(user_id=person("c"), now=NOW) is None
    queue = queries.desk_queue(NOW)
    assert (queue.waiting, queue.claimed, queue.oldest_received_on) == (0, 2, RECEIVED.date())
    with pytest.raises(FormNotYours):
        decide(other, a)


def test_a_form_comes_back_from_whoever_went_home(meters: tuple[Meter, Meter]) -> None:
    put_on_desk(*meters)
    a, b = person("a"), person("b")
    form = taken(a)
    later = next_form(user_id=b, now=NOW + timedelta(minutes=11))
    assert later is not None
    assert later.form_id == form.form_id
    with pytest.raises(FormNotYours):
        decide(form, a)


def test_a_form_put_back_goes_to_the_next_and_one_goes_on_behind_it(meters: tuple[Meter, Meter]) -> None:
    first, second = put_on_desk(*meters, 2)
    a = person("a")
    form = taken(a)
    release(form_id=form.form_id, user_id=a, now=NOW)
    assert taken(a, after=first).form_id == second
    assert taken(person("b")).form_id == first
    with pytest.raises(FormNotYours):
        release(form_id=first, user_id=a, now=NOW)


def test_what_nobody_can_read_is_given_up(meters: tuple[Meter, Meter]) -> None:
    put_on_desk(*meters)
    user = person("a")
    form = taken(user)
    give_up(form_id=form.form_id, user_id=user, now=NOW, note="wet", seconds=Decimal(9))
    decision = FieldDecision.objects.get()
    assert (decision.outcome, decision.note) == ("unreadable", "wet")
    assert ScannedForm.objects.get().state == "decided"
    assert DeskStep.objects.get(step="given_up").note == "wet"


def test_a_form_of_an_unknown_customer_finds_its_own(meters: tuple[Meter, Meter]) -> None:
    [id_] = put_on_desk(*meters, known=False)
    user = person("a")
    form = taken(user)
    with pytest.raises(UnableToDecideForm) as refusal:
        decide(form, user)
    assert refusal.value.reason == "unknown_account"
    with pytest.raises(UnableToIdentify):
        identify(form_id=id_, account_no="no such", period=NOVEMBER, user_id=user, now=NOW)
    form = identify(form_id=id_, account_no=" 1000001 ", period=NOVEMBER, user_id=user, now=NOW)
    assert [field.meter_id for field in form.fields] == [meter.id for meter in meters]
    [result] = decide(form, user)
    assert result.fate == "registered"


@pytest.mark.parametrize(
    "change",
    [
        lambda: FieldDecision.objects.update(value=1),
        lambda: FieldDecision.objects.all().delete(),
        lambda: DeskStep.objects.update(note="x"),
        lambda: FormField.objects.update(text="1"),
        lambda: FormField.objects.update(submission=None),
        lambda: ScannedForm.objects.update(content="0" * 64),
        lambda: ScannedForm.objects.update(account_no="2"),
        lambda: ScannedPage.objects.update(reason="x"),
        lambda: ScannedFile.objects.update(received_on="2020-01-01"),
    ],
)
def test_what_was_read_and_decided_stays(meters: tuple[Meter, Meter], change: Callable[[], object]) -> None:
    put_on_desk(*meters)
    user = person("a")
    decide(taken(user), user)
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


@pytest.mark.django_db(transaction=True)
def test_eight_people_at_once_get_eight_forms() -> None:
    _, cold, hot = furnish()
    forms = put_on_desk(cold, hot, 8)
    people = [person(f"p{n}") for n in range(10)]
    barrier = threading.Barrier(len(people))

    def work(user: int) -> int | None:
        try:
            barrier.wait()
            form = next_form(user_id=user, now=NOW)
            return form and form.form_id
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(people)) as pool:
        got = list(pool.map(work, people))
    assert sorted(form for form in got if form) == forms
    assert got.count(None) == 2


@pytest.mark.django_db(transaction=True)
def test_one_person_pressing_enter_five_times_decides_once() -> None:
    _, cold, hot = furnish()
    put_on_desk(cold, hot)
    user = person("a")
    form = taken(user)
    barrier = threading.Barrier(5)

    def press(_n: int) -> list[FieldResult]:
        try:
            barrier.wait()
            return decide(form, user)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        results = list(pool.map(press, range(5)))
    assert all(result == results[0] for result in results)
    assert FieldDecision.objects.count() == 1
    assert Submission.objects.filter(channel="paper").count() == 1
