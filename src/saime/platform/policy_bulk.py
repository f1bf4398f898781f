"""Decisions by the file: what an import of policies writes."""

from __future__ import annotations

import polars as pl

from saime.platform.bulk import Loaded, append, fetch_frame, sift, update

_KEY = ["policy", "building_id", "valid_from"]
_COLUMNS = ["value", "decision"]


def load_policies(rows: pl.DataFrame) -> Loaded:
    """Write decisions: policy, building_id (null: the company), value, valid_from, decision? (null: as stored).

    A decision of the same policy, building and day is replaced.
    """
    schema = {"id": pl.Int64, "policy": pl.String, "building_id": pl.Int64, "valid_from": pl.Date, "value": pl.String,
              "decision": pl.String}  # fmt: skip
    stored = fetch_frame(f"SELECT {', '.join(schema)} FROM platform_policy", schema)
    sifted = sift(rows, stored, key=_KEY, columns=_COLUMNS)
    append(
        "platform_policy", sifted.new.with_columns(pl.col("decision").fill_null("")).select(*_KEY, *_COLUMNS)
    )
    update("platform_policy", sifted.changed, _COLUMNS)
    return Loaded(len(sifted.new), len(sifted.changed), sifted.unchanged)
