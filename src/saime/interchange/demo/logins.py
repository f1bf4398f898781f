"""Who can log in to the demo, and what each of them shows."""

from __future__ import annotations

from dataclasses import dataclass

from saime.interchange.demo.estate import FLAT, FLAT_OF_TWO, LET_FLAT, SECOND_OF_TWO

PASSWORD = "saime demo 2026"  # noqa: S105 (printed by `make demo`: everybody may know it)


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A login, what it shows, and the places of its accounts in the company."""

    email: str
    shows: str
    language: str = "lv"
    owns: tuple[int, ...] = ()
    rents: tuple[int, ...] = ()
    is_staff: bool = False


LOGINS = (
    DemoLogin("demo@saime.example", "a resident with one flat", owns=(FLAT,)),
    DemoLogin("divi@saime.example", "a resident with two flats", owns=(FLAT_OF_TWO, SECOND_OF_TWO)),
    DemoLogin("saimnieks@saime.example", "an owner who lets the flat", owns=(LET_FLAT,)),
    DemoLogin(
        "irnieks@saime.example", "the tenant of that flat, in Russian", language="ru", rents=(LET_FLAT,)
    ),
    DemoLogin("darbinieks@saime.example", "one of the staff: /staff/, /office/", is_staff=True),
)
