"""What an importer of a kind is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import polars as pl
from django.utils.translation import gettext as _

from saime.estate.bulk import buildings
from saime.interchange.checks import Rows
from saime.interchange.reading.table import Column
from saime.platform.bulk import Loaded


@dataclass(frozen=True, slots=True)
class Context:
    """What an import knows besides the file. `history`: windows and today's date do not bind."""

    now: datetime
    history: bool = False
    progress: Callable[[float], None] = lambda _share: None


class Importer(ABC):
    """Checks and writes the rows of one file. Made inside the transaction that writes them."""

    columns: ClassVar[Sequence[Column]]
    tables: ClassVar[Sequence[str]]  # what it fills

    def __init__(self, context: Context) -> None:
        self.context = context

    @abstractmethod
    def check_rows(self, rows: Rows) -> None:
        """Check rows one by one, some of the file at a time, and turn their columns into types."""

    @abstractmethod
    def check_whole(self, rows: Rows) -> None:
        """Check the rows of the whole file against each other and against what is stored."""

    @abstractmethod
    def write(self, rows: Rows, good: pl.DataFrame) -> Loaded:
        """Write the good rows. What only shows here is refused in `rows`."""


def find_ids(rows: Rows, column: str, known: pl.DataFrame, *, id_column: str, wrong: str, right: str) -> None:
    """Add `id_column`: the id of the row's `column` among the known (`column`, `id`); unknown ones are refused."""
    named = known.select(column, pl.col("id").alias(id_column))
    rows.frame = rows.frame.join(named, on=column, how="left", maintain_order="left")
    rows.refuse(pl.col(column).is_not_null() & pl.col(id_column).is_null(), column, wrong, right)


def find_buildings(rows: Rows) -> None:
    """Add `building_id`; unknown buildings are refused, none stays none."""
    wrong, right = _("there is no building {value}"), _("a building imported before")
    find_ids(rows, "building_no", buildings(), id_column="building_id", wrong=wrong, right=right)
