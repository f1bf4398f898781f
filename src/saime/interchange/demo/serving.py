"""`make demo`: the demo company in a folder of its own, made where there is none, served until Ctrl-C."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

SETTINGS = "saime.config.settings.demo"
_FILLED = "demo-is-complete"
_HOST = "127.0.0.1"
_STARTING = 60.0


class UnableToServe(Exception):
    """The demo cannot be shown. The text says why and what to do."""


def serve(directory: Path, *, port: int, fresh: bool, accounts: int, workers: int = 2) -> int:
    """Make the demo where it is not yet, run the server, and stop server and database when it is interrupted."""
    _prepare_environment(directory, port)
    _require_free(port)
    if fresh or _is_half_made(directory):
        clear(directory)
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _interrupt)
    try:
        fill(directory, accounts=accounts)
        return _run(port, workers)
    except KeyboardInterrupt:
        return 0
    finally:
        stop(directory)
        _say("Stopped. What was entered is kept; `make demo` goes on with it.")


def fill(directory: Path, *, accounts: int) -> None:
    """Bring the installation up to date, and put the company into a new one."""
    from saime.interchange.commands.session import open_installation

    _say("Starting the database ...")
    open_installation(create=True)
    from saime.interchange import demo

    _collect_static(directory)
    if not (directory / _FILLED).exists():
        _say(
            f"Making a company of {accounts:,} accounts; this takes a minute or two, the first time only ..."
        )
        demo.fill(accounts=accounts, say=lambda line: _say(f"  {line}"))
        (directory / _FILLED).touch()


def _collect_static(directory: Path) -> None:
    """Hashing and packing the static files takes seconds: only where one of them has changed."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    made_from = directory / "static-made-from"
    if not made_from.exists() or made_from.read_text() != digest.hexdigest():
        call_command("collectstatic", interactive=False, verbosity=0)
        made_from.write_text(digest.hexdigest())


def clear(directory: Path) -> None:
    """Remove the demo. UnableToServe where the folder holds anything that is not a demo's."""
    if directory.exists() and any(directory.iterdir()):
        if not (directory / "saime.env").exists() and not (directory / "pg").exists():
            raise UnableToServe(f"{directory} is not a folder of the demo; it is left as it is")
        stop(directory)
        shutil.rmtree(directory)


def stop(directory: Path) -> None:
    """Stop the demo's database, if it runs."""
    from saime.platform.embedded import EmbeddedDatabase

    if not os.environ.get("DATABASE_URL"):
        EmbeddedDatabase(directory).stop()


def _is_half_made(directory: Path) -> bool:
    """Filling it was interrupted: it is begun anew."""
    return (directory / "pg").exists() and not (directory / _FILLED).exists()


def _prepare_environment(directory: Path, port: int) -> None:
    os.environ["SAIME_DATA_DIR"] = str(directory)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    os.environ.setdefault("SAIME_URL", f"http://{_HOST}:{port}")


def _require_free(port: int) -> None:
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            raise UnableToServe(f"port {port} is taken; choose another: make demo PORT=8001") from error


def _run(port: int, workers: int) -> int:
    options = {
        "--interface": "wsgi", "--host": _HOST, "--port": str(port), "--workers": str(workers),
        "--blocking-threads": "2", "--backpressure": "32", "--log-level": "warning",
    }  # fmt: skip
    words = [word for pair in options.items() for word in pair]
    # A process group of its own: Ctrl-C reaches us alone, and we end the server in order.
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            *words,
            "--respawn-failed-workers",
            "saime.config.wsgi:application",
        ],
        start_new_session=True,
    )
    try:
        _wait_until_ready(server, port)
        _welcome(port)
        return _wait(server)
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait(server: subprocess.Popen[bytes]) -> int:
    # A second at a time: Polars takes SIGINT before Python does and has the kernel resume a plain wait for ever.
    while (status := server.poll()) is None:
        time.sleep(1)
    return status


def _wait_until_ready(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _STARTING
    while server.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"http://{_HOST}:{port}/health/ready", timeout=5):
            return
        time.sleep(0.2)
    raise UnableToServe("the web server did not start; what it said stands above")


def _welcome(port: int) -> None:
    from saime.interchange.demo.logins import LOGINS, PASSWORD

    _say(f"\nSaime runs on http://{_HOST}:{port}/ (Ctrl-C stops it). Log in with the password: {PASSWORD}")
    for login in LOGINS:
        _say(f"  {login.email:26} {login.shows}")
    _say("")


def _say(line: str) -> None:
    print(line, flush=True)


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
