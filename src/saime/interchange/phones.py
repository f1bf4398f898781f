"""Phone numbers as one writes them here, kept as E.164."""

from __future__ import annotations

import polars as pl

_PLAIN = r"^(?:\+?371)?[ -]?([26][0-9]{7})$"


def e164(texts: pl.Series) -> pl.Series:
    """Each number as +371…; null where it is none. Numbers without a country are Latvian."""
    plain = texts.str.extract(_PLAIN)
    quick = pl.select("+371" + plain).to_series()
    odd = texts.filter(quick.is_null() & texts.is_not_null()).unique()
    parsed = {text: _parsed(text) for text in odd}
    slow = texts.replace_strict(parsed, default=None, return_dtype=pl.String) if parsed else quick
    return pl.select(pl.coalesce(quick, slow)).to_series()


def _parsed(text: str) -> str | None:
    import phonenumbers

    try:
        number = phonenumbers.parse("+" + text[2:] if text.startswith("00") else text, "LV")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
