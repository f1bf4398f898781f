"""From a scan to registered readings: each paper once, each page accounted for, doubt to a person."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pytest
from tests.channels.paper import papers, scans
from tests.channels.paper.intake import files
from tests.channels.paper.reading.conftest import Office

from saime.channels.paper import queries
from saime.channels.paper.contracts import FieldAnswer
from saime.channels.paper.intake.keeping import full
from saime.channels.paper.models import FormField, ScannedFile, ScannedForm, ScannedPage
from saime.channels.paper.operations import decide_fields, identify, next_form
from saime.metering.models import RegisteredReading, Submission
from saime.platform.periods import RIGA
from saime.residents.models import User

NOVEMBER = papers.NOVEMBER
SURE = [Decimal("128.250"), Decimal("54.125")]
CLEAR = scans.Hand(height_mm=5.6, off_mm=0.2, lean=2)


def form(values: list[Decimal | str] | None = None, seed: int = 2, **options: object) -> scans.Picture:
    return papers.filled(values or SURE, seed, pen=scans.Pen(), hand=CLEAR, **options)  # type: ignore[arg-type]


def paper_submissions() -> list[tuple[str, Decimal, str]]:
    rows = Submission.objects.filter(channel="paper").order_by("meter__meter_no", "id")
    return list(rows.values_list("meter__meter_no", "value", "verdict"))


def registered() -> dict[str, Decimal]:
    rows = RegisteredReading.objects.filter(period=NOVEMBER)
    return dict(rows.values_list("meter__meter_no", "value"))


@pytest.mark.parametrize("kind", ["PDF", "TIFF", "JPEG", "PNG"])
def test_a_clear_form_is_registered_without_anybody(office: Office, kind: str) -> None:
    done = office.take_and_read(scans.as_file([papers.worn(form(), dpi=200)], kind, dpi=200))
    assert (done.state, done.pages, done.forms, done.accepted, done.review) == ("done", 1, 1, 2, 0)
    assert registered() == {"M1": SURE[0], "M2": SURE[1]}
    submission = Submission.objects.get(channel="paper", meter=office.cold)
    assert submission.evidence["page"] == 1
    assert full(submission.evidence["crop"]).read_bytes().startswith(b"\xff\xd8\xff")
    fields = FormField.objects.order_by("number")
    assert [field.submission_id is not None for field in fields] == [True, True]
    assert ScannedForm.objects.get().state == "read"


def test_history_is_asked_in_few_queries(office: Office, django_assert_max_num_queries: object) -> None:
    file_id = office.take(scans.as_file([papers.worn(form(), dpi=200)], "PNG"))
    with django_assert_max_num_queries(90):  # type: ignore[operator]
        office.read()
    assert ScannedFile.objects.get(id=file_id).state == "done"


def test_a_paper_counts_by_the_day_it_came_in(office: Office) -> None:
    """Received on the 27th, scanned on the 30th, after the window of paper forms."""
    office.now = datetime(2026, 11, 30, 9, tzinfo=RIGA)
    office.take_and_read(scans.as_file([form()], "PNG"), received_on=date(2026, 11, 27))
    assert registered() == {"M1": SURE[0], "M2": SURE[1]}


def test_a_paper_that_came_too_late_is_kept_and_refused(office: Office) -> None:
    office.now = datetime(2026, 11, 30, 9, tzinfo=RIGA)
    office.take_and_read(scans.as_file([form()], "PNG"))
    assert registered() == {}
    assert [verdict for _, _, verdict in paper_submissions()] == ["rejected", "rejected"]


def test_one_page_scanned_twice_is_one_submission(office: Office) -> None:
    """Once as it is; once more, turned, at another resolution; and the first picture in another file."""
    paper = form()
    first = papers.worn(paper, dpi=200, seed=1)
    again = papers.worn(paper, dpi=150, angle=181.5, noise=5, jpeg=70, seed=2)
    office.take_and_read(scans.as_file([first], "PNG"))
    office.take_and_read(scans.as_file([again], "PNG"))
    office.take_and_read(scans.as_file([first, again], "TIFF"))
    assert len(paper_submissions()) == 2
    assert ScannedForm.objects.count() == 1
    outcomes = ScannedPage.objects.order_by("id").values_list("outcome", "reason")
    assert list(outcomes) == [("form", "")] + [("duplicate", "scanned_before")] * 3


def test_two_papers_of_one_month_are_two(office: Office) -> None:
    """The same readings written once more on a second form: another paper, the later one counts."""
    office.take_and_read(scans.as_file([papers.worn(form(seed=2), dpi=200)], "PNG"))
    office.now = office.now.replace(hour=12)
    later = [Decimal("129.000"), Decimal("54.125")]
    office.take_and_read(scans.as_file([papers.worn(form(later, seed=7), dpi=200)], "PNG"))
    assert ScannedForm.objects.count() == 2
    assert registered() == {"M1": Decimal("129.000"), "M2": Decimal("54.125")}


def test_two_forms_on_a_page(office: Office) -> None:
    other = form(["__999888", "__123123"], seed=5, account_no="7777777")
    office.take_and_read(scans.as_file([papers.worn(scans.two_on_a_page(form(), other), dpi=200)], "PNG"))
    assert registered() == {"M1": SURE[0], "M2": SURE[1]}
    unknown = ScannedForm.objects.get(account_no="7777777")
    assert (unknown.state, unknown.reason, unknown.account_id) == ("in_review", "unknown_account", None)


def test_upside_down_and_a_corner_lost(office: Office) -> None:
    page = papers.worn(form(), dpi=200, angle=178, lost_corner=1, jpeg=80)
    office.take_and_read(scans.as_file([page], "JPEG"))
    assert ScannedForm.objects.get().markers == [0, 2, 3]
    assert registered() == {"M1": SURE[0], "M2": SURE[1]}


def test_an_empty_form_asks_nobody(office: Office) -> None:
    done = office.take_and_read(scans.as_file([form(["________", "________"])], "PNG"))
    assert (done.forms, done.accepted, done.review) == (1, 0, 0)
    assert set(FormField.objects.values_list("route", flat=True)) == {"empty"}
    assert paper_submissions() == []


def test_one_meter_filled_in_is_one_reading(office: Office) -> None:
    office.take_and_read(scans.as_file([form([SURE[0], "________"])], "PNG"))
    assert registered() == {"M1": SURE[0]}


def test_a_crossed_out_digit_is_seen_by_a_person(office: Office) -> None:
    done = office.take_and_read(scans.as_file([form(["0012x250", SURE[1]])], "PNG"))
    assert (done.accepted, done.review) == (1, 1)
    assert FormField.objects.get(number=1).route == "review"


def test_a_reading_that_makes_no_sense_is_seen_by_a_person(office: Office) -> None:
    """Clearly written, but 30,000 m³ in a month: the network is sure, nobody else would be."""
    done = office.take_and_read(scans.as_file([form([Decimal("30128.250"), SURE[1]])], "PNG"))
    in_review = Submission.objects.filter(channel="paper", verdict="in_review").count()
    assert done.review + in_review == 1
    assert "M1" not in registered()


def test_a_meter_that_is_not_this_accounts(office: Office) -> None:
    strange = (papers.COLD, papers.FormMeter("M99", "hot", 5))
    done = office.take_and_read(scans.as_file([form(meters=strange)], "PNG"))
    assert (done.accepted, done.review) == (1, 1)
    assert FormField.objects.get(meter_no="M99").reason == "unknown_meter"


def test_a_form_whose_code_is_gone_is_read_once_somebody_says_whose_it_is(office: Office) -> None:
    page = form()
    place = papers.code_of().sheet.code
    left, top, side = (round(mm * scans.DPI / 25.4) for mm in (place.x_mm, place.y_mm, place.w_mm))
    page[top : top + side, left : left + side // 2] = 90  # coffee
    done = office.take_and_read(scans.as_file([papers.worn(page, dpi=200)], "PNG"))
    assert (done.forms, done.accepted, done.review) == (1, 0, 1)
    user = User.objects.create_user("a@example.com", "correct horse battery", is_staff=True).id
    seen = next_form(user_id=user, now=office.now)
    assert seen is not None
    assert (seen.reason, seen.account_no, seen.fields) == ("no_code", "", ())
    seen = identify(form_id=seen.form_id, account_no="1000001", period=NOVEMBER, user_id=user, now=office.now)
    assert [(field.meter_no, field.value, field.route) for field in seen.fields] == [
        ("M1", SURE[0], "review"), ("M2", SURE[1], "review"),
    ]  # fmt: skip
    answers = [FieldAnswer(field.field_id, "value", field.value) for field in seen.fields]
    decide_fields(form_id=seen.form_id, answers=answers, user_id=user, now=office.now, seconds=Decimal(4))
    assert registered() == {"M1": SURE[0], "M2": SURE[1]}
    assert queries.picture_of_field(seen.fields[0].field_id) is not None


def test_every_page_has_its_row(office: Office) -> None:
    """A form, a blank back, a photo, the form again, a torn page: nothing is lost, nothing stops the rest."""
    rng = np.random.default_rng(1)
    photo = np.asarray(rng.integers(0, 255, (900, 700, 3)), np.uint8)
    blank = np.full((2000, 1500, 3), 250, np.uint8)
    good = papers.worn(form(), dpi=200)
    torn = good.copy()
    torn[: good.shape[0] // 2] = 245
    done = office.take_and_read(scans.as_file([good, blank, photo, good, torn], "TIFF"))
    pages = queries.pages_of(done.file_id)
    assert [(page.outcome, page.reason) for page in pages] == [
        ("form", ""), ("not_a_form", "blank"), ("not_a_form", "no_markers"), ("duplicate", "scanned_before"),
        ("unreadable", "markers_lost"),
    ]  # fmt: skip
    assert all(full(page.picture).is_file() for page in pages)
    assert pages[0].account_nos == ("1000001",)
    view = queries.file_view(done.file_id)
    assert view is not None
    assert (view.state, view.page_count, view.pages_read, view.forms, view.without_form) == (
        "done",
        5,
        5,
        1,
        4,
    )
    assert {page.number for page in queries.pages_without_form()} == {3, 5}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (files.encrypted_pdf(), "encrypted"),
        (b"PK\x03\x04 no scan", "not_a_scan"),
        (files.pdf([files.page()])[:300], "broken"),
        (files.png_bomb(), "too_large"),
    ],
    ids=["encrypted", "not a scan", "cut off", "bomb"],
)
def test_what_cannot_be_read_is_kept_with_the_reason(office: Office, data: bytes, reason: str) -> None:
    file_id = office.take(data, "strange.pdf")
    office.read()
    view = queries.file_view(file_id)
    assert view is not None
    pages = queries.pages_of(file_id)
    assert reason in {view.reason, *(page.reason for page in pages)}
    assert full(ScannedFile.objects.get(id=file_id).kept_as).read_bytes() == data
    assert paper_submissions() == []


def test_a_name_is_only_a_name(office: Office) -> None:
    file_id = office.take(files.png(files.page()), "../../etc/\x00\x1b[31mpass\u202ewd.pdf")
    file = ScannedFile.objects.get(id=file_id)
    assert file.name == "[31mpasswd.pdf"
    assert file.content_type == "image/png"
    assert full(file.kept_as).is_relative_to(full("paper"))


def test_five_hundred_pages(office: Office) -> None:
    done = office.take_and_read(files.empty_pdf(pages=500))
    assert (done.state, done.pages) == ("done", 500)
    assert (
        ScannedPage.objects.filter(file_id=done.file_id, outcome="not_a_form", reason="blank").count() == 500
    )


def test_a_file_that_is_gone_from_the_disk_holds_nobody_up(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    first = office.take(files.png(files.page(mark=1)))
    second = office.take(files.png(files.page(mark=2)))
    full(ScannedFile.objects.get(id=first).kept_as).unlink()
    states = {done.file_id: done.state for done in office.read()}
    assert states[second] == "done"
    assert states[first] in ("failed", "reading")
    assert office.read() == []  # and it is not tried over and over
