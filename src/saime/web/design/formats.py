"""Numbers, money and dates as they are written in Latvian, Russian and English (look.md, Words and Figures).

Pure functions: value and language in, text out. Spaces inside a figure do not break, the minus is U+2212.
Anything but "lv" and "ru" is written the English way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

RIGA = ZoneInfo("Europe/Riga")
NBSP = "\u00a0"
MINUS = "\u2212"
ENGLISH = "en"
_COMMA = frozenset({"lv", "ru"})
"""Languages that write a decimal comma and put the euro sign behind."""

Case = Literal["name", "for", "in", "of", "since", "until"]


class Month(Protocol):
    """Anything with a year and a month 1–12: a date, a Period."""

    @property
    def year(self) -> int: ...

    @property
    def month(self) -> int: ...


@dataclass(frozen=True, slots=True)
class MoneyParts:
    """An amount taken apart, so that the unit can be set in a smaller weight: sign + before + number + after."""

    sign: str
    before: str
    number: str
    after: str


# Names by case: as a heading; after par/for ("rēķins par novembri"); where it happens ("novembrī", "в ноябре"); after
# no/с ("no 24. novembra"); after līdz/до ("līdz 24. novembrim"). Where a language has no such form, another serves.
_MONTHS: dict[str, dict[Case, str]] = {
    "lv": {
        "name": "janvāris februāris marts aprīlis maijs jūnijs jūlijs"
        " augusts septembris oktobris novembris decembris",
        "for": "janvāri februāri martu aprīli maiju jūniju jūliju"
        " augustu septembri oktobri novembri decembri",
        "in": "janvārī februārī martā aprīlī maijā jūnijā jūlijā augustā septembrī oktobrī novembrī decembrī",
        "since": "janvāra februāra marta aprīļa maija jūnija jūlija"
        " augusta septembra oktobra novembra decembra",
        "until": "janvārim februārim martam aprīlim maijam jūnijam jūlijam"
        " augustam septembrim oktobrim novembrim decembrim",
    },
    "ru": {
        "name": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
        "for": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
        "in": "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре",
        "of": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "since": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "until": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    },
    ENGLISH: {
        "name": "January February March April May June July August September October November December",
    },
}
_SHORT = {
    "lv": "janv. febr. marts apr. maijs jūn. jūl. aug. sept. okt. nov. dec.",
    "ru": "янв. февр. март апр. май июнь июль авг. сент. окт. нояб. дек.",
    ENGLISH: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}


def number_text(value: Decimal | int, lang: str, *, places: int = 0) -> str:
    """A number with exactly `places` decimals (half up), with thousands apart: 1 234,50; 1,234.50 (en)."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    whole, _, decimals = f"{abs(rounded):,f}".partition(".")
    comma = lang in _COMMA
    text = whole.replace(",", NBSP) if comma else whole
    if decimals:
        text += ("," if comma else ".") + decimals
    return MINUS + text if rounded < 0 else text


def plain_number_text(value: Decimal | int, lang: str) -> str:
    """A number as it was written, without rounding and without needless zeros: 0,075; 12."""
    number = Decimal(value).normalize()
    exponent = number.as_tuple().exponent
    return number_text(value, lang, places=max(0, -exponent) if isinstance(exponent, int) else 0)


def money_parts(cents: int, lang: str, *, sign: bool = False) -> MoneyParts:
    """Whole cents as 47,36 € (lv, ru) or €47.36 (en), in parts. `sign`: + above 0."""
    number = number_text(Decimal(abs(cents)).scaleb(-2), lang, places=2)
    mark = MINUS if cents < 0 else "+" if sign and cents > 0 else ""
    if lang in _COMMA:
        return MoneyParts(mark, "", number, NBSP + "€")
    return MoneyParts(mark, "€", number, "")


def money_text(cents: int, lang: str, *, sign: bool = False) -> str:
    """Whole cents as one text: 47,36 € (lv, ru), €47.36 (en)."""
    parts = money_parts(cents, lang, sign=sign)
    return parts.sign + parts.before + parts.number + parts.after


def price_text(price: Decimal, lang: str) -> str:
    """A price in euros with at least two and at most six decimals: 0,4535 €; €1.20."""
    number = Decimal(price).normalize()
    exponent = number.as_tuple().exponent
    places = min(6, max(2, -exponent)) if isinstance(exponent, int) else 2
    text = number_text(price, lang, places=places)
    return text + NBSP + "€" if lang in _COMMA else _english_euros(text)


def _english_euros(text: str) -> str:
    return MINUS + "€" + text.removeprefix(MINUS) if text.startswith(MINUS) else "€" + text


def m3_text(value: Decimal, lang: str) -> str:
    """Cubic metres with three decimals and no unit: 4,250."""
    return number_text(value, lang, places=3)


def reading_text(value: Decimal, lang: str) -> str:
    """A meter reading, three decimals and no thousands apart, as on the dial: 1234,567."""
    return m3_text(value, lang).replace(NBSP, "") if lang in _COMMA else m3_text(value, lang).replace(",", "")


def signed_text(value: Decimal | int, lang: str, *, places: int = 0) -> str:
    """A difference: always with its sign, +1,250 or −1,250; 0 has none."""
    text = number_text(value, lang, places=places)
    return "+" + text if not text.startswith(MINUS) and any(digit in text for digit in "123456789") else text


def percent_text(value: Decimal | int, lang: str, *, places: int = 0, sign: bool = False) -> str:
    """A percentage: 21 % in Latvian and Russian, 21% in English."""
    text = signed_text(value, lang, places=places) if sign else number_text(value, lang, places=places)
    return text + (NBSP + "%" if lang in _COMMA else "%")


def date_text(day: date, lang: str) -> str:
    """24.11.2026 (lv, ru), 24 Nov 2026 (en). A moment is taken as the clock shows it in Riga."""
    local = day.astimezone(RIGA) if isinstance(day, datetime) else day
    if lang in _COMMA:
        return f"{local.day:02}.{local.month:02}.{local.year}"
    return f"{local.day}{NBSP}{month_short(local, ENGLISH)}{NBSP}{local.year}"


def day_text(day: date, lang: str, *, case: Case = "of") -> str:
    """A day without its year, for what is near: 24. novembris, 24 ноября, 24 November.

    `case` matters in Latvian: since (no 24. novembra), until (līdz 24. novembrim).
    """
    local = day.astimezone(RIGA) if isinstance(day, datetime) else day
    if lang == "lv":
        return f"{local.day}.{NBSP}{month_text(local, lang, case=case)}"
    return f"{local.day}{NBSP}{month_text(local, lang, case='of')}"


def time_text(moment: datetime, lang: str) -> str:
    """Date and time of an aware moment in Riga: 24.11.2026, 14:05."""
    local = moment.astimezone(RIGA)
    return f"{date_text(local, lang)}, {local.hour:02}:{local.minute:02}"


def period_text(period: Month, lang: str, *, case: Case = "name") -> str:
    """A month by name: 2026. gada novembris, ноябрь 2026, November 2026. `case` as in `month_text`."""
    if lang == "lv":
        return f"{period.year}.{NBSP}gada {month_text(period, lang, case=case)}"
    return f"{month_text(period, lang, case=case)}{NBSP}{period.year}"


def month_text(period: Month, lang: str, *, case: Case = "name") -> str:
    """A month without its year. `case`: name novembris, for (par) novembri, in novembrī, of (24) ноября."""
    cases = _MONTHS.get(lang, _MONTHS[ENGLISH])
    return cases.get(case, cases["name"]).split()[period.month - 1]


def month_short(period: Month, lang: str) -> str:
    """A month for an axis: nov., нояб., Nov."""
    return _SHORT.get(lang, _SHORT[ENGLISH]).split()[period.month - 1]


def in_fours(text: str) -> str:
    """An IBAN or a reference in groups of four, as people read it aloud: LV44 HABA 0551 …"""
    compact = text.replace(" ", "")
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))
