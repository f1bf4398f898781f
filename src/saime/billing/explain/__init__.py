"""Why? – every line and total of a bill can answer (domain.md, Services, tariffs and the bill)."""

from __future__ import annotations

from collections.abc import Sequence

from saime.billing.document.contracts import Language
from saime.billing.explain import lines, loading, totals
from saime.billing.explain.contracts import BillExplanation, Explanation
from saime.billing.explain.voice import Voice


def explain_line(
    line_id: int, account_ids: Sequence[int], *, language: Language, bill_no: str = ""
) -> Explanation | None:
    """Why a line is that much; None where it is on no bill of these accounts, or not on the bill that is named.

    Four queries, and up to two more where an average or a policy has a part in it.
    """
    known = loading.by_line(line_id, account_ids)
    if known is None or bill_no not in ("", known.bill.bill_no):
        return None
    line = next(line for line in known.lines if line.line_id == line_id)
    voice = Voice(language)
    with voice.speaking():
        return lines.explain(line, known, voice)


def explain_bill(bill_no: str, account_ids: Sequence[int], *, language: Language) -> BillExplanation | None:
    """Every Why? of a bill at once; None where it is none of these accounts'. At most eight queries."""
    known = loading.by_number(bill_no, account_ids)
    if known is None:
        return None
    voice = Voice(language)
    with voice.speaking():
        return BillExplanation(
            bill_no,
            {line.line_id: lines.explain(line, known, voice) for line in known.lines},
            totals.opening(known, voice),
            totals.payments(known, voice),
            totals.late_charge(known, voice),
            totals.total(known, voice),
        )


__all__ = ["BillExplanation", "Explanation", "explain_bill", "explain_line"]
