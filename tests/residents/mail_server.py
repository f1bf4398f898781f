"""A real SMTP server in a process of its own: keeps what it takes in a folder.

    python tests/residents/mail_server.py PORT FOLDER [reject|crash-after-data]

`reject` refuses every recipient for good; `crash-after-data` writes the first mail down and dies before it says so.
"""

from __future__ import annotations

import os
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


class Keeper:
    def __init__(self, folder: Path, mood: str) -> None:
        self.folder, self.mood = folder, mood

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.mood == "reject":
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        (self.folder / f"{time.time_ns()}-{uuid.uuid4().hex}.eml").write_bytes(envelope.content)
        if self.mood == "crash-after-data":
            os._exit(1)
        return "250 OK"


if __name__ == "__main__":
    port, folder, *mood = sys.argv[1:]
    controller = Controller(Keeper(Path(folder), *(mood or [""])), hostname="127.0.0.1", port=int(port))
    controller.start()
    print("ready", flush=True)
    sys.stdin.read()  # until the test lets go
