"""A bill as an electronic invoice: EN 16931 in UBL 2.1, Peppol BIS Billing 3.0. Pure: a document in, XML out."""

from saime.billing.ubl.invoice import invoice_xml

__all__ = ["invoice_xml"]
