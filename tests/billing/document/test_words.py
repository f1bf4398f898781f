"""Words and figures in three languages."""

import re
from datetime import date
from decimal import Decimal

import pytest

from saime.billing.document import figures
from saime.billing.document.contracts import LANGUAGES, Language
from saime.billing.document.labels import WORDS, words


@pytest.mark.parametrize("name", WORDS)
def test_every_word_is_there_in_each_language_with_the_same_parts(name: str) -> None:
    versions = WORDS[name]
    assert all(version.strip() for version in versions)
    assert len({frozenset(re.findall(r"{(\w+)}", version)) for version in versions}) == 1


@pytest.mark.parametrize(
    ("language", "money", "advance", "price", "cubic", "day"),
    [
        ("lv", "1 234,56 €", "−0,05 €", "0,4265", "4,250", "24.11.2026"),
        ("ru", "1 234,56 €", "−0,05 €", "0,4265", "4,250", "24.11.2026"),
        ("en", "€1,234.56", "−€0.05", "0.4265", "4.250", "24 Nov 2026"),
    ],
)
def test_figures_are_written_as_the_language_writes_them(
    language: Language, money: str, advance: str, price: str, cubic: str, day: str
) -> None:
    def plain(text: str) -> str:
        return text.replace("\u202f", " ").replace("\u00a0", " ")

    assert plain(figures.money(123456, language=language)) == money
    assert plain(figures.money(-5, language=language)) == advance
    assert figures.price(Decimal("0.426500"), language=language) == price
    assert figures.quantity(Decimal("4.25"), unit="m³", language=language) == cubic
    assert plain(figures.day(date(2026, 11, 24), language=language)) == day


def test_prices_keep_two_decimals_and_lose_idle_zeros_after_them() -> None:
    shown = [
        figures.price(Decimal(price), language="lv") for price in ("2", "7.3", "1.873512", "0.1250", "100")
    ]
    assert shown == ["2,00", "7,30", "1,873512", "0,125", "100,00"]


def test_other_quantities_lose_idle_zeros() -> None:
    assert figures.quantity(Decimal("52.40"), unit="m²", language="lv") == "52,4"
    assert figures.quantity(Decimal("1.000"), unit="dz.", language="lv") == "1"
    assert figures.quantity(Decimal(100), unit="m²", language="lv") == "100"


@pytest.mark.parametrize(
    ("language", "one", "two", "eleven", "twenty_one"),
    [
        ("lv", "atlikusi 1 diena", "atlikušas 2 dienas", "atlikušas 11 dienas", "atlikusi 21 diena"),
        ("ru", "остался 1 день", "осталось 2 дня", "осталось 11 дней", "остался 21 день"),
        ("en", "1 day left", "2 days left", "11 days left", "21 days left"),
    ],
)
def test_days_agree_with_their_number(
    language: Language, one: str, two: str, eleven: str, twenty_one: str
) -> None:
    assert [words(language).days_left(days) for days in (1, 2, 11, 21)] == [one, two, eleven, twenty_one]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_has_a_name_in_every_form(language: Language) -> None:
    word = words(language)
    for form in ("for", "in", "to", "short"):
        assert len({word.month(202600 + month, form=form) for month in range(1, 13)}) == 12  # type: ignore[arg-type]
