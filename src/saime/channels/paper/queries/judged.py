"""Readings of which one knows how sure the machine was and what a person saw: by them the threshold is set anew."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from saime.channels.paper.deciding.recalibrating import Judged
from saime.channels.paper.models import FieldDecision, FormField, Route

WRONG_BY = Decimal("0.1")  # m³ that a reading may be off
_COUNTED = ("unsure", "sample")  # others came to the desk for reasons that have nothing to do with digits


def judged_readings(*, since: datetime) -> list[Judged]:
    """Doubtful and sampled readings on pages read since then that a person has decided."""
    rows = FieldDecision.objects.filter(field__form__page__read_at__gte=since, field__reason__in=_COUNTED)
    found = rows.order_by("id").values_list("field__confidence", "field__value", "outcome", "value")
    return [
        Judged(confidence, _is_wrong(read, outcome, seen))
        for confidence, read, outcome, seen in found.iterator(chunk_size=2000)
        if read is not None or outcome != "empty"
    ]


def count_sure(*, since: datetime) -> int:
    """Readings on pages read since then that were sure enough, sampled or not."""
    fields = FormField.objects.filter(form__page__read_at__gte=since)
    return fields.filter(Q(route=Route.ACCEPTED) | Q(reason="sample")).count()


def _is_wrong(read: Decimal | None, outcome: str, seen: Decimal | None) -> bool:
    if outcome == "unreadable" or read is None or seen is None:
        return True
    return abs(read - seen) > WRONG_BY
