"""The SMS centre of smsc.py as tests use it, and our process connected to it."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections
from tests.channels.sms.kannel import PATIENCE, free_ports
from tests.channels.sms.smsc import PASSWORD, SYSTEM_ID

from saime.channels.sms.gateways.config import SmppConfig
from saime.channels.sms.gateways.smpp.service import Service


class Centre:
    """The other process: orders to it, events from it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.events: list[dict[str, Any]] = []
        self._new: queue.Queue[dict[str, Any]] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("smsc.py")), str(port)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.wait("listening")

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith('{"event"'):  # the library has a word of its own to say now and then
                self._new.put(json.loads(line))

    def order(self, do: str, **facts: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **facts}) + "\n")
        self.process.stdin.flush()

    def wait(self, event: str, **facts: Any) -> dict[str, Any]:
        """The next event of that kind (and with those facts); what comes before it is passed over."""
        while True:
            found = self._new.get(timeout=PATIENCE)
            self.events.append(found)
            if found["event"] == event and facts.items() <= found.items():
                return found

    def deliver(
        self,
        octets: bytes,
        *,
        coding: str = "SMSC_DEFAULT_ALPHABET",
        sender: str = "37129123456",
        **facts: Any,
    ) -> str:
        """A message to us; the status with which we answer."""
        self.order("deliver", octets=octets.hex(), coding=coding, **{"from": sender, **facts})
        status: str = self.wait("answered")["status"]
        return status

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self._reader.join()
        self.process.stdout.close()


@contextmanager
def centre(port: int | None = None) -> Iterator[Centre]:
    found = Centre(port or free_ports(1)[0])
    try:
        yield found
    finally:
        found.close()


@contextmanager
def connected(to: Centre | int, **values: Any) -> Iterator[Service]:
    """Our process, as a thread: it ends when the block does."""
    facts: dict[str, Any] = {
        "host": "127.0.0.1", "port": to if isinstance(to, int) else to.port, "system_id": SYSTEM_ID,
        "password": PASSWORD, "sender": "1881", "rate": 50,
    }  # fmt: skip
    service, stopped = Service(SmppConfig(**facts | values)), threading.Event()

    def run() -> None:
        try:
            service.run(lambda: not stopped.is_set(), rest=stopped)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield service
    finally:
        stopped.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()
