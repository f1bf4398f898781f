"""Where scans are kept: below the installation's `files/`, each in a place made of its content.

So writing again what was written before a crash changes nothing, and a file that is there is whole: it is written
beside its place, brought to the disk, and moved in.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings

from saime.channels.paper.intake.kinds import EXTENSIONS, HEAD, content_type_of

FOLDER = "paper"


class FileTooLarge(Exception):
    """More bytes than are taken at once."""


def root() -> Path:
    return Path(settings.MEDIA_ROOT)


def full(place: str) -> Path:
    """The file of a place below `files/`. ValueError for one that leads out of it."""
    path = (root() / place).resolve()
    if not path.is_relative_to(root().resolve()):
        raise ValueError(f"not a place of ours: {place!r}")
    return path


class Incoming:
    """A file on its way in: written to the disk as it comes, hashed meanwhile; `settle` gives it its place."""

    def __init__(self, chunks: Iterable[bytes], *, most: int) -> None:
        """FileTooLarge once more than `most` bytes have come; nothing is left behind then."""
        folder = root() / FOLDER / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        self.size, self.head = 0, b""
        digest = hashlib.sha256()
        with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as stream:
            self.path = Path(stream.name)
            try:
                self._write(stream, chunks, digest, most)
            except BaseException:
                self.path.unlink(missing_ok=True)
                raise
        self.sha256 = digest.hexdigest()
        self.content_type = content_type_of(self.head)

    def _write(self, stream: object, chunks: Iterable[bytes], digest: object, most: int) -> None:
        for chunk in chunks:
            self.size += len(chunk)
            if self.size > most:
                raise FileTooLarge
            self.head = (self.head + chunk)[:HEAD] if len(self.head) < HEAD else self.head
            digest.update(chunk)  # type: ignore[attr-defined]
            stream.write(chunk)  # type: ignore[attr-defined]
        stream.flush()  # type: ignore[attr-defined]
        os.fsync(stream.fileno())  # type: ignore[attr-defined]

    def settle(self) -> str:
        """Move the file to its place, which is the same for the same bytes."""
        place = f"{folder_of(self.sha256)}/original{EXTENSIONS[self.content_type]}"
        target = full(place)
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(target)
        return place


def folder_of(sha256: str) -> str:
    """The folder below `files/` for a file and all that is made of it."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}"


def keep(place: str, data: bytes) -> str:
    """Write a picture to its place."""
    target = full(place)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    beside.write_bytes(data)
    beside.replace(target)
    return place
