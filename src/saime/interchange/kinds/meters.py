"""meters: a meter of a unit or, without one, a common meter; one that was put in for another names it (`replaces`)."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.utils.translation import gettext as _

from saime.estate.bulk import units
from saime.interchange.cells import choice, day, number, whole, words
from saime.interchange.checks import Rows
from saime.interchange.kinds.base import Importer, find_buildings
from saime.interchange.problems import Problem
from saime.interchange.reading.table import Column
from saime.metering.meters import closed_months, load_meters, stored_meters
from saime.platform.bulk import Loaded

# What the figures of closed months were counted with.
_FIXED = ("building_id", "unit_id", "medium", "digits", "installed_on", "initial_reading", "replaces")


class Meters(Importer):
    columns = (
        Column("meter_no"),
        Column("building_no"),
        Column("unit_no", may_be_empty=True),
        Column("medium"),
        Column("digits"),
        Column("installed_on"),
        Column("initial_reading"),
        Column("verified_on", optional=True, may_be_empty=True),
        Column("valid_until", optional=True, may_be_empty=True),
        Column("removed_on", optional=True, may_be_empty=True),
        Column("final_reading", optional=True, may_be_empty=True),
        Column("replaces", optional=True, may_be_empty=True),
    )
    tables = ("metering_meter",)

    def check_rows(self, rows: Rows) -> None:
        words(rows, "meter_no", most=40)
        words(rows, "building_no", most=30)
        words(rows, "unit_no", most=20, required=False)
        choice(rows, "medium", ("cold", "hot"))
        whole(rows, "digits", digits=2)
        rows.refuse(
            ~pl.col("digits").is_between(3, 9),
            "digits",
            _("{value} digits"),
            _("3 to 9 whole digits on the dial"),
        )
        day(rows, "installed_on")
        number(rows, "initial_reading", decimals=3, digits=9)
        for column in ("verified_on", "valid_until", "removed_on"):
            day(rows, column, required=False)
        number(rows, "final_reading", decimals=3, digits=9, required=False)
        words(rows, "replaces", most=40, required=False)
        _refuse_contradictions(rows)

    def check_whole(self, rows: Rows) -> None:
        rows.refuse_repeated(["meter_no"], "meter_no")
        find_buildings(rows)
        _find_units(rows)
        stored = stored_meters()
        _refuse_final_without_removal(rows, stored)
        _refuse_broken_lines(rows, stored)
        if not self.context.history:
            _refuse_future(rows, self.context.now.date())
        _refuse_closed(rows, stored)

    def write(self, rows: Rows, good: pl.DataFrame) -> Loaded:  # noqa: ARG002
        return load_meters(good.drop("line", "building_no", "unit_no"))


importer = Meters


def _refuse_contradictions(rows: Rows) -> None:
    rows.refuse(
        pl.col("removed_on") < pl.col("installed_on"), "removed_on",
        _("{value} is before installed_on {installed_on}"), _("a day on which the meter was there"),
    )  # fmt: skip
    rows.refuse(
        pl.col("valid_until") < pl.col("verified_on"), "valid_until",
        _("{value} is before verified_on {verified_on}"), _("the day on which the verification ends"),
    )  # fmt: skip
    for column in ("initial_reading", "final_reading"):
        beyond = pl.col(column).cast(pl.Int64) >= 10 ** pl.col("digits")
        rows.refuse(
            beyond, column, _("{value} is more than {digits} digits show"), _("a number that fits the dial")
        )


def _find_units(rows: Rows) -> None:
    known = units().select("building_id", "unit_no", pl.col("id").alias("unit_id"))
    rows.frame = rows.frame.join(known, on=["building_id", "unit_no"], how="left", maintain_order="left")
    unknown = (
        pl.col("unit_no").is_not_null() & pl.col("unit_id").is_null() & pl.col("building_id").is_not_null()
    )
    rows.refuse(
        unknown, "unit_no", _("building {building_no} has no unit {value}"),
        _("a unit that an account was imported for, or nothing for a common meter"),
    )  # fmt: skip


def _refuse_final_without_removal(rows: Rows, stored: pl.DataFrame) -> None:
    before = stored.select("meter_no", pl.col("removed_on").alias("old_removed_on"))
    rows.frame = rows.frame.join(before, on="meter_no", how="left", maintain_order="left")
    rows.refuse(
        pl.col("final_reading").is_not_null() & pl.coalesce("removed_on", "old_removed_on").is_null(), "removed_on",
        _("there is a final_reading, but no day of removal"), _("the day on which the meter was removed"),
    )  # fmt: skip
    rows.frame = rows.frame.drop("old_removed_on")


def _refuse_future(rows: Rows, today: date) -> None:
    for column in ("installed_on", "removed_on"):
        rows.refuse(
            pl.col(column) > pl.lit(today), column, _("{value} is in the future"), _("a day up to today")
        )


def _refuse_broken_lines(rows: Rows, stored: pl.DataFrame) -> None:
    """A meter replaces one other of the same unit and medium, and each is replaced once; no line bites its own tail.

    A row that is refused may be the one that another replaces: so until nothing more comes.
    """
    while True:
        found = _broken_lines(rows.good(), stored)
        rows.refuse_lines(found)
        if not found:
            return


def _broken_lines(good: pl.DataFrame, stored: pl.DataFrame) -> list[Problem]:
    columns = ["meter_no", "replaces", "building_id", "unit_id", "medium"]
    old = stored.select("meter_no", pl.col("replaces").alias("old_replaces"))
    new = good.join(old, on="meter_no", how="left").with_columns(
        pl.coalesce("replaces", "old_replaces").alias("replaces")
    )
    kept = stored.join(good, on="meter_no", how="anti").with_columns(pl.lit(None, pl.Int64).alias("line"))
    known = pl.concat([new.select("line", *columns), kept.select("line", *columns)])
    place = known.select(
        pl.col("meter_no").alias("replaces"), *(pl.col(c).alias(f"its_{c}") for c in columns[2:])
    )
    links = known.filter(pl.col("replaces").is_not_null()).join(
        place.with_columns(pl.lit(value=True).alias("exists")), on="replaces", how="left"
    )
    elsewhere = pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"its_{c}")) for c in columns[2:])
    again = pl.len().over("replaces") > 1
    mine = links.filter(pl.col("line").is_not_null())
    problems = [
        *_told(mine.filter(pl.col("exists").is_null()), _("there is no meter {replaces}"),
               _("a meter of this file or imported before")),
        *_told(mine.filter(pl.col("exists") & elsewhere), _("{replaces} is a meter of another unit or medium"),
               _("the meter that this one was put in for")),
        *_told(links.filter(again & pl.col("line").is_not_null()), _("{replaces} is replaced by another meter too"),
               _("one successor for each meter")),
    ]  # fmt: skip
    return problems or _told(
        _circular(links), _("the meters replace each other in a circle"), _("the older meter")
    )


def _told(rows: pl.DataFrame, wrong: str, right: str) -> list[Problem]:
    said = rows.select("line", "replaces").iter_rows()
    return [Problem(line, "replaces", wrong.format(replaces=replaces), right) for line, replaces in said]


def _circular(links: pl.DataFrame) -> pl.DataFrame:
    """Rows of the file whose line of predecessors has no first meter."""
    before = dict(zip(links["meter_no"].to_list(), links["replaces"].to_list(), strict=True))
    ends: dict[str, bool] = {}
    for start in before:
        path = []
        meter = start
        while meter in before and meter not in ends:
            ends[meter] = False  # on the way; if we come by here again, it is a circle
            path.append(meter)
            meter = before[meter]
        ends.update(dict.fromkeys(path, ends.get(meter, True)))
    circular = [meter for meter in before if not ends[meter]]
    return links.filter(pl.col("line").is_not_null() & pl.col("meter_no").is_in(circular))


def _refuse_closed(rows: Rows, stored: pl.DataFrame) -> None:
    """What the figures of closed months were counted with stays; a removal lies after the last of them."""
    closed = closed_months()
    if not len(closed):
        return
    old = stored.select("meter_no", pl.col("id").alias("meter_id"), *(pl.col(c).alias(f"old_{c}") for c in _FIXED),
                        pl.col("removed_on").alias("old_removed_on"))  # fmt: skip
    known = rows.frame.join(old, on="meter_no", how="inner", maintain_order="left").join(
        closed, on="meter_id", how="inner", maintain_order="left"
    )
    part = Rows(known, rows.problems)
    for column in _FIXED:
        name = {"building_id": "building_no", "unit_id": "unit_no"}.get(column, column)
        changed = pl.col(column).ne_missing(pl.col(f"old_{column}"))
        if column == "replaces":
            changed &= pl.col(column).is_not_null()
        part.refuse(changed, name, _("months of this meter are closed, so this can no longer change"),
                    _("as it was imported before"))  # fmt: skip
    removed = pl.col("removed_on").is_not_null() & pl.col("removed_on").ne_missing(pl.col("old_removed_on"))
    part.refuse(removed & (pl.col("removed_on") <= pl.col("closed_to")), "removed_on",
                _("{value} lies in a month that is closed"), _("a day after {closed_to}"))  # fmt: skip
