"""buildings: an apartment house a row."""

from __future__ import annotations

import polars as pl

from saime.estate.bulk import load_buildings
from saime.interchange.cells import choice, words
from saime.interchange.checks import Rows
from saime.interchange.kinds.base import Importer
from saime.interchange.reading.table import Column
from saime.platform.bulk import Loaded
from saime.platform.policies import CATALOGUE

_NORM = "norm_cold_"


class Buildings(Importer):
    columns = (
        Column("building_no"),
        Column("address"),
        Column("regulation"),
        Column("cadastre_no", optional=True, may_be_empty=True),
        Column("amenities", optional=True, may_be_empty=True),
    )
    tables = ("estate_building",)

    def check_rows(self, rows: Rows) -> None:
        words(rows, "building_no", most=30)
        words(rows, "address", most=200)
        choice(rows, "regulation", ("1013", "524"))
        words(rows, "cadastre_no", most=30, required=False)
        choice(rows, "amenities", _amenities(), required=False)

    def check_whole(self, rows: Rows) -> None:
        rows.refuse_repeated(["building_no"], "building_no")

    def write(self, rows: Rows, good: pl.DataFrame) -> Loaded:  # noqa: ARG002
        return load_buildings(good.drop("line"))


def _amenities() -> list[str]:
    """The norm keys there are: houses whose norm of cold water is another (domain.md, Norms)."""
    return sorted(name.removeprefix(_NORM) for name in CATALOGUE if name.startswith(_NORM))


importer = Buildings
