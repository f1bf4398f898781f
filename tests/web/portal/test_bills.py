"""Bills: the archive, a bill, Why?, the PDF; nobody else's."""

from __future__ import annotations

import io
from datetime import date

import pypdfium2
import pytest
from django.test import Client
from tests.billing.factories import make_credit
from tests.web.portal.household import Household, close_months, make_bills, make_household, make_user, pay
from tests.web.portal.reading_page import links, words

from saime.billing.models import Bill


def test_the_archive_by_year(resident: Client, home: Household) -> None:
    page = words(resident.get("/bills/"))
    assert "2026 Oktobris" in page
    assert f"Nr. {home.last_bill.bill_no}" in page
    assert "124,90 € Kavēts" in page
    assert "78,12 € Samaksāts" in page


def test_the_archive_goes_on_page_by_page(db: None, client: Client) -> None:
    home = make_household()
    close_months(home)
    make_bills(home, first=home_first(), last=home_first() + 16)
    extra = make_household(home.user, address="Meža iela 3", unit_no="7")
    close_months(extra)
    make_bills(extra, first=home_first(), last=home_first() + 16)
    client.force_login(home.user)
    first = client.get("/bills/")
    older = next(link for link in links(first) if "before=" in link)
    second = words(client.get(older))
    assert "2025" in second
    assert first.content.decode().count("row-link") + second.count("Nr. ") == 34
    assert client.get("/bills/?before=nonsense").status_code == 404


def home_first() -> object:
    from tests.web.portal.household import FIRST

    return FIRST


def test_a_bill_says_everything_it_must(resident: Client, home: Household) -> None:
    bill = home.last_bill
    page = words(resident.get(f"/bills/{bill.bill_no}/"))
    for said in (
        "Rēķins par 2026. gada oktobri", "124,90 €", "apmaksāt līdz 24.11.2026", "Par ko šī nauda", "Apsaimniekošana",
        "52,4 m² × 0,4265 € + PVN 21 %", "Aukstais ūdens", "4,167 m³ × 2,18 €", "PVN 21 % no", "Iepriekšējais parāds",
        "78,12 €", "−78,12 €", "196,650 → nav rādījuma", "Derīgs līdz 31.03.2029", "Kā samaksāt", "LV44 HABA",
        "Maksājuma atsauce RF", bill.bill_no, home.account.account_no, "Anna Paraudziņa", "52,40 m²",
    ):  # fmt: skip
        assert said in page


def test_the_average_carries_its_mark(resident: Client, home: Household) -> None:
    page = words(resident.get(f"/bills/{home.last_bill.bill_no}/"))
    assert "V: aprēķināts vidējais patēriņš" in page or "V" in page
    assert "vidējais" in page


def test_the_payment_code_is_drawn(resident: Client, home: Household) -> None:
    html = resident.get(f"/bills/{home.last_bill.bill_no}/").content.decode()
    assert 'aria-label="Maksājuma kvadrātkods: 124,90' in html
    assert "<path d=" in html


def test_in_russian_the_services_are_russian(resident: Client, home: Household) -> None:
    home.user.__class__.objects.filter(pk=home.user.pk).update(language="ru")
    page = words(resident.get(f"/bills/{home.last_bill.bill_no}/"))
    assert "Счёт за октябрь 2026" in page
    assert "Обслуживание дома" in page
    assert "2 чел. × 1,10 €" in page


@pytest.mark.parametrize("place", [0, 3, 4])
def test_why_of_a_line_as_a_page_and_in_place(resident: Client, home: Household, place: int) -> None:
    line = home.last_bill.lines.order_by("position")[place]
    address = f"/bills/{home.last_bill.bill_no}/why/{line.pk}/"
    assert address in links(resident.get(f"/bills/{home.last_bill.bill_no}/"))
    whole = resident.get(address)
    inside = resident.get(address, headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" not in inside.content.decode()
    assert words(inside).strip() in words(whole)
    assert "Daudzums" in words(inside)


@pytest.mark.parametrize("what", ["total", "opening", "payments"])
def test_why_of_a_total(resident: Client, home: Household, what: str) -> None:
    assert "€" in words(resident.get(f"/bills/{home.last_bill.bill_no}/why/{what}/"))


@pytest.mark.parametrize("what", ["late_charge", "nonsense", "999999999", "lines"])
def test_why_of_what_is_not_there(resident: Client, home: Household, what: str) -> None:
    assert resident.get(f"/bills/{home.last_bill.bill_no}/why/{what}/").status_code == 404


def test_a_line_answers_on_its_own_bill_only(resident: Client, home: Household) -> None:
    other = Bill.objects.filter(account=home.last_bill.account).exclude(pk=home.last_bill.pk).latest("pk")
    line = other.lines.order_by("position")[0]
    assert resident.get(f"/bills/{other.bill_no}/why/{line.pk}/").status_code == 200
    assert resident.get(f"/bills/{home.last_bill.bill_no}/why/{line.pk}/").status_code == 404


def test_the_pdf_is_this_bill_under_its_name(resident: Client, home: Household) -> None:
    bill = home.last_bill
    response = resident.get(f"/bills/{bill.bill_no}/pdf/")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="rekins-{bill.bill_no}.pdf"'
    text = pypdfium2.PdfDocument(io.BytesIO(response.content))[0].get_textpage().get_text_range()
    assert bill.bill_no in text
    assert "124,90" in text


def test_somebody_elses_bill_does_not_exist(resident: Client) -> None:
    other = make_household(make_user())
    close_months(other)
    make_bills(other)
    line = other.last_bill.lines.order_by("position")[0]
    number = other.last_bill.bill_no
    for path in (f"/bills/{number}/", f"/bills/{number}/pdf/", f"/bills/{number}/why/{line.pk}/",
                 f"/bills/{number}/why/total/", "/bills/2026-10-999999/"):  # fmt: skip
        assert resident.get(path).status_code == 404


def test_a_cancelled_bill_says_so_and_asks_for_no_money(resident: Client, home: Household) -> None:
    credit = make_credit(home.last_bill)
    page = words(resident.get(f"/bills/{credit.credits.bill_no}/"))
    assert "Šis rēķins ir atcelts" in page
    assert "Kā samaksāt" not in page
    note = words(resident.get(f"/bills/{credit.bill_no}/"))
    assert "Kredītrēķins par 2026. gada oktobri" in note
    assert f"Šis kredītrēķins atceļ rēķinu Nr. {credit.credits.bill_no}" in note
    assert "Atcelts" in words(resident.get("/bills/"))


def test_a_paid_bill_is_marked(resident: Client, home: Household) -> None:
    pay(home.account, home.last_bill.total_due_cents, on=date(2026, 11, 23))
    assert "Samaksāts" in words(resident.get(f"/bills/{home.last_bill.bill_no}/"))


def test_earlier_and_later_bills_are_one_touch_away(resident: Client, home: Household) -> None:
    first, second = home.account.bills.order_by("period")[:2]
    assert f"/bills/{second.bill_no}/" in links(resident.get(f"/bills/{first.bill_no}/"))
    assert f"/bills/{first.bill_no}/" in links(resident.get(f"/bills/{second.bill_no}/"))
