"""Starts the mail server and reads what it got."""

from __future__ import annotations

import email
import email.policy
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import cast

SERVER = Path(__file__).with_name("mail_server.py")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Mailbox:
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    def start(self, mood: str = "") -> None:
        command = [sys.executable, str(SERVER), str(self.port), str(self.folder), *([mood] if mood else [])]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def stop(self) -> None:
        if self.process is not None:
            self.process.communicate()
            self.process = None

    def mails(self) -> list[EmailMessage]:
        read = [
            email.message_from_bytes(f.read_bytes(), policy=email.policy.default)
            for f in sorted(self.folder.iterdir())
        ]
        return cast("list[EmailMessage]", read)


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())
