"""saime api key: keys for other systems."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import UTC, datetime

from saime.interchange.cli import WrongUsage
from saime.interchange.commands.session import open_installation, say


def api(arguments: Namespace) -> int:
    open_installation()
    work = {"create": _create, "list": _list, "revoke": _revoke}[arguments.step]
    return work(arguments)


def _create(arguments: Namespace) -> int:
    from saime.api.operations import UnableToCreateKey, create_key

    try:
        token = create_key(
            name=arguments.name, scopes=arguments.scope, channel=arguments.channel, source=arguments.source,
            building_nos=arguments.building, per_minute=arguments.per_minute, now=datetime.now(UTC),
        )  # fmt: skip
    except UnableToCreateKey as error:
        raise WrongUsage(str(error)) from error
    print("This is the key. It is shown once; hand it over by a way that nobody else reads.", file=sys.stderr)
    say({"name": arguments.name, "key": token, "scopes": sorted(set(arguments.scope))})
    return 0


def _list(_arguments: Namespace) -> int:
    from saime.api.queries import list_keys

    for key in list_keys():
        say({
            "name": key.name, "prefix": key.prefix, "scopes": key.scopes, "channel": key.channel,
            "source": key.source, "buildings": key.buildings, "per_minute": key.per_minute,
            "created_at": key.created_at.isoformat(),
            "revoked_at": key.revoked_at and key.revoked_at.isoformat(),
            "last_used_at": key.last_used_at and key.last_used_at.isoformat(),
        })  # fmt: skip
    return 0


def _revoke(arguments: Namespace) -> int:
    from saime.api.operations import UnableToRevokeKey, revoke_key

    now = datetime.now(UTC)
    try:
        revoke_key(name=arguments.name, now=now)
    except UnableToRevokeKey as error:
        raise WrongUsage(str(error)) from error
    say({"name": arguments.name, "revoked_at": now.isoformat()})
    return 0
