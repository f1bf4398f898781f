"""Rules of codes and access, without database or clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

# Neither vowels, so that no code spells a word, nor what is taken for something else on paper: 0 O, 1 I L, U V.
ALPHABET = "23456789BCDFGHJKMNPQRSTWXZ"
CODE_LENGTH = 9
CODE_LIFE = timedelta(days=60)
PROOF_LIFE = timedelta(hours=2)
"""How long a code that was right stays proven while its owner makes a login."""
INVITATION_LIFE = timedelta(days=14)
STAFF_VIEW_LIFE = timedelta(minutes=30)

WRONG_CODES_FOR_NUMBER = 5
WRONG_CODES_FROM_ADDRESS = 50
"""Higher: behind one address of a mobile network there are thousands of residents."""
WRONG_PASSWORDS_FOR_LOGIN = 5
PASSWORD_BLOCK = timedelta(minutes=5)
WRONG_PASSWORDS_FROM_ADDRESS = 120
PASSWORD_ADDRESS_BLOCK = timedelta(minutes=1)
CODE_LETTERS_FOR_NUMBER = 3
CODE_LETTERS_FROM_ADDRESS = 30
BLOCK = timedelta(minutes=15)
LETTERS_BLOCK = timedelta(hours=24)
INVITATIONS_OF_USER = 20

# A Russian keyboard writes the same shapes with other letters.
_LOOK_ALIKE = str.maketrans("ВСНКМРТХЗ", "BCHKMPTX3")


class Holder(Protocol):
    @property
    def role(self) -> str: ...

    @property
    def user_id(self) -> int: ...


def normal_code(typed: str) -> str:
    """A code as it is compared: "k7m 4qx-r2d" is K7M4QXR2D, and Cyrillic look-alikes are their Latin shapes."""
    upper = typed.upper().translate(_LOOK_ALIKE)
    return "".join(letter for letter in upper if letter.isalnum())


def grouped_code(code: str) -> str:
    """A code as it is printed: K7M-4QX-R2D."""
    return "-".join(code[start : start + 3] for start in range(0, len(code), 3))


def normal_account_no(typed: str) -> str:
    return "".join(typed.split()).upper()


def may_invite(holder: Holder) -> bool:
    return holder.role == "owner"


def may_end(actor: Holder, target: Holder) -> bool:
    """One's own access one may always give back; an owner ends a tenant's or representative's, not another owner's."""
    return actor.user_id == target.user_id or (actor.role == "owner" and target.role != "owner")


def may_choose_paper(role: str) -> bool:
    """A tenant reads; how the bill comes is for the owner and who stands for them."""
    return role in ("owner", "representative")


def retry_after(attempts: int) -> timedelta:
    """The wait before an e-mail is tried again: 10 s, 20 s, 40 s …, at most half an hour."""
    return min(timedelta(seconds=10 * 2 ** min(attempts - 1, 10)), timedelta(minutes=30))
