"""From which confidence on a reading is taken without a person, and how many of these a person sees all the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from saime.platform.policies import PolicyBook


@dataclass(frozen=True, slots=True)
class InForce:
    """`threshold` 0 to 1, since `valid_from`; `sample_percent` of the sure readings are shown to a person."""

    threshold: float
    valid_from: date
    decision: str
    sample_percent: float


def in_force(on: date, book: PolicyBook | None = None) -> InForce:
    """What holds on the day; without any decision of the company, what was measured before the network was shipped."""
    policies = book or PolicyBook.recent()
    threshold = policies.decision("paper_threshold", on)
    percent = policies.value("paper_sample_percent", on)
    return InForce(float(threshold.value), threshold.valid_from, threshold.decision, float(percent))
