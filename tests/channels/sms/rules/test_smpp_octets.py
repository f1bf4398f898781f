"""What stands in the octets of SMPP: whatever comes is a text, no text, or a receipt; never a failure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saime.channels.sms.gateways.smpp import octets
from saime.channels.sms.rules.alphabet import decode_gsm, decode_ucs2


@given(st.binary(max_size=300))
def test_any_octets_have_a_header_or_none(raw: bytes) -> None:
    header, rest = octets.header_of(raw)
    assert raw.endswith(rest)
    assert header.total <= 255


@given(st.binary(max_size=300), st.integers(0, 255), st.sampled_from(["gsm7", "latin1"]))
def test_any_octets_in_any_coding_are_a_text_or_none(raw: bytes, coding: int, alphabet: str) -> None:
    found = octets.text_of(raw, coding, alphabet)
    assert found is None or found.encode("utf-8").decode("utf-8") == found


@given(st.binary(max_size=300), st.none() | st.binary(max_size=70), st.none() | st.integers(0, 300))
def test_any_octets_are_a_receipt_or_none(raw: bytes, id_: bytes | None, state: int | None) -> None:
    found = octets.receipt_of(raw, id_, state)
    assert found is None or (found.gateway_id and found.report)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=600), st.integers(0, 1000))
def test_what_goes_out_in_parts_is_read_back_whole(text: str, reference: int) -> None:
    parts, read = octets.parts_of(text, reference), []
    for place, (raw, coding, esm_class) in enumerate(parts, 1):
        assert len(raw) <= (140 if coding == 8 else 160)
        header, body = octets.header_of(raw) if esm_class else (octets.Header(), raw)
        assert (header.total, header.place) == ((len(parts), place) if len(parts) > 1 else (0, 0))
        read.append(decode_ucs2(body) if coding == 8 else decode_gsm(body))
    assert "".join(read) == text


@pytest.mark.parametrize(
    ("raw", "id_", "state", "found"),
    [
        (
            b"id:0A1 sub:001 dlvrd:001 stat:DELIVRD err:000 text:",
            None,
            None,
            ("0A1", "delivered", "DELIVRD 000"),
        ),
        (b"id:7 stat:UNDELIV err:00B", None, None, ("7", "failed", "UNDELIV 00B")),
        (b"", b"77\x00", 3, ("77", "expired", "EXPIRED")),
        (b"id:7 stat:ENROUTE", b"", 2, ("7", "delivered", "DELIVRD")),
        (b"ID:9 STAT:acceptd", None, None, ("9", "accepted", "ACCEPTD")),
    ],
)
def test_receipts_of_several_centres(
    raw: bytes, id_: bytes | None, state: int | None, found: tuple[str, str, str]
) -> None:
    receipt = octets.receipt_of(raw, id_, state)
    assert receipt is not None
    assert (receipt.gateway_id, receipt.report, receipt.code) == found


@pytest.mark.parametrize(
    ("coding", "text"),
    [(0, "@K"), (3, "\x00K"), (8, "K"), (0xF0, "@K"), (4, None), (0xF4, None), (0xC8, None), (5, None)],
)
def test_codings(coding: int, text: str | None) -> None:
    raw = b"\x00K"
    assert octets.text_of(raw, coding, "gsm7") == text
