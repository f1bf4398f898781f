"""policies: a decision of the company or of a building's owners, from a day on."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from django.utils.translation import gettext as _

from saime.interchange.cells import day, words
from saime.interchange.checks import Rows
from saime.interchange.kinds.base import Importer, find_buildings
from saime.interchange.problems import Problem
from saime.interchange.reading.table import Column
from saime.platform.bulk import Loaded
from saime.platform.policies import BadPolicyValue, UnknownPolicy, definition
from saime.platform.policy_bulk import load_policies


class Policies(Importer):
    columns = (
        Column("policy"),
        Column("building_no", may_be_empty=True),
        Column("value"),
        Column("valid_from"),
        Column("decision", optional=True, may_be_empty=True),
    )
    tables = ("platform_policy",)

    def check_rows(self, rows: Rows) -> None:
        words(rows, "policy", most=60)
        words(rows, "building_no", most=30, required=False)
        words(rows, "value", most=200)
        day(rows, "valid_from")
        words(rows, "decision", most=300, required=False)
        rows.refuse_lines(_unusable(rows.frame))

    def check_whole(self, rows: Rows) -> None:
        find_buildings(rows)
        rows.refuse_repeated(["policy", "building_no", "valid_from"], "valid_from")

    def write(self, rows: Rows, good: pl.DataFrame) -> Loaded:  # noqa: ARG002
        return load_policies(good.drop("line", "building_no"))


importer = Policies


def _unusable(frame: pl.DataFrame) -> Iterator[Problem]:
    """Policies that are not in the catalogue, and values that do not fit theirs. Each pair is looked at once."""
    pairs = frame.drop_nulls(["policy", "value"]).group_by("policy", "value", maintain_order=True).agg("line")
    for policy, value, lines in pairs.iter_rows():
        found = _what_is_wrong(policy, value)
        if found:
            yield from (Problem(line, *found) for line in lines)


def _what_is_wrong(policy: str, value: str) -> tuple[str, str, str] | None:
    try:
        definition(policy).value(value)
    except UnknownPolicy as error:
        return "policy", str(error), _("a policy of the catalogue")
    except BadPolicyValue as error:
        return "value", str(error), definition(policy).meaning
    return None
