"""saime init, stop, serve, manage, demo-data."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import Namespace
from typing import Any

from saime.config import installation
from saime.interchange.commands.session import open_installation, say, set_up_django, timed


def init(_arguments: Namespace) -> int:
    directory = installation.data_dir()
    with timed() as spent:
        new = open_installation(create=True)
    print(f"Saime is ready in {directory}." if new else f"{directory} is up to date.", file=sys.stderr)
    say({"data_dir": str(directory), "created": new, **spent})
    return 0


def stop(_arguments: Namespace) -> int:
    from saime.platform.embedded import EmbeddedDatabase

    directory = installation.data_dir()
    if installation.read_env(directory).get("DATABASE_URL"):
        print("The database is not ours (DATABASE_URL): nothing to stop.", file=sys.stderr)
        return 0
    if (directory / "pg").exists():
        EmbeddedDatabase(directory).stop()
    print("stopped", file=sys.stderr)
    return 0


def manage(arguments: list[str]) -> int:
    """A command of Django on this installation."""
    from django.core.management import execute_from_command_line

    if arguments[:1] in (["migrate"], ["check"], ["makemigrations"], ["--help"], ["help"], []):
        installation.ensure_database()
        set_up_django()
    else:
        open_installation()
    execute_from_command_line(["saime manage", *arguments])
    return 0


def serve(arguments: Namespace) -> int:
    """The web server in this terminal, until Ctrl-C."""
    open_installation()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()
    address = f"http://{arguments.host}:{arguments.port}/"
    print(f"Saime runs on {address} (Ctrl-C stops it).", file=sys.stderr, flush=True)
    options = {
        "--interface": "wsgi", "--host": arguments.host, "--port": arguments.port, "--workers": arguments.workers,
        "--blocking-threads": 2, "--backpressure": 32,
    }  # fmt: skip
    words = [str(word) for pair in options.items() for word in pair]
    os.environ["DJANGO_SETTINGS_MODULE"] = settings.SETTINGS_MODULE
    command = [
        sys.executable,
        "-m",
        "granian",
        *words,
        "--respawn-failed-workers",
        "saime.config.wsgi:application",
    ]
    return subprocess.run(command, check=False).returncode


def demo_data(arguments: Namespace) -> int:
    open_installation()
    from saime.interchange import demo

    with timed() as spent:
        counts: dict[str, Any] = demo.fill(
            accounts=arguments.accounts, say=lambda line: print(line, file=sys.stderr)
        )
    say({**counts, **spent})
    return 0
