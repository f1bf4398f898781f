"""saime consumption: what a month is charged with, shown."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from saime.interchange.commands.session import known_building, open_installation, say, timed

if TYPE_CHECKING:
    from saime.metering.exports import BuildingMonth

_SHOWN = 40


def consumption(arguments: Namespace) -> int:
    open_installation()
    from saime.metering.exports import summarise_month

    known_building(arguments.building)
    with timed() as spent:
        months = summarise_month(arguments.period, building_no=arguments.building)
    _show(months)
    say({"period": str(arguments.period), **_totals(months), **spent})
    return 0


def _totals(months: list[BuildingMonth]) -> dict[str, int | float]:
    counted = ("rows", "actual", "average", "norm", "no_reading", "missing_common")
    counts = {name: sum(getattr(month, name) for month in months) for name in counted}
    m3 = {name: sum(getattr(month, name) or 0 for month in months) / 1000 for name in
          ("cold_m3", "hot_m3", "cold_difference_m3", "hot_difference_m3")}  # fmt: skip
    closed = sum(month.is_closed for month in months)
    return {"buildings": len(months), "closed": closed, **counts, **m3}


def _show(months: list[BuildingMonth]) -> None:
    print(f"{'building':12} {'cold m³':>12} {'hot m³':>12} {'cold diff.':>11} {'hot diff.':>11} "
          f"{'read':>6} {'V':>5} {'N':>5} {'none':>5}", file=sys.stderr)  # fmt: skip
    for month in months[:_SHOWN]:
        print(
            f"{month.building_no:12} {_m3(month.cold_m3):>12} {_m3(month.hot_m3):>12} "
            f"{_m3(month.cold_difference_m3):>11} {_m3(month.hot_difference_m3):>11} "
            f"{month.actual:>6} {month.average:>5} {month.norm:>5} {month.no_reading:>5}"
            f"{'  closed' if month.is_closed else ''}{'  no common reading' if month.missing_common else ''}",
            file=sys.stderr,
        )
    if len(months) > _SHOWN:
        print(f"… and {len(months) - _SHOWN} more buildings", file=sys.stderr)


def _m3(milli: int | None) -> str:
    return "—" if milli is None else f"{milli / 1000:.3f}"
