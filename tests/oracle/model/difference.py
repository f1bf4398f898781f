"""The water difference of a building and its shares."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle.model.arithmetic import (
    days_in,
    first_day,
    natural,
    share_out,
)
from tests.oracle.model.company import SHARING, remembered
from tests.oracle.model.consumption import Consumption
from tests.oracle.model.things import Account, Difference, Meter


class Differences(Consumption):
    """The water difference of a building and its shares."""

    @remembered
    def difference(self, building_no: str, medium: str, month: int) -> Difference | None:
        common_lines = self._lines_of(building_no, "", medium, month)
        if not common_lines or any(month not in self.totals(chain) for chain in common_lines):
            return None
        lines = [
            chain for chain in self.chains() if (chain[0].building_no, chain[0].unit_no) == (building_no, "")
        ]
        lines = [chain for chain in lines if chain[0].medium == medium]
        since = self._last_complete(building_no, medium, month)
        common = sum((self._ran_until(c, month) - self._ran_until(c, since) for c in lines), Fraction(0))
        units_sum = Fraction(0)
        for earlier in range(since + 1, month + 1):
            for unit_no in self.units(building_no):
                charges = self.unit_charges(building_no, unit_no, medium, earlier)
                units_sum += sum((charge.m3 for charge in charges), Fraction(0))
        total = common - units_sum
        units = sorted(self.units(building_no).items(), key=lambda item: natural(item[0]))
        sharing = {no: one for no, one in units if one.kind in SHARING}
        wanted = self._wanted(building_no, medium, month, total, sharing)
        return Difference(building_no, medium, common, units_sum, total, share_out(total, wanted, 3))

    def _last_complete(self, building_no: str, medium: str, month: int) -> int:
        """The last earlier month in which every common meter was read, or that before the first was there."""
        begin = min(
            chain[0].start for chain in self.chains()
            if (chain[0].building_no, chain[0].unit_no, chain[0].medium) == (building_no, "", medium)
        )  # fmt: skip
        for earlier in range(month - 1, begin - 1, -1):
            lines = self._lines_of(building_no, "", medium, earlier)
            if lines and all(earlier in self.totals(chain) for chain in lines):
                return earlier
        return begin - 1

    def _ran_until(self, chain: list[Meter], month: int) -> Fraction:
        return max(((p, t) for p, t in self.totals(chain).items() if p <= month), default=(0, Fraction(0)))[1]

    def at_fault(self, building_no: str, medium: str, month: int) -> list[str]:
        unmetered = self.unmetered(building_no, medium, month)
        last_day = first_day(month).replace(day=days_in(month))
        expiry_counts = self.policy("expired_verification", building_no, month) == "at_fault"

        def is_expired(unit_no: str) -> bool:
            running = [self._running(c, month) for c in self._lines_of(building_no, unit_no, medium, month)]
            return expiry_counts and any(m and m.valid_until and m.valid_until < last_day for m in running)

        return [
            unit_no for unit_no, one in self.units(building_no).items()
            if one.kind in SHARING and (
                unit_no in unmetered or is_expired(unit_no)
                or any(c.basis == "no_reading" for c in self.unit_charges(building_no, unit_no, medium, month))
            )
        ]  # fmt: skip

    def _wanted(
        self, building_no: str, medium: str, month: int, total: Fraction, sharing: dict[str, Account]
    ) -> dict[str, Fraction]:
        equal = {unit_no: total / len(sharing) for unit_no in sharing}
        if total <= 0:
            return equal
        how = "at_fault_first"
        if self.regulations[building_no] == "524":
            how = self.policy("difference_524", building_no, month)
        if how == "at_fault_first":
            return self._at_fault_first(building_no, medium, month, total, sharing)
        if how == "m2":
            weights = {unit_no: one.area for unit_no, one in sharing.items()}
        elif how == "consumption":
            weights = {
                unit_no: max(Fraction(0), sum((
                    c.m3 for c in self.unit_charges(building_no, unit_no, medium, month)), Fraction(0)))
                for unit_no in sharing
            }  # fmt: skip
        else:
            return equal
        whole = sum(weights.values())
        return {unit_no: total * weight / whole for unit_no, weight in weights.items()} if whole else equal

    def _at_fault_first(
        self, building_no: str, medium: str, month: int, total: Fraction, sharing: dict[str, Account]
    ) -> dict[str, Fraction]:
        at_fault = self.at_fault(building_no, medium, month)
        first = min(self.norm(medium, building_no, month), total / len(at_fault)) if at_fault else Fraction(0)
        rest = total - first * len(at_fault)
        return {
            unit_no: rest / len(sharing) + (first if unit_no in at_fault else Fraction(0))
            for unit_no in sharing
        }
