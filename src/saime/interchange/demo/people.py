"""The demo's logins: residents of some flats, a tenant, and one of the company's people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from saime.estate.models import Account
from saime.interchange.demo.company import Company
from saime.interchange.demo.estate import FLAT, FLAT_OF_TWO, LET_FLAT, SECOND_OF_TWO
from saime.residents import operations as residents
from saime.residents.operations.connecting import grant_access

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
    DemoLogin("darbinieks@saime.example", "one of the staff: /office/", is_staff=True),
)


@transaction.atomic
def move_in(company: Company, *, now: datetime) -> None:
    """Make the logins and connect each to its accounts: owners by a one-time code, as everybody does."""
    for login in LOGINS:
        user = residents.create_login(email=login.email, password=PASSWORD, language=login.language)
        for place in login.owns:
            number = str(company.estate.account_no[place])
            code = residents.issue_connect_code(Account.objects.only("id").get(account_no=number).pk, now)
            proven = residents.prove_code(account_no=number, code=code, address="demo", now=now)
            residents.connect_by_code(user=user, proven=proven, now=now)
        for place in login.rents:
            account = Account.objects.only("id").get(account_no=str(company.estate.account_no[place]))
            grant_access(
                user=user, account_id=account.pk, role="tenant", granted_by=None, now=now, tell_owners=False
            )
        if login.is_staff:
            user.is_staff = user.is_superuser = True
            user.save(update_fields=["is_staff", "is_superuser"])
