"""Rows of the database as NumPy columns of integers, and columns as rows by COPY."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from django.db import connection
from numpy.typing import NDArray
from psycopg import sql

Columns = dict[str, NDArray[np.int64]]

# Below this many rows the cursor's own fetch is quicker than a COPY and its parser.
_FEW = 2000


@dataclass(frozen=True, slots=True)
class Query:
    """A query whose columns are all integers, none null; their names, and its named parameters."""

    names: str  # in the order of the query's columns, separated by blanks
    sql: str
    parameters: Mapping[str, Any]


def fetch_all(queries: Mapping[str, Query], *, many: bool) -> dict[str, Columns]:
    """The columns of several queries: by COPY one after the other, or, for a page's few rows, in one round trip."""
    if many:
        return {
            name: fetch_columns(query.sql, query.parameters, many=True) for name, query in queries.items()
        }
    parameters: dict[str, Any] = {}
    parts = []
    for name, query in queries.items():
        row = ", ".join(f"q.{column}" for column in query.names.split())
        parts.append(
            f"(SELECT json_agg(json_build_array({row})) FROM ({_renamed(name, query, parameters)}) q)"
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), parameters)
        answers = cursor.fetchone()
    return {
        name: _as_columns(query, rows or [])
        for (name, query), rows in zip(queries.items(), answers, strict=True)
    }


def _renamed(name: str, query: Query, parameters: dict[str, Any]) -> str:
    """The query's text with parameters of its own names, which are added to `parameters`."""
    text = query.sql
    for key, value in query.parameters.items():
        parameters[f"{name}_{key}"] = value
        text = text.replace(f"%({key})s", f"%({name}_{key})s")
    return text


def _as_columns(query: Query, rows: list[list[int]]) -> Columns:
    names = query.names.split()
    table = np.array(rows, np.int64).reshape(-1, len(names))
    return {name: np.ascontiguousarray(table[:, i]) for i, name in enumerate(names)}


def fetch_columns(query: str, parameters: Mapping[str, Any], *, many: bool) -> Columns:
    """The query's columns (all integers, none null) as int64 arrays. `many`: thousands of rows, by COPY."""
    with connection.cursor() as cursor:
        if many:
            return _copied(cursor.cursor, query, parameters)
        cursor.execute(query, parameters)
        names = [column.name for column in cursor.description]
        rows = np.array(cursor.fetchall(), np.int64).reshape(-1, len(names))
        return {name: np.ascontiguousarray(rows[:, i]) for i, name in enumerate(names)}


def _copied(cursor: Any, query: str, parameters: Mapping[str, Any]) -> Columns:
    statement = f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER true)"
    buffer = io.BytesIO()
    with cursor.copy(statement, parameters) as copy:
        for block in copy:
            buffer.write(block)
    buffer.seek(0)
    frame = pl.read_csv(buffer, infer_schema=False).cast(pl.Int64)
    return {name: frame[name].to_numpy() for name in frame.columns}


def copy_frame(cursor: Any, table: str, frame: pl.DataFrame) -> None:
    """COPY a frame's rows into the table's columns of the same names. Nulls and empty strings are told apart."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv, NULL '\\N')").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    )
    raw = getattr(cursor, "cursor", cursor)
    with raw.copy(statement) as copy:
        for start in range(0, len(frame), 100_000):
            part = frame.slice(start, 100_000)
            copy.write(part.write_csv(include_header=False, null_value="\\N").encode())


def ids(values: Iterable[int | np.int64]) -> list[int]:
    """For `= ANY(%(ids)s)`: plain ints, whatever they came as."""
    return [int(value) for value in values]
