"""saime bill-run: a month's bills, tried out or issued."""

from __future__ import annotations

import csv
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from saime.interchange.cli import FAILED, WrongUsage
from saime.interchange.commands.session import Ticker, known_building, open_installation, say, timed

if TYPE_CHECKING:
    from saime.billing.run.contracts import DryRun, Finding, Progress, Totals

_LISTED = 20


def bill_run(arguments: Namespace) -> int:
    open_installation()
    building_ids = known_building(arguments.building)
    ticker = Ticker(wanted=arguments.progress)

    def show(at: Progress) -> None:
        ticker.show("billing", at.buildings / max(at.all_buildings, 1), at.bills)

    try:
        return (_try_out if arguments.dry_run else _issue)(arguments, building_ids, show)
    finally:
        ticker.end()


def _try_out(arguments: Namespace, building_ids: list[int] | None, progress: Any) -> int:
    from saime.billing.operations import dry_run
    from saime.platform.periods import RIGA

    today = arguments.issued_on or datetime.now(RIGA).date()
    with timed() as spent:
        run = dry_run(arguments.period, building_ids, today=today, progress=progress)
    _show_services(run)
    _show_findings(run.findings, f"bill-run-{run.period}-dry-run.csv")
    before = _money(run.last_month)
    say({
        "period": str(run.period), "dry_run": True, **_counted(run.totals, run.findings), "closed": len(run.closed),
        "last_month_bills": run.last_month.bills, "last_month_lines_gross": before["lines_gross"], **spent,
    })  # fmt: skip
    return 0


def _issue(arguments: Namespace, building_ids: list[int] | None, progress: Any) -> int:
    from saime.billing.operations import UnableToIssueBills, issue_bills

    try:
        with timed() as spent:
            run = issue_bills(
                arguments.period,
                building_ids,
                now=datetime.now(UTC),
                issued_on=arguments.issued_on,
                progress=progress,
            )
    except UnableToIssueBills as error:
        print(f"saime bill-run: {error}", file=sys.stderr)
        return FAILED
    _show_findings(run.findings, f"bill-run-{run.period}-issued-{run.run_id}.csv")
    say({
        "period": str(run.period), "dry_run": False, **_counted(run.totals, run.findings), "skipped": run.skipped,
        "run": run.run_id, "issued_on": run.issued_on.isoformat(), "due_on": run.due_on.isoformat(),
        "first_bill_no": run.first_bill_no, "last_bill_no": run.last_bill_no, **spent,
    })  # fmt: skip
    return 0


def _counted(totals: Totals, findings: Sequence[Finding]) -> dict[str, Any]:
    kinds = Counter(finding.kind for finding in findings)
    counts = {"buildings": totals.buildings, "bills": totals.bills, "lines": totals.lines}
    return {**counts, **_money(totals), "findings": dict(sorted(kinds.items()))}


def _money(totals: Totals) -> dict[str, float]:
    cents = {
        "net": totals.net_cents, "vat": totals.vat_cents, "lines_gross": totals.lines_cents,
        "late_charge": totals.late_charge_cents, "total_due": totals.total_due_cents,
    }  # fmt: skip
    return {name: amount / 100 for name, amount in cents.items()}


def _show_services(run: DryRun) -> None:
    head = f"{'service':28} {'lines':>8} {'quantity':>14} {'gross':>14} {'last month':>14}"
    print(head, file=sys.stderr)
    for total in run.services:
        print(
            f"{total.service:28} {total.lines:>8} {total.quantity_milli / 1000:>14.3f} "
            f"{total.gross_cents / 100:>14.2f} {total.last_month_gross_cents / 100:>14.2f}",
            file=sys.stderr,
        )


def _show_findings(findings: Sequence[Finding], name: str) -> None:
    """The first of them on the screen, all in a file of the installation."""
    if not findings:
        return
    print("to look at:", file=sys.stderr)
    for finding in findings[:_LISTED]:
        print("  " + _said(finding), file=sys.stderr)
    path = _kept(findings, name)
    print(f"all {len(findings)} of them: {path}", file=sys.stderr)


def _said(finding: Finding) -> str:
    place = [f"building {finding.building_no}"]
    place += [f"unit {finding.unit_no}"] * bool(finding.unit_no) + [f"account {finding.account_no}"] * bool(
        finding.account_no
    )
    facts = [part for part in (finding.service, finding.medium, finding.reason.replace("_", " ")) if part]
    if finding.cents:
        facts.append(f"{finding.cents / 100:.2f} €")
    if finding.last_month_cents:
        facts.append(f"last month {finding.last_month_cents / 100:.2f} €")
    return f"{', '.join(place)}: {finding.kind.replace('_', ' ')}" + f" ({', '.join(facts)})" * bool(facts)


def _kept(findings: Sequence[Finding], name: str) -> Path:
    from django.conf import settings

    folder: Path = settings.DATA_DIR / "files" / "runs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(field.name for field in fields(findings[0]))
            writer.writerows(astuple(finding) for finding in findings)
    except OSError as error:
        raise WrongUsage(f"the findings cannot be written: {error}") from error
    return folder / name
