"""What is the same for all buildings of a run, read once: services, tariffs in force, invoices, policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

import numpy as np

from saime.billing.models import Service, SupplierInvoice, Tariff
from saime.billing.rules.amounts import Int64
from saime.billing.rules.late import LatePolicy, Steps
from saime.platform.models import Policy
from saime.platform.periods import Period
from saime.platform.policies import PolicyBook, definition

_LATE_POLICIES = ("late_charge_yearly", "late_charge_cap", "payment_order")


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service as the run needs it."""

    id: int
    service: str
    key: str
    is_shared_out: bool  # from a supplier's invoice
    paid_direct: bool


@dataclass(frozen=True, slots=True)
class TariffRow:
    """A tariff in force: price in millionths of a euro (None: shared out from an invoice), VAT in 1/100 %."""

    id: int
    price: int | None
    vat_rate: int


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """A supplier's cost of the month."""

    id: int
    cents: int


class TariffBook:
    """The tariffs in force on a day. A building's own wins over the company's."""

    def __init__(self, on: date) -> None:
        self._rows: dict[tuple[int, int | None], TariffRow] = {}
        in_force = Tariff.objects.filter(valid_from__lte=on).exclude(valid_to__lt=on)
        for id_, service, building, price, vat in in_force.values_list(
            "id", "service_id", "building_id", "price", "vat_rate"
        ):
            micro = None if price is None else int(price.scaleb(6))
            self._rows[service, building] = TariffRow(id_, micro, int(vat.scaleb(2)))

    def find(self, service_id: int, building_id: int) -> TariffRow | None:
        return self._rows.get((service_id, building_id)) or self._rows.get((service_id, None))


@dataclass(frozen=True)
class Catalog:
    """Everything a chunk looks up and does not have to read."""

    period: Period
    services: list[ServiceRow]
    tariffs: TariffBook
    tariffs_before: TariffBook  # a month earlier
    invoices: dict[tuple[int, int], InvoiceRow]  # by service and building
    policies: PolicyBook

    @classmethod
    def load(cls, period: Period) -> Catalog:
        rows = Service.objects.order_by("position", "id").values_list(
            "id", "service", "key", "pricing", "paid_direct"
        )
        invoices = SupplierInvoice.objects.filter(period=period).values_list(
            "service_id", "building_id", "id", "net_cents"
        )
        return cls(
            period,
            [
                ServiceRow(id_, name, key, pricing == "supplier_invoice", direct)
                for id_, name, key, pricing, direct in rows
            ],
            TariffBook(period.first_day),
            TariffBook((period - 1).first_day),
            {
                (service, building): InvoiceRow(id_, cents)
                for service, building, id_, cents in invoices
            },
            PolicyBook.load(),
        )  # fmt: skip

    def due_days(self, building_ids: list[int]) -> Int64:
        return np.array(self.policies.values("bill_due_days", self.period.last_day, building_ids), np.int64)

    def late_policies(self, building_ids: list[int]) -> tuple[list[LatePolicy], Int64]:
        """The different late policies of these buildings, and which of them each building has."""
        own = [building for building in building_ids if building in self._changes[1]]
        code = {building: place for place, building in enumerate(own, 1)}
        found = [self._late_policy(None), *(self._late_policy(building) for building in own)]
        return found, np.array([code.get(building, 0) for building in building_ids], np.int64)

    @cached_property
    def _changes(self) -> tuple[list[date], frozenset[int]]:
        """Days on which anybody's late policy changed, and the buildings that have their own."""
        rows = list(Policy.objects.filter(policy__in=_LATE_POLICIES).values_list("building_id", "valid_from"))
        defaults = [day for name in _LATE_POLICIES for day, _ in definition(name).defaults]
        days = sorted({*defaults, *(valid_from for _, valid_from in rows)})
        return days, frozenset(building for building, _ in rows if building is not None)

    def _late_policy(self, building_id: int | None) -> LatePolicy:
        days = self._changes[0]
        values = {
            name: [self.policies.value(name, day, building_id) for day in days] for name in _LATE_POLICIES
        }
        ordinals = np.array([day.toordinal() for day in days], np.int64)
        return LatePolicy(
            rate=Steps(ordinals, _ten_thousandths(values["late_charge_yearly"])),
            cap=Steps(ordinals, _ten_thousandths(values["late_charge_cap"])),
            interest_first=Steps(
                ordinals, np.array([v == "interest_first" for v in values["payment_order"]], np.int64)
            ),
        )


def _ten_thousandths(values: list[Decimal]) -> Int64:
    return np.array([round(value * 10_000) for value in values], np.int64)
