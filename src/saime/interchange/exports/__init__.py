"""What can be exported: each kind is a stream of CSV, which can also be written as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from saime.platform.bulk import unhurried
from saime.platform.periods import Period


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an export is asked for. `period` or the days are there where the kind needs them."""

    kind: str
    today: date
    period: Period | None = None
    building_no: str | None = None
    first: date | None = None
    last: date | None = None


class MissingParameter(ValueError):
    """The kind needs a period, or days. The text says which option gives it."""


def export_csv(wanted: Wanted) -> Iterator[bytes]:
    """The export as CSV in UTF-8, header first, in blocks as they come. MissingParameter at once where one lacks."""
    return _unhurried(_blocks(wanted))


def _unhurried(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks in one transaction without the web's time limits: an export may take minutes."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            unhurried(cursor)
        yield from blocks


def _blocks(wanted: Wanted) -> Iterator[bytes]:
    if wanted.kind == "balances":
        from saime.billing.queries import export_balances

        return export_balances(wanted.today, building_no=wanted.building_no)
    if wanted.kind == "ledger":
        from saime.ledger.queries import export_ledger

        if wanted.first is None or wanted.last is None:
            raise MissingParameter("ledger needs --from YYYY-MM-DD and --to YYYY-MM-DD")
        return export_ledger(wanted.first, wanted.last, building_no=wanted.building_no)
    return _of_month(wanted)


def _of_month(wanted: Wanted) -> Iterator[bytes]:
    from saime.billing.queries import export_bill_lines, export_bills
    from saime.metering.exports import export_consumption, export_differences, export_submissions

    if wanted.period is None:
        raise MissingParameter(f"{wanted.kind} needs --period YYYY-MM")
    kinds = {
        "submissions": export_submissions, "consumption": export_consumption, "water-difference": export_differences,
        "bills": export_bills, "bill-lines": export_bill_lines,
    }  # fmt: skip
    return kinds[wanted.kind](wanted.period, building_no=wanted.building_no)
