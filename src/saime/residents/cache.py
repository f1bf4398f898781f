"""The cache behind the rate limits of the login pages: one unlogged table, one statement a call.

Django's own database cache counts its rows at every write and needs three statements more; that is too much for a
login on the last day of the month. Values are JSON, so that a row can do nothing but be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

_FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)


def purge(now: datetime) -> int:
    """Delete what has expired. How many rows."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM saime_cache WHERE expires_at <= %s", [now])
        return int(cursor.rowcount)


class TableCache(BaseCache):
    """Shared by all processes; empty after a crash of the database, which only forgets who was slowed down."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        sql = """INSERT INTO saime_cache AS c (key, value, expires_at) VALUES (%s, %s, %s)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
                 WHERE c.expires_at <= clock_timestamp()"""
        return self._write(sql, self._row(key, value, timeout, version)) > 0

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        sql = """INSERT INTO saime_cache (key, value, expires_at) VALUES (%s, %s, %s)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at"""
        self._write(sql, self._row(key, value, timeout, version))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self.get_many([key], version).get(key, default)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        names = {self.make_and_validate_key(key, version=version): key for key in keys}
        sql = "SELECT key, value FROM saime_cache WHERE key = ANY(%s) AND expires_at > clock_timestamp()"
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(names)])
            return {names[name]: json.loads(value) for name, value in cursor.fetchall()}

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        sql = "UPDATE saime_cache SET expires_at = %s WHERE key = %s AND expires_at > clock_timestamp()"
        return self._write(sql, [self._until(timeout), self.make_and_validate_key(key, version=version)]) > 0

    def delete(self, key: str, version: int | None = None) -> bool:
        sql = "DELETE FROM saime_cache WHERE key = %s"
        return self._write(sql, [self.make_and_validate_key(key, version=version)]) > 0

    def clear(self) -> None:
        self._write("DELETE FROM saime_cache", [])

    def _row(self, key: str, value: Any, timeout: Any, version: int | None) -> list[Any]:
        return [self.make_and_validate_key(key, version=version), json.dumps(value), self._until(timeout)]

    def _until(self, timeout: Any) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return _FOR_EVER if seconds is None else datetime.now(UTC) + timedelta(seconds=seconds)

    def _write(self, sql: str, values: list[Any]) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return int(cursor.rowcount)
