"""Companies made up at random, in the files of the interchange: odd houses, and what comes in from them."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

RIGA = ZoneInfo("Europe/Riga")
CHANNELS = ("staff", "remote", "portal", "sms", "terminal", "paper")
UNIT_NUMBERS = ("1", "2", "2a", "2b", "3", "4", "9", "10", "10b", "11", "20", "100")
AMENITIES = ("", "", "", "no_bath_heater", "no_bath", "no_sewer", "standpipe")
KEYS = (
    "m2", "m3_cold", "m3_hot", "m3_total", "m3_difference_cold", "m3_difference_hot", "person", "unit", "fixed",
    "share",
)  # fmt: skip
# How often a unit has none, one or two meters of a medium.
METERS_OF = {
    "home": {"cold": (10, 70, 20), "hot": (25, 65, 10)},
    "garage": {"cold": (75, 25, 0), "hot": (1, 0, 0)},
}
READING_COLUMNS = "meter_no value received_at channel reference period"
METER_COLUMNS = (
    "meter_no building_no unit_no medium digits installed_on initial_reading verified_on valid_until removed_on "
    "final_reading replaces"
)
Row = dict[str, object]


@dataclass
class Company:
    """Files by kind; readings by month of arrival, so that months can be closed between them."""

    seed: int
    months: list[int]
    files: dict[str, str]
    readings: list[tuple[int, str]] = field(default_factory=list)
    late_readings: str = ""

    def meters_known(self, month: int) -> str:
        """The file of meters as it stood late in a month: what comes after the next one is not known yet."""
        end = last_of(month + 1).isoformat()
        rows = [
            row for row in csv.DictReader(io.StringIO(self.files["meters"])) if row["installed_on"] <= end
        ]
        for row in rows:
            if row["removed_on"] > end:
                row["removed_on"] = row["final_reading"] = ""
        return text_of(rows, METER_COLUMNS)

    def late_known(self, month: int) -> str:
        """The late file as far as its meters are known in the month."""
        known = {row["meter_no"] for row in csv.DictReader(io.StringIO(self.meters_known(month)))}
        rows = [row for row in csv.DictReader(io.StringIO(self.late_readings)) if row["meter_no"] in known]
        return text_of(rows, READING_COLUMNS)

    @property
    def all_readings(self) -> str:
        """All files but the late one as one, the months in no order."""
        header = self.readings[0][1].splitlines()[0]
        lines = [line for _, text in self.readings for line in text.splitlines()[1:]]
        random.Random(self.seed).shuffle(lines)
        return "\n".join([header, *lines, ""])


@dataclass
class Dial:
    """A meter of flesh and blood: what its dial really shows at the end of each month."""

    meter_no: str
    digits: int
    start: int
    state: Decimal
    use: Decimal  # m³ a month, about
    end: int | None = None
    shown: dict[int, Decimal] = field(default_factory=dict)
    silent_until: int = 0
    is_common: bool = False

    def turn(self, m3: Decimal) -> Decimal:
        self.state = (self.state + m3) % 10**self.digits
        return self.state


def text_of(rows: Iterable[Mapping[str, object]], columns: str) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns.split(), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def last_of(month: int) -> date:
    return first_of(month + 1) - timedelta(days=1)


def make_company(seed: int, *, months: int | None = None) -> Company:
    return _Maker(seed, months).make()


class _Maker:
    def __init__(self, seed: int, months: int | None) -> None:
        self.dice = random.Random(seed)
        first = 2023 * 12 + self.dice.randrange(24)
        self.seed = seed
        self.months = list(range(first, first + (months or self.dice.randint(7, 12))))
        self.buildings: list[Row] = []
        self.accounts: list[Row] = []
        self.meters: list[Row] = []
        self.policies: list[Row] = []
        self.dials: list[Dial] = []
        self.rows: dict[int, list[Row]] = {month: [] for month in self.months}
        self.late: list[Row] = []
        self.count = 0
        self.bare = False

    def make(self) -> Company:
        for number in range(self.dice.randint(2, 4)):
            self._building(f"B{number}")
        self._policies()
        services, tariffs, invoices = self._services()
        for month in self.months:
            for dial in self.dials:
                self._month(dial, month)
        files = {
            "buildings": text_of(self.buildings, "building_no address regulation amenities"),
            "accounts": text_of(
                self.accounts,
                "account_no building_no unit_no unit_kind area_m2 declared_persons holder_name from_date to_date",
            ),
            "meters": text_of(self.meters, METER_COLUMNS),
            "policies": text_of(self.policies, "policy building_no value valid_from decision"),
            "services": text_of(services, "service name_lv name_ru name_en key pricing"),
            "tariffs": text_of(tariffs, "service building_no price vat_rate valid_from valid_to"),
            "supplier-invoices": text_of(invoices, "building_no service period net_amount"),
        }
        for rows in self.rows.values():
            self.dice.shuffle(rows)
        self.dice.shuffle(self.late)
        readings = [(month, text_of(rows, READING_COLUMNS)) for month, rows in self.rows.items()]
        return Company(self.seed, self.months, files, readings, text_of(self.late, READING_COLUMNS))

    def _chance(self, percent: int) -> bool:
        return self.dice.randrange(100) < percent

    def _milli(self, low: int, high: int) -> Decimal:
        return Decimal(self.dice.randint(low * 1000, high * 1000)).scaleb(-3)

    # --- houses --------------------------------------------------------------------------------------------------

    def _building(self, building_no: str) -> None:
        self.buildings.append({
            "building_no": building_no, "address": f"Testa iela {building_no}, Rīga",
            "regulation": self.dice.choice((1013, 524)), "amenities": self.dice.choice(AMENITIES),
        })  # fmt: skip
        self.bare = self._chance(4)  # a house whose units have no meters at all
        for unit_no in self.dice.sample(UNIT_NUMBERS, self.dice.randint(3, 8)):
            kind = self.dice.choices(("apartment", "commercial", "garage"), (75, 15, 10))[0]
            self._unit(building_no, unit_no, kind)
        for medium, percent in (("cold", 90), ("hot", 75)):
            if self._chance(percent):
                for _ in range(2 if self._chance(15) else 1):
                    self._line(building_no, "", medium, use=self._milli(10, 60))

    def _unit(self, building_no: str, unit_no: str, kind: str) -> None:
        self._accounts(building_no, unit_no, kind)
        for medium, chances in METERS_OF["garage" if kind == "garage" else "home"].items():
            for _ in range(0 if self.bare else self.dice.choices((0, 1, 2), chances)[0]):
                self._line(building_no, unit_no, medium, use=self._milli(0, 9))

    def _accounts(self, building_no: str, unit_no: str, kind: str) -> None:
        """Who pays, one after the other, days or weeks between them or none, and sometimes nobody in the end."""
        persons = 0 if kind == "garage" else self.dice.randint(0 if kind == "commercial" else 1, 6)
        shared = {
            "building_no": building_no, "unit_no": unit_no, "unit_kind": kind,
            "area_m2": Decimal(self.dice.randint(1200, 9900)).scaleb(-2),
            "holder_name": f"Paraugs {building_no}-{unit_no}",
        }  # fmt: skip
        start, end = date(2020, 1, 1), None
        if self._chance(6):  # nobody before
            start = first_of(self.dice.choice(self.months)) - timedelta(days=self.dice.randrange(40))
        for part in range(3 if self._chance(10) else 2 if self._chance(20) else 1):
            if part:
                start = end + timedelta(days=1 if self._chance(60) else self.dice.randint(2, 45))  # type: ignore[operator]
            end = start + timedelta(days=self.dice.randint(3, 90))
            if not part and start.year == 2020:
                end = first_of(self.dice.choice(self.months)) + timedelta(days=self.dice.randrange(28))
            self.accounts.append({
                **shared, "account_no": f"{building_no[1:]}{len(self.accounts):05}", "declared_persons": persons,
                "from_date": start, "to_date": end,
            })  # fmt: skip
            if kind == "apartment":
                persons = self.dice.randint(1, 6)
        if not self._chance(8):  # else the unit stands empty in the end
            self.accounts[-1]["to_date"] = None

    def _line(self, building_no: str, unit_no: str, medium: str, *, use: Decimal) -> None:
        """A meter, and sometimes the one that replaces it, or nothing after its removal."""
        start = self.months[0] if self._chance(85) else self.dice.choice(self.months)
        installed = first_of(start) + timedelta(days=self.dice.randrange(28))
        before = ""
        while True:
            digits = self.dice.randint(3, 6) if unit_no else self.dice.randint(5, 6)
            initial = self._milli(0, 10**digits - 1)
            if self._chance(35):
                initial = Decimal(10**digits) - self._milli(1, 30)
            if before and self._chance(80):
                initial = self._milli(0, 3)
            meter_no = f"M{len(self.meters):03}"
            row: Row = {
                "meter_no": meter_no, "building_no": building_no, "unit_no": unit_no, "medium": medium,
                "digits": digits, "installed_on": installed, "initial_reading": initial, "replaces": before,
            }  # fmt: skip
            if self._chance(50):
                row["verified_on"] = installed - timedelta(days=self.dice.randint(1, 400))
                row["valid_until"] = installed + timedelta(days=self.dice.randint(0, 700))
            self.meters.append(row)
            dial = Dial(
                meter_no,
                digits,
                installed.year * 12 + installed.month - 1,
                initial,
                use,
                is_common=not unit_no,
            )
            self.dials.append(dial)
            if not self._chance(18):
                return
            removed = installed + timedelta(
                days=self.dice.randint(35, 250) if self._chance(85) else self.dice.randint(1, 25)
            )
            if removed > last_of(self.months[-1]):
                return
            row["removed_on"], dial.end = removed, removed.year * 12 + removed.month - 1
            self._run(dial)
            row["final_reading"] = dial.state
            if self._chance(20):
                return
            before, installed = meter_no, removed

    def _run(self, dial: Dial) -> None:
        """Let the meter run up to its removal, so that the act can say where it ended."""
        assert dial.end is not None
        for month in range(dial.start, dial.end):
            dial.shown[month] = dial.turn(self._used(dial))
        dial.shown[dial.end] = dial.turn(self._used(dial) / 2 // Decimal("0.001") * Decimal("0.001"))

    def _used(self, dial: Dial) -> Decimal:
        return Decimal(0) if self._chance(5) else self._milli(0, int(dial.use * 2) + 1)

    def _policies(self) -> None:
        def decide(policy: str, value: object) -> None:
            scope = self.dice.choice(["", *(str(row["building_no"]) for row in self.buildings)])
            since = first_of(self.dice.choice([self.months[0] - 12, *self.months]))
            key = (policy, scope, since)
            if key not in {(row["policy"], row["building_no"], row["valid_from"]) for row in self.policies}:
                self.policies.append({
                    "policy": policy, "building_no": scope, "value": value, "valid_from": since, "decision": "sapulce",
                })  # fmt: skip

        for _ in range(self.dice.randint(3, 14)):
            policy = self.dice.choice((
                "channel_order", "average_months", "mean_months", "no_reading_basis", "norm_cold", "norm_hot",
                "difference_524", "expired_verification", "implausible_factor", "implausible_m3", "implausible_months",
            ))  # fmt: skip
            decide(policy, {
                "channel_order": " > ".join(self.dice.sample(CHANNELS, len(CHANNELS))),
                "average_months": self.dice.randint(0, 4), "mean_months": self.dice.randint(1, 6),
                "no_reading_basis": self.dice.choice(("norm", "at_fault")),
                "norm_cold": Decimal(self.dice.randint(50, 900)).scaleb(-2),
                "norm_hot": Decimal(self.dice.randint(50, 600)).scaleb(-2),
                "difference_524": self.dice.choice(("equal", "m2", "consumption", "at_fault_first")),
                "expired_verification": self.dice.choice(("nothing", "at_fault")),
                "implausible_factor": self.dice.choice(("2", "3.5", "6")),
                "implausible_m3": self.dice.choice(("8", "12.5", "30")),
                "implausible_months": self.dice.choice((3, 6, 18)),
            }[policy])  # fmt: skip

    # --- readings ------------------------------------------------------------------------------------------------

    def _month(self, dial: Dial, month: int) -> None:
        if dial.end is None and month >= dial.start:
            dial.shown[month] = dial.turn(self._used(dial))
        early, late = (
            self._chance(1),
            self._chance(3),
        )  # somebody reads a meter that is not there yet, or no more
        end = self.months[-1] if dial.end is None else dial.end
        if month < max(dial.silent_until, dial.start - early) or month > end + late:
            return
        if self._chance(8 if dial.is_common else 14):
            dial.silent_until = month + self.dice.randint(1, 6)
            return
        shown = dial.shown.get(month, dial.state)
        for _ in range(1 if dial.is_common else self.dice.choice((1, 1, 1, 2, 2, 3))):
            value = shown + (
                self._milli(0, 1) / 4 // Decimal("0.001") * Decimal("0.001") if self._chance(40) else 0
            )
            self._send(dial, month, min(value, Decimal(10**dial.digits) - Decimal("0.001")))
        if self._chance(8):
            self._send(dial, month, self._wrong(dial, shown))

    def _wrong(self, dial: Dial, shown: Decimal) -> Decimal:
        slip = self.dice.choice((
            shown * 10, shown / 10, shown - self._milli(1, 300), shown + self._milli(10, 60),
            shown + self._milli(60, 900),
        ))  # fmt: skip
        return abs(slip // Decimal("0.001") * Decimal("0.001"))

    def _send(self, dial: Dial, month: int, value: Decimal) -> None:
        channel = self.dice.choice(CHANNELS if dial.is_common or self._chance(30) else CHANNELS[2:])
        late = self._chance(6)
        day = first_of(month) + timedelta(days=self.dice.randint(19, 27))
        if late:
            day += timedelta(days=self.dice.randint(8, 60))
        moment = datetime(day.year, day.month, day.day, self.dice.randint(6, 22), tzinfo=RIGA)
        self.count += 1
        moment += timedelta(seconds=self.count % 3600)  # no two in the same instant
        row: Row = {
            "meter_no": dial.meter_no, "value": self._written(value), "channel": channel,
            "received_at": self._time(moment), "reference": f"r{self.count}" if self._chance(90) else "",
            "period": f"{month // 12}-{month % 12 + 1:02}" if late or self._chance(5) else "",
        }  # fmt: skip
        where = self.late if late else self.rows[month]
        where.append(row)
        if self._chance(3):
            self.dice.choice((where, self.late)).append(dict(row))

    def _written(self, value: Decimal) -> str:
        return f"{value.normalize():f}" if self._chance(20) else f"{value:.3f}"

    def _time(self, moment: datetime) -> str:
        if self._chance(70):
            return moment.isoformat()
        return (
            moment.astimezone(ZoneInfo(self.dice.choice(("UTC", "Asia/Tokyo"))))
            .isoformat()
            .replace("+00:00", "Z")
        )

    # --- prices --------------------------------------------------------------------------------------------------

    def _services(self) -> tuple[list[Row], list[Row], list[Row]]:
        services, tariffs, invoices = [], [], []
        for key in KEYS:
            for pricing in ("tariff", "supplier_invoice"):
                service = f"{key}_{pricing[:1]}"
                services.append({
                    "service": service, "name_lv": f"Pakalpojums {service}", "name_ru": f"Услуга {service}",
                    "name_en": f"Service {service}", "key": key, "pricing": pricing,
                })  # fmt: skip
                tariffs += self._prices(service, priced=pricing == "tariff")
                if pricing == "supplier_invoice":
                    invoices += self._costs(service)
        return services, tariffs, invoices

    def _prices(self, service: str, *, priced: bool) -> list[Row]:
        def row(building_no: str, since: date, until: date | None) -> Row:
            whole, decimals = self.dice.choice(((300, 2), (30000, 4), (2_000_000, 6)))
            return {
                "service": service, "building_no": building_no, "vat_rate": self.dice.choice((21, 12, 0)),
                "price": Decimal(self.dice.randint(1, whole)).scaleb(-decimals) if priced else "",
                "valid_from": since, "valid_to": until,
            }  # fmt: skip

        found = []
        change = self.dice.choice(self.months)
        if self._chance(85):
            found.append(
                row("", date(2020, 1, 1), first_of(change) - timedelta(days=1) if self._chance(50) else None)
            )
            if found[-1]["valid_to"] and self._chance(80):
                found.append(row("", first_of(change), None))
        for building in self.buildings:
            if self._chance(20):
                since = self.dice.choice(self.months)
                until = last_of(since + self.dice.randint(0, 5)) if self._chance(50) else None
                found.append(row(str(building["building_no"]), first_of(since), until))
        return found

    def _costs(self, service: str) -> list[Row]:
        return [
            {
                "building_no": building["building_no"], "service": service,
                "period": f"{month // 12}-{month % 12 + 1:02}",
                "net_amount": Decimal(self.dice.randint(-3000 if self._chance(5) else 1, 200_000)).scaleb(-2),
            }
            for building in self.buildings for month in self.months if self._chance(85)
        ]  # fmt: skip
