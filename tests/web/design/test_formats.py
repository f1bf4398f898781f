"""How numbers, money and dates are written in the three languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saime.platform.periods import Period
from saime.web.design.formats import (
    date_text,
    day_text,
    m3_text,
    money_parts,
    money_text,
    month_short,
    month_text,
    number_text,
    percent_text,
    period_text,
    plain_number_text,
    price_text,
    reading_text,
    signed_text,
    time_text,
)

NOVEMBER = Period.of(2026, 11)
languages = st.sampled_from(["lv", "ru", "en"])


def back(text: str, lang: str) -> Decimal:
    """Reads a figure as a person of that language would."""
    plain = text.replace("\u00a0", "").replace("€", "").replace("\u2212", "-").replace("+", "")
    return Decimal(plain.replace(",", ".") if lang in ("lv", "ru") else plain.replace(",", ""))


@pytest.mark.parametrize(
    ("cents", "lang", "text"),
    [
        (4736, "lv", "47,36\u00a0€"),
        (4736, "ru", "47,36\u00a0€"),
        (4736, "en", "€47.36"),
        (123456789, "lv", "1\u00a0234\u00a0567,89\u00a0€"),
        (123456789, "en", "€1,234,567.89"),
        (-450, "lv", "\u22124,50\u00a0€"),
        (-450, "en", "\u2212€4.50"),
        (0, "lv", "0,00\u00a0€"),
        (5, "en", "€0.05"),
    ],
)
def test_money(cents: int, lang: str, text: str) -> None:
    assert money_text(cents, lang) == text


def test_money_with_sign() -> None:
    assert money_text(1250, "lv", sign=True) == "+12,50\u00a0€"
    assert money_text(1250, "en", sign=True) == "+€12.50"
    assert money_text(-1250, "en", sign=True) == "\u2212€12.50"
    assert money_text(0, "lv", sign=True) == "0,00\u00a0€"


@given(st.integers(-(10**15), 10**15), languages)
def test_money_loses_no_cent(cents: int, lang: str) -> None:
    assert back(money_text(cents, lang), lang) == Decimal(cents).scaleb(-2)


@given(st.integers(-(10**9), 10**9), languages)
def test_money_parts_make_the_whole(cents: int, lang: str) -> None:
    parts = money_parts(cents, lang)
    assert parts.sign + parts.before + parts.number + parts.after == money_text(cents, lang)


@given(st.decimals(-1_000_000, 1_000_000, places=5), st.integers(0, 4), languages)
def test_number_is_rounded_half_up_and_reads_back(value: Decimal, places: int, lang: str) -> None:
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert back(number_text(value, lang, places=places), lang) == rounded


def test_figures_never_break_and_minus_is_a_minus() -> None:
    assert " " not in money_text(-123456789, "lv")
    assert "-" not in money_text(-123456789, "en")
    assert number_text(Decimal("-0.0001"), "lv", places=3) == "0,000"


def test_m3_and_reading() -> None:
    assert m3_text(Decimal("4.25"), "lv") == "4,250"
    assert m3_text(Decimal("4.25"), "en") == "4.250"
    assert reading_text(Decimal("12345.1"), "ru") == "12345,100"
    assert reading_text(Decimal("12345.1"), "en") == "12345.100"


def test_price_keeps_its_decimals() -> None:
    assert price_text(Decimal("2.184"), "lv") == "2,184\u00a0€"
    assert price_text(Decimal(2), "en") == "€2.00"
    assert price_text(Decimal("0.453517"), "ru") == "0,453517\u00a0€"
    assert price_text(Decimal("-0.5"), "en") == "\u2212€0.50"


def test_plain_number() -> None:
    assert plain_number_text(Decimal("0.0750"), "lv") == "0,075"
    assert plain_number_text(Decimal(1200), "lv") == "1\u00a0200"
    assert plain_number_text(12, "en") == "12"


def test_signed_and_percent() -> None:
    assert signed_text(Decimal("1.25"), "lv", places=3) == "+1,250"
    assert signed_text(Decimal("-1.25"), "en", places=3) == "\u22121.250"
    assert signed_text(Decimal("0.0001"), "lv", places=3) == "0,000"
    assert percent_text(21, "lv") == "21\u00a0%"
    assert percent_text(21, "en") == "21%"
    assert percent_text(-3, "ru", sign=True) == "\u22123\u00a0%"


def test_dates() -> None:
    day = date(2026, 11, 4)
    assert [date_text(day, lang) for lang in ("lv", "ru", "en")] == [
        "04.11.2026",
        "04.11.2026",
        "4\u00a0Nov\u00a02026",
    ]
    assert [day_text(day, lang) for lang in ("lv", "ru", "en")] == [
        "4.\u00a0novembris",
        "4\u00a0ноября",
        "4\u00a0November",
    ]


def test_moments_are_shown_in_riga() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    assert time_text(late, "lv") == "01.12.2026, 01:30"
    assert date_text(late, "lv") == "01.12.2026"
    assert day_text(late, "ru") == "1\u00a0декабря"


def test_periods() -> None:
    assert period_text(NOVEMBER, "lv") == "2026.\u00a0gada novembris"
    assert period_text(NOVEMBER, "lv", case="in") == "2026.\u00a0gada novembrī"
    assert period_text(Period.of(2026, 3), "lv", case="for") == "2026.\u00a0gada martu"
    assert period_text(NOVEMBER, "ru") == "ноябрь\u00a02026"
    assert period_text(NOVEMBER, "ru", case="in") == "ноябре\u00a02026"
    assert period_text(NOVEMBER, "en", case="in") == "November\u00a02026"
    assert month_short(NOVEMBER, "lv") == "nov."


@given(st.integers(1, 12), languages, st.sampled_from(["name", "for", "in", "of"]))
def test_every_month_has_a_name_in_every_case(month: int, lang: str, case: str) -> None:
    assert month_text(Period.of(2026, month), lang, case=case)  # type: ignore[arg-type]
    assert month_short(Period.of(2026, month), lang)


def test_latvian_cases() -> None:
    months = [Period.of(2026, month) for month in range(1, 13)]
    assert {month_text(m, "lv")[-1] for m in months} == {"s"}
    assert {month_text(m, "lv", case="in")[-1] for m in months} == {"ī", "ā"}
    assert {month_text(m, "lv", case="for")[-1] for m in months} == {"i", "u"}
