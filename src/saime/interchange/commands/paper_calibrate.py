"""saime paper calibrate: from which confidence on readings need no person, by what people have decided."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING

from saime.interchange.cli import FAILED
from saime.interchange.commands.session import open_installation, say

if TYPE_CHECKING:
    from saime.channels.paper.deciding.recalibrating import Proposal, Recalibration

_WHY = {
    "too_few": "too few decisions: {doubtful} doubtful readings (100 are needed) and {sampled} of the sample (200). "
               "The threshold stays; the policy paper_sample_percent says how many sure readings are sampled.",
    "none_is_safe": "at no threshold would fewer than 0.5% of the readings be wrong. Look at what people corrected; "
                    "the policy channel_paper switches the channel off.",
}  # fmt: skip


def paper_calibrate(arguments: Namespace) -> int:
    """0: proposed, or applied; 1: there is nothing to propose."""
    open_installation()
    from django.utils import timezone

    from saime.channels.paper.operations.calibrating import apply_threshold, propose_threshold

    now = timezone.now()
    found = propose_threshold(now=now)
    applied = arguments.apply and found.proposed is not None
    if applied:
        apply_threshold(found=found, now=now)
    _show(found, applied=applied)
    say(asdict(found) | {"applied": applied})
    return 0 if found.proposed else FAILED


def _show(found: Recalibration, *, applied: bool) -> None:
    for name, proposal in (("in force", found.now), ("proposed", found.proposed)):
        if proposal is not None:
            print(_line(name, proposal), file=sys.stderr)
    if found.why:
        print(_WHY[found.why].format(doubtful=found.doubtful, sampled=found.sampled), file=sys.stderr)
    elif applied:
        print("It holds from today on, as the policy paper_threshold.", file=sys.stderr)
    else:
        print("Nothing was changed; --apply lets it hold from today on.", file=sys.stderr)


def _line(name: str, of: Proposal) -> str:
    shares = f"{of.review_share:.1%} to review, at most {of.wrong_share:.2%} of the others wrong"
    return f"{name}: {of.threshold:g}, {shares}"
