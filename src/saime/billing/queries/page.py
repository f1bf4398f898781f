"""Everything the page of a bill shows."""

from __future__ import annotations

from collections.abc import Sequence

from saime.billing.contracts import BillPage
from saime.billing.document.contracts import Language
from saime.billing.queries import stored
from saime.billing.queries.documents import document
from saime.billing.queries.sql import WALKED, rows
from saime.platform.columns import ids

_PAGE = f"""
    WITH {WALKED}
    SELECT {stored.BILL}, w.open_cents, w.balance,
           (SELECT cr.bill_no FROM billing_bill cr WHERE cr.credits_id = b.id),
           (SELECT x.bill_no FROM walked x WHERE x.account_id = b.account_id AND (x.period, x.id) < (b.period, b.id)
             ORDER BY x.period DESC, x.id DESC LIMIT 1),
           (SELECT x.bill_no FROM walked x WHERE x.account_id = b.account_id AND (x.period, x.id) > (b.period, b.id)
             ORDER BY x.period, x.id LIMIT 1)
      FROM billing_bill b {stored.BESIDE} JOIN walked w ON w.id = b.id
     WHERE b.bill_no = %(bill_no)s"""


def bill_page(
    bill_no: str, account_ids: Sequence[int], *, language: Language | None = None
) -> BillPage | None:
    """The bill, if it is one of these accounts'; None otherwise. In the account's language unless one is given.

    Three queries.
    """
    found = rows(_PAGE, {"bill_no": bill_no, "accounts": ids(account_ids)})
    if not found:
        return None
    bill = stored.as_bill(found[0])
    contents = stored.with_contents([bill])
    return BillPage(
        bill.bill_id,
        bill.account_id,
        document(bill, contents, language),
        tuple(line.line_id for line in contents.lines.get(bill.bill_id, ())),
        *found[0][stored.BILL_COLUMNS :],
    )
