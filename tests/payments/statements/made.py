"""Statements made for the tests: camt.053 and FiDAViSta from the same few facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

OURS = "LV44HABA0551000000001"


@dataclass(frozen=True)
class Paid:
    """Money in, above 0, or out."""

    cents: int
    day: date = date(2026, 11, 12)
    name: str = "Demo Paraugs"
    iban: str = "LV25UNLA0050000000002"
    text: str = "Rēķins 202610-000002"
    reference: str = ""
    bank_reference: str = "2026111200001-1"
    status: str = "BOOK"
    is_reversal: bool = False


def euros(cents: int) -> str:
    return f"{abs(cents) // 100}.{abs(cents) % 100:02}"


def _direction(cents: int) -> str:
    return "DBIT" if cents < 0 else "CRDT"


def _balance(kind: str, cents: int) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{euros(cents)}</Amt>"
        f"<CdtDbtInd>{_direction(cents)}</CdtDbtInd><Dt><Dt>2026-11-12</Dt></Dt></Bal>"
    )


def _entry(paid: Paid) -> str:
    other, own = ("Dbtr", "Cdtr") if (paid.cents >= 0) != paid.is_reversal else ("Cdtr", "Dbtr")
    parties = {
        other: f"<{other}><Nm>{escape(paid.name)}</Nm></{other}>"
               f"<{other}Acct><Id><IBAN>{paid.iban}</IBAN></Id></{other}Acct>",
        own: f"<{own}><Nm>SIA Demo nami</Nm></{own}><{own}Acct><Id><IBAN>{OURS}</IBAN></Id></{own}Acct>",
    }  # fmt: skip
    structured = (
        f"<Strd><CdtrRefInf><Ref>{paid.reference}</Ref></CdtrRefInf></Strd>" if paid.reference else ""
    )
    return (
        f"<Ntry><Amt Ccy='EUR'>{euros(paid.cents)}</Amt><CdtDbtInd>{_direction(paid.cents)}</CdtDbtInd>"
        f"<RvslInd>{str(paid.is_reversal).lower()}</RvslInd><Sts>{paid.status}</Sts>"
        f"<BookgDt><Dt>{paid.day}</Dt></BookgDt><ValDt><Dt>{paid.day}</Dt></ValDt>"
        f"<AcctSvcrRef>{paid.bank_reference}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd>"
        "<SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId>"
        f"</Refs><RltdPties>{parties['Dbtr']}{parties['Cdtr']}</RltdPties>"
        f"<RmtInf><Ustrd>{escape(paid.text)}</Ustrd>{structured}</RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def camt053(
    paid: Sequence[Paid], *, opening: int = 0, closing: int | None = None, version: str = "02"
) -> bytes:
    """The closing balance follows from the entries unless another one is given."""
    end = opening + sum(each.cents for each in paid if each.status == "BOOK") if closing is None else closing
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        f"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}'><BkToCstmrStmt>"
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-13T06:00:00</CreDtTm></GrpHdr>"
        "<Stmt><Id>2026-316</Id><CreDtTm>2026-11-13T06:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{OURS}</IBAN></Id><Ccy>EUR</Ccy></Acct>{_balance('OPBD', opening)}{_balance('CLBD', end)}"
        f"{''.join(map(_entry, paid))}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def fidavista(paid: Sequence[Paid], *, opening: int = 0, encoding: str = "WINDOWS-1257") -> bytes:
    def signed(cents: int) -> str:
        return ("-" if cents < 0 else "") + euros(cents)

    entries = "".join(
        f"<TrxSet><TypeCode>INP</TypeCode><TypeName>Ienākošais</TypeName><BookDate>{each.day}</BookDate>"
        f"<ValueDate>{each.day}</ValueDate><BankRef>{each.bank_reference}</BankRef><DocNo>17</DocNo>"
        f"<CorD>{'D' if each.cents < 0 else 'C'}</CorD><AccAmt>{euros(each.cents)}</AccAmt>"
        f"<PmtInfo>{escape(each.text)}</PmtInfo><CPartySet><AccNo>{each.iban}</AccNo>"
        f"<AccHolder><Name>{escape(each.name)}</Name></AccHolder><BankCode>UNLALV2X</BankCode></CPartySet></TrxSet>"
        for each in paid
    )
    closing = opening + sum(each.cents for each in paid)
    return (
        f"<?xml version='1.0' encoding='{encoding}'?>"
        "<FIDAVISTA xmlns='http://www.bankasoc.lv/fidavista/fidavista0101.xsd'><Header><Timestamp>20261113060000000"
        "</Timestamp><From>Banka</From></Header><Statement><Period><StartDate>2026-11-12</StartDate>"
        "<EndDate>2026-11-12</EndDate><PrepDate>2026-11-13</PrepDate></Period><AccountSet>"
        f"<AccNo>{OURS}</AccNo><CcyStmt><Ccy>EUR</Ccy><OpenBal>{signed(opening)}</OpenBal>"
        f"<CloseBal>{signed(closing)}</CloseBal>{entries}</CcyStmt></AccountSet></Statement></FIDAVISTA>"
    ).encode(encoding)
