"""Kannel's two programs in one terminal: configuration filled in, bearerbox and smsbox started, watched, stopped."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, urlsplit

from django.conf import settings

from saime.channels.sms.gateways.config import KannelConfig

_PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/lib/kannel/test")
_PORTS = {"ADMIN_PORT": 13000, "SMSBOX_PORT": 13001, "FAKE_PORT": 10000}
_MARK = re.compile(r"@([A-Z_]+)@")
_SECONDS_TO_STOP = 10


class UnableToStartKannel(Exception):
    """Kannel is not installed, or does not start. The text says what to do."""


def program(name: str) -> str:
    """The program's path, also where a user's PATH does not lead. UnableToStartKannel: it is not there."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *_PLACES])
    found = shutil.which(name, path=path)
    if found is None:
        raise UnableToStartKannel(f"there is no {name}; on Debian: apt-get install kannel kannel-extras")
    return found


def filled_in(template: str, own: KannelConfig, folder: Path, ports: Mapping[str, int] | None = None) -> str:
    """The configuration with this installation's settings. UnableToStartKannel: a mark that stands for nothing."""
    values = {
        **{name: str(port) for name, port in {**_PORTS, **(ports or {})}.items()},
        "SENDSMS_PORT": str(urlsplit(own.url).port or 13013), "DIR": str(folder), "USER": own.username,
        "PASSWORD": own.password, "FROM": own.sender, "CALLBACK": own.callback, "SECRET": quote(own.secret, safe=""),
    }  # fmt: skip
    lines = [line for line in template.splitlines() if not line.lstrip().startswith("#")]
    text = "\n".join(lines) + "\n"
    unknown = sorted(set(_MARK.findall(text)) - values.keys())
    if unknown:
        raise UnableToStartKannel(f"the configuration has marks that stand for nothing: {', '.join(unknown)}")
    if any('"' in value or "\n" in value for value in values.values()):
        raise UnableToStartKannel("a setting of Kannel has a quotation mark in it: choose another password")
    return _MARK.sub(lambda match: values[match[1]], text)


def default_folder() -> Path:
    folder: Path = settings.DATA_DIR / "kannel"
    return folder


class Boxes:
    """bearerbox and smsbox at work. Leaving the block stops them, smsbox first."""

    def __init__(self, bearerbox: subprocess.Popen[bytes], smsbox: subprocess.Popen[bytes]) -> None:
        self.processes = {"smsbox": smsbox, "bearerbox": bearerbox}

    def watch(self, keep_on: Callable[[], bool], *, rest: threading.Event) -> None:
        """Until `keep_on` says no. UnableToStartKannel where one of them ends by itself."""
        while keep_on():
            for name, process in self.processes.items():
                if process.poll() is not None:
                    raise UnableToStartKannel(f"{name} has ended by itself; its log says why")
            rest.wait(1)

    def __enter__(self) -> Boxes:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        for process in self.processes.values():
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start(own: KannelConfig, template: Path, folder: Path, ports: Mapping[str, int] | None = None) -> Boxes:
    """Fill the configuration in, and start both. UnableToStartKannel with what to do."""
    if not own.password:
        raise UnableToStartKannel("set SAIME_SMS_KANNEL_PASSWORD: what Kannel asks for before it sends")
    bearerbox, smsbox = program("bearerbox"), program("smsbox")
    try:
        text = filled_in(template.read_text(encoding="utf-8"), own, folder, ports)
        configuration = _written(text, folder)
    except OSError as error:
        raise UnableToStartKannel(f"the configuration cannot be read or written: {error}") from error
    first = subprocess.Popen([bearerbox, "-v", "4", str(configuration)], stdin=subprocess.DEVNULL)
    time.sleep(1)  # smsbox gives up where bearerbox does not listen yet
    if first.poll() is not None:
        raise UnableToStartKannel(f"bearerbox does not start; {folder}/bearerbox.log says why")
    second = subprocess.Popen([smsbox, "-v", "4", str(configuration)], stdin=subprocess.DEVNULL)
    return Boxes(first, second)


def _written(text: str, folder: Path) -> Path:
    """The file has passwords in it: it is its owner's alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "dlr").mkdir(exist_ok=True)
    path = folder / "kannel.conf"
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")
    return path
