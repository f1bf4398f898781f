"""Forms as the company prints them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from saime.billing.document.contracts import BillDocumentPayee, Language
from saime.channels.paper.printing.contracts import Form, FormMeter
from saime.platform.periods import Period

NOVEMBER = Period.of(2026, 11)
COMPANY = BillDocumentPayee(
    name="SIA „Demo nami”", registration_no="40003000006", vat_no="LV40003000006", accounts=(),
    address="Parauga iela 1, Rīga, LV-1001", phone="+371 20000000", email="klienti@demonami.example",
    web="saime.example", office_hours="P.–Pk. 8.30–17.00",
)  # fmt: skip


def meter(number: int, *, digits: int = 5, medium: str | None = None) -> FormMeter:
    medium = medium or ("cold", "hot")[number % 2]
    return FormMeter(f"{20_000_000 + number}", medium, digits, Decimal("123.456"), NOVEMBER - 1)


def form(
    count: int = 2,
    *,
    language: Language = "lv",
    account_no: str = "1234567",
    digits: int = 5,
    **values: object,
) -> Form:
    fields: dict[str, object] = {
        "language": language, "account_no": account_no, "holder_name": "Demo Paraugs", "unit": "12",
        "address": "Parauga iela 3, Rīga", "period": NOVEMBER, "first_day": date(2026, 11, 1),
        "last_day": date(2026, 11, 27), "company": COMPANY,
        "meters": tuple(meter(n, digits=digits) for n in range(count)),
    }  # fmt: skip
    return Form(**(fields | values))  # type: ignore[arg-type]
