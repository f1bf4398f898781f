"""The office in a real browser: forms reviewed by keyboard alone, a scan handed in, every page in every look."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from tests.channels.paper import papers, scans
from tests.e2e.conftest import DESKTOP, PHONE, AxeCheck, NewContext, sign_in, theme, watch_console
from tests.web.staff.office import (
    NOVEMBER,
    NOW,
    Flat,
    both_unsure,
    form_of,
    make_doubt,
    make_flats,
    make_staff,
    submit,
)
from tests.web.staff.papers import Row, make_form
from tests.web.staff.test_other_places import make_answer, make_message

from saime.channels.paper.models import DeskStep, FieldDecision, ScannedFile, ScannedForm
from saime.channels.paper.operations import read_waiting
from saime.channels.paper.printing.contracts import FormMeter
from saime.channels.paper.reading.readers import Readers
from saime.channels.remote.models import Source, Suspicion
from saime.channels.terminal import operations as terminal
from saime.channels.terminal.models import SignOfLife, Terminal
from saime.metering.models import RegisteredReading, Review
from saime.residents.models import User

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("SAIME_SHOTS", "")
TABLET = {"width": 768, "height": 1024}


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: object) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    return tmp_path / "files"


@pytest.fixture
def flats() -> list[Flat]:
    return make_flats(6)


@pytest.fixture
def staff() -> User:
    return make_staff(name="Ilze Darbiniece", language="lv")


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def open_desk(new_context: NewContext, staff: User, **options: object) -> Page:
    page = new_context(viewport=DESKTOP, reduced_motion="reduce", **options).new_page()
    sign_in(page, staff)
    page.goto("/staff/forms/")
    page.get_by_role("button", name="Sākt").click()
    return page


def test_forms_are_reviewed_by_keyboard_alone(
    new_context: NewContext, flats: list[Flat], staff: User
) -> None:
    forms = [both_unsure(flat) for flat in flats[:4]]
    page = new_context(viewport=DESKTOP).new_page()
    errors = watch_console(page)
    sign_in(page, staff)
    page.goto("/staff/")
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/staff/forms/")
    page.keyboard.press("n")
    # The first form: typed; the second field as the machine read it, had it read one.
    page.wait_for_url(f"**/staff/forms/{forms[0].pk}/")
    expect(field(page, "AU00001")).to_be_focused()
    page.keyboard.type("128,4")
    expect(page.get_by_text("4,400 m³ kopš iepriekšējā rādījuma")).to_be_visible()
    page.keyboard.press("Enter")
    expect(field(page, "KU00001")).to_be_focused()
    page.keyboard.type("7134")  # a comma forgotten
    expect(page.get_by_text("ārpus parastā")).to_be_visible()
    page.keyboard.press("z")
    expect(field(page, "KU00001")).to_have_value("")
    page.keyboard.type("71.345")
    page.keyboard.press("Enter")
    second_and_third(page, forms[1], forms[2])
    # The fourth is put back.
    page.wait_for_url(f"**/staff/forms/{forms[3].pk}/")
    page.keyboard.press("s")
    page.wait_for_url("**/staff/forms/")
    assert errors == []
    assert_decided(forms)


def second_and_third(page: Page, second: ScannedForm, third: ScannedForm) -> None:
    """Enter takes what was read, E says that nothing is written; U, Z takes it back."""
    page.wait_for_url(f"**/staff/forms/{second.pk}/")
    page.keyboard.press("Enter")
    expect(field(page, "AU00002")).to_have_value("128,417")
    page.keyboard.press("e")
    page.wait_for_url(f"**/staff/forms/{third.pk}/")
    page.keyboard.press("u")
    page.keyboard.press("z")
    expect(field(page, "AU00003")).to_be_focused()
    page.keyboard.type("129")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("u")


def assert_decided(forms: list[ScannedForm]) -> None:
    decided = FieldDecision.objects.order_by("field__form_id", "field__number").values_list(
        "outcome", "value"
    )
    assert list(decided) == [
        ("value", Decimal("128.400")), ("value", Decimal("71.345")), ("value", Decimal("128.417")), ("empty", None),
        ("value", Decimal(129)), ("unreadable", None),
    ]  # fmt: skip
    assert RegisteredReading.objects.filter(period=NOVEMBER, channel="paper").count() == 4
    assert list(DeskStep.objects.filter(form=forms[3]).order_by("id").values_list("step", flat=True)) == [
        "claimed", "released",
    ]  # fmt: skip


def field(page: Page, meter_no: str) -> Locator:
    return page.get_by_label(f"Rādījums {meter_no}")


def test_the_next_form_is_there_before_it_is_wanted(
    new_context: NewContext, flats: list[Flat], staff: User
) -> None:
    """Its pictures come while the first form is looked at, and not again when it is its turn."""
    forms = [form_of(flat) for flat in flats[:3]]
    picture = f"/staff/pictures/form/{forms[1].pk}/"
    page = new_context(viewport=DESKTOP).new_page()
    sign_in(page, staff)
    page.goto("/staff/forms/")
    with page.expect_event("requestfinished", lambda request: picture in request.url):
        page.get_by_role("button", name="Sākt").click()
    page.keyboard.type("71,3")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/staff/forms/{forms[1].pk}/")
    expect(page.locator(".desk-sheet img")).to_have_js_property("complete", True)
    came = page.evaluate(
        """(picture) => performance.getEntriesByType("resource").filter((entry) => entry.name.includes(picture))
             .map((entry) => [entry.transferSize, entry.decodedBodySize > 0])""",
        picture,
    )
    assert came == [[0, True]]  # nothing went over the line


def test_without_scripts_a_form_is_filled_in_and_sent(
    new_context: NewContext, flats: list[Flat], staff: User
) -> None:
    both_unsure(flats[0])
    page = open_desk(new_context, staff, java_script_enabled=False)
    field(page, "AU00001").fill("128,4")
    page.get_by_role("button", name="Pieņemt un pie nākamās").click()
    expect(page.get_by_role("alert")).to_contain_text("KU00001: Ievadiet uzrakstīto vai atzīmējiet")
    page.locator("label", has_text="Nav izlasāms").nth(1).click()
    page.get_by_role("button", name="Pieņemt un pie nākamās").click()
    expect(page.get_by_role("status").first).to_contain_text("4000001: gatavs. Reģistrēti rādījumi: 1.")
    assert FieldDecision.objects.count() == 2


def test_a_doubt_is_decided_by_keyboard(new_context: NewContext, flats: list[Flat], staff: User) -> None:
    first, second = make_doubt(flats[0]), make_doubt(flats[1])
    page = new_context(viewport=DESKTOP).new_page()
    sign_in(page, staff)
    page.goto("/staff/readings/")
    page.keyboard.press("n")
    page.wait_for_url(f"**/staff/readings/{first}/")
    page.keyboard.press("r")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/staff/readings/{second}/")
    review = Review.objects.get()
    assert (review.verdict, review.reason.split(".")[0]) == ("rejected", "Izskatās, ka trūkst komata")


def test_single_keys_may_be_turned_off(new_context: NewContext, staff: User) -> None:
    page = new_context(viewport=DESKTOP).new_page()
    sign_in(page, staff)
    page.goto("/staff/")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="izslēgt").click()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(dialog).not_to_be_visible()


@pytest.mark.parametrize("by", ["button", "drop"])
def test_a_scan_is_handed_in_and_followed(
    new_context: NewContext, staff: User, tmp_path: Path, by: str
) -> None:
    path = tmp_path / "veidlapas.pdf"
    Image.new("RGB", (620, 877), "white").save(path, "PDF")
    page = new_context(viewport=DESKTOP).new_page()
    errors = watch_console(page)
    sign_in(page, staff)
    page.goto("/staff/scans/")
    if by == "button":
        page.get_by_label("Iesniegt skenētas veidlapas").set_input_files(path)
        page.get_by_role("button", name="Iesniegt", exact=True).click()
    else:
        drop(page, path)
    expect(page.get_by_role("status").first).to_contain_text("1 fails pieņemts un gaida nolasīšanu.")
    row = page.get_by_role("row", name="veidlapas.pdf")
    expect(row).to_contain_text("Gaida nolasīšanu")
    ScannedFile.objects.update(state="failed", reason="broken", finished_at=NOW)
    expect(row).to_contain_text("Nevarēja nolasīt")  # the list asked again by itself
    row.get_by_role("link", name="veidlapas.pdf").click()
    expect(page.get_by_text("Fails ir bojāts")).to_be_visible()
    assert errors == []


def drop(page: Page, path: Path) -> None:
    """Lets a file fall on the form, as a hand would."""
    data = page.evaluate_handle(
        """(bytes) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], "veidlapas.pdf", { type: "application/pdf" }));
            return transfer;
        }""",
        list(path.read_bytes()),
    )
    page.dispatch_event("[data-upload]", "drop", {"dataTransfer": data})


# From paper to the registered reading

METERS = (FormMeter("AU00001", "cold", 5), FormMeter("KU00001", "hot", 5))


def test_from_the_scanner_over_the_desk_to_the_register(
    new_context: NewContext, flats: list[Flat], staff: User, tmp_path: Path
) -> None:
    """A printed form, filled in by hand, one digit crossed out: handed in, read, and decided in the browser."""
    paper = papers.filled(
        [Decimal("128.250"), "00x71300"], 2, meters=METERS, account_no="4000001", pen=scans.Pen(),
        hand=scans.Hand(height_mm=5.6, off_mm=0.2, lean=2),
    )  # fmt: skip
    path = tmp_path / "novembris.pdf"
    path.write_bytes(scans.as_file([papers.worn(paper, dpi=200, angle=1.5)], "PDF", dpi=200))
    page = new_context(viewport=DESKTOP).new_page()
    sign_in(page, staff)
    page.goto("/staff/scans/")
    page.get_by_label("Iesniegt skenētas veidlapas").set_input_files(path)
    page.get_by_label("Papīrs saņemts").fill("2026-11-25")
    page.get_by_role("button", name="Iesniegt", exact=True).click()
    row = page.get_by_role("row", name="novembris.pdf")
    expect(row).to_contain_text("Gaida nolasīšanu")
    with Readers(1) as readers:
        list(read_waiting(readers=readers, clock=lambda: NOW))
    expect(row).to_contain_text("Nolasīts")
    row.get_by_role("link", name="novembris.pdf").click()
    expect(page.locator(".sheet")).to_contain_text("Klients 4000001")
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/staff/forms/")
    page.keyboard.press("n")
    expect(field(page, "KU00001")).to_be_visible()
    shoot(page, "real-form")
    for meter_no, reading in (("AU00001", "128,25"), ("KU00001", "71,3")):
        if field(page, meter_no).count():  # the machine may have been sure of the other one
            field(page, meter_no).fill(reading)
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/forms/")
    registered = RegisteredReading.objects.filter(period=NOVEMBER).order_by("meter__meter_no")
    assert list(registered.values_list("meter__meter_no", "value", "channel")) == [
        ("AU00001", Decimal("128.250"), "paper"), ("KU00001", Decimal("71.300"), "paper"),
    ]  # fmt: skip


# Looks


def fill_the_office(flats: list[Flat]) -> dict[str, int]:
    """Something in every place."""
    form = both_unsure(flats[0])
    form_of(flats[1], received_on=date(2026, 11, 24), name="centrs-2026-11-24.pdf")
    make_form(flats[2].account, NOVEMBER, [], received_at=NOW, still_reading=True, name="skeneris-0007.tif")
    unknown = make_form(
        None, NOVEMBER, [Row(None, "00128,417", [99] * 8, meter_no="AU99999")], received_at=NOW,
        reason="unknown_account", account_no="4100001",
    )  # fmt: skip
    doubt = make_doubt(flats[3], text="RAD 4000004 K 250 paldies!")
    make_doubt(flats[4], "312,5")
    for place, flat in enumerate(flats):
        submit(flat.hot, 71, at=NOW - timedelta(days=place % 2), channel=("portal", "terminal")[place % 2])
    make_answer(
        make_message(flats[0], "RAD 4000001 K 128,4 A 71.3"), "Paldies! Aukstais 4,400 m3, karstais 3,300 m3."
    )
    make_answer(
        make_message(None, "cik man jāmaksā", "problem", "+37129999999"),
        "Rakstiet: RAD 4000001 K 123,4",
        "failed",
    )
    for name, seen, ahead in (("Klientu centrs 1", NOW, 0), ("Klientu centrs 2", NOW - timedelta(days=2), 0),
                              ("Bibliotēka", NOW, 400_000)):  # fmt: skip
        terminal.redeem_code(
            code=terminal.enrol(name=name, place="Brīvības iela 1", now=NOW), address="::1", now=NOW
        )
        SignOfLife.objects.create(
            terminal=Terminal.objects.get(name=name),
            seen_at=seen,
            queue_length=3,
            clock_difference_ms=ahead,
            software="1.4",
        )
    Source.objects.create(code="radio", name="Radio SIA", created_at=NOW)
    Suspicion.objects.create(
        meter=flats[0].cold,
        kind="leak",
        since=date(2026, 11, 20),
        last_day=date(2026, 11, 25),
        m3_a_day=Decimal("1.250"),
    )
    return {"form": form.pk, "unknown": unknown.pk, "doubt": doubt, "file": form.page.file_id,
            "terminal": Terminal.objects.get(name="Bibliotēka").pk}  # fmt: skip


LOOKS = [("lv", "light", PHONE), ("ru", "dark", PHONE), ("en", "light", TABLET), ("lv", "dark", DESKTOP),
         ("ru", "light", DESKTOP)]  # fmt: skip


@pytest.mark.parametrize(("language", "colours", "size"), LOOKS)
def test_every_page_is_accessible_and_fits(
    new_context: NewContext,
    axe: AxeCheck,
    flats: list[Flat],
    language: str,
    colours: str,
    size: dict[str, int],
) -> None:
    known = fill_the_office(flats)
    staff = make_staff(name="Ilze Darbiniece", language=language)
    ScannedForm.objects.filter(pk__in=[known["form"], known["unknown"]]).update(
        claimed_by=staff, claimed_until=NOW + timedelta(minutes=10)
    )
    page = new_context(viewport=size, reduced_motion="reduce").new_page()
    theme(page, colours)
    errors = watch_console(page)
    sign_in(page, staff)
    for path in ("", "keys/", "forms/", f"forms/{known['unknown']}/", f"forms/{known['form']}/", "readings/",
                 f"readings/{known['doubt']}/", "scans/", f"scans/{known['file']}/", "messages/", "terminals/",
                 f"terminals/{known['terminal']}/shut-out/", "remote/"):  # fmt: skip
        look_at(page, axe, f"/staff/{path}", f"{language}-{colours}-{size['width']}")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    axe(page)
    assert errors == []


def look_at(page: Page, axe: AxeCheck, address: str, name: str) -> None:
    response = page.goto(address)
    assert response is not None
    assert response.ok, address
    shoot(page, name + re.sub(r"\W+|\d+", "-", address))
    assert fits(page), address
    axe(page)
