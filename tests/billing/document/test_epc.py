"""EPC069-12: what fits into a payment code, and how one is told that something does not."""

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from segno import helpers

from saime.billing.document.drawing import qr_svg
from saime.billing.document.epc import LARGEST_CENTS, UnableToMakePaymentCode, epc_payload

SOUND = {
    "payee": "SIA Demo nami",
    "iban": "LV44HABA0551000000001",
    "amount_cents": 4736,
    "reference": "RF724000123",
}


def payload(**changes: object) -> str:
    return epc_payload(**{**SOUND, **changes})  # type: ignore[arg-type]


def test_the_elements_stand_in_the_order_of_the_standard() -> None:
    assert payload(bic="HABALV22").split("\n") == [
        "BCD", "002", "1", "SCT", "HABALV22", "SIA Demo nami", "LV44HABA0551000000001", "EUR47.36", "", "RF724000123",
    ]  # fmt: skip


def test_another_maker_of_payment_codes_writes_the_same_payment() -> None:
    theirs = helpers.make_epc_qr(
        name=SOUND["payee"], iban=SOUND["iban"], amount="47.36", reference=SOUND["reference"], encoding=1
    )
    ours = segno.make_qr(payload().encode(), error="m", boost_error=False)
    assert theirs == ours


@pytest.mark.parametrize(
    ("cents", "written"), [(1, "EUR0.01"), (100, "EUR1.00"), (LARGEST_CENTS, "EUR999999999.99")]
)
def test_amounts_from_a_cent_to_the_largest(cents: int, written: str) -> None:
    assert written in payload(amount_cents=cents).split("\n")


@pytest.mark.parametrize("cents", [0, -1, LARGEST_CENTS + 1])
def test_an_amount_outside_is_refused_with_the_limits(cents: int) -> None:
    with pytest.raises(UnableToMakePaymentCode, match=r"0\.01 to 999999999\.99 EUR"):
        payload(amount_cents=cents)


def test_quotation_marks_and_long_dashes_of_a_name_become_what_banks_take() -> None:
    assert payload(payee="SIA „Mūsu  māja” – Rīga").split("\n")[5] == "SIA Mūsu māja - Rīga"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"payee": ""}, "no name"),
        ({"payee": "«»"}, "no name"),
        ({"payee": "x" * 71}, "71 characters, 70 fit"),
        ({"payee": "Nami\nBCD"}, "do not take"),
        ({"payee": "Nami @ Rīga"}, "do not take '@'"),
        ({"iban": "LV44HABA0551000000002"}, "IBAN"),
        ({"iban": ""}, "IBAN"),
        ({"bic": "HABA"}, "BIC"),
        ({"reference": "RF734000123"}, "ISO 11649"),
        ({"reference": ""}, "ISO 11649"),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, str], complaint: str) -> None:
    with pytest.raises(UnableToMakePaymentCode, match=complaint):
        payload(**changes)


def test_spaces_in_iban_and_reference_are_no_matter() -> None:
    assert payload(iban="LV44 HABA 0551 0000 0000 1", reference="RF72 4000 123") == payload()


@given(payee=st.text(min_size=1, max_size=90), cents=st.integers(-10, LARGEST_CENTS + 10))
def test_any_payment_is_either_within_the_standard_or_refused(payee: str, cents: int) -> None:
    try:
        text = payload(payee=payee, amount_cents=cents)
    except UnableToMakePaymentCode:
        return
    assert len(text.encode()) <= 331
    assert len(text.split("\n")) == 10
    assert qr_svg(text).startswith("<svg")
