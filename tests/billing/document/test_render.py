"""The bill on paper: read back from the PDF."""

import ctypes
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count

import pypdfium2 as pdfium
import pytest
from fontTools.ttLib import TTFont
from tests.billing.document.reading import page_texts, payment_codes, text_of
from tests.billing.document.samples import PAYEE, bill, line, usual_lines, usual_meters

from saime.billing.document.contracts import (
    LANGUAGES,
    BillDocument,
    BillDocumentPayee,
    Language,
    LineGroup,
)
from saime.billing.document.render import UnableToRenderBill, print_file, render_bill, render_bills
from saime.billing.document.text import FONTS, width

GROUPS: tuple[LineGroup, ...] = ("house", "water", "heat", "waste", "other")
ODD = "#set $x$ *b* _i_ @ref <label> \\ `raw` // [c] {braces} = ~ -- \" '"


def first_words(language: Language) -> tuple[str, ...]:
    return {
        "lv": ("Rēķins par 2026. gada oktobri", "Samaksai 139,82 €", "līdz 24.11.2026", "4,250", "139,82"),
        "ru": ("Счёт за октябрь 2026 года", "К оплате 139,82 €", "до 24.11.2026", "4,250", "139,82"),
        "en": ("Bill for October 2026", "To pay €139.82", "by 24 Nov 2026", "4.250", "139.82"),
    }[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_total_and_due_date_come_first_in_the_language_of_the_bill(language: Language) -> None:
    text = text_of(render_bill(bill(language)))
    for expected in first_words(language):
        assert expected in text
    assert text.index(first_words(language)[1]) < text.index("0,4265" if language != "en" else "0.4265")


def test_everything_a_bill_must_name_is_there() -> None:
    text = text_of(render_bill(bill(connect_code="K7QF-39XM")))
    for expected in (
        "2026-10-004217", "4000123", "Ūdens iela 12–34", "52,4 m²", "10.11.2026", "SIA „Demo nami”", "40003000006",
        "LV40003000006", "LV44 HABA 0551 0000 0000 1", "LV25 UNLA 0050 0000 0000 2", "RF72 4000 123", "1,873512",
        "PVN 21 % no", "A17-004512", "128,000", "132,250", "Iesniegts portālā", "Verificēts līdz 31.03.2029",
        "atlikusi 21 diena", "nav iesniegts", "vidējais patēriņš", "K7QF-39XM", "+371 20000000", "1. lapa no 2",
    ):  # fmt: skip
        assert expected in text


def test_the_figures_on_paper_add_up() -> None:
    document = bill(opening_balance_cents=1234, payments_cents=200, late_charge_cents=5)
    text = text_of(render_bill(document))
    grosses = [re.search(rf"{line.name} .*?(?:%|–) (?:[\d,]+|–) ([\d,]+)", text) for line in document.lines]
    shown = [int(found[1].replace(",", "")) for found in grosses if found]
    assert shown == [line.gross_cents for line in document.lines]
    assert sum(shown) + 1234 - 200 + 5 == document.total_due_cents
    assert f"Samaksai {document.total_due_cents // 100},{document.total_due_cents % 100:02d} €" in text


def test_it_is_a_tagged_document_with_title_language_and_author() -> None:
    pdf = render_bill(bill("ru"))
    assert b"/StructTreeRoot" in pdf
    assert re.search(rb"/Lang ?\(ru\)", pdf)
    assert b"pdfuaid:part" in pdf
    document = pdfium.PdfDocument(pdf)
    metadata = document.get_metadata_dict()
    assert metadata["Title"] == "Счёт за октябрь 2026 года · 2026-10-004217"
    assert metadata["Author"] == PAYEE.name
    document.close()


def structure(pdf: bytes) -> list[tuple[str, str]]:
    """(tag, alternative text) of every element of all pages' structure trees."""
    raw = pdfium.raw
    document = pdfium.PdfDocument(pdf)
    found: list[tuple[str, str]] = []

    def text(read: Callable[..., int], element: object) -> str:
        size = read(element, None, 0)
        buffer = ctypes.create_string_buffer(size)
        read(element, buffer, size)
        return bytes(buffer).decode("utf-16-le").rstrip("\0") if size else ""

    def walk(element: object) -> None:
        found.append(
            (text(raw.FPDF_StructElement_GetType, element), text(raw.FPDF_StructElement_GetAltText, element))
        )
        for place in range(max(0, raw.FPDF_StructElement_CountChildren(element))):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, place)
            if child:
                walk(child)

    for page in document:
        tree = raw.FPDF_StructTree_GetForPage(page.raw)
        for place in range(raw.FPDF_StructTree_CountChildren(tree)):
            walk(raw.FPDF_StructTree_GetChildAtIndex(tree, place))
        raw.FPDF_StructTree_Close(tree)
    document.close()
    return found


def test_a_screen_reader_finds_headings_table_heads_and_what_pictures_say() -> None:
    elements = structure(render_bill(bill()))
    tags = {tag for tag, _ in elements}
    assert {"H1", "H2", "Table", "TH", "TD", "Figure"} <= tags
    said = [alt for tag, alt in elements if tag == "Figure"]
    assert all(said)
    assert any("Maksājuma kvadrātkods" in alt for alt in said)
    assert any("Siltums 67,45" in alt for alt in said)
    assert any("okt 2,7 V" in alt for alt in said)


def test_a_bank_app_reads_the_payment_from_the_page() -> None:
    document = bill()
    assert payment_codes(render_bill(document)) == [(document.epc_payload or "").encode()]


@pytest.mark.parametrize("opening", [-13982, -50000])
def test_where_nothing_is_to_be_paid_there_is_no_code_and_no_account(opening: int) -> None:
    pdf = render_bill(bill(opening_balance_cents=opening, payments_cents=0))
    assert payment_codes(pdf) == []
    text = text_of(pdf)
    assert "Nekas nav jāmaksā" in text
    assert "LV44 HABA" not in text
    assert ("Avanss 360,18 € paliek jūsu kontā" in text) == (opening == -50000)


def test_a_credit_says_which_bill_it_cancels() -> None:
    lines = tuple(
        replace(line, net_cents=-line.net_cents, vat_cents=-line.vat_cents, gross_cents=-line.gross_cents)
        for line in usual_lines("lv")
    )
    pdf = render_bill(bill(lines=lines, credits_bill_no="2026-10-000001"))
    text = text_of(pdf)
    assert "Kredītrēķins par 2026. gada oktobri" in text
    assert "atceļ rēķinu Nr. 2026-10-000001" in text
    assert "−139,82 €" in text
    assert payment_codes(pdf) == []


def test_a_bill_issued_anew_says_which_it_replaces() -> None:
    assert "aizstāj atcelto rēķinu Nr. 2026-10-000001" in text_of(
        render_bill(bill(replaces_bill_no="2026-10-000001"))
    )


def test_lines_of_a_supplier_are_shown_and_not_charged() -> None:
    direct = line("waste", "Atkritumi tieši", "waste", "2", "pers.", "3.92", basis="person", paid_direct=True)
    text = text_of(render_bill(bill(lines=(*usual_lines("lv")[:10], direct))))
    assert "Atkritumi tieši" in text
    assert "(9,49 €) apmaksājiet piegādātājam" in text


def test_both_marks_are_explained_where_they_occur() -> None:
    normed = line("cold", "Aukstais ūdens", "water", "12.16", "m³", "2.18", basis="norm", mark="N")
    text = text_of(render_bill(bill(lines=(*usual_lines("lv"), normed))))
    assert "aprēķināts vidējais patēriņš, jo" in text
    assert "aprēķināts pēc normas un deklarēto personu skaita" in text


def test_a_replaced_meter_and_an_expired_one_are_told() -> None:
    cold, hot = usual_meters("lv")
    meters = (
        replace(cold, replaced_serial="OLD-1"),
        replace(hot, verification="expired", valid_until=date(2026, 9, 30), basis="no_reading", mark=""),
        replace(
            cold, serial="C-3", valid_until=None, verification="unknown", charged_between=cold.consumption
        ),
    )
    text = text_of(render_bill(bill(meters=meters)))
    for expected in (
        "Nomainīts skaitītājs Nr. OLD-1", "Verifikācijas termiņš beidzies 30.09.2026",
        "Rādījuma nav trešo mēnesi vai ilgāk", "Verifikācijas termiņš nav zināms", "4,250 m³ jau iekļauts",
    ):  # fmt: skip
        assert expected in text


def test_nothing_in_a_name_is_taken_for_markup() -> None:
    named = line("odd", f"Odd {ODD}", "house", "1", "#u", "1", note=ODD)
    document = bill(
        holder_name=ODD, address=ODD, unit=ODD, lines=(named,), notices=(ODD,), connect_code="#$*_"
    )
    text = text_of(render_bill(document))
    assert text.count(" ".join(ODD.split())) >= 5


def test_letters_the_fonts_lack_become_boxes_and_long_words_break() -> None:
    text = text_of(render_bill(bill(holder_name="Ōé 漢字 🙂 עברית\u0007\u202e Ж", address="x" * 300)))
    assert "□" in text
    assert "Ж" in text
    assert text.replace(" ", "").count("x") >= 300


def test_sixty_lines_and_a_dozen_meters_go_on_for_pages_with_a_running_head() -> None:
    lines = tuple(
        line(
            f"s{n}",
            f"Gara rinda Nr. {n} " + "ar paskaidrojumu " * (n % 7),
            GROUPS[n % 5],
            str(n - 20),
            "m³",
            "1.5",
        )
        for n in range(60)
    )
    pages = page_texts(
        render_bill(bill(lines=lines, meters=usual_meters("lv") * 6, holder_name="Garš vārds " * 15))
    )
    assert len(pages) >= 4
    for place, page in enumerate(pages, start=1):
        assert f"{place}. lapa no {len(pages)}" in page
        assert ("rēķina numurs 2026-10-004217" in page) == (place > 1)
    assert all(f"rinda Nr. {n} " in " ".join(pages) for n in range(60))


def test_a_bill_with_nothing_on_it_is_a_bill() -> None:
    payee = BillDocumentPayee(
        name="SIA Nami", registration_no="40003000006", vat_no="", accounts=(), address="Rīga"
    )
    text = text_of(render_bill(bill(payee=payee, lines=(), meters=(), history=())))
    assert "Šajā mēnesī pakalpojumu nav." in text
    assert "Viss ir samaksāts." in text


def test_the_same_bill_is_the_same_file() -> None:
    assert render_bill(bill()) == render_bill(bill())


def test_a_bill_that_does_not_add_up_does_not_leave_the_house() -> None:
    with pytest.raises(UnableToRenderBill, match=r"Bill 2026-10-004217: .* the bill says 1"):
        render_bill(replace(bill(), total_due_cents=1))


def test_a_payee_that_no_bank_takes_is_said_with_the_bill() -> None:
    payee = replace(PAYEE, name="x" * 71)
    with pytest.raises(UnableToRenderBill, match="Bill 2026-10-004217: The payee's name has 71 characters"):
        render_bill(bill(payee=payee))


def numbered(amount: int) -> list[BillDocument]:
    return [bill(LANGUAGES[n % 3], number=f"N{n:03}") for n in range(amount)]


def test_many_bills_come_in_order_and_equal_to_each_alone() -> None:
    documents = numbered(7)
    rendered = list(render_bills(documents, workers=2))
    assert [number for number, _ in rendered] == [document.number for document in documents]
    assert all(pdf == render_bill(document) for (_, pdf), document in zip(rendered, documents, strict=True))


def test_bills_are_taken_from_a_stream_only_as_they_are_needed() -> None:
    taken = count()
    stream = (bill(number=f"N{next(taken)}") for _ in range(10_000))
    rendered = render_bills(stream, workers=1)
    assert next(rendered)[0] == "N0"
    rendered.close()  # type: ignore[attr-defined]
    assert next(taken) < 20


def test_one_bad_bill_costs_the_others_nothing_when_failures_are_taken() -> None:
    good, bad = bill(number="good"), replace(bill(number="bad"), total_due_cents=1)
    failures: list[str] = []
    rendered = render_bills(
        (bad, good), on_failure=lambda document, error: failures.append(f"{document.number}: {error}")
    )
    assert [number for number, _ in rendered] == ["good"]
    assert failures[0].startswith("bad: Bill bad:")
    with pytest.raises(UnableToRenderBill):
        list(render_bills((bad, good)))


def test_in_a_print_file_each_bill_begins_on_a_front_page_with_its_own_page_numbers() -> None:
    short = bill(number="short", lines=usual_lines("lv")[:2], meters=(), history=())
    pages = page_texts(print_file([short, bill(number="long"), short]))
    assert len(pages) == 5
    assert [("short" in page, "long" in page) for page in pages[::2]] == [
        (True, False),
        (False, True),
        (True, False),
    ]
    assert pages[1] == ""
    assert "1. lapa no 1" in pages[0]
    assert "1. lapa no 2" in pages[2]
    assert "2. lapa no 2" in pages[3]
    assert "1. lapa no 1" in pages[4]


def test_an_empty_print_file_is_refused() -> None:
    with pytest.raises(UnableToRenderBill, match="no bill to print"):
        print_file([])


def test_the_list_of_characters_is_what_both_fonts_have() -> None:
    have = [set(TTFont(FONTS / f"Inter-{style}.ttf").getBestCmap()) for style in ("Regular", "SemiBold")]
    listed = json.loads((FONTS / "advances.json").read_text())
    assert {ord(char) for chars in listed.values() for char in chars} == have[0] & have[1]
    assert set("ĀāČčĢģĶķŅņŠšŪūŽžЩщЫыЁё€²³№−□") <= {char for chars in listed.values() for char in chars}


def test_a_list_of_widths_is_never_too_narrow() -> None:
    font = TTFont(FONTS / "Inter-Regular.ttf")
    text = "Karstā ūdens sildīšana Щёлково №"
    natural = sum(font["hmtx"][font.getBestCmap()[ord(char)]][0] for char in text) / font["head"].unitsPerEm
    assert natural * 10 <= width(text, size=10) < natural * 13
