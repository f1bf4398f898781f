"""What a row was before somebody changed it: kept by triggers, so that bulk work and plain SQL leave traces too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db import models

Model = TypeVar("Model", bound=type[models.Model])


def keep_history(model: Model) -> Model:
    """Keep the former row of each update and delete in <Model>Event; `pgh_created_at` is when it ceased to hold.

    Inserts leave no trace: what was first written is either still there or in the first event, and the import of a
    company would write everything twice. One trigger a statement, not a row. Who did it: run the change inside
    `pghistory.context(user=…)`.
    """
    track: Callable[[Model], Model] = pghistory.track(
        pghistory.UpdateEvent(row=pghistory.Old),
        pghistory.DeleteEvent(),
        level=pghistory.Statement,
        append_only=True,
    )
    return track(model)
