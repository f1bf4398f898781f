"""Doubtful readings: looked at, taken or refused with a reason that the resident reads in their own language."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from tests.web.staff.office import NOVEMBER, NOW, Flat, make_doubt, make_staff, submit

from saime.metering.models import PeriodClosure, RegisteredReading, Review
from saime.metering.queries import submission_view
from saime.metering.reasons import sentence
from saime.residents.models import User

pytestmark = pytest.mark.django_db


def decide(office: Client, submission_id: int, verdict: str, reason: str = "", words: str = "") -> str:
    sent = {"verdict": verdict, "reason": reason, "words": words}
    return office.post(f"/staff/readings/{submission_id}/", sent, follow=True).content.decode()


def test_what_one_needs_to_decide_is_on_the_page(office: Client, flats: list[Flat]) -> None:
    id_ = make_doubt(flats[0], text="RAD 4000001 K 250 paldies!")
    page = office.get(f"/staff/readings/{id_}/").content.decode()
    for part in ("RAD 4000001 K 250 paldies!", "AU00001", "124.000", "126.000", "Parauga iela 1", "Paraugs"):
        assert part in page
    assert "31.5 times the usual 4.000 m³" in page


def test_the_pile_is_listed_oldest_first_and_counted(office: Client, flats: list[Flat]) -> None:
    ids = [make_doubt(flat) for flat in flats]
    page = office.get("/staff/readings/").content.decode()
    places = [page.index(f"/staff/readings/{id_}/") for id_ in ids]
    assert places == sorted(places)
    assert "3 readings wait" in page


def test_taken_it_counts(office: Client, flats: list[Flat], staff: User) -> None:
    id_ = make_doubt(flats[0])
    page = decide(office, id_, "accepted", "phone")
    assert "AU00001: registered. 126.000 m³" in page
    assert RegisteredReading.objects.get(meter=flats[0].cold, period=NOVEMBER).value == Decimal(250)
    review = Review.objects.get()
    assert (review.reviewed_by, review.verdict) == (staff, "accepted")


def test_refused_the_resident_reads_why_in_their_language(office: Client, flats: list[Flat]) -> None:
    id_ = make_doubt(flats[0])
    decide(office, id_, "rejected", "digit")
    view = submission_view(id_)
    assert view.fate == "rejected"
    assert sentence(view.reason, view.details).startswith("Izskatās, ka viens cipars ir kļūdains.")


def test_own_words_are_kept_as_they_are(office: Client, flats: list[Flat]) -> None:
    decide(office, make_doubt(flats[0]), "rejected", "", "  Zvanījām: skaitlis no dzīvokļa 2.  ")
    assert Review.objects.get().reason == "Zvanījām: skaitlis no dzīvokļa 2."


@pytest.mark.parametrize(
    ("verdict", "reason"), [("accepted", ""), ("rejected", "no such"), ("", "digit"), ("in_review", "x")]
)
def test_without_a_decision_and_a_reason_nothing_is_decided(
    office: Client, flats: list[Flat], verdict: str, reason: str
) -> None:
    page = decide(office, make_doubt(flats[0]), verdict, reason)
    assert "Choose a reason, or write one." in page
    assert not Review.objects.exists()


def test_after_one_comes_the_next_and_at_the_end_the_list(office: Client, flats: list[Flat]) -> None:
    ids = [make_doubt(flat) for flat in flats]
    for here, there in zip(ids, [*ids[1:], None], strict=True):
        response = office.post(f"/staff/readings/{here}/", {"verdict": "rejected", "reason": "comma"})
        assert response["Location"] == (f"/staff/readings/{there}/" if there else "/staff/readings/")


def test_whoever_comes_second_is_told(office: Client, flats: list[Flat]) -> None:
    id_ = make_doubt(flats[0])
    decide(office, id_, "accepted", "photo")
    other = Client()
    other.force_login(make_staff("cits@example.com"))
    assert "It cannot be decided any more" in decide(other, id_, "rejected", "digit")
    assert Review.objects.get().verdict == "accepted"
    assert "It cannot be decided any more" in other.get(f"/staff/readings/{id_}/").content.decode()


def test_a_closed_month_waits_for_nobody(office: Client, flats: list[Flat]) -> None:
    id_ = make_doubt(flats[0])
    PeriodClosure.objects.create(building=flats[0].account.building, period=NOVEMBER, closed_at=NOW)
    assert f"/staff/readings/{id_}/" not in office.get("/staff/readings/").content.decode()
    assert "It cannot be decided any more" in decide(office, id_, "accepted", "photo")


def test_a_reading_that_nobody_doubts_is_no_page(office: Client, flats: list[Flat]) -> None:
    taken = submit(flats[0].cold, 128, at=NOW + timedelta(minutes=1))
    assert office.get(f"/staff/readings/{taken.submission.submission_id}/").status_code == 404
    assert office.get("/staff/readings/999999/").status_code == 404
