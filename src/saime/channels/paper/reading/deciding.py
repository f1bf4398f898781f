"""What the boxes of a form say, held against what each meter is expected to show. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from saime.channels.paper.contracts import ReadingOnPaper
from saime.channels.paper.deciding import UnableToDecide, decide
from saime.channels.paper.digits import shipped_calibration
from saime.channels.paper.reading.found import FoundField, FoundForm
from saime.channels.paper.sheet import SheetMeter


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a meter up to the form's month; see `metering.expectations`."""

    previous: Decimal
    monthly_mean: Decimal | None
    months: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A row of a form: what was found, whose it is, what it says."""

    found: FoundField
    reading: ReadingOnPaper


def decide_form(
    form: FoundForm, expected: Mapping[str, Expected], *, threshold: float | None = None
) -> tuple[Decided, ...]:
    """The form's rows. `expected`: by meter number, meters that are not in it are read without history."""
    meters = form.payload.meters if form.payload is not None else ()
    return tuple(
        Decided(field, decide_field(field, meter, expected.get(meter.number), threshold=threshold))
        for field, meter in zip(form.fields, meters, strict=True)
    )


def decide_field(
    field: FoundField, meter: SheetMeter, expected: Expected | None, *, threshold: float | None = None
) -> ReadingOnPaper:
    modulus = Decimal(10**meter.digits)
    # A reading that no longer fits the dial says nothing of the one that does.
    is_usable = expected is not None and expected.previous < modulus
    try:
        said = decide(
            field.boxes, decimals=field.decimals,
            previous=expected.previous if expected and is_usable else None,
            monthly_mean=_not_negative(expected.monthly_mean) if expected and is_usable else None,
            months=expected.months if expected and is_usable else 1,
            modulus=modulus, threshold=shipped_calibration().threshold if threshold is None else threshold,
        )  # fmt: skip
    except UnableToDecide:
        text, value, confidence, route, reason = "", None, 0.0, "review", "unreadable"
    else:
        text, value, confidence, route, reason = (
            said.text,
            said.value,
            said.confidence,
            said.route,
            said.reason,
        )
    return ReadingOnPaper(
        field.number, meter.number, meter.medium, text, value, confidence, route, reason,
        previous_reading=expected.previous if expected else None,
    )  # fmt: skip


def _not_negative(mean: Decimal | None) -> Decimal | None:
    return None if mean is None else max(mean, Decimal(0))
