"""What people decided, beside what the machine had read: by it the thresholds are set anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from saime.channels.paper.contracts import DecidedField
from saime.channels.paper.models import FieldDecision


def decided_fields(*, since: datetime | None = None) -> Iterator[DecidedField]:
    """Fields that a person has decided, in order of time. Few are in memory at once."""
    rows = FieldDecision.objects.select_related("field")
    rows = rows.filter(decided_at__gte=since) if since is not None else rows
    for row in rows.order_by("decided_at", "id").iterator(chunk_size=500):
        yield DecidedField(
            row.field_id, row.decided_at, row.field.boxes, row.field.decimals, row.field.value, row.field.confidence,
            row.outcome, row.value,
        )  # fmt: skip
