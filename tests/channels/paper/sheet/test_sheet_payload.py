"""The code of a sheet says exactly what was printed, or nothing."""

from __future__ import annotations

import string
from dataclasses import replace
from zlib import crc32

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from saime.channels.paper.sheet import (
    Payload,
    SheetKind,
    SheetMeter,
    UnableToReadCode,
    decode,
    encode,
    most_meters,
    split_into_sheets,
)
from saime.platform.periods import Period

NOVEMBER = Period.of(2026, 11)
SIMPLE = Payload(
    SheetKind.FORM, "1234567", NOVEMBER, (SheetMeter("12345678", "cold", 5), SheetMeter("87654321", "hot", 5))
)
ALPHANUMERIC = set(string.digits + string.ascii_uppercase + " $%*+-./:")  # ISO 18004, alphanumeric mode

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
meters = st.builds(SheetMeter, names, st.sampled_from(["cold", "hot"]), st.integers(3, 9))
periods = st.builds(Period.of, st.integers(1990, 2199), st.integers(1, 12))


def lists_of_meters(most: int) -> st.SearchStrategy[list[SheetMeter]]:
    return st.lists(meters, min_size=1, max_size=most, unique_by=lambda meter: meter.number)


@st.composite
def payloads(draw: st.DrawFn) -> Payload:
    kind = draw(st.sampled_from(SheetKind))
    parts = draw(st.integers(1, 99))
    on_it = draw(lists_of_meters(most_meters(kind)))
    return Payload(kind, draw(names), draw(periods), tuple(on_it), draw(st.integers(1, parts)), parts)


@given(payloads())
def test_what_is_encoded_is_decoded(payload: Payload) -> None:
    text = encode(payload)
    assert decode(text) == payload
    assert set(text) <= ALPHANUMERIC
    assert len(payload.sheet.fields) == len(payload.meters)


def test_it_is_written_as_the_guide_says() -> None:
    assert encode(SIMPLE) == "SAIME1:F:1234567:202611:1.1:C5.12345678*H5.87654321:" + f"{crc32(BODY):08X}"


BODY = b"SAIME1:F:1234567:202611:1.1:C5.12345678*H5.87654321"


@given(payloads(), st.data())
def test_a_code_with_one_wrong_character_is_refused(payload: Payload, data: st.DataObject) -> None:
    text = encode(payload)
    at = data.draw(st.integers(0, len(text) - 1))
    char = data.draw(st.sampled_from(sorted(ALPHANUMERIC | {"a", "Š", "\n"})))
    assume(text[at] != char)
    with pytest.raises(UnableToReadCode):
        decode(text[:at] + char + text[at + 1 :])


@given(payloads(), st.data())
def test_a_code_cut_off_or_with_something_added_is_refused(payload: Payload, data: st.DataObject) -> None:
    text = encode(payload)
    cut = data.draw(st.integers(0, len(text) - 1))
    added = data.draw(st.text(min_size=1, max_size=9))
    for wrong in (text[:cut], text + added, added + text):
        with pytest.raises(UnableToReadCode):
            decode(wrong)


@given(st.text(max_size=200))
@example("https://saime.example")
@example("BCD\n002\n1\nSCT")
@example("SAIME1:")
@example("SAIME1:" + "9" * 5000)
def test_other_codes_are_not_ours(text: str) -> None:
    with pytest.raises(UnableToReadCode):
        decode(text)


def signed(body: str) -> str:
    """A body with the check sum that belongs to it: whoever made it up knows how."""
    return f"{body}:{crc32(body.encode()):08X}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("EPC:1", "not_ours"),
        (signed("SAIME2:F:1:202611:1.1:C5.1"), "version"),
        ("SAIME1:F:1:202611:1.1:C5.1:00000000", "damaged"),
        (signed("SAIME1:F:1:202611:1.1:C5.1").lower().replace("saime1", "SAIME1"), "damaged"),
        (signed("SAIME1:Q:1:202611:1.1:C5.1"), "contents"),  # no such sheet
        (signed("SAIME1:F::202611:1.1:C5.1"), "contents"),  # no account
        (signed("SAIME1:F:1:202613:1.1:C5.1"), "contents"),  # no such month
        (signed("SAIME1:F:1:2026:1.1:C5.1"), "contents"),
        (signed("SAIME1:F:1:202611:2.1:C5.1"), "contents"),  # sheet 2 of 1
        (signed("SAIME1:F:1:202611:0.1:C5.1"), "contents"),
        (signed("SAIME1:F:1:202611:1.1:"), "contents"),  # no meter
        (signed("SAIME1:F:1:202611:1.1:Z5.1"), "contents"),  # no such medium
        (signed("SAIME1:F:1:202611:1.1:C2.1"), "contents"),  # no such dial
        (signed("SAIME1:F:1:202611:1.1:C5."), "contents"),
        (signed("SAIME1:F:1:202611:1.1:C5.1*C5.1"), "contents"),  # a meter twice
        (signed("SAIME1:F:1:202611:1.1:C5.%31"), "contents"),  # written otherwise than we write
        (signed("SAIME1:F:1:202611:1.1:C5.%FF"), "contents"),  # no UTF-8
        (signed("SAIME1:F:1:202611:1.1:C5.%E"), "contents"),
        (signed("SAIME1:F:1:202611:1.1:C5.a"), "contents"),
        (
            signed("SAIME1:F:1:202611:1.1:" + "*".join(f"C5.{n}" for n in range(9))),
            "contents",
        ),  # no ninth row
        (signed("SAIME1:F:1:202611:1.1:C5.1:C5.2"), "contents"),
    ],
)
def test_a_code_that_we_would_not_write_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnableToReadCode) as refused:
        decode(text)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "wrong",
    [
        replace(SIMPLE, account_no=""),
        replace(SIMPLE, meters=()),
        replace(SIMPLE, meters=SIMPLE.meters * 2),
        replace(SIMPLE, part=2),
        replace(SIMPLE, meters=(SheetMeter("1", "heat", 5),)),
        replace(SIMPLE, meters=(SheetMeter("1", "cold", 10),)),
    ],
)
def test_what_could_not_be_read_is_not_printed(wrong: Payload) -> None:
    with pytest.raises(ValueError, match=r"account|meter|sheet"):
        encode(wrong)


@given(st.sampled_from(SheetKind), lists_of_meters(40))
def test_many_meters_go_on_several_sheets_in_their_order(kind: SheetKind, many: list[SheetMeter]) -> None:
    sheets = split_into_sheets(kind, "1234567", NOVEMBER, many)
    assert [meter for sheet in sheets for meter in sheet.meters] == many
    assert [(sheet.part, sheet.parts) for sheet in sheets] == [
        (n + 1, len(sheets)) for n in range(len(sheets))
    ]
    assert all(decode(encode(sheet)) == sheet for sheet in sheets)


@given(st.sampled_from(SheetKind), st.integers(1, 40))
def test_usual_meter_numbers_fill_the_rows_and_leave_the_code_coarse(kind: SheetKind, count: int) -> None:
    many = [SheetMeter(f"{10_000_000 + n}", "cold", 5) for n in range(count)]
    sheets = split_into_sheets(kind, "1234567", NOVEMBER, many)
    assert len(sheets) == -(-count // most_meters(kind))
    # Version 7-M of a QR code holds 178 characters in 45 modules, 5-M 122 in 37: two thirds of a millimetre each.
    assert max(len(encode(sheet)) for sheet in sheets) <= {SheetKind.FORM: 178, SheetKind.SLIP: 122}[kind]
