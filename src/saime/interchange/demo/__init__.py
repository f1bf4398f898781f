"""The demo company: made-up buildings and residents that live on the water of real households."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def fill(*, accounts: int = 2000, now: datetime | None = None, say: Any = None) -> dict[str, Any]:
    """Fill an empty installation with the demo company, as of `now`; gives counts. See loading.py."""
    from saime.interchange.demo import loading
    from saime.platform.periods import RIGA

    return loading.fill(accounts=accounts, now=now or datetime.now(RIGA), **({"say": say} if say else {}))
