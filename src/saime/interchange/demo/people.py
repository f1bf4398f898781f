"""The demo's logins: residents of some flats, a tenant, and one of the company's people."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from saime.estate.models import Account
from saime.interchange.demo.company import Company
from saime.interchange.demo.logins import LOGINS, PASSWORD
from saime.residents import operations as residents
from saime.residents.operations.connecting import grant_access


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
