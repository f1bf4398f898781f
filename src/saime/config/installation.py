"""Where an installation lives and what it was told: SAIME_DATA_DIR, its saime.env, the environment.

An installation is one directory: `pg/` (embedded database), `files/` (documents, bills), `saime.env` (settings
written by `saime init`). What stands in the environment wins over the file.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from saime.platform.embedded import EmbeddedDatabase

DEFAULT_DATA_DIR = Path.home() / ".local" / "share" / "saime"


def data_dir() -> Path:
    return Path(os.environ.get("SAIME_DATA_DIR") or DEFAULT_DATA_DIR).absolute()


def create(directory: Path) -> bool:
    """Write the directory's settings where there are none. True if it is new."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "files").mkdir(exist_ok=True)
    try:
        descriptor = os.open(directory / "saime.env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as file:
        file.write("# Settings of this installation; docs/operator.md lists them all.\n")
        file.write(f"SAIME_SECRET_KEY={secrets.token_urlsafe(48)}\n")
    return True


def read_env(directory: Path) -> dict[str, str]:
    """The installation's settings: its saime.env, overlaid by the environment."""
    file = directory / "saime.env"
    lines = file.read_text().splitlines() if file.exists() else []
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs} | dict(os.environ)


def database_url(env: Mapping[str, str], directory: Path) -> str:
    return env.get("DATABASE_URL") or EmbeddedDatabase(directory).url


def database_settings(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a libpq URL."""
    from psycopg.conninfo import conninfo_to_dict

    parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "saime"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
    }


def ensure_database() -> None:
    """Start the embedded server where no other database was named."""
    directory = data_dir()
    if not read_env(directory).get("DATABASE_URL"):
        EmbeddedDatabase(directory).start()
