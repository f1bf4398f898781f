"""Which bills go on paper, in the order in which they are carried out: house by house, door by door."""

from __future__ import annotations

from saime.billing.queries.sql import STANDS, rows
from saime.platform.periods import Period


def bills_of_period(
    period: Period, *, building_no: str | None = None, on_paper_only: bool = False
) -> list[tuple[int, int]]:
    """(bill id, account id) of the month's bills that stand. `on_paper_only`: without accounts that want none.

    One query; `documents` takes the ids as they come.
    """
    found = rows(
        f"""SELECT b.id, b.account_id
              FROM billing_bill b
              JOIN estate_account a ON a.id = b.account_id
              JOIN estate_unit u ON u.id = a.unit_id
              JOIN estate_building h ON h.id = b.building_id
             WHERE b.period = %(period)s AND {STANDS.format("b")}
               AND (%(building)s::text IS NULL OR h.building_no = %(building)s)
               AND NOT (%(on_paper_only)s AND a.paperless)
             ORDER BY h.building_no, u.sort_key, a.account_no, b.id""",
        {"period": period.number, "building": building_no, "on_paper_only": on_paper_only},
    )
    return [(bill_id, account_id) for bill_id, account_id in found]


def documents_of_period(period: Period, *, building_no: str | None = None) -> list[tuple[int, str]]:
    """(id, e-mail on file) of all that was issued for the month: bills, credited ones too, and credit notes.

    By number. One query.
    """
    found = rows(
        """SELECT b.id, a.email FROM billing_bill b
             JOIN estate_account a ON a.id = b.account_id JOIN estate_building h ON h.id = b.building_id
            WHERE b.period = %(period)s AND (%(building)s::text IS NULL OR h.building_no = %(building)s)
            ORDER BY b.bill_no""",
        {"period": period.number, "building": building_no},
    )
    return [(bill_id, email) for bill_id, email in found]
