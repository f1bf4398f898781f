"""One message of a number at a time."""

from __future__ import annotations

from django.db import connection

_SPACE = 0x5A15  # our own space of advisory locks; the second key is the number's hash


def lock_sender(sender: str) -> None:
    """Until the end of the transaction nobody else takes a message of this number: copies of one meet here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_SPACE, sender])
