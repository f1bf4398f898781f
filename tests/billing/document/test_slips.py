"""The tear-off slip of a printed bill: what the reader of forms expects, at the foot of the bill's last pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal

import cv2
import numpy as np
import pytest
import zxingcpp
from tests.billing.document.reading import page_texts
from tests.billing.document.samples import added_up, bill, usual_lines
from tests.channels.paper.scans import DPI, Picture, render

from saime.billing.document.contracts import (
    LANGUAGES,
    BillDocument,
    BillDocumentSlip,
    BillDocumentSlipMeter,
    Language,
)
from saime.billing.document.render import print_file, render_bill
from saime.platform.sheets import MARKER_DICTIONARY, Payload, decode

_MM = DPI / 25.4
_TOP = 297 - 99  # of a slip on its page, mm


def slip(meters: int, digits: int = 5) -> BillDocumentSlip:
    media: tuple[Literal["cold_water"], Literal["hot_water"]] = ("cold_water", "hot_water")
    return BillDocumentSlip(
        period=202611,
        last_day=date(2026, 11, 27),
        meters=tuple(
            BillDocumentSlipMeter(
                serial=f"{20_000_000 + n}", medium=media[n % 2], digits=digits, previous=Decimal("123.456"),
                previous_period=202610,
            )
            for n in range(meters)
        ),
    )  # fmt: skip


def with_slip(meters: int, language: Language = "lv", digits: int = 5) -> BillDocument:
    return bill(language, slip=slip(meters, digits))


def small_bill(slip: BillDocumentSlip | None = None) -> BillDocument:
    return bill(lines=usual_lines("lv")[:2], meters=(), history=(), slip=slip)


def lowest_third(page: Picture) -> Picture:
    return page[round(_TOP * _MM) :]


def code_on(page: Picture) -> Payload:
    """The one code of ours on a page; the payment code may be another."""
    codes = [code for code in zxingcpp.read_barcodes(lowest_third(page)) if code.text.startswith("SAIME")]
    (code,) = codes
    return decode(code.text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("digits", [5, 9])
def test_markers_and_boxes_are_where_the_sheet_says(language: Language, digits: int) -> None:
    pdf = print_file([with_slip(3, language, digits)])
    page = lowest_third(render(pdf, 1))
    payload = code_on(render(pdf, 1))
    assert (payload.account_no, payload.period.number) == ("4000123", 202611)
    assert [(meter.number, meter.medium, meter.digits) for meter in payload.meters] == [
        ("20000000", "cold", digits), ("20000001", "hot", digits), ("20000002", "cold", digits),
    ]  # fmt: skip
    dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, MARKER_DICTIONARY))
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    corners, ids, _ = cv2.aruco.ArucoDetector(dictionary, parameters).detectMarkers(page)
    found = {int(id_): square.reshape(4, 2) / _MM for square, id_ in zip(corners, ids.ravel(), strict=True)}
    assert sorted(found) == [marker.id for marker in payload.sheet.markers]
    for marker in payload.sheet.markers:
        wanted = np.array([(corner.x_mm, corner.y_mm) for corner in marker.corners])
        assert np.abs(found[marker.id] - wanted).max() < 0.2
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    for field in payload.sheet.fields:
        entry = field.entry
        rows = slice(round(entry.y_mm * _MM), round((entry.y_mm + entry.h_mm) * _MM))
        columns = slice(round(entry.x_mm * _MM), round((entry.x_mm + entry.w_mm) * _MM))
        assert 190 < grey[rows, columns].min() < 225


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("lv", ["Skaitītāju rādījumi par 2026. gada novembri", "Nododiet līdz 27.11.2026", "Noplēsiet šeit",
                "Nr. 20000001", "Iepriekšējais 123,456 (2026. gada oktobrī)"]),
        ("ru", ["Показания счётчиков за ноябрь 2026 года", "Сдайте до 27.11.2026", "Оторвите здесь", "№ 20000001",
                "Предыдущее 123,456 (в октябре 2026 года)"]),
        ("en", ["Meter readings for November 2026", "Hand in by 27 Nov 2026", "Tear off here", "No. 20000001",
                "Previous 123.456 (October 2026)"]),
    ],
)  # fmt: skip
def test_the_words_are_in_the_bills_language(language: Language, said: list[str]) -> None:
    text = " ".join(page_texts(print_file([with_slip(2, language)]))[1].split()).replace("\u00a0", " ")
    assert [sentence for sentence in said if sentence not in text] == []


def test_a_slip_takes_a_page_more_only_where_the_last_has_no_room_for_it() -> None:
    assert len(page_texts(print_file([with_slip(2)]))) == len(page_texts(print_file([bill()]))) == 2
    assert len(page_texts(print_file([small_bill()]))) == 1
    assert len(page_texts(print_file([small_bill(slip(2))]))) == 2


def test_nothing_of_the_bill_is_on_the_slip() -> None:
    for document in (with_slip(2), small_bill(slip(2)), crowded()):
        pdf = print_file([document])
        last = len(page_texts(pdf)) - 1
        foot = " ".join(page_texts(pdf)[last].split())
        assert foot.count(f"{last + 1}. lapa no {last + 1}") == 1
        page = render(pdf, last)
        tear = page[round((_TOP - 1) * _MM) : round((_TOP - 0.4) * _MM)]
        assert tear[:, : round(60 * _MM)].min() == 255
        assert page[round((_TOP + 1) * _MM) : round((_TOP + 8) * _MM)].min() == 255


def crowded() -> BillDocument:
    """A bill whose last page has no third left: the slip takes a page of its own."""
    whole = with_slip(1)
    for times in range(1, 12):
        found = added_up(replace(whole, lines=whole.lines * times))
        if len(page_texts(print_file([found]))) > len(page_texts(print_file([replace(found, slip=None)]))):
            return found
    raise AssertionError("no bill fills its last page")


def test_more_than_three_meters_take_a_second_slip_on_a_page_of_its_own() -> None:
    pdf = print_file([with_slip(4), small_bill()])
    texts = page_texts(pdf)
    assert len(texts) == 5  # the next bill begins on a front page
    first, second = (code_on(render(pdf, page)) for page in (1, 2))
    assert [(code.part, code.parts, len(code.meters)) for code in (first, second)] == [(1, 2, 3), (2, 2, 1)]
    assert "2. lapa no 3" in texts[1]
    assert "3. lapa no 3" in texts[2]


def test_a_bill_with_a_slip_can_stand_alone_and_tagged() -> None:
    pdf = render_bill(with_slip(2, "ru"))
    assert b"/StructTreeRoot" in pdf
    assert code_on(render(pdf, 1)).account_no == "4000123"


def test_a_bill_without_a_slip_has_none() -> None:
    texts = page_texts(print_file([bill()]))
    assert "Noplēsiet" not in " ".join(texts)
