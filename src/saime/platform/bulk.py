"""Many rows of business data at once: read as frames, compared with what is stored, written by COPY.

Frames are Polars; their columns are named as the table's. Ids are taken from the table's own sequence beforehand, so
that rows of one load can refer to each other.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import connection, transaction
from psycopg import sql

from saime.platform.columns import copy_frame

Schema = Mapping[str, Any]

# The advisory lock of loads: one at a time, so that what was checked still holds when it is written.
_BULK_LOADS = 0x5A11


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the rows of a load."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Sifted:
    """Rows against what is stored: not there yet, there with other content (with `id`), there and equal."""

    new: pl.DataFrame
    changed: pl.DataFrame
    unchanged: int


@contextmanager
def bulk_load() -> Iterator[None]:
    """One transaction for checking and writing a load, alone among loads and without the web's time limits."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            unhurried(cursor)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_BULK_LOADS])
        yield


def unhurried(cursor: Any) -> None:
    """Lift the time limits that keep pages quick, until the transaction ends."""
    cursor.execute("SET LOCAL statement_timeout = 0")
    cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    cursor.execute("SET LOCAL lock_timeout = '10min'")


def fetch_frame(query: str, schema: Schema, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The query's rows, typed as `schema` says. Booleans come as `::int`."""
    statement = f"COPY ({query}) TO STDOUT WITH (FORMAT csv, NULL '\\N')"
    buffer = io.BytesIO()
    with connection.cursor() as cursor, cursor.cursor.copy(statement, parameters or {}) as copy:
        for block in copy:
            buffer.write(block)
    names = list(schema)
    if not buffer.tell():
        return pl.DataFrame(schema=dict(schema))
    buffer.seek(0)
    text = pl.read_csv(
        buffer,
        has_header=False,
        new_columns=names,
        infer_schema=False,
        null_values="\\N",
        empty_string_is_null=False,
    )
    days = [name for name, kind in schema.items() if kind == pl.Date]
    return text.with_columns(pl.col(days).str.to_date("%Y-%m-%d")).cast(pl.Schema(schema))


def sift(rows: pl.DataFrame, stored: pl.DataFrame, *, key: Sequence[str], columns: Sequence[str]) -> Sifted:
    """Compare rows with those stored under the same key. An empty (null) cell leaves what is stored."""
    theirs = stored.select(*key, "id", *(pl.col(name).alias(f"stored_{name}") for name in columns))
    both = rows.join(theirs, on=list(key), how="left", nulls_equal=True, maintain_order="left")
    new = both.filter(pl.col("id").is_null()).select(rows.columns)
    known = both.filter(pl.col("id").is_not_null()).with_columns(
        pl.coalesce(name, f"stored_{name}").alias(name) for name in columns
    )
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"stored_{name}")) for name in columns)
    changed = known.filter(differs)
    return Sifted(new, changed, len(known) - len(changed))


def with_new_ids(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with an `id` each, taken from the table's sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, len(rows)]
        )
        ids = [row[0] for row in cursor.fetchall()]
    return rows.with_columns(pl.Series("id", ids, pl.Int64))


def append(table: str, rows: pl.DataFrame) -> None:
    """Write the rows into the table's columns of the same names."""
    if len(rows):
        with connection.cursor() as cursor:
            copy_frame(cursor, table, rows)


def update(table: str, rows: pl.DataFrame, columns: Sequence[str]) -> None:
    """Set `columns` of the table's rows with the frame's ids."""
    if not len(rows):
        return
    name = sql.Identifier(table)
    picked = sql.SQL(", ").join(map(sql.Identifier, ["id", *columns]))
    assigned = sql.SQL(", ").join(sql.SQL("{0} = s.{0}").format(sql.Identifier(column)) for column in columns)
    with connection.cursor() as cursor:
        raw = cursor.cursor
        raw.execute("DROP TABLE IF EXISTS pg_temp.staged")
        raw.execute(
            sql.SQL("CREATE TEMPORARY TABLE staged ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                picked, name
            )
        )
        copy_frame(cursor, "staged", rows.select("id", *columns))
        raw.execute(sql.SQL("UPDATE {} AS t SET {} FROM staged s WHERE s.id = t.id").format(name, assigned))


def analyze(*tables: str) -> None:
    """Let the planner know of rows that came in by the thousand."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
