"""The demo's logins move in: residents of some flats, a tenant, and one of the company's people."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from saime.estate.bulk import account_ids
from saime.interchange.demo.company import Company
from saime.interchange.demo.logins import LOGINS, PASSWORD
from saime.residents import operations as residents
from saime.residents.operations.connecting import grant_access


@transaction.atomic
def move_in(company: Company, *, now: datetime) -> None:
    """Make the logins and connect each to its accounts: owners by a one-time code, as everybody does."""
    ids = dict(account_ids().select("account_no", "id").iter_rows())
    numbers = company.estate.account_no.tolist()
    for login in LOGINS:
        user = residents.create_login(email=login.email, password=PASSWORD, language=login.language)
        for number in (numbers[place] for place in login.owns):
            code = residents.issue_connect_code(ids[number], now)
            proven = residents.prove_code(account_no=number, code=code, address="demo", now=now)
            residents.connect_by_code(user=user, proven=proven, now=now)
        for number in (numbers[place] for place in login.rents):
            grant_access(
                user=user, account_id=ids[number], role="tenant", granted_by=None, now=now, tell_owners=False
            )
        if login.is_staff:
            user.is_staff = user.is_superuser = True
            user.save(update_fields=["is_staff", "is_superuser"])
