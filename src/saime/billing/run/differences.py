"""Accounts' parts in their building's water difference, and what each was made from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from saime.billing.rules.amounts import Int64, sums
from saime.billing.run.catalog import Catalog
from saime.billing.run.inputs import ChunkInputs
from saime.billing.run.measured import Tenure, places
from saime.estate.models import Building
from saime.metering.contracts import NONE, WHYS, PeriodFigures
from saime.metering.norms import Norms

_AT_FAULT = WHYS.index("at_fault")


@dataclass(frozen=True, slots=True)
class Shared:
    """m³ of a medium's difference for each account of a chunk; `rows` 0: its unit has no share."""

    m3: Int64
    rows: Int64
    unit_m3: Int64
    why: pl.Series
    building: pl.Series  # JSON members of the building's difference


def shared_differences(
    inputs: ChunkInputs, figures: PeriodFigures, tenure: Tenure, catalog: Catalog
) -> tuple[Shared, Shared]:
    """Cold and hot parts of each account."""
    members = _building_members(inputs, figures, catalog)
    cold, hot = (_shared(inputs, figures, tenure, medium, members[medium]) for medium in (0, 1))
    return cold, hot


def _shared(
    inputs: ChunkInputs, figures: PeriodFigures, tenure: Tenure, medium: int, members: dict[int, str]
) -> Shared:
    shares, accounts, count = figures.shares, inputs.accounts, len(tenure.unit_ids)
    unit = places(shares.unit_id, tenure.unit_ids)
    mine = np.flatnonzero((shares.medium == medium) & (unit >= 0))
    place = unit[mine]
    total = sums(shares.share_m3[mine], place, count)
    why = np.zeros(count, np.int64)
    why[place] = shares.why[mine]
    rows = sums(np.ones(len(mine), np.int64), place, count)[tenure.unit]
    texts = pl.Series([members.get(building, "") for building in inputs.building_ids], dtype=pl.String)
    return Shared(
        tenure.split_by_days(accounts, total), np.where(accounts.days > 0, rows, 0), total[tenure.unit],
        pl.Series(list(WHYS)).gather(why[tenure.unit]), texts.gather(accounts.building),
    )  # fmt: skip


def _building_members(inputs: ChunkInputs, figures: PeriodFigures, catalog: Catalog) -> list[dict[int, str]]:
    """For each medium: building id → the JSON members that its accounts' lines have in common."""
    differences, shares = figures.differences, figures.shares
    norms = _norms(inputs, catalog)
    key = shares.building_id * 2 + shares.medium
    counts = dict(zip(*_counted(key), strict=True))
    faults = dict(zip(*_counted(key[shares.why == _AT_FAULT]), strict=True))
    found: list[dict[int, str]] = [{}, {}]
    for row in np.flatnonzero(differences.difference_m3 != NONE):
        building, medium = int(differences.building_id[row]), int(differences.medium[row])
        facts = {
            "common": int(differences.common_m3[row]), "units": int(differences.units_m3[row]),
            "difference": int(differences.difference_m3[row]), "regulation": int(differences.regulation[row]),
            "n": counts.get(building * 2 + medium, 0), "fault": faults.get(building * 2 + medium, 0),
        }  # fmt: skip
        norm = int(norms.of(medium, np.array([building]), catalog.period)[0])
        found[medium][building] = json.dumps(
            {**facts, **_rule(facts, norm, catalog, building), **_span(int(differences.span_from[row]), catalog)},
            separators=(",", ":"), ensure_ascii=False,
        )[1:-1]  # fmt: skip
    return found


def _rule(facts: dict[str, int], norm: int, catalog: Catalog, building: int) -> dict[str, Any]:
    """What units at fault take first; a 524 house's decision where it is not the default."""
    members: dict[str, Any] = {}
    if facts["fault"] and facts["difference"] > 0:
        members |= {"norm": norm, "first": min(norm, facts["difference"] // facts["fault"])}
    if facts["regulation"] == 524:
        decided = catalog.policies.decision("difference_524", catalog.period.last_day, building)
        members |= {"rule": decided.value}
        if decided.scope != "default":
            members |= {"since": decided.valid_from.isoformat(), "decision": decided.decision}
    return members


def _span(span_from: int, catalog: Catalog) -> dict[str, str]:
    """The first month that the difference covers, where it is more than this one."""
    if span_from == catalog.period.index:
        return {}
    return {"from": str(type(catalog.period)(span_from))}


def _norms(inputs: ChunkInputs, catalog: Catalog) -> Norms:
    rows = Building.objects.filter(pk__in=inputs.building_ids).values_list("id", "regulation", "amenities")
    return Norms(catalog.policies, [(id_, int(regulation), amenities) for id_, regulation, amenities in rows])


def _counted(keys: Int64) -> tuple[list[int], list[int]]:
    unique, counts = np.unique(keys, return_counts=True)
    return unique.tolist(), counts.tolist()
