"""A reading as people write it: "123,456", "123.4", " 00123 "."""

from __future__ import annotations

import re
from decimal import Decimal

_READING = re.compile(r"(\d{1,9})(?:[.,](\d*))?")
MOST_DECIMALS = 3


class UnableToReadNumber(ValueError):
    """What was entered is not a reading. `reason` is the code of a sentence, `details` its figures."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_reading(text: str | Decimal) -> Decimal:
    """The reading, with three decimals. UnableToReadNumber: `not_a_number`, `too_many_decimals`, `negative`."""
    written = str(text).strip().replace("\u00a0", "").replace(" ", "")
    if written.startswith(("-", "\u2212")):
        raise UnableToReadNumber("negative")
    match = _READING.fullmatch(written)
    if match is None:
        raise UnableToReadNumber("not_a_number")
    decimals = (match[2] or "").rstrip("0")
    if len(decimals) > MOST_DECIMALS:
        raise UnableToReadNumber("too_many_decimals")
    return Decimal(f"{match[1]}.{decimals.ljust(MOST_DECIMALS, '0')}")
