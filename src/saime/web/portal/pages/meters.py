"""Meters by home: those in use, the most urgent first, and those that were replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from saime.metering.contracts import MeterView
from saime.residents.contracts import AccountAccess

_URGENCY = ("expired", "expiring", "unknown", "valid")


@dataclass(frozen=True, slots=True)
class MeterGroup:
    account: AccountAccess
    meters: tuple[MeterView, ...]
    replaced: tuple[MeterView, ...]


def meter_groups(accounts: Sequence[AccountAccess], meters: Sequence[MeterView]) -> tuple[MeterGroup, ...]:
    groups = (_group(account, [m for m in meters if m.unit_id == account.unit_id]) for account in accounts)
    return tuple(group for group in groups if group.meters or group.replaced)


def _group(account: AccountAccess, meters: Sequence[MeterView]) -> MeterGroup:
    in_use = sorted((m for m in meters if m.removed_on is None), key=lambda m: _URGENCY.index(m.verification))
    replaced = sorted((m for m in meters if m.removed_on), key=lambda m: str(m.removed_on), reverse=True)
    return MeterGroup(account, tuple(in_use), tuple(replaced))
