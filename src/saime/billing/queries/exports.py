"""Bills and their lines as files (interchange.md). Money has two decimals, quantities three, prices six."""

from __future__ import annotations

from collections.abc import Iterator

from saime.platform.copying import copy_out
from saime.platform.periods import Period

_SCOPE = "b.period = %(period)s AND (%(building)s::text IS NULL OR h.building_no = %(building)s)"


def _euros(column: str, name: str) -> str:
    return f"({column} / 100.0)::numeric(20,2) AS {name}"


def export_bills(period: Period, *, building_no: str | None = None) -> Iterator[bytes]:
    """CSV of the month's bills and credit notes in the order of their numbers (`bills --period P`)."""
    return copy_out(
        f"""SELECT b.bill_no, a.account_no, %(text)s AS period, b.issued_on, b.due_on,
                   {_euros("b.opening_cents", "opening_balance")}, {_euros("b.payments_cents", "payments")},
                   {_euros("b.lines_cents", "lines_gross")}, {_euros("b.late_charge_cents", "late_charge")},
                   {_euros("b.total_due_cents", "total_due")}
              FROM billing_bill b
              JOIN estate_account a ON a.id = b.account_id JOIN estate_building h ON h.id = b.building_id
             WHERE {_SCOPE} ORDER BY b.id""",
        _parameters(period, building_no),
    )


def export_bill_lines(period: Period, *, building_no: str | None = None) -> Iterator[bytes]:
    """CSV of the lines of the month's bills, bill by bill (`bill-lines --period P`)."""
    return copy_out(
        f"""SELECT b.bill_no, a.account_no, s.service, l.quantity, l.unit, l.price, {_euros("l.net_cents", "net")},
                   l.vat_rate, {_euros("l.vat_cents", "vat")}, {_euros("l.gross_cents", "gross")}, l.basis, l.mark
              FROM billing_bill b
              JOIN billing_billline l ON l.bill_id = b.id JOIN billing_service s ON s.id = l.service_id
              JOIN estate_account a ON a.id = b.account_id JOIN estate_building h ON h.id = b.building_id
             WHERE {_SCOPE} ORDER BY b.id, l.position""",
        _parameters(period, building_no),
    )


def _parameters(period: Period, building_no: str | None) -> dict[str, object]:
    return {"period": period.number, "text": str(period), "building": building_no}
