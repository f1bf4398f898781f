"""What meters counted over replacements and roll-overs, and what units are charged with."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle.model.arithmetic import (
    half_up,
)
from tests.oracle.model.company import SHARING, remembered
from tests.oracle.model.readings import Readings
from tests.oracle.model.things import Account, Charge, Meter


class Consumption(Readings):
    """What meters counted over replacements and roll-overs, and what units are charged with."""

    @remembered
    def chains(self) -> list[list[Meter]]:
        followers = {meter.replaces: meter for meter in self.meters.values() if meter.replaces}
        found = []
        for meter in self.meters.values():
            if meter.replaces:
                continue
            chain = [meter]
            while chain[-1].meter_no in followers:
                chain.append(followers[chain[-1].meter_no])
            found.append(chain)
        return found

    def _running(self, chain: list[Meter], month: int) -> Meter | None:
        """The meter on whose row the month is charged: the newest one installed by then."""
        if month < chain[0].start or (chain[-1].end is not None and month > chain[-1].end):
            return None
        return [meter for meter in chain if meter.start <= month][-1]

    @remembered
    def totals(self, chain: list[Meter]) -> dict[int, Fraction]:
        """Period with a reading → all that ever ran through, over replacements and roll-overs."""
        sums = {chain[0].start - 1: Fraction(0)}
        total = Fraction(0)
        for meter in chain:
            values = self.dial(meter.meter_no)
            state = meter.initial
            for period in sorted(values):
                if period < meter.start or (meter.end is not None and period >= meter.end):
                    continue
                total += meter.run(values[period], state)
                state = values[period]
                sums[period] = total
            if meter.end is not None and meter.final is not None:
                total += meter.run_to_act(state)
                sums[meter.end] = total
        return sums

    @remembered
    def charges(self, chain: list[Meter], until: int) -> dict[int, Charge]:
        """Period → what it is charged with, from the first month to `until`; closed months as they were closed."""
        totals = self.totals(chain)
        frozen = {
            month: these[chain[0].meter_no][month]
            for month, these in self.closed.items()
            if month in these.get(chain[0].meter_no, {})
        }
        done: dict[int, Charge] = {}
        for month in range(chain[0].start, until + 1):
            meter = self._running(chain, month)
            if meter is not None:
                done[month] = frozen.get(month) or self._charge(chain, meter, month, totals, done)
                done[month].previous = self._shown_before(meter, month)
        return done

    def _charge(
        self,
        chain: list[Meter],
        meter: Meter,
        month: int,
        totals: dict[int, Fraction],
        done: dict[int, Charge],
    ) -> Charge:
        last = max(period for period in totals if period < month)
        if month in totals:
            between = sum(
                (done[m].m3 for m in range(last + 1, month) if done[m].basis != "no_reading"), Fraction(0)
            )
            own = self.registered(meter.meter_no).get(month)
            charge = Charge(
                meter.meter_no, totals[month] - totals[last] - between, "actual", estimated_before=between
            )
            if meter.end == month:
                charge.reading = meter.final
            elif own:
                charge.reading, charge.channel = own.value, own.channel
            return charge
        if not meter.unit_no:
            return Charge(meter.meter_no, Fraction(0), "no_reading")
        if month - last > int(self.policy("average_months", meter.building_no, month)):
            if self.policy("no_reading_basis", meter.building_no, month) == "norm":
                return Charge(meter.meter_no, self._norm_share(meter, month), "norm", "N")
            return Charge(meter.meter_no, Fraction(0), "no_reading")
        known = {period: total for period, total in totals.items() if period <= last}
        mean = self._mean(known, last, int(self.policy("mean_months", meter.building_no, month)))
        if mean is None:
            return Charge(meter.meter_no, self._norm_share(meter, month), "norm", "N")
        return Charge(meter.meter_no, half_up(mean, 3), "average", "V")

    def _shown_before(self, meter: Meter, month: int) -> Fraction:
        values = self.dial(meter.meter_no)
        return values[max(period for period in values if period < month)]

    def _norm_share(self, meter: Meter, month: int) -> Fraction:
        unit = (meter.building_no, meter.unit_no)
        many = len(self._lines_of(*unit, meter.medium, month))
        return half_up(
            self.norm(meter.medium, meter.building_no, month) * self.persons(*unit, month) / many, 3
        )

    @remembered
    def _lines_of(self, building_no: str, unit_no: str, medium: str, month: int) -> list[list[Meter]]:
        return [
            chain for chain in self.chains()
            if (chain[0].building_no, chain[0].unit_no, chain[0].medium) == (building_no, unit_no, medium)
            and self._running(chain, month)
        ]  # fmt: skip

    @remembered
    def units(self, building_no: str) -> dict[str, Account]:
        """Unit → an account of it, for what never changes: its kind and area."""
        return {one.unit_no: one for one in self.accounts if one.building_no == building_no}

    def persons(self, building_no: str, unit_no: str, month: int) -> int:
        """Declared persons, 0 counting as 1: of the account that is in force last in the month."""
        holding = [
            one for one in self.accounts
            if (one.building_no, one.unit_no) == (building_no, unit_no) and one.days(month) > 0
        ]  # fmt: skip
        return max(1, max(holding, key=lambda one: one.since).persons) if holding else 0

    @remembered
    def unmetered(self, building_no: str, medium: str, month: int) -> list[str]:
        """Units without any meter of the medium where the building has a common one."""
        if not self._lines_of(building_no, "", medium, month):
            return []
        return [
            unit_no for unit_no, one in self.units(building_no).items()
            if one.kind in SHARING and not self._lines_of(building_no, unit_no, medium, month)
        ]  # fmt: skip

    def unmetered_m3(self, building_no: str, unit_no: str, medium: str, month: int) -> Fraction:
        return half_up(self.norm(medium, building_no, month) * self.persons(building_no, unit_no, month), 3)

    def unit_charges(self, building_no: str, unit_no: str, medium: str, month: int) -> list[Charge]:
        found = [self.charges(c, month)[month] for c in self._lines_of(building_no, unit_no, medium, month)]
        if unit_no and not found and unit_no in self.unmetered(building_no, medium, month):
            found = [Charge("", self.unmetered_m3(building_no, unit_no, medium, month), "norm", "N")]
        return found

    def close(self, month: int) -> None:
        """The bills of the month are out: what it was charged with stays."""
        self.closed[month] = {chain[0].meter_no: self.charges(chain, month) for chain in self.chains()}
        self.known.clear()
