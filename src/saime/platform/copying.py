"""Rows out of the database as CSV, streamed by COPY."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection


def copy_out(query: str, parameters: Mapping[str, Any]) -> Iterator[bytes]:
    """The query's rows as CSV with a header line, in blocks as they come: never the whole in memory.

    Runs in the caller's transaction, if there is one; a stream not read to its end is closed with the generator.
    """
    with connection.cursor() as cursor:
        raw: Any = cursor.cursor
        with raw.copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER true)", parameters) as copy:
            for block in copy:
                yield bytes(block)
