"""Bills for the tests and the benchmark: a plain one, and variations by `replace`."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from saime.billing.document.contracts import (
    BillDocument,
    BillDocumentBankAccount,
    BillDocumentHistory,
    BillDocumentLine,
    BillDocumentMeter,
    BillDocumentMonth,
    BillDocumentPayee,
    Language,
    LineBasis,
    LineGroup,
    Mark,
)

PAYEE = BillDocumentPayee(
    name="SIA „Demo nami”",
    registration_no="40003000006",
    vat_no="LV40003000006",
    accounts=(
        BillDocumentBankAccount(bank="Swedbank", iban="LV44HABA0551000000001", bic="HABALV22"),
        BillDocumentBankAccount(bank="SEB banka", iban="LV25UNLA0050000000002", bic="UNLALV2X"),
    ),
    address="Parauga iela 1, Rīga, LV-1001",
    phone="+371 20000000",
    email="klienti@demonami.example",
    web="saime.example",
    office_hours="P.–Pk. 8.30–17.00",
)

WORDS: dict[Language, dict[str, str]] = {
    "lv": {
        "holder": "Anna Paraudziņa", "address": "Ūdens iela 12–34, Rīga, LV-1007", "persons": "pers.", "unit": "dz.",
        "management": "Apsaimniekošana", "savings": "Uzkrājums remontam", "lift": "Lifts",
        "light": "Koplietošanas elektrība",
        "cold": "Aukstais ūdens un kanalizācija", "hot": "Karstais ūdens un kanalizācija",
        "difference": "Ūdens patēriņa starpība", "hot_heat": "Karstā ūdens sildīšana", "circulation": "Cirkulācija",
        "heating": "Apkure", "waste": "Sadzīves atkritumi", "insurance": "Mājas apdrošināšana", "land": "Zemes noma",
        "bath": "vannas istaba", "kitchen": "virtuve",
    },
    "ru": {
        "holder": "Анна Параудзиня", "address": "ул. Уденс 12–34, Рига, LV-1007", "persons": "чел.", "unit": "кв.",
        "management": "Обслуживание дома", "savings": "Накопления на ремонт", "lift": "Лифт",
        "light": "Общее электричество",
        "cold": "Холодная вода и канализация", "hot": "Горячая вода и канализация",
        "difference": "Разница расхода воды", "hot_heat": "Подогрев воды", "circulation": "Циркуляция",
        "heating": "Отопление", "waste": "Бытовые отходы", "insurance": "Страхование дома", "land": "Аренда земли",
        "bath": "ванная", "kitchen": "кухня",
    },
    "en": {
        "holder": "Anna Sample", "address": "Ūdens iela 12–34, Rīga, LV-1007", "persons": "pers.", "unit": "apt",
        "management": "Management fee", "savings": "Savings for repairs", "lift": "Lift", "light": "Common electricity",
        "cold": "Cold water and sewage", "hot": "Hot water and sewage",
        "difference": "Water difference", "hot_heat": "Heating the hot water", "circulation": "Circulation",
        "heating": "Heating", "waste": "Household waste", "insurance": "House insurance", "land": "Land lease",
        "bath": "bathroom", "kitchen": "kitchen",
    },
}  # fmt: skip


def cents(value: Decimal) -> int:
    return int((value * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def line(
    code: str,
    name: str,
    group: LineGroup,
    quantity: str,
    unit: str,
    price: str,
    *,
    vat: str | None = "21",
    basis: LineBasis = "m2",
    mark: Mark = "",
    last_month: int | None = None,
    paid_direct: bool = False,
    note: str = "",
) -> BillDocumentLine:
    net = cents(Decimal(quantity) * Decimal(price))
    tax = 0 if vat is None else cents(Decimal(net) * Decimal(vat) / 10000)
    return BillDocumentLine(
        service_code=code,
        name=name,
        group=group,
        quantity=Decimal(quantity),
        unit=unit,
        price=Decimal(price),
        net_cents=net,
        vat_rate=None if vat is None else Decimal(vat),
        vat_cents=tax,
        gross_cents=net + tax,
        basis=basis,
        mark=mark,
        paid_direct=paid_direct,
        note=note,
        last_month_gross_cents=None if last_month is None else net + tax - last_month,
    )


def usual_lines(language: Language) -> tuple[BillDocumentLine, ...]:
    w = WORDS[language]
    return (
        line("management", w["management"], "house", "52.4", "m²", "0.4265", last_month=0),
        line("savings", w["savings"], "house", "52.4", "m²", "0.15", vat=None, last_month=0),
        line("lift", w["lift"], "house", "2", w["persons"], "1.10", basis="person", last_month=0),
        line("light", w["light"], "house", "1", w["unit"], "1.873512", basis="unit", last_month=12),
        line("cold", w["cold"], "water", "4.250", "m³", "2.18", basis="actual", last_month=109),
        line("hot", w["hot"], "water", "2.667", "m³", "2.18", basis="average", mark="V", last_month=-58),
        line("difference", w["difference"], "water", "0.113", "m³", "2.18", basis="share", last_month=-15),
        line("heating", w["heating"], "heat", "52.4", "m²", "0.731204", vat="12", last_month=1840),
        line(
            *("hot_heat", w["hot_heat"], "heat", "2.667", "m³", "5.475"),
            vat="12", basis="average", mark="V", last_month=-147, note="0,075 MWh × m³",
        ),
        line("circulation", w["circulation"], "heat", "1", w["unit"], "7.3", vat="12", basis="unit", last_month=0),
        line("waste", w["waste"], "waste", "2", w["persons"], "3.92", basis="person", last_month=0),
        line("land", w["land"], "other", "52.4", "m²", "0.0712", last_month=0),
    )  # fmt: skip


def usual_meters(language: Language) -> tuple[BillDocumentMeter, ...]:
    w = WORDS[language]
    return (
        BillDocumentMeter(
            serial="A17-004512",
            medium="cold_water",
            previous=Decimal("128.000"),
            current=Decimal("132.250"),
            consumption=Decimal("4.250"),
            basis="actual",
            place=w["bath"],
            channel="portal",
            valid_until=date(2029, 3, 31),
            verification="valid",
        ),
        BillDocumentMeter(
            serial="K22-118903",
            medium="hot_water",
            previous=Decimal("86.412"),
            current=None,
            consumption=Decimal("2.667"),
            basis="average",
            mark="V",
            place=w["bath"],
            valid_until=date(2026, 12, 1),
            verification="expiring",
            verification_days=21,
        ),
    )


def usual_history() -> tuple[BillDocumentHistory, ...]:
    periods = (202511, 202512, *range(202601, 202611))
    cold = ["3.9", "4.1", "4.4", "3.7", "4.0", "3.8", "5.2", "5.9", "5.1", "4.2", "3.25", "4.25"]
    hot = ["3.1", "3.4", "3.3", "2.9", "2.9", "2.8", "2.1", "1.9", "2.2", "2.667", "2.1", "2.667"]
    estimated = {202608, 202610}
    return (
        _history("cold_water", periods, cold, set()),
        _history("hot_water", periods, hot, estimated),
    )


def _history(
    medium: str, periods: tuple[int, ...], amounts: list[str], estimated: set[int]
) -> BillDocumentHistory:
    return BillDocumentHistory(
        medium=medium,  # type: ignore[arg-type]
        months=tuple(
            BillDocumentMonth(
                period=period,
                quantity=Decimal(amount),
                basis="average" if period in estimated else "actual",
            )
            for period, amount in zip(periods, amounts, strict=True)
        ),
    )


def bill(language: Language = "lv", **changes: object) -> BillDocument:
    """A plain bill with 12 lines, one meter without reading, a debt half paid. Totals follow the changes."""
    w = WORDS[language]
    document = BillDocument(
        language=language,
        number="2026-10-004217",
        period=202610,
        account_no="4000123",
        holder_name=w["holder"],
        address=w["address"],
        unit="34",
        area_m2=Decimal("52.40"),
        declared_persons=2,
        issued_on=date(2026, 11, 10),
        due_on=date(2026, 11, 24),
        payee=PAYEE,
        reference="RF724000123",
        lines=usual_lines(language),
        meters=usual_meters(language),
        opening_balance_cents=8216,
        payments_cents=8216,
        late_charge_cents=0,
        lines_gross_cents=0,
        total_due_cents=0,
        history=usual_history(),
    )
    return added_up(replace(document, **changes))  # type: ignore[arg-type]


def added_up(document: BillDocument) -> BillDocument:
    """The document with its line and grand totals made to agree."""
    lines = sum(line.gross_cents for line in document.lines if not line.paid_direct)
    balance = document.opening_balance_cents - document.payments_cents + document.late_charge_cents
    return replace(document, lines_gross_cents=lines, total_due_cents=balance + lines)
