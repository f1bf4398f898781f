"""Which readings are taken, and which of them are registered."""

from __future__ import annotations

import itertools
from datetime import datetime
from fractions import Fraction

from tests.oracle.model.arithmetic import (
    month_from,
    month_of,
)
from tests.oracle.model.company import ASKED, RIGA, Company, remembered
from tests.oracle.model.things import Meter, Row, Submission


class Readings(Company):
    """Which readings are taken, and which of them are registered."""

    def _take_readings(self, rows: list[Row]) -> None:
        new = []
        references = {one.reference for one in self.submissions if one.reference}
        facts = {
            (s.meter_no, s.period, s.value, s.channel, s.received_at)
            for s in self.submissions
            if not s.reference
        }
        for row in rows:
            received = datetime.fromisoformat(row["received_at"])
            period = (
                month_from(row["period"]) if row.get("period") else month_of(received.astimezone(RIGA).date())
            )
            one = Submission(
                row["meter_no"],
                period,
                Fraction(row["value"]),
                row["channel"],
                received,
                row.get("reference") or "",
            )
            fact = (one.meter_no, one.period, one.value, one.channel, one.received_at)
            if one.reference in references if one.reference else fact in facts:
                continue
            references.add(one.reference)
            facts.add(fact)
            new.append(one)
        for period in sorted({one.period for one in new}):
            these = [one for one in new if one.period == period]
            verdicts = [
                self._verdict(one) for one in these
            ]  # all against the other periods, so all before any counts
            for one, verdict in zip(these, verdicts, strict=True):
                one.verdict = verdict
                self.submissions.append(one)
            self.known.clear()

    @remembered
    def registered(self, meter_no: str) -> dict[int, Submission]:
        """Period → the registered reading: highest channel, within it the latest received."""
        meter = self.meters[meter_no]
        chosen: dict[int, Submission] = {}
        for one in self.submissions:
            if one.meter_no != meter_no or one.verdict != "accepted":
                continue
            order = [
                part.strip()
                for part in self.policy("channel_order", meter.building_no, one.period).split(">")
            ]
            other = chosen.get(one.period)
            if other is None or (-order.index(one.channel), one.received_at) > (
                -order.index(other.channel), other.received_at
            ):  # fmt: skip
                chosen[one.period] = one
        return chosen

    def dial(self, meter_no: str) -> dict[int, Fraction]:
        """Period → state of the dial, the initial reading standing for the period before installation."""
        meter = self.meters[meter_no]
        values = {meter.start - 1: meter.initial}
        values.update({period: one.value for period, one in self.registered(meter_no).items()})
        return values

    def _verdict(self, one: Submission) -> str:
        meter = self.meters[one.meter_no]
        if one.period < meter.start or (meter.end is not None and one.period > meter.end):
            return "rejected"
        if one.value >= 10**meter.digits:
            return "rejected"
        if one.period in self.closed:
            return "rejected"
        values = self.dial(one.meter_no)
        earlier = max(period for period in values if period < one.period)
        later = min((period for period in values if period > one.period), default=None)
        if self._refused(meter, values, earlier, one):
            return "rejected"
        run = meter.run(one.value, values[earlier])
        if later is not None and run > meter.run(values[later], values[earlier]):
            return "rejected"
        doubtful = self._implausible(meter, values, earlier, one)
        return "in_review" if doubtful and one.channel in ASKED else "accepted"

    def _refused(self, meter: Meter, values: dict[int, Fraction], earlier: int, one: Submission) -> bool:
        """Lower than before, and no dial that rolled over."""
        return one.value < values[earlier] and self._implausible(meter, values, earlier, one)

    def _implausible(self, meter: Meter, values: dict[int, Fraction], last: int, one: Submission) -> bool:
        def number(name: str) -> Fraction:
            return Fraction(self.policy(name, meter.building_no, one.period))

        a_month = meter.run(one.value, values[last]) / (one.period - last)
        if a_month <= number("implausible_m3"):
            return False
        known = {period: value for period, value in values.items() if period <= last}
        mean = self._mean(
            {p: self._total(meter, known, p) for p in known}, last, int(number("implausible_months"))
        )
        return mean is None or a_month > number("implausible_factor") * mean

    @staticmethod
    def _total(meter: Meter, values: dict[int, Fraction], until: int) -> Fraction:
        periods = sorted(period for period in values if period <= until)
        pairs = itertools.pairwise(periods)
        return sum((meter.run(values[b], values[a]) for a, b in pairs), Fraction(0))

    @staticmethod
    def _mean(totals: dict[int, Fraction], last: int, months: int) -> Fraction | None:
        """The measured mean before rounding: back to the latest reading at least so many months before the last."""
        before = [period for period in totals if period < last]
        if not before:
            return None
        since = max((period for period in before if last - period >= months), default=min(before))
        return (totals[last] - totals[since]) / (last - since)
