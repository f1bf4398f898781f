"""How often one may try without a login, and what is taken for the same number. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from hmac import compare_digest

WITHIN = timedelta(minutes=15)
DAY = timedelta(hours=24)
WRONG_FOR_ACCOUNT = 5
WRONG_FOR_ACCOUNT_A_DAY = 15
WRONG_FROM_ADDRESS = 30
"""Higher: behind one address of a mobile network there are thousands of residents."""
WRONG_ALTOGETHER = 600
"""From however many addresses: then the page rests, and login, SMS and terminal go on."""
SENT_FOR_ACCOUNT_A_DAY = 12
"""Right ones: each may be followed by an e-mail to the owner."""
LAST_DIGITS = 4
STILL_ON_ITS_WAY = timedelta(days=14)
"""A bill that young may not have reached the letter-box yet: the one before it opens too."""

_NOT_A_SIGN = re.compile(r"[^0-9A-ZĀ-Ž]")
# A Russian keyboard writes the same shapes with other letters.
_LOOK_ALIKE = str.maketrans("АВЕКМНОРСТХ", "ABEKMHOPCTX")


def plain(number: str) -> str:
    """A number as it is compared: without blanks, hyphens, case and Cyrillic look-alikes."""
    return _NOT_A_SIGN.sub("", number.upper().translate(_LOOK_ALIKE))


def opens(typed: str, bills: Iterable[tuple[str, date]], today: date) -> bool:
    """Whether the bill number is that of the last bill. `bills`: numbers and days of issue, latest first.

    Each is compared in constant time, whatever the others were.
    """
    numbers = _acceptable(list(bills), today)
    wanted = plain(typed).encode()
    found = [compare_digest(plain(number).encode(), wanted) for number in numbers]
    return bool(wanted) and any(found)


def _acceptable(bills: list[tuple[str, date]], today: date) -> list[str]:
    if not bills:
        return []
    is_young = today - bills[0][1] <= STILL_ON_ITS_WAY
    return [number for number, _issued_on in bills[: 2 if is_young else 1]]


def matching(typed: str, numbers: Iterable[str]) -> str | None:
    """The account's meter that was meant: its number, or at least the last four signs of it, if no other ends so."""
    wanted = plain(typed)
    known = {number: plain(number) for number in numbers}
    exact = [number for number, sign in known.items() if sign == wanted]
    if len(wanted) < LAST_DIGITS or exact:
        return exact[0] if exact else None
    ending = [number for number, sign in known.items() if sign.endswith(wanted)]
    return ending[0] if len(ending) == 1 else None
