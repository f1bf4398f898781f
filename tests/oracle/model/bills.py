"""Lines of bills."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.oracle.model.arithmetic import (
    days_in,
    first_day,
    half_up,
    month_text,
    natural,
    share_out,
)
from tests.oracle.model.company import remembered
from tests.oracle.model.difference import Differences
from tests.oracle.model.things import Account, Row


class Bills(Differences):
    """Lines of bills."""

    @remembered
    def tariff(self, service: str, building_no: str, month: int) -> Row | None:
        """The price in force in the month: the building's own before the company's."""
        day = first_day(month).replace(day=days_in(month))
        for scope in (building_no, ""):
            fitting = [
                row for row in self.tariffs
                if row["service"] == service and (row.get("building_no") or "") == scope
                and date.fromisoformat(row["valid_from"]) <= day
                and (not row.get("valid_to") or date.fromisoformat(row["valid_to"]) >= day)
            ]  # fmt: skip
            if fitting:
                return max(fitting, key=lambda row: row["valid_from"])
        return None

    def quantity(self, account: Account, key: str, month: int) -> Fraction | None:
        """How much of a service's measure falls to the account; None where there is nothing to measure."""
        simple = {
            "m2": account.area, "share": account.area, "person": Fraction(max(1, account.persons)),
            "unit": Fraction(1), "fixed": Fraction(1),
        }  # fmt: skip
        if key in simple:
            return half_up(simple[key] * account.days(month) / days_in(month), 3)
        parts = [m3 for one in (("m3_cold", "m3_hot") if key == "m3_total" else (key,))
                 if (m3 := self.measured(account, one, month)) is not None]  # fmt: skip
        return sum((self.by_days(account, m3, month) for m3 in parts), Fraction(0)) if parts else None

    def by_days(self, account: Account, whole: Fraction, month: int) -> Fraction:
        """The account's part of its unit's m³: days with and without an account together make up the whole."""
        unit = (account.building_no, account.unit_no)
        paying = [a for a in self.accounts if (a.building_no, a.unit_no) == unit and a.days(month) > 0]
        days = {a.account_no: a.days(month) for a in sorted(paying, key=lambda a: a.since)}
        days["nobody"] = days_in(month) - sum(days.values())
        parts = {name: whole * count / days_in(month) for name, count in days.items()}
        return share_out(whole, parts, 3)[account.account_no]

    def measured(self, account: Account, key: str, month: int) -> Fraction | None:
        building_no, unit_no = account.building_no, account.unit_no
        if key.startswith("m3_difference_"):
            difference = self.difference(building_no, key.removeprefix("m3_difference_"), month)
            return difference.shares.get(unit_no) if difference else None
        charges = self.unit_charges(building_no, unit_no, key.removeprefix("m3_"), month)
        return sum((c.m3 for c in charges), Fraction(0)) if charges else None

    def bill_lines(self, month: int) -> dict[tuple[str, str], dict[str, Fraction]]:
        """(account, service) → quantity, net, VAT rate, VAT and gross."""
        lines: dict[tuple[str, str], dict[str, Fraction]] = {}
        for building_no in self.regulations:
            paying = [a for a in self.accounts if a.building_no == building_no and a.days(month) > 0]
            for service, row in self.services.items():
                nets = self._nets(building_no, paying, row, month)
                tariff = self.tariff(service, building_no, month)
                for account_no, (quantity, net) in nets.items():
                    assert tariff is not None
                    rate = Fraction(tariff["vat_rate"])
                    vat = half_up(net * rate / 100, 2)
                    lines[account_no, service] = {
                        "quantity": quantity, "net": net, "vat_rate": rate, "vat": vat, "gross": net + vat,
                    }  # fmt: skip
        return lines

    def _nets(
        self, building_no: str, paying: list[Account], service: Row, month: int
    ) -> dict[str, tuple[Fraction, Fraction]]:
        quantities = {
            a.account_no: q for a in paying if (q := self.quantity(a, service["key"], month)) is not None
        }
        tariff = self.tariff(service["service"], building_no, month)
        if tariff is None:
            return {}
        if service["pricing"] == "tariff" and service["key"] != "share":
            price = Fraction(tariff["price"])
            return {no: (quantity, half_up(quantity * price, 2)) for no, quantity in quantities.items()}
        cost = self._cost(building_no, service, tariff, month)
        whole = sum(quantities.values(), Fraction(0))
        if cost is None or not whole:
            return {}
        order = sorted(paying, key=lambda one: (natural(one.unit_no), one.account_no))
        wanted = {
            a.account_no: cost * quantities[a.account_no] / whole for a in order if a.account_no in quantities
        }
        shares = share_out(cost, wanted, 2)
        if service["key"] == "share":
            quantities = {no: half_up(weight / whole, 3) for no, weight in quantities.items()}
        return {no: (quantities[no], share) for no, share in shares.items()}

    def _cost(self, building_no: str, service: Row, tariff: Row, month: int) -> Fraction | None:
        if service["pricing"] == "tariff":
            return half_up(Fraction(tariff["price"]), 2)
        for row in self.invoices:
            if (row["building_no"], row["service"], row["period"]) == (
                building_no, service["service"], month_text(month)
            ):  # fmt: skip
                return Fraction(row["net_amount"])
        return None
