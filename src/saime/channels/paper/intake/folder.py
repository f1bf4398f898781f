"""A folder that a scanner writes into: which of its files are whole, and where they go when they have been taken."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from saime.channels.paper.intake.keeping import FOLDER, root

SETTLED = 3.0  # seconds without a change: the scanner has finished writing
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".lock")
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it was when one looked."""

    size: int
    changed_at: float


def files_in(folder: Path) -> dict[Path, Look]:
    """The folder's files by name, without hidden and unfinished ones; what vanishes meanwhile is not there."""
    found = {}
    for path in sorted(folder.iterdir()):
        is_ours = not path.name.startswith(".") and path.suffix.lower() not in _UNFINISHED
        try:
            if is_ours and path.is_file() and not path.is_symlink():
                stat = path.stat()
                found[path] = Look(stat.st_size, stat.st_mtime)
        except OSError:
            continue
    return found


def whole(before: dict[Path, Look], now: dict[Path, Look], *, clock: float) -> list[Path]:
    """Files that have not changed between two looks, nor lately. `clock`: seconds since the epoch at the second look.

    A file dated ahead (a scanner's clock) is whole once it has stayed the same between the looks.
    """
    return [
        path
        for path, look in now.items()
        if before.get(path) == look and (clock - look.changed_at >= SETTLED or look.changed_at > clock)
    ]


def chunks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def put_away(path: Path, *, day: date, refused: bool = False) -> Path:
    """Move a file out of the folder into the installation, under a name that nothing has there.

    Across file systems it is copied first: it is never in neither place.
    """
    folder = root() / FOLDER / ("refused" if refused else "done") / f"{day:%Y-%m}"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1_000_000):
        target = folder / (path.name if not number else f"{path.stem}-{number}{path.suffix}")
        try:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o640))  # the name is ours
        except FileExistsError:
            continue
        break
    try:
        path.replace(target)
    except OSError:
        shutil.copyfile(path, target)
        path.unlink()
    return target
