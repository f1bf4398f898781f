"""Rows while they are being checked: each column is turned from text into its type, and what does not fit is refused.

All of it works on whole columns. A check looks at every row once; the sentence about what is wrong is made only for the
rows that fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl
from django.utils.translation import gettext as _

from saime.interchange.problems import SCHEMA, Problem, frame_of

_PLACE = re.compile(r"\{(\w+)\}")
_SHOWN = 60  # characters of a value in a sentence


@dataclass(frozen=True, slots=True)
class Doubt:
    """What may be wrong with a cell: where `where` holds, `wrong` is said, and `right` would be.

    Sentences may name {value} (the cell) and any column of the row.
    """

    where: pl.Expr
    wrong: str
    right: str


@dataclass(slots=True)
class Rows:
    """A table being checked. `frame` has `line` and the columns, texts at first; `problems` grows."""

    frame: pl.DataFrame
    problems: list[pl.DataFrame] = field(default_factory=list)

    def parse(self, column: str, parsed: pl.Expr, doubts: Sequence[Doubt], *, required: bool = True) -> None:
        """Replace the text column by `parsed`; a text that comes out null is refused by the first doubt that holds."""
        text = self.frame[column]
        typed = self.frame.select(parsed.alias("typed"))["typed"]
        failed = text.is_not_null() & typed.is_null()
        if failed.any():
            bad = self.frame.filter(failed)
            self._refuse(bad, column, *_diagnosed(column, doubts))
        if required and text.null_count():
            self._refuse(
                self.frame.filter(text.is_null()), column, *_said(column, _("is empty"), _("a value"))
            )
        self.frame = self.frame.with_columns(typed.alias(column))

    def refuse(self, where: pl.Expr, column: str, wrong: str, right: str) -> None:
        """Refuse the rows where `where` holds (null does not)."""
        bad = self.frame.filter(where)
        if len(bad):
            self._refuse(bad, column, *_said(column, wrong, right))

    def refuse_lines(self, problems: Iterable[Problem]) -> None:
        found = frame_of(problems)
        if len(found):
            self.problems.append(found)

    def refuse_repeated(self, key: Sequence[str], column: str) -> None:
        """Refuse rows whose key stands on an earlier line already."""
        given = self.frame.drop_nulls(key[:1])
        if given.select(key).n_unique() == len(given):
            return
        again = given.with_columns(pl.col("line").min().over(key).alias("first_line")).filter(
            pl.col("line") != pl.col("first_line")
        )
        self._refuse(
            again,
            column,
            *_said(column, _("{value} stands on line {first_line} already"), _("one row for each")),
        )

    def good(self) -> pl.DataFrame:
        """The rows that nothing was found wrong with."""
        if not any(map(len, self.problems)):
            return self.frame
        return self.frame.join(self.refused(), on="line", how="anti", maintain_order="left")

    def refused(self) -> pl.DataFrame:
        """The lines of bad rows, each once."""
        return self.all_problems().select("line").unique()

    def all_problems(self) -> pl.DataFrame:
        """Every problem, the first of each line and column."""
        found = pl.concat([pl.DataFrame(schema=SCHEMA), *self.problems])
        return found.unique(["line", "column"], keep="first", maintain_order=True)

    def _refuse(self, bad: pl.DataFrame, column: str, wrong: pl.Expr, right: pl.Expr) -> None:
        named = bad.select("line", pl.lit(column).alias("column"), wrong.alias("wrong"), right.alias("right"))
        self.problems.append(named)


def _diagnosed(column: str, doubts: Sequence[Doubt]) -> tuple[pl.Expr, pl.Expr]:
    """The sentences of the first doubt that holds; the last one is for all the rest."""
    wrong, right = _said(column, doubts[-1].wrong, doubts[-1].right)
    for doubt in reversed(doubts[:-1]):
        its_wrong, its_right = _said(column, doubt.wrong, doubt.right)
        wrong = pl.when(doubt.where).then(its_wrong).otherwise(wrong)
        right = pl.when(doubt.where).then(its_right).otherwise(right)
    return wrong, right


def _said(column: str, wrong: str, right: str) -> tuple[pl.Expr, pl.Expr]:
    return sentence(wrong, column), sentence(right, column)


def sentence(template: str, column: str) -> pl.Expr:
    """A sentence a row: the template with {value} and {column names} filled in."""
    pieces = [
        pl.lit(piece)
        if place % 2 == 0
        else pl.col(column if piece == "value" else piece).cast(pl.String).fill_null("").str.slice(0, _SHOWN)
        for place, piece in enumerate(_PLACE.split(template))
    ]
    return pl.concat_str(pieces)
