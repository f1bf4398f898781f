"""payments: money that came in for an account. The same reference twice is one payment."""

from __future__ import annotations

import polars as pl
from django.utils.translation import gettext as _

from saime.estate.bulk import account_ids
from saime.interchange.cells import day, number, words
from saime.interchange.checks import Doubt, Rows
from saime.interchange.kinds.base import Importer, find_ids
from saime.interchange.problems import Problem
from saime.interchange.reading.table import Column
from saime.payments.contracts import PaymentColumns
from saime.payments.operations import record_payments
from saime.platform.bulk import Loaded


class Payments(Importer):
    columns = (
        Column("account_no"),
        Column("amount"),
        Column("paid_on"),
        Column("reference"),
        Column("payer_iban", optional=True, may_be_empty=True),
    )
    tables = ("ledger_entry", "ledger_leg", "payments_payment")

    def check_rows(self, rows: Rows) -> None:
        words(rows, "account_no", most=20)
        number(rows, "amount", decimals=2, digits=10, signed=True)
        rows.refuse(
            pl.col("amount") == 0, "amount", _("a payment of 0"), _("an amount; a refund with a minus")
        )
        day(rows, "paid_on")
        words(rows, "reference", most=100)
        _iban(rows)
        if not self.context.history:
            today = pl.lit(self.context.now.date())
            rows.refuse(
                pl.col("paid_on") > today, "paid_on", _("{value} is in the future"), _("a day up to today")
            )

    def check_whole(self, rows: Rows) -> None:
        find_ids(rows, "account_no", account_ids(), id_column="account_id",
               wrong=_("there is no account {value}"), right=_("an account imported before"))  # fmt: skip

    def write(self, rows: Rows, good: pl.DataFrame) -> Loaded:
        columns = PaymentColumns(
            account_id=good["account_id"].to_list(),
            amount_cents=(good["amount"] * 100).cast(pl.Int64).to_list(),
            paid_on=good["paid_on"].to_list(),
            reference=good["reference"].to_list(),
            payer_iban=good["payer_iban"].fill_null("").to_list(),
        )
        recorded = record_payments(columns, now=self.context.now)
        lines = good["line"]
        rows.refuse_lines(
            Problem(
                lines[refusal.row], "reference", refusal.text, _("each payment once, with its own reference")
            )
            for refusal in recorded.refusals
        )
        return Loaded(created=recorded.created, unchanged=recorded.unchanged)


importer = Payments


def _iban(rows: Rows) -> None:
    from stdnum import iban
    from stdnum.exceptions import ValidationError

    def compact(text: str) -> str | None:
        try:
            return str(iban.validate(text))
        except ValidationError:
            return None

    texts = rows.frame["payer_iban"]
    known = {text: compact(text) for text in texts.drop_nulls().unique()}
    doubt = Doubt(pl.lit(True), _("{value} is not an IBAN"), _("for example LV80BANK0000435195001"))
    parsed = texts.replace_strict(known, default=None, return_dtype=pl.String) if known else texts
    rows.parse("payer_iban", pl.lit(parsed), [doubt], required=False)
