"""What crosses the estate app's border."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PaperlessCount:
    """Of the accounts that pay on a day, how many want no printed bill."""

    accounts: int
    paperless: int


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """When an account gave the printed bill up (`paperless`) or took it back."""

    chosen_at: datetime
    paperless: bool
