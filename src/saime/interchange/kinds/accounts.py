"""accounts: who pays for a unit, from when to when. A row also says what the unit is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from saime.estate.bulk import accounts, load_accounts
from saime.interchange.cells import choice, day, number, whole, words, yes_no
from saime.interchange.checks import Doubt, Rows
from saime.interchange.kinds.base import Importer, find_buildings
from saime.interchange.phones import e164
from saime.interchange.problems import Problem
from saime.interchange.reading.table import Column
from saime.platform.bulk import Loaded

_EMAIL = r"^[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+$"
_FOR_EVER = date.max


class Accounts(Importer):
    columns = (
        Column("account_no"),
        Column("building_no"),
        Column("unit_no"),
        Column("unit_kind"),
        Column("area_m2"),
        Column("declared_persons"),
        Column("holder_name"),
        Column("from_date"),
        Column("to_date", optional=True, may_be_empty=True),
        Column("email", optional=True, may_be_empty=True),
        Column("phone", optional=True, may_be_empty=True),
        Column("language", optional=True, may_be_empty=True),
        Column("paperless", optional=True, may_be_empty=True),
    )
    tables = ("estate_unit", "estate_account")

    def check_rows(self, rows: Rows) -> None:
        words(rows, "account_no", most=20)
        words(rows, "building_no", most=30)
        words(rows, "unit_no", most=20)
        choice(rows, "unit_kind", ("apartment", "commercial", "garage"))
        number(rows, "area_m2", decimals=2, digits=6)
        whole(rows, "declared_persons", digits=3)
        words(rows, "holder_name", most=200)
        day(rows, "from_date")
        day(rows, "to_date", required=False)
        _email(rows)
        _phone(rows)
        choice(rows, "language", ("lv", "ru", "en"), required=False)
        yes_no(rows, "paperless")
        rows.refuse(
            pl.col("to_date") < pl.col("from_date"), "to_date",
            _("{value} is before from_date {from_date}"), _("the last day of the account, or nothing"),
        )  # fmt: skip

    def check_whole(self, rows: Rows) -> None:
        rows.refuse_repeated(["account_no"], "account_no")
        find_buildings(rows)
        stored = accounts()
        _refuse_moved(rows, stored)
        _refuse_unlike_units(rows)
        _refuse_overlaps(rows, stored)

    def write(self, rows: Rows, good: pl.DataFrame) -> Loaded:  # noqa: ARG002
        return load_accounts(good.drop("line", "building_no").rename({"unit_kind": "kind"}))


importer = Accounts


def _email(rows: Rows) -> None:
    text = pl.col("email")
    fits = text.str.contains(_EMAIL) & (text.str.len_chars() <= 254)
    doubt = Doubt(pl.lit(True), _("{value} is not an e-mail address"), _("for example name@example.com"))
    rows.parse("email", pl.when(fits).then(text), [doubt], required=False)


def _phone(rows: Rows) -> None:
    doubt = Doubt(pl.lit(True), _("{value} is not a phone number"), _("for example +371 2xxxxxxx"))
    rows.parse("phone", pl.lit(e164(rows.frame["phone"])), [doubt], required=False)


def _refuse_moved(rows: Rows, stored: pl.DataFrame) -> None:
    there = stored.select(
        "account_no", pl.col("building_id").alias("old_building"), pl.col("unit_no").alias("old_unit")
    )
    rows.frame = rows.frame.join(there, on="account_no", how="left", maintain_order="left")
    moved = (pl.col("old_unit") != pl.col("unit_no")) | (pl.col("old_building") != pl.col("building_id"))
    rows.refuse(
        moved, "unit_no", _("account {account_no} pays for another unit already: {old_unit}"),
        _("an account stays with its unit; end it (to_date) and give the new unit another account"),
    )  # fmt: skip
    rows.frame = rows.frame.drop("old_building", "old_unit")


def _refuse_unlike_units(rows: Rows) -> None:
    """Two rows of one unit must say the same of it."""
    unit = ["building_id", "unit_no"]
    for column in ("unit_kind", "area_m2"):
        rows.frame = rows.frame.with_columns(
            pl.col(column).drop_nulls().first().over(unit).alias("said_before")
        )
        rows.refuse(
            pl.col(column) != pl.col("said_before"), column,
            _("{value}, but an earlier row says {said_before} of the same unit"),
            _("the same for every account of a unit"),
        )  # fmt: skip
    rows.frame = rows.frame.drop("said_before")


def _refuse_overlaps(rows: Rows, stored: pl.DataFrame) -> None:
    """No two accounts pay for a unit at once: each row against the other good rows and what is stored.

    A row that is refused leaves what is stored as it is, which another may then overlap: so until nothing more comes.
    """
    while True:
        found = list(_overlaps(_spans(rows.good(), stored)))
        rows.refuse_lines(found)
        if not found:
            return


def _spans(good: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """Accounts of the units of which more than one account is known, as they would stand: by unit and from_date."""
    columns = ["building_id", "unit_no", "account_no", "from_date", "to_date"]
    kept_ends = stored.select("account_no", pl.col("to_date").alias("old_to"))
    new = good.join(kept_ends, on="account_no", how="left").with_columns(
        pl.coalesce("to_date", "old_to").alias("to_date")
    )
    kept = stored.join(good, on="account_no", how="anti").with_columns(pl.lit(None, pl.Int64).alias("line"))
    spans = pl.concat([new.select("line", *columns), kept.select("line", *columns)])
    touched = pl.col("line").is_not_null().any().over("building_id", "unit_no")
    return spans.filter((pl.len().over("building_id", "unit_no") > 1) & touched).sort(
        "building_id", "unit_no", "from_date", "account_no"
    )


def _overlaps(spans: pl.DataFrame) -> Iterator[Problem]:
    holder: dict[str, Any] | None = None
    for span in spans.iter_rows(named=True):
        same_unit = holder is not None and all(holder[key] == span[key] for key in ("building_id", "unit_no"))
        if holder is None or not same_unit or (holder["to_date"] or _FOR_EVER) < span["from_date"]:
            holder = span
            continue
        later = max(holder, span, key=lambda row: row["line"] or 0)
        other = span if later is holder else holder
        yield _overlap(later, other, end_by=span["from_date"] - timedelta(days=1))
        holder = other


def _overlap(row: dict[str, Any], other: dict[str, Any], *, end_by: date) -> Problem:
    wrong = _("account {other} pays for this unit from {start} to {end}").format(
        other=other["account_no"], start=other["from_date"], end=other["to_date"] or _("further notice")
    )
    if row["from_date"] <= other["from_date"]:
        right = _("to_date {end_by} or earlier")
    else:
        right = _("to_date {end_by} or earlier for that account")
    return Problem(row["line"], "from_date", wrong, right.format(end_by=end_by))
