"""The invoice's parts, in the order in which UBL wants them. Rules: EN 16931-1 and Peppol BIS Billing 3.0."""

from __future__ import annotations

from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from saime.billing.document.contracts import BillDocument
from saime.billing.ubl.amounts import Line, Totals, Vat, breakdown, lines_of, totals_of
from saime.billing.ubl.xml import Node, euros, plain
from saime.platform.periods import Period

_CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_INVOICE, _CREDIT_NOTE = "380", "381"
_SEPA_TRANSFER = "58"
_LATVIAN_REGISTER = "0218"  # of the list of electronic address schemes


def invoice_xml(bill: BillDocument, *, buyer_email: str = "") -> bytes:
    """The bill as UBL, in its own language."""
    kind = "CreditNote" if bill.is_credit else "Invoice"
    root = Node.root(kind)
    with translation.override(bill.language):
        lines = lines_of(bill, _("Late charge"))
        rows = breakdown(lines)
        totals = totals_of(bill, rows)
        _heading(root, bill, totals)
        _parties(root, bill, buyer_email)
        _payment(root, bill)
        _taxes(root, rows)
        _totals(root, totals)
        for number, line in enumerate(lines, 1):
            _line(root, bill, number, line)
    return root.written()


def _heading(root: Node, bill: BillDocument, totals: Totals) -> None:
    month = Period.from_number(bill.period)
    root.put("CustomizationID", _CUSTOMIZATION).put("ProfileID", _PROFILE).put("ID", bill.number)
    root.put("IssueDate", bill.issued_on)
    if bill.is_credit:
        root.put("CreditNoteTypeCode", _CREDIT_NOTE)
    else:
        root.put("DueDate", bill.due_on).put("InvoiceTypeCode", _INVOICE)
    root.put("Note", _note(bill, totals)).put("DocumentCurrencyCode", "EUR").put(
        "BuyerReference", bill.account_no
    )
    root.within("InvoicePeriod").put("StartDate", month.first_day).put("EndDate", month.last_day)
    if bill.credits_bill_no:
        root.within("BillingReference", "InvoiceDocumentReference").put("ID", bill.credits_bill_no)


def _note(bill: BillDocument, totals: Totals) -> str:
    """What the paper says and an invoice has no place for: what is owed in all."""
    if bill.is_credit or bill.total_due_cents == totals.payable_cents:
        return " ".join(bill.notices)
    text = _("To be paid in all, with what was owed or paid before: %(amount)s EUR.")
    return " ".join([*bill.notices, text % {"amount": euros(max(0, bill.total_due_cents))}])


def _parties(root: Node, bill: BillDocument, buyer_email: str) -> None:
    payee = bill.payee
    seller = root.within("AccountingSupplierParty", "Party")
    _endpoint(seller, payee.registration_no)
    _address(seller, payee.address)
    scheme = seller.within("PartyTaxScheme").put("CompanyID", payee.vat_no or payee.registration_no)
    scheme.within("TaxScheme").put("ID", "VAT" if payee.vat_no else "TAX")
    seller.within("PartyLegalEntity").put("RegistrationName", payee.name).put(
        "CompanyID", payee.registration_no
    )
    if payee.phone or payee.email:
        seller.within("Contact").put("Telephone", payee.phone).put("ElectronicMail", payee.email)
    buyer = root.within("AccountingCustomerParty", "Party")
    _endpoint(buyer, payee.registration_no)
    _address(buyer, bill.address, unit=bill.unit)
    buyer.within("PartyLegalEntity").put("RegistrationName", bill.holder_name)
    if buyer_email:
        buyer.within("Contact").put("ElectronicMail", buyer_email)


def _endpoint(party: Node, registration_no: str) -> None:
    """Where the network delivers. A resident is not in it: their invoice goes to the house manager, who hands it on."""
    party.put("EndpointID", registration_no, schemeID=_LATVIAN_REGISTER)


def _address(party: Node, address: str, *, unit: str = "") -> None:
    place = party.within("PostalAddress").put("StreetName", address).put("AdditionalStreetName", unit)
    place.within("Country").put("IdentificationCode", "LV")


def _payment(root: Node, bill: BillDocument) -> None:
    for place, account in enumerate(bill.payee.accounts):
        means = root.within("PaymentMeans").put("PaymentMeansCode", _SEPA_TRANSFER)
        if bill.is_credit and place == 0:  # an invoice has it in its heading
            means.put("PaymentDueDate", bill.due_on)
        means.put("PaymentID", bill.reference)
        payee = means.within("PayeeFinancialAccount").put("ID", account.iban).put("Name", bill.payee.name)
        if account.bic:
            payee.within("FinancialInstitutionBranch").put("ID", account.bic)


def _taxes(root: Node, rows: list[Vat]) -> None:
    total = root.within("TaxTotal").money("TaxAmount", sum(row.vat_cents for row in rows))
    for row in rows:
        subtotal = (
            total.within("TaxSubtotal")
            .money("TaxableAmount", row.net_cents)
            .money("TaxAmount", row.vat_cents)
        )
        category = _category(subtotal.within("TaxCategory"), row.rate)
        if row.rate is None:
            category.put("TaxExemptionReason", _("Exempt from VAT: savings fund, late charge and the like"))
        category.within("TaxScheme").put("ID", "VAT")


def _category(node: Node, rate: Decimal | None) -> Node:
    return node.put("ID", "E" if rate is None else "S").put("Percent", plain(rate or Decimal(0)))


def _totals(root: Node, totals: Totals) -> None:
    node = root.within("LegalMonetaryTotal")
    node.money("LineExtensionAmount", totals.net_cents).money("TaxExclusiveAmount", totals.net_cents)
    node.money("TaxInclusiveAmount", totals.gross_cents)
    if totals.prepaid_cents:
        node.money("PrepaidAmount", totals.prepaid_cents)
    node.money("PayableAmount", totals.payable_cents)


def _line(root: Node, bill: BillDocument, number: int, line: Line) -> None:
    kind, quantity = (
        ("CreditNoteLine", "CreditedQuantity") if bill.is_credit else ("InvoiceLine", "InvoicedQuantity")
    )
    node = root.within(kind).put("ID", number).put("Note", line.note)
    node.put(quantity, plain(line.quantity), unitCode=line.unit).money("LineExtensionAmount", line.net_cents)
    item = node.within("Item").put("Name", line.name)
    item.within("SellersItemIdentification").put("ID", line.code)
    _category(item.within("ClassifiedTaxCategory"), line.rate).within("TaxScheme").put("ID", "VAT")
    node.within("Price").put("PriceAmount", plain(line.price), currencyID="EUR")
