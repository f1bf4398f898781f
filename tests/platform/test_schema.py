"""What must never be, the database forbids."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from saime.estate.models import Account, Building, Unit
from saime.ledger.models import Entry, Leg


@pytest.fixture
def account(db: None) -> Account:
    building = Building.objects.create(building_no="B1", address="Testa iela 1", regulation="524")
    unit = Unit.objects.create(building=building, unit_no="1", sort_key="1", area_m2="50.00")
    return Account.objects.create(
        account_no="1", unit=unit, building=building, holder_name="Paraugs", from_date=date(2020, 1, 1)
    )


def test_two_accounts_cannot_pay_for_a_unit_at_once(account: Account) -> None:
    with pytest.raises(IntegrityError, match="one_account_pays_at_a_time"), transaction.atomic():
        Account.objects.create(
            account_no="2",
            unit=account.unit,
            building=account.building,
            holder_name="x",
            from_date=date(2024, 1, 1),
        )
    assert Account.objects.count() == 1


def test_an_entry_that_does_not_sum_to_zero_is_refused_at_commit(account: Account) -> None:
    def post_unbalanced() -> None:
        entry = Entry.objects.create(kind="payment", on_date=date(2024, 1, 1), reference="p:1")
        Leg.objects.create(entry=entry, book="bank", amount_cents=100)
        Leg.objects.create(entry=entry, book="receivable", account=account, amount_cents=-99)
        connection.check_constraints()

    with pytest.raises(IntegrityError, match="sum to zero"), transaction.atomic():
        post_unbalanced()
    assert Entry.objects.count() == 0


def test_ledger_rows_are_neither_changed_nor_deleted(account: Account) -> None:
    entry = Entry.objects.create(kind="payment", on_date=date(2024, 1, 1), reference="p:1")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(why="changed")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entry.delete()
    assert Entry.objects.get().why == ""
