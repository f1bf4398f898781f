"""ISO 20022 camt.053 (statement) and camt.054 (notification), versions .001.02 to .001.13, which say it alike.

What differs between versions is where a name or a status stands; every place is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from saime.payments.statements.amounts import minor_units
from saime.payments.statements.contracts import BOOKED, Entry, References, Statement, Transaction
from saime.payments.statements.xml import Finder

_NOT_PROVIDED = "NOTPROVIDED"  # what the rules for SEPA payments demand where nobody gave a reference
_OPENING = ("OPBD", "PRCD", "ITBD")
_CLOSING = ("CLBD", "ITBD")


def statements(root: Any) -> Iterator[Statement]:
    find = Finder(root)
    for message in root:
        for tag in ("Stmt", "Ntfctn"):
            for element in find.all(message, tag):
                yield _Reader(find).statement(element)


class _Reader:
    def __init__(self, find: Finder) -> None:
        self._find = find

    def statement(self, element: Any) -> Statement:
        text = self._find.text
        opening, closing = self._balance(element, _OPENING), self._balance(element, _CLOSING, last=True)
        entries = tuple(self._entry(entry) for entry in self._find.all(element, "Ntry"))
        currency = (
            text(element, "Acct/Ccy") or (opening or (0, ""))[1] or (entries[0].currency if entries else "")
        )
        return Statement(
            account=text(element, "Acct/Id/IBAN", "Acct/Id/Othr/Id"), currency=currency, number=text(element, "Id"),
            opening=opening[0] if opening else None, closing=closing[0] if closing else None,
            opening_currency=opening[1] if opening else "", closing_currency=closing[1] if closing else "",
            entries=entries,
        )  # fmt: skip

    def _balance(self, element: Any, kinds: tuple[str, ...], *, last: bool = False) -> tuple[int, str] | None:
        """Minor units and currency of the first kind there is. A page of a statement has interim balances instead."""
        for kind in kinds:
            found = [
                b for b in self._find.all(element, "Bal") if self._find.text(b, "Tp/CdOrPrtry/Cd") == kind
            ]
            if found:
                return self._signed(found[-1 if last else 0])
        return None

    def _signed(self, element: Any, path: str = "Amt") -> tuple[int, str]:
        amount = self._find.one(element, path)
        currency = amount.get("Ccy") or ""
        cents = minor_units(amount.text or "", currency, line=amount.sourceline)
        return (cents if self._is_credit(element) else -cents), currency

    def _is_credit(self, element: Any) -> bool:
        return self._find.text(element, "CdtDbtInd") != "DBIT"

    def _entry(self, element: Any) -> Entry:
        text, day = self._find.text, self._find.day
        amount, currency = self._signed(element)
        is_reversal = text(element, "RvslInd") in ("true", "1")
        entry = Entry(
            amount=amount, currency=currency, booked_on=day(element, "BookgDt/Dt", "BookgDt/DtTm"),
            valued_on=day(element, "ValDt/Dt", "ValDt/DtTm"), status=text(element, "Sts/Cd", "Sts") or BOOKED,
            is_reversal=is_reversal, bank_reference=text(element, "AcctSvcrRef", "NtryRef"), code=self._code(element),
            information=text(element, "AddtlNtryInf"),
        )  # fmt: skip
        details = list(self._find.all(element, "NtryDtls/TxDtls"))
        return _with_transactions(
            entry, [self._transaction(part, entry, alone=len(details) == 1) for part in details]
        )

    def _code(self, element: Any) -> str:
        domain = [
            self._find.text(element, f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")
        ]
        return "/".join(filter(None, domain)) or self._find.text(element, "BkTxCd/Prtry/Cd")

    def _transaction(self, element: Any, entry: Entry, *, alone: bool) -> Transaction:
        name, iban = self._counterparty(element, entry)
        amount, currency = self._amount(element, entry, alone=alone)
        return Transaction(
            amount=amount, currency=currency, counterparty_name=name, counterparty_iban=iban,
            references=self._references(element), remittance=self._remittance(element),
            bank_reference=self._find.text(element, "Refs/AcctSvcrRef"),
        )  # fmt: skip

    def _amount(self, element: Any, entry: Entry, *, alone: bool) -> tuple[int | None, str]:
        """An entry's only payment is the entry; of several each says what it is, or nobody knows."""
        if alone:
            return entry.amount, entry.currency
        for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
            if self._find.one(element, path) is not None:
                cents, currency = self._signed(element, path)
                says_itself = self._find.one(element, "CdtDbtInd") is not None
                return (cents if says_itself or entry.amount >= 0 else -cents), currency
        return None, entry.currency

    def _counterparty(self, element: Any, entry: Entry) -> tuple[str, str]:
        """Who is on the other side. A reversal names the parties as they were in the payment that it takes back."""
        other, own = ("Dbtr", "Cdtr") if (entry.amount >= 0) != entry.is_reversal else ("Cdtr", "Dbtr")
        for party in (other, own):
            found = self._party(element, party)
            if any(found):
                return found
        return "", ""

    def _party(self, element: Any, party: str) -> tuple[str, str]:
        text, at = self._find.text, f"RltdPties/{party}"
        name = text(
            element,
            f"{at}/Pty/Nm",
            f"{at}/Nm",
            f"RltdPties/Ultmt{party}/Pty/Nm",
            f"RltdPties/Ultmt{party}/Nm",
        )
        return name, text(element, f"{at}Acct/Id/IBAN", f"{at}Acct/Id/Othr/Id")

    def _references(self, element: Any) -> References:
        def said(path: str) -> str:
            found = self._find.text(element, f"Refs/{path}")
            return "" if found == _NOT_PROVIDED else found

        further = [self._find.text(each, "Ref") for each in self._find.all(element, "Refs/Prtry")]
        return References(
            end_to_end=said("EndToEndId"), instruction=said("InstrId"), payment_information=said("PmtInfId"),
            transaction=said("TxId"), mandate=said("MndtId"), document=said("ChqNb"),
            creditor=self._find.text(element, "RmtInf/Strd/CdtrRefInf/Ref"), further=tuple(filter(None, further)),
        )  # fmt: skip

    def _remittance(self, element: Any) -> str:
        """What the payer wrote; where that is only a reference, the reference."""
        written = [" ".join((part.text or "").split()) for part in self._find.all(element, "RmtInf/Ustrd")]
        structured = self._find.text(element, "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf")
        return " ".join(filter(None, written)) or structured or self._find.text(element, "AddtlTxInf")


def _with_transactions(entry: Entry, parts: list[Transaction]) -> Entry:
    """Payments with the signs that make up the entry: some banks write the payer's side into its parts."""
    amounts = [part.amount for part in parts if part.amount]
    if (
        len(parts) > 1
        and sum(amounts) != entry.amount
        and {amount > 0 for amount in amounts} == {entry.amount < 0}
    ):
        parts = [replace(part, amount=-part.amount if part.amount else part.amount) for part in parts]
    return replace(entry, transactions=tuple(parts))
