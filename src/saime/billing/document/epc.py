"""The payment QR code of a bill: EPC069-12, version 002, SEPA credit transfer (payments.md, "SEPA transfer").

The code carries payee, IBAN, amount and the account's ISO 11649 reference, so that any bank's app fills in the whole
payment. UTF-8 always: the standard offers ISO 8859-4 for Latvian too, but not every bank's app reads it.
"""

import re
from functools import lru_cache

from stdnum import iban as stdnum_iban
from stdnum import iso11649
from stdnum.exceptions import ValidationError

SMALLEST_CENTS = 1
LARGEST_CENTS = 99_999_999_999  # 999999999.99 EUR
LONGEST_NAME = 70
LARGEST_PAYLOAD = 331  # bytes: what version 13 with error correction M holds
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_PUNCTUATION = frozenset(" /-?:().,'+&")
# Banks refuse quotation marks in a name, and comparing the payee's name ignores them.
_SIMPLER = str.maketrans(dict.fromkeys('"„“”«»‟‹›', "") | {"–": "-", "—": "-", "‑": "-", "’": "'", "‘": "'"})


class UnableToMakePaymentCode(Exception):
    """The payment does not fit into an EPC QR code; the message says which part and what would fit."""


def epc_payload(*, payee: str, iban: str, amount_cents: int, reference: str, bic: str = "") -> str:
    """The text of the QR code: 10 elements, one a line; the code itself is its UTF-8 bytes.

    `iban`, `bic` and `reference` may hold spaces; the BIC may be empty. Raises `UnableToMakePaymentCode`.
    """
    if not SMALLEST_CENTS <= amount_cents <= LARGEST_CENTS:
        raise UnableToMakePaymentCode(
            f"A payment code can ask for 0.01 to 999999999.99 EUR, not {amount_cents / 100:.2f} EUR."
        )
    euros, cents = divmod(amount_cents, 100)
    payload = "\n".join(
        (
            "BCD",
            "002",
            "1",  # UTF-8
            "SCT",
            _bic(bic),
            _name(payee),
            _iban(iban),
            f"EUR{euros}.{cents:02d}",
            "",  # purpose
            _reference(reference),
        )
    )
    _check_length(payload)
    return payload


def _check_length(payload: str) -> None:
    size = len(payload.encode())
    if size > LARGEST_PAYLOAD:
        raise UnableToMakePaymentCode(
            f"The payment code would take {size} bytes, {LARGEST_PAYLOAD} fit. Shorten the payee's name."
        )


@lru_cache(maxsize=64)
def _name(payee: str) -> str:
    name = re.sub(" +", " ", payee.translate(_SIMPLER)).strip()
    if not name:
        raise UnableToMakePaymentCode("The payee has no name.")
    if len(name) > LONGEST_NAME:
        raise UnableToMakePaymentCode(
            f"The payee's name has {len(name)} characters, {LONGEST_NAME} fit into a payment code: {name}"
        )
    foreign = [char for char in name if not (char.isalpha() or char.isdecimal() or char in _PUNCTUATION)]
    if foreign:
        raise UnableToMakePaymentCode(f"Banks do not take {foreign[0]!r} in the payee's name: {name}")
    return name


@lru_cache(maxsize=64)
def _iban(iban: str) -> str:
    try:
        return str(stdnum_iban.validate(iban))
    except ValidationError as error:
        raise UnableToMakePaymentCode(f"The payee's IBAN {iban!r} is not valid: {error}") from error


@lru_cache(maxsize=64)
def _bic(bic: str) -> str:
    compact = bic.replace(" ", "").upper()
    if compact and not _BIC.fullmatch(compact):
        raise UnableToMakePaymentCode(f"The payee's BIC {bic!r} is not valid: 8 or 11 letters and digits.")
    return compact


def _reference(reference: str) -> str:
    try:
        return str(iso11649.validate(reference))
    except ValidationError as error:
        raise UnableToMakePaymentCode(
            f"The reference {reference!r} is not an ISO 11649 reference (RF and check digits)."
        ) from error
