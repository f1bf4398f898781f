"""The printed form: everything where the reader looks for it, and words for whoever fills it in."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from tests.channels.paper.printing.samples import COMPANY, form, meter
from tests.channels.paper.scans import DPI, Picture, render

from saime.billing.document.contracts import LANGUAGES, Language
from saime.channels.paper.printing.contracts import Form, FormMeter
from saime.channels.paper.printing.render import UnableToPrintForms, print_forms
from saime.channels.paper.sheet import MARKER_DICTIONARY, decode

_MM = DPI / 25.4


@cache
def printed(meters: int, language: Language = "lv", digits: int = 5) -> bytes:
    return print_forms([form(meters, language=language, digits=digits)])


def text_of(pdf: bytes, page: int = 0) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = document[page].get_textpage().get_text_bounded()
    finally:
        document.close()
    return " ".join(text.split())


def pages_of(pdf: bytes) -> int:
    return len(pypdfium2.PdfDocument(pdf))


def markers_on(page: Picture) -> dict[int, np.ndarray]:
    dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, MARKER_DICTIONARY))
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    corners, ids, _ = cv2.aruco.ArucoDetector(dictionary, parameters).detectMarkers(page)
    return {int(id_): square.reshape(4, 2) / _MM for square, id_ in zip(corners, ids.ravel(), strict=True)}


@pytest.mark.parametrize("meters", [1, 8])
@pytest.mark.parametrize("language", LANGUAGES)
def test_markers_and_code_are_where_the_sheet_says(meters: int, language: Language) -> None:
    page = render(printed(meters, language))
    (payload,) = form(meters, language=language).sheets
    found = markers_on(page)
    assert sorted(found) == [marker.id for marker in payload.sheet.markers]
    for marker in payload.sheet.markers:
        wanted = np.array([(corner.x_mm, corner.y_mm) for corner in marker.corners])
        assert np.abs(found[marker.id] - wanted).max() < 0.2
    (code,) = zxingcpp.read_barcodes(page)
    assert decode(code.text) == payload
    at, place = code.position, payload.sheet.code
    corners = (
        np.array([(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]) / _MM
    )
    assert np.abs(corners - [(corner.x_mm, corner.y_mm) for corner in place.corners]).max() < 0.5


@pytest.mark.parametrize("digits", [3, 5, 9])
def test_boxes_are_drawn_around_their_places_and_empty_within(digits: int) -> None:
    page = render(printed(8, digits=digits))
    (payload,) = form(8, digits=digits).sheets
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    for box in (box for field in payload.sheet.fields for box in field.boxes):
        left, right = round(box.x_mm * _MM), round((box.x_mm + box.w_mm) * _MM)
        top, foot = round(box.y_mm * _MM), round((box.y_mm + box.h_mm) * _MM)
        assert grey[top + 3 : foot - 3, left + 3 : right - 3].min() == 255
        middle, outline = (top + foot) // 2, round(0.22 * _MM)
        assert grey[middle, left - outline] < 225
        assert grey[middle, right + outline] < 225
        assert grey[top - outline, (left + right) // 2] < 225


@pytest.mark.parametrize("meters", [1, 8])
def test_nothing_dark_is_printed_where_people_write(meters: int) -> None:
    """What drops out is far lighter than any pen, in every colour that a scanner may look through."""
    page = render(printed(meters, "ru", 9))
    (payload,) = form(meters, language="ru", digits=9).sheets
    for field in payload.sheet.fields:
        entry = field.entry
        rows = slice(round(entry.y_mm * _MM), round((entry.y_mm + entry.h_mm) * _MM))
        columns = slice(round(entry.x_mm * _MM), round((entry.x_mm + entry.w_mm) * _MM))
        assert cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)[rows, columns].min() > 190
    for place in (payload.sheet.date, payload.sheet.signature):
        inside = page[round(place.y_mm * _MM) : round((place.y_mm + place.h_mm) * _MM) - 8,
                      round(place.x_mm * _MM) : round((place.x_mm + place.w_mm) * _MM)]  # fmt: skip
        assert inside.min() == 255


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("lv", ["Skaitītāju rādījumi par 2026. gada novembri", "Nododiet līdz 27.11.2026", "Aukstais ūdens",
                "Nr. 20000001", "Iepriekšējais 123,456 (2026. gada oktobrī)", "Klienta numurs 1234567", "Datums",
                "Paraksts", "Pārsvītrojiet ciparu", "dzīvoklis 12"]),
        ("ru", ["Показания счётчиков за ноябрь 2026 года", "Сдайте до 27.11.2026", "Горячая вода", "№ 20000001",
                "Предыдущее 123,456 (в октябре 2026 года)", "Номер клиента 1234567", "Дата", "Подпись",
                "Зачеркните цифру", "квартира 12"]),
        ("en", ["Meter readings for November 2026", "Hand in by 27 Nov 2026", "Cold water", "No. 20000001",
                "Previous 123.456 (October 2026)", "Customer number 1234567", "Date", "Signature",
                "Cross the digit out", "apartment 12"]),
    ],
)  # fmt: skip
def test_the_words_are_there_to_be_read_and_searched(language: Language, said: list[str]) -> None:
    text = text_of(printed(2, language)).replace("\u00a0", " ").replace("\u202f", " ")
    assert [sentence for sentence in said if sentence not in text] == []
    assert "SIA „Demo nami”" in text
    assert "Parauga iela 1, Rīga, LV-1001" in text


def test_the_pdf_is_tagged_and_speaks_its_language() -> None:
    pdf = printed(2, "ru")
    assert b"/StructTreeRoot" in pdf
    assert b"/MarkInfo" in pdf
    assert b"pdfuaid" in pdf
    assert b"/Lang(ru)" in pdf


def test_many_meters_take_a_second_sheet_that_says_so() -> None:
    big = form(11)
    pdf = print_forms([big])
    assert pages_of(pdf) == 2
    read = [decode(zxingcpp.read_barcodes(render(pdf, page))[0].text) for page in range(2)]
    assert tuple(read) == big.sheets
    assert [meter.number for payload in read for meter in payload.meters] == [m.number for m in big.meters]
    assert "1. lapa no 2" in text_of(pdf, 0)
    assert "2. lapa no 2" in text_of(pdf, 1)


def test_the_same_form_is_the_same_file() -> None:
    assert print_forms([form()]) == print_forms([form()])


STRANGE = form(
    holder_name="Ļoti Garš Uzvārds-Vēl Garāks " * 6, address="漢字 iela\n1", unit="",
    meters=(FormMeter("СЧ-7/ab №9", "cold", 9), FormMeter("Z" * 40, "hot", 3)),
)  # fmt: skip


def test_strange_names_and_numbers_are_printed_and_read() -> None:
    pdf = print_forms([STRANGE])
    read = [decode(zxingcpp.read_barcodes(render(pdf, page))[0].text) for page in range(pages_of(pdf))]
    assert tuple(read) == STRANGE.sheets
    assert [meter.number for payload in read for meter in payload.meters] == ["СЧ-7/ab №9", "Z" * 40]


@pytest.mark.parametrize("strange", [STRANGE, form(8, company=COMPANY, holder_name="A" * 200)])
def test_long_words_do_not_run_into_code_and_boxes(strange: Form) -> None:
    pdf = print_forms([strange])
    for number, payload in enumerate(strange.sheets):
        page = render(pdf, number)
        code = payload.sheet.code
        left = slice(round((code.x_mm - 3) * _MM), round((code.x_mm - 0.5) * _MM))
        assert page[round(code.y_mm * _MM) : round((code.y_mm + code.h_mm) * _MM), left].min() == 255


def test_no_form_is_no_file() -> None:
    with pytest.raises(UnableToPrintForms, match="no form"):
        print_forms([])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (form(meters=(meter(1), meter(1))), "Form of 1234567: .* each meter once"),
        (form(meters=(meter(1, digits=10),)), "Form of 1234567: a dial has 3 to 9"),
        (form(800), "Form of 1234567: sheet 1 of 100"),
    ],
)
def test_what_could_not_be_read_is_not_printed(wrong: Form, said: str) -> None:
    with pytest.raises(UnableToPrintForms, match=said):
        print_forms([form(), wrong])
