"""Columns of text, by Polars."""

from __future__ import annotations

from typing import Any

import polars as pl


def formatted(template: str, *columns: Any) -> pl.Series:
    """`template` with each {} filled from a column, row by row; {{ and }} stand for braces."""
    return pl.select(pl.format(template, *(pl.lit(pl.Series(column)) for column in columns))).to_series()


def repeated(text: str, count: int) -> pl.Series:
    return pl.Series([text], dtype=pl.String).new_from_index(0, count)


def where(condition: Any, text: pl.Series) -> pl.Series:
    """The text where the condition holds, empty elsewhere."""
    return pl.select(pl.when(pl.Series(condition)).then(pl.lit(text)).otherwise(pl.lit(""))).to_series()


def joined(*parts: pl.Series) -> pl.Series:
    """The columns behind each other, row by row."""
    return pl.select(pl.concat_str([pl.lit(part) for part in parts])).to_series()
