"""What is wrong with a file, on the screen: the first of it, and where all of it stands."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from saime.interchange.problems import write_errors

_LISTED = 20


def list_problems(path: Path, problems: pl.DataFrame, *, nothing_taken: bool) -> None:
    ordered = problems.sort("line", maintain_order=True)
    for line, column, wrong, right in ordered.head(_LISTED).iter_rows():
        place = ":".join(part for part in (path.name, str(line) if line else "", column) if part)
        print(f"{place}: {wrong}; right would be: {right}", file=sys.stderr)
    if len(ordered) > _LISTED:
        print(f"… and {len(ordered) - _LISTED} more", file=sys.stderr)
    try:
        print(f"All of them are in {write_errors(path, ordered)}.", file=sys.stderr)
    except OSError as error:
        print(f"The list of them could not be written beside the file: {error}", file=sys.stderr)
    if nothing_taken:
        print("Nothing was imported.", file=sys.stderr)
