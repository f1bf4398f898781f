"""How the cells of interchange files are written: numbers, days, moments, months, choices. One function a type."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from django.utils.translation import gettext as _

from saime.interchange.checks import Doubt, Rows

_REST = pl.lit(True)
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_LATVIAN_DAY = r"^([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})\.?$"
_ZONED = "%Y-%m-%dT%H:%M:%S%z"
_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-5][0-9]([.,][0-9]{1,9})?)?"
_MOMENT = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_CLOCK}\s*(Z|z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)$"
_ZONELESS = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([T ]{_CLOCK})?$"
FIRST_DAY, LAST_DAY = pl.date(1900, 1, 1), pl.date(2199, 12, 31)
# What a text may not hold: control characters; and what COPY would take for "no value".
_UNPRINTABLE = r"[\x00-\x1f\x7f]|^\\N$"


def number(
    rows: Rows, column: str, *, decimals: int, digits: int, signed: bool = False, required: bool = True
) -> None:
    """A number with a decimal point: at most `digits` before it and `decimals` behind it. Decimal(…, decimals)."""
    text = pl.col(column)
    sign = "-?" if signed else ""
    tail = rf"(\.[0-9]{{1,{decimals}}})?" if decimals else ""
    fits = text.str.contains(rf"^{sign}[0-9]{{1,{digits}}}{tail}$")
    parsed = pl.when(fits).then(text).cast(pl.Decimal(digits + decimals, decimals), strict=False)
    rows.parse(column, parsed, _number_doubts(text, decimals=decimals, digits=digits), required=required)


def _number_doubts(text: pl.Expr, *, decimals: int, digits: int) -> list[Doubt]:
    most = _("at most {digits} digits before the decimal point").format(digits=digits)
    return [
        Doubt(text.str.contains(r"^-?[0-9]+,[0-9]+$"), _("{value} has a decimal comma"),
              _("a decimal point, for example 12.5")),
        Doubt(text.str.contains(r"^-[0-9]*\.?[0-9]+$"), _("{value} is negative"), _("0 or more")),
        Doubt(text.str.contains(r"^[0-9]+\.[0-9]+$") & text.str.contains(rf"\.[0-9]{{{decimals + 1},}}$"),
              _("{value} has too many decimals"), _("at most {most} decimals").replace("{most}", str(decimals))),
        Doubt(text.str.contains(r"^-?[0-9]+(\.[0-9]+)?$"), _("{value} is too large"), most),
        Doubt(_REST, _("{value} is not a number"), _("a number, for example 12.5") if decimals
              else _("a whole number")),
    ]  # fmt: skip


def whole(rows: Rows, column: str, *, digits: int) -> None:
    """A whole number of 0 or more. Int64."""
    number(rows, column, decimals=0, digits=digits)
    rows.frame = rows.frame.with_columns(pl.col(column).cast(pl.Int64))


def day(rows: Rows, column: str, *, required: bool = True) -> None:
    """A day as YYYY-MM-DD. Date."""
    text = pl.col(column)
    parsed = pl.when(text.str.contains(_DAY)).then(text).str.to_date("%Y-%m-%d", strict=False)
    parsed = pl.when(parsed.is_between(FIRST_DAY, LAST_DAY)).then(parsed)
    doubts = [
        Doubt(text.str.contains(_DAY), _("{value} is not a day of the calendar"),
              _("a day that exists, as YYYY-MM-DD")),
        Doubt(text.str.contains(_LATVIAN_DAY), _("{value} is not written as YYYY-MM-DD"),
              _("year, month, day, for example 2024-02-28")),
        Doubt(_REST, _("{value} is not a date"), _("year, month, day, for example 2024-02-28")),
    ]  # fmt: skip
    rows.parse(column, parsed, doubts, required=required)


def moment(rows: Rows, column: str) -> None:
    """A moment by ISO 8601 with its zone. Datetime in UTC, microseconds."""
    text = pl.col(column)
    quick = rows.frame.select(text.str.to_datetime(_ZONED, strict=False, time_unit="us").alias("quick"))[
        "quick"
    ]
    odd = rows.frame[column].is_not_null() & quick.is_null()
    parsed = quick
    if odd.any():
        parsed = pl.Series(
            "quick", pl.select(pl.when(odd).then(_slowly(rows.frame[column])).otherwise(quick)).to_series()
        )
    within = parsed.dt.year().is_between(1990, 2199)
    doubts = [
        Doubt(text.str.contains(_ZONELESS), _("{value} has no time zone"),
              _("a time with its zone, for example 2024-02-28T18:30:00+02:00")),
        Doubt(text.str.contains(_MOMENT), _("{value} is not a time of the calendar"),
              _("a time that exists, between 1990 and 2199")),
        Doubt(_REST, _("{value} is not a time"), _("for example 2024-02-28T18:30:00+02:00")),
    ]  # fmt: skip
    rows.parse(column, pl.lit(parsed.set(~within, None)), doubts)


def _slowly(texts: pl.Series) -> pl.Series:
    """The other spellings of ISO 8601: Z, no seconds, a fraction, a space for the T, +02."""
    clean = pl.select(pl.when(texts.str.contains(_MOMENT)).then(texts)).to_series()
    upper = (
        clean.str.to_uppercase()
        .str.replace_all(r"\s+([+-])", "$1")
        .str.replace(" ", "T")
        .str.replace(",", ".")
    )
    zoned = upper.str.replace(r"\s*Z$", "+00:00").str.replace(r"([+-][0-9]{2})$", "$1:00")
    full = zoned.str.replace(r"(T[0-9]{2}:[0-9]{2})([+-])", "$1:00$2")
    return full.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", strict=False, time_unit="us")


def period(rows: Rows, column: str, *, required: bool = True) -> None:
    """A month as YYYY-MM. Int64, the month's index (year × 12 + month − 1)."""
    text = pl.col(column)
    fits = text.str.contains(r"^(199[0-9]|20[0-9][0-9]|21[0-9][0-9])-(0[1-9]|1[0-2])$")
    year, month = (
        text.str.slice(0, 4).cast(pl.Int64, strict=False),
        text.str.slice(5, 2).cast(pl.Int64, strict=False),
    )
    doubt = Doubt(_REST, _("{value} is not a month"), _("year and month, for example 2024-02"))
    rows.parse(column, pl.when(fits).then(year * 12 + month - 1), [doubt], required=required)


def choice(rows: Rows, column: str, choices: Sequence[str], *, required: bool = True) -> None:
    """One of some words. String."""
    text = pl.col(column)
    doubt = Doubt(
        _REST, _("{value} is not known here"), _("one of: {choices}").replace("{choices}", ", ".join(choices))
    )
    rows.parse(column, pl.when(text.is_in(list(choices))).then(text), [doubt], required=required)


def words(rows: Rows, column: str, *, most: int, required: bool = True) -> None:
    """A text of at most `most` characters. String."""
    text = pl.col(column)
    fits = (text.str.len_chars() <= most) & ~text.str.contains(_UNPRINTABLE)
    doubts = [
        Doubt(text.str.contains(_UNPRINTABLE), _("the text holds control characters"), _("plain text")),
        Doubt(_REST, _("the text is too long"), _("at most {most} characters").replace("{most}", str(most))),
    ]
    rows.parse(column, pl.when(fits).then(text), doubts, required=required)


def yes_no(rows: Rows, column: str) -> None:
    """yes or no (true, false, 1, 0). Int8, 1 or 0."""
    text = pl.col(column).str.to_lowercase()
    parsed = text.replace_strict(
        {"yes": 1, "true": 1, "1": 1, "no": 0, "false": 0, "0": 0}, default=None, return_dtype=pl.Int8
    )
    rows.parse(
        column, parsed, [Doubt(_REST, _("{value} is neither yes nor no"), _("yes or no"))], required=False
    )
