"""Kannel itself, with its fakesmsc in the place of a mobile network."""

from __future__ import annotations

import queue
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

from saime.channels.sms.gateways import config, kannel_boxes

T = TypeVar("T")
TEMPLATE = Path(__file__).resolve().parents[3] / "deploy" / "kannel" / "kannel.conf"
PATIENCE = 60.0  # seconds, on a machine that may have much else to do


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def until(look: Callable[[], T]) -> T:
    """What `look` gives once it gives anything."""
    end = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)
    return found


class Network:
    """fakesmsc, connected to bearerbox: phones text by it, and what comes to them is in `arrived`."""

    def __init__(self, port: int, messages: list[str]) -> None:
        self.arrived: queue.Queue[str] = queue.Queue()
        program = kannel_boxes.program("fakesmsc")
        options = ["-H", "127.0.0.1", "-r", str(port), "-i", "0.2", "-m", str(len(messages))]
        self.process = subprocess.Popen(
            [program, *options, *messages], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self.process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self._reader.start()

    def _read(self, lines: IO[str]) -> None:
        for line in lines:
            if "Got message" in line:
                self.arrived.put(line.partition("<")[2].rstrip().removesuffix(">"))

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def network(port: int, *messages: str) -> Iterator[Network]:
    """Messages as fakesmsc takes them: "SENDER RECEIVER text WORDS"."""
    found = Network(port, list(messages))
    try:
        yield found
    finally:
        found.close()


@contextmanager
def running(own: config.KannelConfig, folder: Path, fake_port: int) -> Iterator[Path]:
    """Kannel as `saime sms kannel` runs it; the folder of its files."""
    admin, smsbox = free_ports(2)
    ports = {"ADMIN_PORT": admin, "SMSBOX_PORT": smsbox, "FAKE_PORT": fake_port}
    with kannel_boxes.start(own, TEMPLATE, folder, ports):
        for port in (fake_port, int(own.url.split(":")[2].split("/")[0])):
            until(lambda port=port: _listens(port))
        yield folder


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
