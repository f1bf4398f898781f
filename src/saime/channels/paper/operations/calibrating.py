"""The threshold set anew by what people have decided: looked at first, then written down as the company's decision."""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from saime.channels.paper.deciding.recalibrating import Recalibration, recalibrate
from saime.channels.paper.queries.judged import count_sure, judged_readings
from saime.channels.paper.queries.threshold import in_force
from saime.platform.models import Policy
from saime.platform.policies import PolicyBook


class UnableToCalibrate(Exception):
    """No threshold can be proposed. `reason`: too_few, none_is_safe."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def propose_threshold(*, now: datetime) -> Recalibration:
    """What people decided since the threshold in force was set, and what follows from it. Nothing is changed."""
    holds = in_force(timezone.localdate(now), PolicyBook.load())
    since = timezone.make_aware(datetime.combine(holds.valid_from, time.min))
    judged = judged_readings(since=since)
    return recalibrate(judged, in_force=holds.threshold, sure=count_sure(since=since))


@transaction.atomic
def apply_threshold(*, found: Recalibration, now: datetime) -> Policy:
    """Let the proposed threshold hold from today on. UnableToCalibrate. Applied twice, it is the same decision."""
    if found.proposed is None:
        raise UnableToCalibrate(found.why)
    decision = f"calibrated by {found.doubtful} doubtful and {found.sampled} sampled readings"
    policy, _ = Policy.objects.update_or_create(
        policy="paper_threshold",
        building=None,
        valid_from=timezone.localdate(now),
        defaults={"value": f"{found.proposed.threshold:g}", "decision": decision},
    )
    return policy
