"""The whole of it, and its rows as the exports give them."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle.model.arithmetic import (
    written,
)
from tests.oracle.model.bills import Bills
from tests.oracle.model.company import MEDIA, RIGA
from tests.oracle.model.things import Account


class House(Bills):
    """The whole of it, and its rows as the exports give them."""

    def submission_rows(self, month: int) -> dict[tuple[str, ...], tuple[str, ...]]:
        """(meter, value, channel, moment) → fate."""
        chosen = {id(one) for meter_no in self.meters for one in self.registered(meter_no).values()}
        return {
            (one.meter_no, written(one.value, 3), one.channel, one.received_at.astimezone(RIGA).isoformat()): (
                ("registered" if id(one) in chosen else "superseded") if one.verdict == "accepted" else one.verdict,
            )
            for one in self.submissions if one.period == month
        }  # fmt: skip

    def consumption_rows(self, month: int) -> dict[tuple[str, ...], tuple[str, ...]]:
        """(building, unit, meter, medium) → account, previous reading, reading, channel, m³, basis, mark, before."""
        rows = {}
        for building_no in self.regulations:
            for unit_no in ("", *self.units(building_no)):
                for medium in MEDIA:
                    for one in self.unit_charges(building_no, unit_no, medium, month):
                        rows[building_no, unit_no, one.meter_no, medium] = (
                            self.payer(building_no, unit_no, month),
                            "" if one.previous is None else written(one.previous, 3),
                            "" if one.reading is None else written(one.reading, 3),
                            one.channel, written(one.m3, 3), one.basis, one.mark, written(one.estimated_before, 3),
                        )  # fmt: skip
        return rows

    def payer(self, building_no: str, unit_no: str, month: int) -> str:
        """The account that pays on the month's last day, or last did in it."""
        paying = [
            a for a in self.accounts if (a.building_no, a.unit_no) == (building_no, unit_no) and a.days(month) > 0
        ]  # fmt: skip
        return max(paying, key=lambda a: a.since).account_no if paying else ""

    def difference_rows(self, month: int) -> dict[tuple[str, ...], tuple[str, ...]]:
        """(building, medium, unit) → common, units, difference and share."""
        rows = {}
        for building_no in self.regulations:
            for medium in MEDIA:
                if found := self.difference(building_no, medium, month):
                    three = tuple(written(part, 3) for part in (found.common, found.units, found.total))
                    for unit_no, share in found.shares.items():
                        rows[building_no, medium, unit_no] = (*three, written(share, 3))
        return rows

    def bill_line_rows(self, month: int) -> dict[tuple[str, ...], tuple[str, ...]]:
        """(account, service) → quantity, price, net, VAT rate, VAT, gross, basis, mark; "?": not prescribed."""
        holders = {one.account_no: one for one in self.accounts}
        rows = {}
        for (account_no, service), line in self.bill_lines(month).items():
            account, row = holders[account_no], self.services[service]
            tariff = self.tariff(service, account.building_no, month)
            is_priced = row["pricing"] == "tariff" and row["key"] != "share"
            rows[account_no, service] = (
                written(line["quantity"], 3), written(Fraction(tariff["price"]), 6) if tariff and is_priced else "?",
                *(written(line[name], 2) for name in ("net", "vat_rate", "vat", "gross")),
                *self._said_of(account, row["key"], month),
            )  # fmt: skip
        return rows

    def _said_of(self, account: Account, key: str, month: int) -> tuple[str, str]:
        """Basis and mark of a line: those of its meters, where they have one."""
        if not key.startswith("m3_") or key.startswith("m3_difference_"):
            return "", ""
        media = MEDIA if key == "m3_total" else (key.removeprefix("m3_"),)
        charges = [
            c for m in media for c in self.unit_charges(account.building_no, account.unit_no, m, month)
        ]
        said = {(c.basis, c.mark) for c in charges}
        return said.pop() if len(said) == 1 else ("?", "V" if any(c.mark == "V" for c in charges) else "?")
