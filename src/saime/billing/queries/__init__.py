"""What pages, files and other apps may ask about bills. Every query takes the accounts it may speak of."""

from saime.billing.queries.archive import bills, due, month_totals
from saime.billing.queries.balances import balances, export_balances
from saime.billing.queries.documents import documents, payee
from saime.billing.queries.exports import export_bill_lines, export_bills
from saime.billing.queries.page import bill_page
from saime.billing.queries.printing import bills_of_period, documents_of_period
from saime.billing.queries.proofs import account_by_bill, account_by_payment_code
from saime.billing.references import payment_reference

__all__ = [
    "account_by_bill",
    "account_by_payment_code",
    "balances",
    "bill_page",
    "bills",
    "bills_of_period",
    "documents",
    "documents_of_period",
    "due",
    "export_balances",
    "export_bill_lines",
    "export_bills",
    "month_totals",
    "payee",
    "payment_reference",
]
