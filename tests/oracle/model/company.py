"""What was imported, and the policies in force."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from tests.oracle.model.arithmetic import days_in, first_day
from tests.oracle.model.things import Account, Charge, Meter, Row, Submission

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
Method = TypeVar("Method", bound=Callable[..., Any])


def remembered(method: Method) -> Method:
    """What a house has worked out once it need not work out again until something comes in."""

    def remembering(self: Any, *given: Any) -> Any:
        key = (method.__name__, *(one.meter_no if isinstance(one, Meter) else one[0].meter_no
                                  if isinstance(one, list) else one for one in given))  # fmt: skip
        if key not in self.known:
            self.known[key] = method(self, *given)
        return self.known[key]

    return cast("Method", remembering)


@dataclass
class Company:
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
