"""What is said of keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """A key as a request is judged by it. `buildings`: ids, None where it is not limited to some."""

    key_id: int
    name: str
    scopes: frozenset[str]
    channel: str
    source_id: int | None
    per_minute: int
    buildings: frozenset[int] | None

    @property
    def source(self) -> int:
        """The source that a key of the scope remote:readings delivers for: the database sees to it that it has one."""
        if self.source_id is None:
            raise ValueError(f"the key {self.name} delivers for no source")
        return self.source_id

    def may_name(self, building_id: int) -> bool:
        return self.buildings is None or building_id in self.buildings


@dataclass(frozen=True, slots=True)
class KeyListing:
    """A key as its operator sees it: everything but the secret."""

    name: str
    prefix: str
    scopes: tuple[str, ...]
    channel: str
    source: str
    per_minute: int
    buildings: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
