"""One run at a time: what an account owed before its bill is only known while nobody else bills it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_RUNS = (0x5A12, 0)  # the advisory lock of runs, credits and re-issues
# A run that was killed holds its lock until the server notices that nobody is there: moments, unless it is in a COPY.
_PATIENCE = 5.0


class RunIsGoingOn(Exception):
    """Another session is billing, and did not finish in the time one can wait."""


@contextmanager
def alone(patience: float = _PATIENCE) -> Iterator[None]:
    """Hold the lock of runs over any number of transactions. RunIsGoingOn after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not _ask("SELECT pg_try_advisory_lock(%s, %s)"):
        if time.monotonic() > deadline:
            raise RunIsGoingOn
        time.sleep(0.1)
    try:
        yield
    finally:
        # A connection that broke has taken its lock with it.
        if connection.connection is not None and not connection.connection.closed:
            _ask("SELECT pg_advisory_unlock(%s, %s)")


def _ask(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, _RUNS)
        return bool(cursor.fetchone()[0])
