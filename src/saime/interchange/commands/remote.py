"""saime remote: sources, files of daily values, the reading of the month's end."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from saime.interchange.cli import FAILED, WrongUsage
from saime.interchange.commands.listing import list_problems
from saime.interchange.commands.session import open_installation, say, timed
from saime.interchange.problems import remove_errors


def remote(arguments: Namespace) -> int:
    work = {"source": _source, "import": _import, "register": _register, "check": _check}[arguments.step]
    return work(arguments)


def _source(arguments: Namespace) -> int:
    open_installation()
    from saime.channels.remote.operations import UnableToAddSource, add_source

    try:
        add_source(code=arguments.code, name=arguments.name, now=datetime.now(UTC))
    except UnableToAddSource as error:
        raise WrongUsage(str(error)) from error
    say({"source": arguments.code, "name": arguments.name})
    return 0


def _import(arguments: Namespace) -> int:
    missing = [str(path) for path in arguments.files if not path.is_file()]
    if missing:
        raise WrongUsage(f"there is no file {', '.join(missing)}")
    open_installation()
    from saime.channels.remote.queries import source_id_of

    source_id = source_id_of(arguments.source)
    if source_id is None:
        raise WrongUsage(
            f"there is no source {arguments.source!r}; make it with: saime remote source {arguments.source} NAME"
        )
    return max([_import_one(path, source_id, partial=arguments.partial) for path in arguments.files])


def _import_one(path: Path, source_id: int, *, partial: bool) -> int:
    from saime.interchange.remote_values import import_values

    try:
        with timed() as spent:
            done = import_values(path=path, source_id=source_id, partial=partial, now=datetime.now(UTC))
    except PermissionError as error:
        raise WrongUsage(f"{path} cannot be read: {error.strerror}") from error
    say({
        "file": path.name, "rows": done.rows, "created": done.created, "unchanged": done.unchanged,
        "conflicts": done.conflicts, "rejected": done.rejected, "registered": done.registered,
        "suspicions": done.suspicions, **spent,
    })  # fmt: skip
    remove_errors(path)
    if not len(done.problems):
        return 0
    list_problems(path, done.problems, nothing_taken=done.nothing_taken)
    return FAILED


def _register(arguments: Namespace) -> int:
    open_installation()
    from saime.channels.remote.operations import MonthNotOver, register_month

    try:
        with timed() as spent:
            done = register_month(period=arguments.period, now=datetime.now(UTC))
    except MonthNotOver as error:
        raise WrongUsage(
            f"{arguments.period} is not over; its last day's values are registered as they come in"
        ) from error
    say({
        "period": str(arguments.period), "meters": done.meters, "created": done.created,
        "unchanged": done.unchanged, **done.fates, **spent,
    })  # fmt: skip
    return 0


def _check(_arguments: Namespace) -> int:
    """What the sources deliver, on the screen."""
    open_installation()
    from saime.channels.remote.queries import source_health, suspect_meters
    from saime.platform.periods import RIGA

    now = datetime.now(UTC)
    for source in source_health(now=now):
        print(f"{source.code:20} last {source.last_received_at or 'never'}, day {source.last_day or '-'}, "
              f"{source.meters} values, {source.conflicts} differing in 30 days", file=sys.stderr)  # fmt: skip
    found = suspect_meters(today=now.astimezone(RIGA).date())
    for meter in found:
        place = f"{meter.building_no} {meter.unit_no}".strip()
        print(f"{meter.meter_no} ({place}): {meter.suspicion.kind} since {meter.suspicion.since}, "
              f"{meter.suspicion.m3_a_day} m³ a day", file=sys.stderr)  # fmt: skip
    say({"suspicions": len(found)})
    return 0
