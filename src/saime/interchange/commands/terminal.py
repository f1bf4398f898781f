"""saime terminal: add a terminal and get the code to type into it, list them, shut one out."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import UTC, datetime

from saime.interchange.cli import WrongUsage
from saime.interchange.commands.session import open_installation, say


def terminal(arguments: Namespace) -> int:
    open_installation()
    {"enrol": _enrol, "list": _list, "revoke": _revoke}[arguments.step](arguments)
    return 0


def _enrol(arguments: Namespace) -> None:
    from saime.channels.terminal.operations import NameTaken, enrol

    name = arguments.name.strip()
    if not 0 < len(name) <= 60 or len(arguments.place) > 200:
        raise WrongUsage("a terminal's name has 1 to 60 characters, its place at most 200")
    try:
        code = enrol(name=name, place=arguments.place, now=datetime.now(UTC), renew=arguments.renew)
    except NameTaken as error:
        raise WrongUsage(
            f"there is a terminal {name!r} at work; choose another name, or give it a new key with --renew"
        ) from error
    print("Open /terminal/enrol/ on the device and type the code; it is good for a day.", file=sys.stderr)
    say({"terminal": name, "code": code})


def _list(_arguments: Namespace) -> None:
    from saime.channels.terminal.queries import terminals

    for one in terminals(now=datetime.now(UTC)):
        difference = one.clock_difference
        say(
            {
                "terminal": one.name, "place": one.place, "state": one.state,
                "last_seen_at": one.last_seen_at and one.last_seen_at.isoformat(timespec="seconds"),
                "queue": one.queue_length, "entries_today": one.entries_today,
                "clock_seconds": None if difference is None else round(difference.total_seconds()),
                "software": one.software,
            }
        )  # fmt: skip


def _revoke(arguments: Namespace) -> None:
    from saime.channels.terminal.operations import UnknownTerminal, revoke

    try:
        revoke(name=arguments.name.strip(), now=datetime.now(UTC))
    except UnknownTerminal as error:
        raise WrongUsage(
            f"there is no terminal {arguments.name!r} to revoke; saime terminal list shows them"
        ) from error
    say({"terminal": arguments.name.strip(), "state": "revoked"})
