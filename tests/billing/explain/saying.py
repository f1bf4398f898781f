"""What the tests of explanations share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from saime.metering.models import Meter, RegisteredReading, Submission
from saime.platform.periods import Period


def texts(value: Any) -> Iterator[str]:
    """Every text in an explanation."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for part in fields(value):
            yield from texts(getattr(value, part.name))
    elif isinstance(value, tuple | list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, dict):
        yield from texts(list(value.values()))


def readings(meter: Meter, values: Mapping[Period, str]) -> None:
    """Registered readings of a meter by month."""
    for period, value in values.items():
        at = {"channel": "portal", "received_at": f"{period}-26T10:00:00+02:00", "value": Decimal(value)}
        submission = Submission.objects.create(
            meter=meter, period=period, reference=f"{meter.pk}:{period}", verdict="accepted", **at
        )
        RegisteredReading.objects.create(meter=meter, period=period, submission=submission, **at)
