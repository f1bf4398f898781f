"""The office: everything is looked up, a reading entered with a reason, a doubt decided; the rest stays as it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from tests.billing.factories import make_service
from tests.metering.houses import Submit, make_house, submitter

from saime.billing.models import Service
from saime.metering.models import Meter, Review, Submission
from saime.residents.models import User

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def meter() -> Meter:
    return make_house()[1]


@pytest.fixture
def submit(meter: Meter) -> Submit:
    return submitter(meter)


@pytest.fixture
def read_before(submit: Submit) -> None:
    """104, 108 … 124: read every month up to October."""
    for month in range(5, 11):
        submit(str(100 + 4 * (month - 4)), at=datetime(2026, month, 26, tzinfo=UTC))


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("staff@example.com", None, language="en"))
    return client


def enter(
    office: Client, meter: Meter, value: str, note: str = "Called by phone", reference: str = "staff-1"
) -> str:
    form = {"meter": meter.pk, "period": "2026-11", "value": value, "note": note, "reference": reference}
    with time_machine.travel(NOW, tick=False):
        return office.post(reverse("admin:metering_submission_add"), form, follow=True).content.decode()


def test_every_list_and_search_opens(office: Client) -> None:
    for model, options in admin.site._registry.items():
        if model.__module__.startswith("saime."):
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            query = {"q": "1"} if options.search_fields else {}
            assert office.get(reverse(name), query).status_code == 200, name


@pytest.mark.usefixtures("read_before")
def test_a_reading_is_entered_with_its_reason(office: Client, meter: Meter) -> None:
    assert "M1, 2026-11: registered. 7.250 m³" in enter(office, meter, "131,25")
    submission = Submission.objects.latest("id")
    assert (submission.channel, submission.details["note"]) == ("staff", "Called by phone")
    assert submission.submitted_by is not None
    assert submission.submitted_by.email == "staff@example.com"


def test_the_same_form_twice_is_one_reading(office: Client, meter: Meter) -> None:
    enter(office, meter, "107")
    enter(office, meter, "107")
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(("value", "note"), [("107", ""), ("seven", "why"), ("1.2345", "why"), ("", "why")])
def test_without_a_reason_or_a_number_nothing_is_entered(
    office: Client, meter: Meter, value: str, note: str
) -> None:
    assert "errorlist" in enter(office, meter, value, note)
    assert not Submission.objects.exists()


def test_a_refused_reading_says_why(office: Client, meter: Meter) -> None:
    page = enter(office, meter, "99")
    assert "registered." not in page
    assert Submission.objects.get().verdict == "rejected"
    assert "lower" in page


def test_a_submission_shows_its_reason_and_cannot_be_changed(office: Client, meter: Meter) -> None:
    enter(office, meter, "107")
    address = reverse("admin:metering_submission_change", args=[Submission.objects.get().pk])
    page = office.get(address).content.decode()
    assert "Called by phone" in page
    assert 'name="_save"' not in page
    assert office.post(address, {"value": "1"}).status_code == 403
    assert office.post(reverse("admin:metering_submission_delete", args=[1])).status_code == 403
    assert Submission.objects.get().value == 107


@pytest.fixture
def doubtful(submit: Submit, read_before: None) -> Submission:
    return Submission.objects.get(
        pk=submit("224", channel="sms", at=datetime(2026, 11, 26, tzinfo=UTC)).submission.submission_id
    )


def decide(office: Client, submission: Submission, verdict: str = "accepted") -> str:
    form = {"submission": submission.pk, "verdict": verdict, "reason": "A leak, seen by the plumber"}
    return office.post(reverse("admin:metering_review_add"), form, follow=True).content.decode()


def test_a_doubtful_reading_is_decided_once(office: Client, doubtful: Submission) -> None:
    queue = reverse("admin:metering_submission_changelist") + "?fate=in_review"
    assert f"?submission={doubtful.pk}" in office.get(queue).content.decode()
    decide(office, doubtful)
    assert Review.objects.get().verdict == "accepted"
    assert f"?submission={doubtful.pk}" not in office.get(queue).content.decode()
    assert "errorlist" in decide(office, doubtful, "rejected")
    assert Review.objects.get().verdict == "accepted"


def test_what_is_not_in_doubt_cannot_be_decided(office: Client, submit: Submit) -> None:
    fine = Submission.objects.get(pk=submit("104").submission.submission_id)
    assert "It cannot be decided any more" in decide(office, fine)
    assert not Review.objects.exists()


def test_residents_and_strangers_stay_outside(client: Client, meter: Meter) -> None:
    address = reverse("admin:metering_submission_add")
    assert client.get(address).status_code == 302
    client.force_login(User.objects.create_user("resident@example.com", None))
    assert (
        client.post(address, {"meter": meter.pk, "value": "107", "note": "x", "reference": "y"}).status_code
        == 302
    )
    assert not Submission.objects.exists()


def test_staff_without_the_right_enter_nothing(client: Client, meter: Meter) -> None:
    client.force_login(User.objects.create_user("new@example.com", None, is_staff=True))
    form = {"meter": meter.pk, "value": "107", "note": "x", "reference": "y"}
    assert client.post(reverse("admin:metering_submission_add"), form).status_code == 403
    assert not Submission.objects.exists()


def test_a_policy_must_fit_its_catalogue(office: Client) -> None:
    form = {"policy": "norm_cold", "value": "a lot", "valid_from": "2026-01-01", "decision": ""}
    assert "errorlist" in office.post(reverse("admin:platform_policy_add"), form).content.decode()
    assert office.post(reverse("admin:platform_policy_add"), form | {"value": "5.5"}).status_code == 302


def test_who_changed_a_row_is_in_its_history(office: Client) -> None:
    service = make_service()
    form = {"group": "water", "position": 7, "paid_direct": "on"}
    office.post(reverse("admin:billing_service_change", args=[service.pk]), form)
    event = Service.objects.get(pk=service.pk).events.get()
    assert (event.group, event.position) == ("house", service.position)
    assert event.pgh_context.metadata == {"user": User.objects.get().pk}
