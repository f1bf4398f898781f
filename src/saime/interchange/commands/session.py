"""A command at work on an installation: its database started and up to date, Django set up, English spoken."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from saime.config import installation
from saime.interchange.cli import WrongUsage

_SETTINGS = "saime.config.settings.production"
_MIGRATING = 0x5A12  # the advisory lock of whoever brings the schema up to date


def open_installation(*, create: bool = False) -> bool:
    """Start the database, set Django up, bring the schema up to date. True if the installation is new."""
    directory = installation.data_dir()
    new = _prepared(directory, create=create)
    installation.ensure_database()
    set_up_django()
    migrate()
    return new


def _prepared(directory: Path, *, create: bool) -> bool:
    if create:
        return installation.create(directory)
    env = installation.read_env(directory)
    if not (directory / "saime.env").exists() and not (
        env.get("DATABASE_URL") and env.get("SAIME_SECRET_KEY")
    ):
        raise WrongUsage(
            f"there is no installation in {directory}; make one with: SAIME_DATA_DIR={directory} saime init"
        )
    return False


def set_up_django() -> None:
    import django
    from django.db import connection
    from django.utils import translation

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", _SETTINGS)
    django.setup()
    # The settings' limits keep web requests quick; an operator's command takes the time it takes.
    connection.settings_dict["OPTIONS"] |= {"options": "-c lock_timeout=10min"}
    translation.activate("en")


def migrate() -> None:
    """Apply what the schema lacks. Costs one query where it lacks nothing."""
    if not schema_is_behind():
        return
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


def schema_is_behind() -> bool:
    """Whether a migration file of ours or of the apps we use has not been applied: names compared, no module loaded."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return True
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    return not _migration_files() <= applied


def _migration_files() -> set[tuple[str, str]]:
    from django.apps import apps

    folders = ((app.label, Path(app.path) / "migrations") for app in apps.get_app_configs())
    return {
        (label, file.stem)
        for label, folder in folders
        if folder.is_dir()
        for file in folder.glob("*.py")
        if not file.name.startswith(("_", "~"))
    }


def say(counts: dict[str, Any]) -> None:
    """The one JSON line of a command, on standard output."""
    print(json.dumps(counts, ensure_ascii=False), flush=True)


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Seconds that the block took, in the dictionary's `seconds` once it has ended."""
    started = time.monotonic()
    spent: dict[str, float] = {}
    yield spent
    spent["seconds"] = round(time.monotonic() - started, 3)


class Ticker:
    """Progress on standard error, on one line, a few times a second; silent where nobody watches."""

    def __init__(self, *, wanted: bool, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.watched = self.stream.isatty()
        self.active = wanted or self.watched
        self.started = self.last = time.monotonic()

    def show(self, step: str, done: float, rows: int = 0) -> None:
        now = time.monotonic()
        if not self.active or (now - self.last < (0.2 if self.watched else 2.0) and done < 1.0):
            return
        self.last = now
        rate = f", {rows:,} rows ({rows / max(now - self.started, 0.001):,.0f} rows/s)" if rows else ""
        self._write(f"{step}: {done:.0%}{rate}")

    def end(self) -> None:
        if self.active and self.watched:
            self.stream.write("\r\033[K")
            self.stream.flush()

    def _write(self, text: str) -> None:
        self.stream.write(f"\r\033[K{text}" if self.watched else f"{text}\n")
        self.stream.flush()


def known_building(building_no: str | None) -> list[int] | None:
    """The building's id in a list, None where none was named. WrongUsage where it is not there."""
    from saime.estate.models import Building

    if building_no is None:
        return None
    ids = list(Building.objects.filter(building_no=building_no).values_list("id", flat=True))
    if not ids:
        raise WrongUsage(f"there is no building {building_no!r}")
    return ids
