"""A second opinion: the rules of the house once more, slow and plain, written from the rules' words alone.

Nothing here is shared with the product: dictionaries, fractions and loops. Periods are whole numbers, year × 12 +
month − 1; amounts of water and money are fractions until they are written down.
"""

from __future__ import annotations

import calendar
import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

RIGA = ZoneInfo("Europe/Riga")
CHANNELS = ("staff", "remote", "portal", "sms", "terminal", "paper")
ASKED = ("sms", "paper")  # channels whose doubtful readings wait for a person when they come by file
MEDIA = ("cold", "hot")
SHARING = ("apartment", "commercial")  # the kinds of unit that make up N
DEFAULTS = {
    "channel_order": " > ".join(CHANNELS),
    "average_months": "2",
    "mean_months": "3",
    "no_reading_basis": "at_fault",
    "implausible_factor": "4",
    "implausible_m3": "15",
    "implausible_months": "12",
    "norm_cold": "6.08",
    "norm_hot": "4.00",
    "norm_cold_no_bath_heater": "5.78",
    "norm_cold_no_bath": "3.95",
    "norm_cold_no_sewer": "3.04",
    "norm_cold_standpipe": "0.91",
    "difference_524": "equal",
}
Row = dict[str, str]


def month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def month_from(text: str) -> int:
    return month_of(date.fromisoformat(text + "-01"))


def month_text(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def days_in(month: int) -> int:
    return calendar.monthrange(month // 12, month % 12 + 1)[1]


def half_up(amount: Fraction, decimals: int) -> Fraction:
    """To so many decimals; what lies exactly between goes away from zero."""
    scaled = abs(amount) * 10**decimals
    whole = scaled.numerator // scaled.denominator
    if scaled - whole >= Fraction(1, 2):
        whole += 1
    return Fraction(whole if amount >= 0 else -whole, 10**decimals)


def written(amount: Fraction, decimals: int) -> str:
    """As text with so many decimals; the amount must fit."""
    scaled = amount * 10**decimals
    assert scaled.denominator == 1, amount
    whole = abs(scaled.numerator)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole // 10**decimals}.{whole % 10**decimals:0{decimals}}"


def natural(unit_no: str) -> tuple[Any, ...]:
    """2 before 2a before 10: digits as numbers, letters as letters."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|\D+", unit_no))


def share_out(total: Fraction, wanted: dict[str, Fraction], decimals: int) -> dict[str, Fraction]:
    """Shares that add up to the total: rounded toward zero, the rest to the largest remainders, ties as they stand."""
    step = Fraction(1, 10**decimals)
    shares, remainders = {}, {}
    for name, share in wanted.items():
        whole = abs(share / step).numerator // abs(share / step).denominator
        shares[name] = whole if share >= 0 else -whole
        remainders[name] = share / step - shares[name]
    missing = total / step - sum(shares.values())
    assert missing.denominator == 1 and abs(missing) <= len(shares), (total, wanted)
    one = 1 if missing > 0 else -1
    order = sorted(wanted, key=lambda name: -one * remainders[name])  # stable: ties as they stand
    for name in order[: int(abs(missing))]:
        shares[name] += one
    return {name: share * step for name, share in shares.items()}


@dataclass
class Meter:
    meter_no: str
    building_no: str
    unit_no: str  # "" for a common meter
    medium: str
    digits: int
    installed_on: date
    initial: Fraction
    removed_on: date | None = None
    final: Fraction | None = None
    replaces: str = ""
    valid_until: date | None = None

    @property
    def start(self) -> int:
        return month_of(self.installed_on)

    @property
    def end(self) -> int | None:
        return month_of(self.removed_on) if self.removed_on else None

    def run(self, value: Fraction, since: Fraction) -> Fraction:
        """What ran through from one state of the dial to another."""
        return value - since if value >= since else value + 10**self.digits - since

    def run_to_act(self, since: Fraction) -> Fraction:
        """An act is what was seen: lower than a reading before it means that this was too high, or a roll-over."""
        assert self.final is not None
        if self.final >= since or self.final + 10**self.digits - since > Fraction(10**self.digits, 2):
            return self.final - since
        return self.final + 10**self.digits - since


@dataclass
class Submission:
    meter_no: str
    period: int
    value: Fraction
    channel: str
    received_at: datetime
    reference: str
    verdict: str = ""  # accepted, rejected, in_review


@dataclass
class Charge:
    """What a period is charged with for one line of meters (a meter and what replaced it)."""

    meter_no: str
    m3: Fraction
    basis: str
    mark: str = ""
    reading: Fraction | None = None
    channel: str = ""
    estimated_before: Fraction = Fraction(0)
    previous: Fraction | None = None


@dataclass
class Account:
    account_no: str
    building_no: str
    unit_no: str
    kind: str
    area: Fraction
    persons: int
    since: date
    until: date | None

    def days(self, month: int) -> int:
        first, last = first_day(month), first_day(month).replace(day=days_in(month))
        start, end = max(first, self.since), min(last, self.until or last)
        return max(0, (end - start).days + 1)


@dataclass
class Difference:
    building_no: str
    medium: str
    common: Fraction
    units: Fraction
    total: Fraction
    shares: dict[str, Fraction]


Method = TypeVar("Method", bound=Callable[..., Any])


def remembered(method: Method) -> Method:
    """What a house has worked out once it need not work out again until something comes in."""

    def remembering(self: House, *given: Any) -> Any:
        key = (method.__name__, *(one.meter_no if isinstance(one, Meter) else one[0].meter_no
                                  if isinstance(one, list) else one for one in given))  # fmt: skip
        if key not in self.known:
            self.known[key] = method(self, *given)
        return self.known[key]

    return cast("Method", remembering)


@dataclass
class House:
    """One company: what was imported, and what the rules make of it."""

    regulations: dict[str, str] = field(default_factory=dict)
    amenities: dict[str, str] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    meters: dict[str, Meter] = field(default_factory=dict)
    submissions: list[Submission] = field(default_factory=list)
    services: dict[str, Row] = field(default_factory=dict)
    tariffs: list[Row] = field(default_factory=list)
    invoices: list[Row] = field(default_factory=list)
    policies: list[Row] = field(default_factory=list)
    closed: dict[int, dict[str, dict[int, Charge]]] = field(default_factory=dict)
    known: dict[Any, Any] = field(default_factory=dict)

    # --- what comes in -------------------------------------------------------------------------------------------

    def take(self, kind: str, text: str) -> None:
        rows = list(csv.DictReader(io.StringIO(text)))
        self.known.clear()
        getattr(self, "_take_" + kind.replace("-", "_"))(rows)

    def _take_buildings(self, rows: list[Row]) -> None:
        for row in rows:
            self.regulations[row["building_no"]] = row["regulation"]
            self.amenities[row["building_no"]] = row.get("amenities") or ""

    def _take_accounts(self, rows: list[Row]) -> None:
        for row in rows:
            until = row.get("to_date") or ""
            self.accounts.append(
                Account(
                    row["account_no"], row["building_no"], row["unit_no"], row["unit_kind"], Fraction(row["area_m2"]),
                    int(row["declared_persons"]), date.fromisoformat(row["from_date"]),
                    date.fromisoformat(until) if until else None,
                )
            )  # fmt: skip

    def _take_meters(self, rows: list[Row]) -> None:
        for row in rows:
            removed, final = row.get("removed_on") or "", row.get("final_reading") or ""
            self.meters[row["meter_no"]] = Meter(
                row["meter_no"], row["building_no"], row["unit_no"], row["medium"], int(row["digits"]),
                date.fromisoformat(row["installed_on"]), Fraction(row["initial_reading"]),
                date.fromisoformat(removed) if removed else None, Fraction(final) if final else None,
                row.get("replaces") or "",
                date.fromisoformat(row["valid_until"]) if row.get("valid_until") else None,
            )  # fmt: skip

    def _take_services(self, rows: list[Row]) -> None:
        self.services.update({row["service"]: row for row in rows})

    def _take_tariffs(self, rows: list[Row]) -> None:
        self.tariffs += rows

    def _take_supplier_invoices(self, rows: list[Row]) -> None:
        self.invoices += rows

    def _take_policies(self, rows: list[Row]) -> None:
        self.policies += rows

    def _take_readings(self, rows: list[Row]) -> None:
        new = []
        references = {one.reference for one in self.submissions if one.reference}
        facts = {(s.meter_no, s.period, s.value, s.channel, s.received_at) for s in self.submissions if not s.reference}
        for row in rows:
            received = datetime.fromisoformat(row["received_at"])
            period = month_from(row["period"]) if row.get("period") else month_of(received.astimezone(RIGA).date())
            one = Submission(
                row["meter_no"], period, Fraction(row["value"]), row["channel"], received, row.get("reference") or ""
            )
            fact = (one.meter_no, one.period, one.value, one.channel, one.received_at)
            if one.reference in references if one.reference else fact in facts:
                continue
            references.add(one.reference)
            facts.add(fact)
            new.append(one)
        for period in sorted({one.period for one in new}):
            these = [one for one in new if one.period == period]
            verdicts = [self._verdict(one) for one in these]  # all against the other periods, so all before any counts
            for one, verdict in zip(these, verdicts, strict=True):
                one.verdict = verdict
                self.submissions.append(one)
            self.known.clear()

    # --- policies ------------------------------------------------------------------------------------------------

    @remembered
    def policy(self, name: str, building_no: str, month: int) -> str:
        day = first_day(month).replace(day=days_in(month))  # a month is charged at its end
        for scope in (building_no, ""):
            fitting = [
                row for row in self.policies
                if row["policy"] == name and (row.get("building_no") or "") == scope
                and date.fromisoformat(row["valid_from"]) <= day
            ]  # fmt: skip
            if fitting:
                return max(fitting, key=lambda row: row["valid_from"])["value"]
        if name == "expired_verification":  # blocks nothing since 6 June 2025
            return "nothing" if day >= date(2025, 6, 6) else "at_fault"
        return DEFAULTS[name]

    def norm(self, medium: str, building_no: str, month: int) -> Fraction:
        amenities = self.amenities[building_no]
        if medium == "cold" and amenities:
            return Fraction(self.policy(f"norm_cold_{amenities}", building_no, month))
        return Fraction(self.policy(f"norm_{medium}", building_no, month))

    # --- readings ------------------------------------------------------------------------------------------------

    @remembered
    def registered(self, meter_no: str) -> dict[int, Submission]:
        """Period → the registered reading: highest channel, within it the latest received."""
        meter = self.meters[meter_no]
        chosen: dict[int, Submission] = {}
        for one in self.submissions:
            if one.meter_no != meter_no or one.verdict != "accepted":
                continue
            order = [part.strip() for part in self.policy("channel_order", meter.building_no, one.period).split(">")]
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
        mean = self._mean({p: self._total(meter, known, p) for p in known}, last, int(number("implausible_months")))
        return mean is None or a_month > number("implausible_factor") * mean

    @staticmethod
    def _total(meter: Meter, values: dict[int, Fraction], until: int) -> Fraction:
        periods = sorted(period for period in values if period <= until)
        pairs = zip(periods, periods[1:], strict=False)
        return sum((meter.run(values[b], values[a]) for a, b in pairs), Fraction(0))

    @staticmethod
    def _mean(totals: dict[int, Fraction], last: int, months: int) -> Fraction | None:
        """The measured mean before rounding: back to the latest reading at least so many months before the last."""
        before = [period for period in totals if period < last]
        if not before:
            return None
        since = max((period for period in before if last - period >= months), default=min(before))
        return (totals[last] - totals[since]) / (last - since)

    # --- lines of meters: a meter and those that replaced it ------------------------------------------------------

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

    # --- consumption ---------------------------------------------------------------------------------------------

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
        self, chain: list[Meter], meter: Meter, month: int, totals: dict[int, Fraction], done: dict[int, Charge]
    ) -> Charge:
        last = max(period for period in totals if period < month)
        if month in totals:
            between = sum((done[m].m3 for m in range(last + 1, month) if done[m].basis != "no_reading"), Fraction(0))
            own = self.registered(meter.meter_no).get(month)
            charge = Charge(meter.meter_no, totals[month] - totals[last] - between, "actual", estimated_before=between)
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
        return half_up(self.norm(meter.medium, meter.building_no, month) * self.persons(*unit, month) / many, 3)

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

    # --- the water difference ------------------------------------------------------------------------------------

    @remembered
    def difference(self, building_no: str, medium: str, month: int) -> Difference | None:
        common_lines = self._lines_of(building_no, "", medium, month)
        if not common_lines or any(month not in self.totals(chain) for chain in common_lines):
            return None
        lines = [chain for chain in self.chains() if (chain[0].building_no, chain[0].unit_no) == (building_no, "")]
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
            unit_no: rest / len(sharing) + (first if unit_no in at_fault else Fraction(0)) for unit_no in sharing
        }

    # --- bills ---------------------------------------------------------------------------------------------------

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
        quantities = {a.account_no: q for a in paying if (q := self.quantity(a, service["key"], month)) is not None}
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
        wanted = {a.account_no: cost * quantities[a.account_no] / whole for a in order if a.account_no in quantities}
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

    # --- the exports ---------------------------------------------------------------------------------------------

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
        """(account, service) → quantity, net, VAT rate, VAT, gross."""
        return {
            key: (
                written(line["quantity"], 3), written(line["net"], 2), written(line["vat_rate"], 2),
                written(line["vat"], 2), written(line["gross"], 2),
            )
            for key, line in self.bill_lines(month).items()
        }  # fmt: skip
