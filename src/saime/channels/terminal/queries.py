"""Which terminal a key belongs to, how the terminals are, and what of them staff should look at."""

from __future__ import annotations

from datetime import datetime, timedelta
from hmac import compare_digest

from django.db.models import Count

from saime.channels.terminal import rules
from saime.channels.terminal.contracts import KnownTerminal, RefusedEntry, TerminalHealth
from saime.channels.terminal.keys import hashed
from saime.channels.terminal.models import SignOfLife, Terminal, TerminalEntry
from saime.platform.periods import RIGA, Period


def terminal_with_key(key: str) -> KnownTerminal | None:
    """The terminal whose key this is; None for a forged, former or revoked one. One query."""
    number, _dot, secret = key.partition(".")
    if not (number.isascii() and number.isdecimal() and len(number) < 19 and secret):
        return None
    terminal = Terminal.objects.filter(pk=int(number), key_hash__isnull=False).first()
    if terminal is None or not compare_digest(bytes(terminal.key_hash or b""), hashed(secret)):
        return None
    return KnownTerminal(terminal.pk, terminal.name, terminal.place)


def terminals(*, now: datetime, with_revoked: bool = True) -> list[TerminalHealth]:
    """Every terminal and how it is, by name, revoked ones last. Two queries."""
    rows = Terminal.objects.select_related("sign")
    if not with_revoked:
        rows = rows.filter(revoked_at__isnull=True)
    today = _entries_today(now)
    ordered = sorted(rows, key=lambda row: (row.revoked_at is not None, row.name, row.pk))
    return [_health(row, today.get(row.pk, 0), now) for row in ordered]


def _entries_today(now: datetime) -> dict[int, int]:
    midnight = now.astimezone(RIGA).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = TerminalEntry.objects.filter(received_at__gte=midnight).values("terminal_id")
    return dict(rows.annotate(entries=Count("id")).values_list("terminal_id", "entries"))


def _health(row: Terminal, entries_today: int, now: datetime) -> TerminalHealth:
    sign: SignOfLife | None = getattr(row, "sign", None)
    milliseconds = sign.clock_difference_ms if sign else None
    difference = None if milliseconds is None else timedelta(milliseconds=milliseconds)
    seen_at = sign.seen_at if sign else None
    state = rules.state_of(
        is_enrolled=row.key_hash is not None, is_revoked=row.revoked_at is not None, last_seen_at=seen_at,
        difference=difference, now=now,
    )  # fmt: skip
    return TerminalHealth(
        row.pk, row.name, row.place, state, seen_at, sign.queue_length if sign else None, difference,
        sign.software if sign else "", entries_today, row.enrolled_at, row.revoked_at,
    )  # fmt: skip


def refused_entries(*, since: datetime, limit: int = 200) -> list[RefusedEntry]:
    """Entries of which no submission could be made, latest first: the person has gone, staff can look them up."""
    rows = TerminalEntry.objects.filter(outcome="refused", received_at__gte=since).select_related("terminal")
    return [_refused(row) for row in rows.order_by("-received_at", "-id")[:limit]]


def _refused(row: TerminalEntry) -> RefusedEntry:
    came = {name: str(row.came.get(name) or "") for name in ("account_no", "meter_no", "medium", "value")}
    return RefusedEntry(
        row.terminal.name, row.entry_id, row.received_at, row.counted_at, Period.containing(row.counted_at),
        row.reason, **came,
    )  # fmt: skip
