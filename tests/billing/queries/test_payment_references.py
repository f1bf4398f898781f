"""The payment reference: ISO 11649, its own for every account, for ever the same."""

from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from saime.billing.references import payment_reference

numbers = st.text(alphabet="0123456789ABCXZabcz-/. āŅ", min_size=1, max_size=20)


@given(numbers)
def test_every_customer_number_has_a_valid_reference(account_no: str) -> None:
    reference = payment_reference(account_no)
    assert iso11649.validate(reference) == reference
    assert len(reference) <= 25


@given(numbers, numbers)
def test_two_customer_numbers_never_share_one(one: str, other: str) -> None:
    assert (payment_reference(one) == payment_reference(other)) == (one == other)


def test_a_plain_number_stands_in_it_as_it_is() -> None:
    assert payment_reference("4000123") == "RF724000123"
    assert payment_reference("000001").endswith("000001")
    assert payment_reference("12-3") != payment_reference("123")
