"""Whole cents and thousandths written as interchange files have them."""

from __future__ import annotations

import polars as pl


def fixed(column: str, decimals: int) -> pl.Expr:
    """An integer column of 10^-decimals, 0 or more, as text with that many decimals. Empty stays empty."""
    whole, rest = pl.col(column) // 10**decimals, pl.col(column) % 10**decimals
    return pl.format("{}.{}", whole, rest.cast(pl.String).str.zfill(decimals)).alias(column)
