"""A house with flats for the tests of logins and access."""

from __future__ import annotations

from datetime import UTC, date, datetime

from saime.estate.models import Account, Building, Unit
from saime.residents.models import Access, User
from saime.residents.operations import create_login

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PASSWORD = "meza zemenes augusta"


def make_account(number: str, unit_no: str = "1", *, email: str = "", building_no: str = "B1") -> Account:
    building, _new = Building.objects.get_or_create(
        building_no=building_no, defaults={"address": f"Parauga iela {building_no[1:]}", "regulation": "524"}
    )
    unit = Unit.objects.create(building=building, unit_no=unit_no, sort_key=unit_no.zfill(4), area_m2="50.00")
    return Account.objects.create(
        account_no=number, unit=unit, building=building, holder_name="Paraugs", from_date=date(2020, 1, 1), email=email,
        language="lv",
    )  # fmt: skip


def make_user(email: str = "iedzivotaja@example.com", **fields: object) -> User:
    user = create_login(email=email, password=PASSWORD)
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    return user


def give(user: User, account: Account, role: str = "owner") -> Access:
    return Access.objects.create(user=user, account=account, role=role, granted_at=NOW)
