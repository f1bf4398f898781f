"""A doubtful reading on the desk: what it would make, what is usual, and the reasons one answers with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saime.metering import queries
from saime.metering.contracts import Doubt, Figure
from saime.platform.periods import Period
from saime.web.design import formats
from saime.web.design.charts import Bar
from saime.web.staff.pages.pictures import picture_url

MONTHS = 12
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason that comes up often; `text` in the language of whoever looks at it."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class DoubtPage:
    doubt: Doubt
    bars: tuple[Bar, ...]
    usual_m3: Decimal | None  # a month's mean by readings, over the months shown; None without any

    @property
    def picture(self) -> str:
        """Of the boxes on the form, where it came on paper."""
        field = self.doubt.evidence.get("field")
        return picture_url("field", field) if isinstance(field, int) else ""

    @property
    def months(self) -> int:
        """How many months the reading would be for."""
        return max(1, self.doubt.submission.period.months_since(self.doubt.previous_period))

    @property
    def monthly_m3(self) -> Decimal:
        return (self.doubt.used_m3 / self.months).quantize(Decimal("0.001"))

    @property
    def times(self) -> Decimal | None:
        """How many times the usual it would be."""
        return (self.monthly_m3 / self.usual_m3).quantize(Decimal("0.1")) if self.usual_m3 else None


def doubt_page(doubt: Doubt) -> DoubtPage:
    period = doubt.submission.period
    figures = _history(doubt, period)
    measured = [figure.m3 for figure in figures if figure.basis == "actual"]
    usual = (sum(measured, Decimal(0)) / len(measured)).quantize(Decimal("0.001")) if measured else None
    return DoubtPage(doubt, (*map(_bar, figures), _this(doubt)), usual)


def _history(doubt: Doubt, period: Period) -> list[Figure]:
    if doubt.unit_id is None:
        return []
    figures = queries.figures_of([doubt.unit_id], period - MONTHS, period - 1)
    return [figure for figure in figures if figure.meter_no == doubt.submission.meter_no]


def _bar(figure: Figure) -> Bar:
    value = figure.m3 if figure.basis != "no_reading" else None
    return Bar(_short(figure.period), value, figure.mark, title=_long(figure.period))


def _this(doubt: Doubt) -> Bar:
    period = doubt.submission.period
    title = _("%(month)s, with this reading") % {"month": _long(period)}
    return Bar(_short(period), doubt.used_m3, title=title)


def _short(period: Period) -> str:
    return formats.month_short(period, _language())


def _long(period: Period) -> str:
    return formats.period_text(period, _language())


def _language() -> str:
    return (get_language() or formats.ENGLISH)[:2]


# Reasons: what a refused resident reads, so each is kept in their language.


_TAKEN: dict[str, Callable[[], str]] = {
    "known": lambda: _("We know why it is high: the reading is right."),
    "phone": lambda: _("The resident has confirmed it by phone."),
    "photo": lambda: _("A photo of the meter shows it."),
}
_REFUSED: dict[str, Callable[[], str]] = {
    "digit": lambda: _("One digit looks mistyped. Please look at the dial and send the reading again."),
    "comma": lambda: _("The comma seems to be missing. Please send the reading again, with the red digits behind it."),
    "other_meter": lambda: _("It looks like the reading of another meter. Compare the numbers and send it again."),
}  # fmt: skip
_REASONS = {"accepted": _TAKEN, "rejected": _REFUSED}


def reasons(verdict: str) -> list[Reason]:
    return [Reason(key, text()) for key, text in _REASONS[verdict].items()]


def reason_text(verdict: str, key: str, own_words: str, language: str) -> str:
    """The reason as it is kept: own words as they are, a known one in the resident's language. Empty: none given."""
    known = _REASONS.get(verdict, {}).get(key)
    if known is None:
        return own_words.strip()[:LONGEST_REASON]
    with translation.override(language):
        return known()
