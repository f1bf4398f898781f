"""How often something may be tried: counted in the database, so that every process counts together."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

_COUNT = """
INSERT INTO residents_tries AS t (subject, tries, until) VALUES (%s, 1, %s)
ON CONFLICT (subject) DO UPDATE SET
    tries = CASE WHEN t.until <= %s THEN 1 ELSE t.tries + 1 END,
    until = CASE WHEN t.until <= %s THEN excluded.until ELSE t.until END
RETURNING tries
"""


def _subject(what: str, of: str) -> bytes:
    return salted_hmac("saime.tries." + what, of, algorithm="sha256").digest()


def count_try(*, what: str, of: str, limit: int, within: timedelta, now: datetime) -> bool:
    """Count one try. False once more than `limit` fell into the stretch that began with the first of them.

    Counted before the thing itself is tried: a hundred requests at once are a hundred tries, not one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [_subject(what, of), now + within, now, now])
        return bool(cursor.fetchone()[0] <= limit)


def take_back(*, what: str, of: str) -> None:
    """What was tried was right: it does not count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE residents_tries SET tries = tries - 1 WHERE subject = %s AND tries > 0",
            [_subject(what, of)],
        )


def forget(*, what: str, of: str) -> None:
    """Begin anew: who has proven themselves otherwise need not wait."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM residents_tries WHERE subject = %s", [_subject(what, of)])
