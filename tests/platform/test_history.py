"""What staff change keeps its former self, whether a form, bulk work or plain SQL changed it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from tests.billing.factories import make_account, make_meter, make_service

from saime.billing.models import Tariff
from saime.estate.models import Account, Building, Unit
from saime.metering.models import Meter
from saime.platform.models import Policy

pytestmark = pytest.mark.django_db


def history_of(model: type[models.Model]) -> Any:
    return apps.get_model(model._meta.app_label, f"{model.__name__}Event")._default_manager


def rows() -> list[tuple[models.Model, str, Any]]:
    """A row of each model with history, and a change."""
    account = make_account()
    policy = Policy.objects.create(policy="bill_due_days", value="14", valid_from=date(2026, 1, 1))
    tariff = Tariff.objects.create(
        service=make_service(), price=Decimal("1.5"), vat_rate=Decimal(21), valid_from=date(2026, 1, 1)
    )
    return [
        (account.building, "address", "Cita iela 1"), (account.unit, "area_m2", Decimal("51.00")),
        (account, "holder_name", "Demo Cits"), (make_meter(account), "valid_until", date(2030, 1, 1)),
        (policy, "value", "21"), (tariff, "price", Decimal("1.6")),
    ]  # fmt: skip


def test_an_update_leaves_the_former_row_whoever_makes_it() -> None:
    for row, name, value in rows():
        before, history = getattr(row, name), history_of(type(row))
        history_before = history.count()
        assert type(row)._default_manager.filter(pk=row.pk).update(**{name: value}) == 1
        event = history.latest("pgh_id")
        assert (event.pgh_obj_id, event.pgh_label, getattr(event, name)) == (row.pk, "update", before)
        type(row)._default_manager.filter(pk=row.pk).update(**{name: value})
        assert history.count() == history_before + 1, "nothing changed, nothing to keep"


def test_first_writing_leaves_no_trace_and_a_deletion_does() -> None:
    policy = Policy.objects.create(policy="bill_due_days", value="14", valid_from=date(2026, 1, 1))
    assert history_of(Policy).count() == 0
    policy.delete()
    assert [(event.pgh_label, event.value) for event in history_of(Policy).all()] == [("delete", "14")]


def test_many_rows_changed_at_once_all_leave_theirs() -> None:
    accounts = [make_account() for _ in range(5)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE estate_account SET declared_persons = declared_persons + 1")
    assert set(history_of(Account).values_list("pgh_obj_id", "declared_persons")) == {
        (one.pk, 2) for one in accounts
    }


def test_who_did_it_is_said_by_the_context() -> None:
    account = make_account()
    with pghistory.context(user=17, reason="typing error"):
        Account.objects.filter(pk=account.pk).update(holder_name="Demo Cits")
    context = history_of(Account).get().pgh_context
    assert context.metadata == {"user": 17, "reason": "typing error"}


def test_history_itself_cannot_be_rewritten() -> None:
    account = make_account()
    Account.objects.filter(pk=account.pk).update(holder_name="Demo Cits")
    for change in (
        lambda: history_of(Account).update(holder_name="x"),
        lambda: history_of(Account).all().delete(),
    ):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()
    assert history_of(Account).get().holder_name == account.holder_name


@pytest.mark.parametrize("model", [Building, Unit, Account, Meter, Policy, Tariff])
def test_every_model_that_staff_may_change_has_history(model: type[models.Model]) -> None:
    assert history_of(model).count() == 0
