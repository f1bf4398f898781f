"""Letters of text messages: how many parts a text takes, and that none is lost or cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpplib import consts
from smpplib.gsm import gsm_encode, make_parts

from saime.channels.sms.rules.alphabet import (
    BASIC,
    EXTENSION,
    decode_gsm,
    decode_ucs2,
    encode,
    is_gsm,
    size_of,
    split,
    without_accents,
)

gsm_letters = st.sampled_from([letter for letter in BASIC if letter != "\x1b"] + list(EXTENSION))
gsm_texts = st.text(gsm_letters, max_size=700)
any_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=700)


def test_latvian_goes_out_in_the_gsm_alphabet() -> None:
    plain = without_accents("Reģistrēts: „ĀČĒĢĪĶĻŅŠŪŽ” āčēģīķļņšūž – 3,456 m³…")
    assert plain == 'Registrets: "ACEGIKLNSUZ" acegiklnsuz - 3,456 m3...'
    assert is_gsm(plain)


def test_letters_that_the_alphabet_has_stay() -> None:
    assert without_accents("Ünà ñ €") == "Ünà ñ €"
    assert without_accents("Принято: Г 1") == "Принято: Г 1"


@pytest.mark.parametrize(
    ("text", "coding", "parts"),
    [
        ("", "gsm7", 1), ("a" * 160, "gsm7", 1), ("a" * 161, "gsm7", 2), ("a" * 306, "gsm7", 2), ("a" * 307, "gsm7", 3),
        ("€" * 80, "gsm7", 1), ("€" * 81, "gsm7", 2), ("a" * 159 + "€", "gsm7", 2), ("€" * 153, "gsm7", 3),
        ("я" * 70, "ucs2", 1), ("я" * 71, "ucs2", 2), ("я" * 134, "ucs2", 2), ("😀" * 35, "ucs2", 1),
        ("😀" * 36, "ucs2", 2), ("ā", "ucs2", 1),
    ],
)  # fmt: skip
def test_how_many_parts(text: str, coding: str, parts: int) -> None:
    assert (size_of(text).coding, size_of(text).parts) == (coding, parts)


@given(gsm_texts | any_texts)
def test_the_parts_are_the_text_and_fit(text: str) -> None:
    coding, parts = size_of(text).coding, split(text)
    assert "".join(parts) == text
    room = 140 if len(parts) == 1 else 134
    for part in parts:
        octets = encode(part, coding)
        assert len(octets) <= (room if coding == "ucs2" else room * 8 // 7)


@given(gsm_texts)
def test_gsm_octets_come_back(text: str) -> None:
    assert decode_gsm(encode(text, "gsm7")) == text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_ucs2_octets_come_back(text: str) -> None:
    assert decode_ucs2(encode(text, "ucs2")) == text


@given(st.binary(max_size=300))
def test_any_octets_are_some_text(octets: bytes) -> None:
    assert isinstance(decode_gsm(octets), str)
    assert isinstance(decode_ucs2(octets), str)


@given(st.text(st.sampled_from("abc XYZ 0189 @£$é\n?!€[]{}"), min_size=1, max_size=150))
def test_others_encode_it_the_same(text: str) -> None:
    """smpplib has a table of its own."""
    assert encode(text, "gsm7") == gsm_encode(text)
    parts, coding, _class = make_parts("я" * 60)
    assert (parts, coding) == ([encode("я" * 60, "ucs2")], consts.SMPP_ENCODING_ISO10646)
