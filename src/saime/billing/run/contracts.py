"""What a run says of itself. Money is integer cents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from saime.platform.periods import Period

# Kinds of findings: what looks wrong in a run (domain.md, Bill run).
DOUBTFUL = "doubtful"  # many times last month's bill: last_month_cents, this_month_cents
ZERO_CONSUMPTION = "zero_consumption"  # read, and nothing used: medium
MISSING_TARIFF = "missing_tariff"  # service
MISSING_COMMON_READING = "missing_common_reading"  # medium
NOT_SHARED = "not_shared"  # an invoice that nobody can be charged with: service, cents
NO_BILL = "no_bill"  # an account without a bill, or a unit without an account: `reason`

# Reasons of NO_BILL.
ENDED = "ended"
NOT_BEGUN = "not_begun"
NO_LINES = "no_lines"
NO_ACCOUNT = "no_account"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. Empty where a part does not apply."""

    kind: str
    building_no: str
    account_no: str = ""
    unit_no: str = ""
    service: str = ""
    medium: str = ""
    reason: str = ""
    cents: int = 0
    last_month_cents: int = 0


@dataclass(slots=True)
class ServiceTotal:
    """A service over all bills of a run, and last month's; direct payments to suppliers included."""

    service: str
    lines: int = 0
    quantity_milli: int = 0
    net_cents: int = 0
    vat_cents: int = 0
    gross_cents: int = 0
    last_month_gross_cents: int = 0


@dataclass(slots=True)
class Totals:
    """Sums over all bills of a run. `lines_cents` is gross of what is to be paid here."""

    buildings: int = 0
    bills: int = 0
    lines: int = 0
    net_cents: int = 0
    vat_cents: int = 0
    lines_cents: int = 0
    late_charge_cents: int = 0
    total_due_cents: int = 0


@dataclass(frozen=True, slots=True)
class DryRun:
    """What issuing would do, and what looks wrong. `closed`: buildings whose month is billed already, left out."""

    period: Period
    totals: Totals
    services: list[ServiceTotal]
    last_month: Totals
    findings: list[Finding]
    closed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class IssueReport:
    """What a run issued. `skipped`: buildings billed before; `findings` also say who got no bill, and why."""

    run_id: int
    period: Period
    issued_on: date
    due_on: date
    totals: Totals
    first_bill_no: str
    last_bill_no: str
    skipped: int
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is. `stage` of the chunk: "lines" (worked out), "written" (not yet committed), "committed"."""

    stage: str
    chunk: int
    buildings: int
    all_buildings: int
    bills: int


ReportProgress = Callable[[Progress], None]


def say_nothing(_progress: Progress) -> None:
    """Report progress to nobody."""
