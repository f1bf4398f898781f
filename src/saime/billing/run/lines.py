"""The lines of a chunk's bills: for each service who has one, its quantity, price, net, VAT, and what it was made from.

`made_from` is compact JSON, numbers as integers: m³, m² and other quantities in thousandths, money in cents.

    key         the service's allocation key
    area        m²           persons    declared persons
    meters      measured lines: [number, previous reading, reading, m³, basis, m³ charged on average before], …
    unit_m3, by the unit's m³ (or share) and how it was split between accounts: "days" or "hand_over"
    days        [first, last, days of the month] where the account does not pay for the whole month
    why         difference lines: how the unit's share came about, a word of metering.contracts.WHYS; with common,
                units, difference, regulation, n (units sharing), fault (units at fault), norm and first (what those
                take first), rule, since, decision (a 524 house's own), from (first month, if it covers more)
    shared, sum what was shared out (cents), and the whole of the key in the building
    recalculation, corrects, reason  a correction of an earlier month
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import polars as pl

from saime.billing.rules.allocation import share_out
from saime.billing.rules.amounts import Int64, half_up, net_cents, sums, times, unit_price, vat_cents
from saime.billing.run.catalog import Catalog, ServiceRow
from saime.billing.run.contracts import MISSING_TARIFF, NOT_SHARED
from saime.billing.run.inputs import ChunkInputs
from saime.billing.run.quantities import NO_BASIS, Quantities, quantities_by_key
from saime.billing.run.texts import formatted, repeated
from saime.metering.contracts import BASES, MARKS, PeriodFigures

UNITS = {
    "m2": "m2", "m3_cold": "m3", "m3_hot": "m3", "m3_total": "m3", "m3_difference_cold": "m3",
    "m3_difference_hot": "m3", "person": "person", "unit": "unit", "fixed": "month", "share": "share",
}  # fmt: skip
_WHOLE_SHARE = 1000  # an ownership share of one, in thousandths


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines in order of account (a position in the chunk) and service. All columns have one length."""

    account: Int64
    service_id: Int64
    quantity: Int64
    unit: pl.Series
    price: Int64
    net: Int64
    vat_rate: Int64
    vat: Int64
    basis: Int64
    averages: Int64
    paid_direct: Int64
    tariff_id: Int64  # 0: none
    invoice_id: Int64
    recalculation_id: Int64
    made_from: pl.Series

    def __len__(self) -> int:
        return len(self.account)

    @property
    def gross(self) -> Int64:
        return self.net + self.vat

    @property
    def basis_text(self) -> pl.Series:
        return pl.Series(["", *BASES]).gather(self.basis + 1)

    @property
    def mark_text(self) -> pl.Series:
        """V as soon as one of the meters is an average, otherwise the basis' own."""
        code = np.where(self.averages > 0, 1 + BASES.index("average"), self.basis + 1)
        return pl.Series(["", *MARKS]).gather(code)

    def of(self, rows: Int64) -> Lines:
        """These rows."""
        return Lines(**{one.name: _picked(getattr(self, one.name), rows) for one in fields(self)})


def _picked(values: Any, rows: Int64) -> Any:
    return values.gather(rows) if isinstance(values, pl.Series) else values[rows]


def in_order(parts: list[Lines]) -> Lines:
    """All parts as one, stable by account: a part is a service, and they came in order."""
    order = np.argsort(np.concatenate([part.account for part in parts]), kind="stable")
    whole = {one.name: _stacked([getattr(part, one.name) for part in parts]) for one in fields(Lines)}
    return Lines(**whole).of(order)


def _stacked(values: list[Any]) -> Any:
    is_text = isinstance(values[0], pl.Series)
    return pl.concat([value.rename("") for value in values]) if is_text else np.concatenate(values)


@dataclass(frozen=True, slots=True)
class Gap:
    """A service that has no line in a building, and why: finding kind, position of the building, cents left over."""

    kind: str
    service: str
    building: int
    cents: int = 0


@dataclass(frozen=True, slots=True)
class LineMaker:
    """Makes the lines of one chunk, service by service; `gaps` says which are lacking."""

    inputs: ChunkInputs
    catalog: Catalog
    figures: PeriodFigures
    gaps: list[Gap] = field(default_factory=list)

    def make(self) -> Lines:
        """All lines, those of an account together, services in their order, recalculations last."""
        by_key = quantities_by_key(self.inputs, self.figures, self.catalog)
        parts = [self._of_service(service, by_key[service.key]) for service in self.catalog.services]
        return in_order([*parts, self._recalculations()])

    def _of_service(self, service: ServiceRow, quantities: Quantities) -> Lines:
        # An ownership share has a price for the whole building, to be shared out like an invoice.
        is_shared_out = service.is_shared_out or service.key == "share"
        return self._shared_out(service, quantities) if is_shared_out else self._priced(service, quantities)

    def _priced(self, service: ServiceRow, quantities: Quantities) -> Lines:
        """Tariff × quantity."""
        tariff_id, price, vat_rate = self._tariffs(service)
        building = self.inputs.accounts.building
        rows = np.flatnonzero((quantities.present > 0) & (tariff_id[building] > 0))
        at, quantity = building[rows], quantities.value[rows]
        return _lines(
            service, quantities, rows, quantity=quantity, price=price[at], net=net_cents(quantity, price[at]),
            vat_rate=vat_rate[at], tariff_id=tariff_id[at], invoice_id=np.zeros_like(rows),
            members=quantities.members.gather(rows),
        )  # fmt: skip

    def _shared_out(self, service: ServiceRow, quantities: Quantities) -> Lines:
        """A building's cost by weight."""
        invoice_id, cents, vat_rate, tariff_id = self._costs(service)
        building = self.inputs.accounts.building
        rows = np.flatnonzero((quantities.present > 0) & (tariff_id > 0)[building])
        whole = sums(quantities.value[rows], building[rows], len(cents))
        self._note_unshared(service, cents, whole)
        rows = rows[whole[building[rows]] != 0]
        at, weight = building[rows], quantities.value[rows]
        is_share = service.key == "share"
        quantity = (
            half_up(times(weight, np.full_like(weight, _WHOLE_SHARE)), whole[at]) if is_share else weight
        )
        price = unit_price(cents, np.full_like(whole, _WHOLE_SHARE) if is_share else whole)
        return _lines(
            service, quantities, rows, quantity=quantity, price=price[at], net=share_out(cents, at, weight),
            vat_rate=vat_rate[at], tariff_id=tariff_id[at], invoice_id=invoice_id[at],
            members=formatted('{},"shared":{},"sum":{}', quantities.members.gather(rows), cents[at], whole[at]),
        )  # fmt: skip

    def _tariffs(self, service: ServiceRow) -> tuple[Int64, Int64, Int64]:
        """Id (0: none), price and VAT rate in each building; notes where there was a price a month ago."""
        found = np.zeros((3, len(self.inputs.building_ids)), np.int64)
        for place, building in enumerate(self.inputs.building_ids):
            tariff = self.catalog.tariffs.find(service.id, building)
            if tariff is not None and tariff.price is not None:
                found[:, place] = tariff.id, tariff.price, tariff.vat_rate
            elif (
                before := self.catalog.tariffs_before.find(service.id, building)
            ) and before.price is not None:
                self.gaps.append(Gap(MISSING_TARIFF, service.service, place))
        return found[0], found[1], found[2]

    def _costs(self, service: ServiceRow) -> tuple[Int64, Int64, Int64, Int64]:
        """Invoice id, cents to share out, VAT rate and tariff id (0: nothing to share out) in each building."""
        if not service.is_shared_out:
            tariff_id, price, vat_rate = self._tariffs(service)
            return np.zeros_like(tariff_id), half_up(price, 10_000), vat_rate, tariff_id
        found = np.zeros((4, len(self.inputs.building_ids)), np.int64)
        for place, building in enumerate(self.inputs.building_ids):
            invoice = self.catalog.invoices.get((service.id, building))
            tariff = self.catalog.tariffs.find(service.id, building)
            if invoice and tariff:
                found[:, place] = invoice.id, invoice.cents, tariff.vat_rate, tariff.id
            elif invoice:
                self.gaps.append(Gap(MISSING_TARIFF, service.service, place, invoice.cents))
        return found[0], found[1], found[2], found[3]

    def _note_unshared(self, service: ServiceRow, cents: Int64, whole: Int64) -> None:
        for place in np.flatnonzero((cents != 0) & (whole == 0)).tolist():
            self.gaps.append(Gap(NOT_SHARED, service.service, place, int(cents[place])))

    def _recalculations(self) -> Lines:
        rows = self.inputs.recalculations
        place = {account: n for n, account in enumerate(self.inputs.accounts.id.tolist())}
        quantity, price, vat_rate = (rows[name].to_numpy() for name in ("quantity", "price", "vat_rate"))
        net, none = net_cents(quantity, price), np.zeros(len(rows), np.int64)
        return Lines(
            account=np.array([place[account] for account in rows["account_id"]], np.int64),
            service_id=rows["service_id"].to_numpy(), quantity=quantity, price=price, net=net, vat_rate=vat_rate,
            unit=rows["key"].replace_strict(UNITS, return_dtype=pl.String), vat=vat_cents(net, vat_rate),
            basis=np.full(len(rows), NO_BASIS), averages=none, paid_direct=rows["paid_direct"].to_numpy(),
            tariff_id=none, invoice_id=none, recalculation_id=rows["id"].to_numpy(),
            made_from=formatted(
                '{{"key":"{}","recalculation":{},"corrects":{},"reason":{}}}',
                *(rows[name] for name in ("key", "id", "corrects", "reason")),
            ),
        )  # fmt: skip


def _lines(
    service: ServiceRow, quantities: Quantities, rows: Int64, *, quantity: Int64, price: Int64, net: Int64,
    vat_rate: Int64, tariff_id: Int64, invoice_id: Int64, members: pl.Series,
) -> Lines:  # fmt: skip
    return Lines(
        account=rows, service_id=np.full(len(rows), service.id), quantity=quantity,
        unit=repeated(UNITS[service.key], len(rows)), price=price, net=net, vat_rate=vat_rate,
        vat=vat_cents(net, vat_rate), basis=quantities.basis[rows], averages=quantities.averages[rows],
        paid_direct=np.full(len(rows), int(service.paid_direct)), tariff_id=tariff_id, invoice_id=invoice_id,
        recalculation_id=np.zeros_like(rows), made_from=formatted("{{{}}}", members),
    )  # fmt: skip
