"""saime import."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from saime.interchange.cli import FAILED, WrongUsage
from saime.interchange.commands.session import Ticker, open_installation, say
from saime.interchange.problems import remove_errors, write_errors

_LISTED = 20


def import_(arguments: Namespace) -> int:
    path: Path = arguments.file
    if not path.is_file():
        raise WrongUsage(f"there is no file {path}")
    open_installation()
    from saime.interchange.imports import import_file

    ticker = Ticker(wanted=arguments.progress)
    try:
        done = import_file(
            kind=arguments.kind, path=path, partial=arguments.partial, history=arguments.history,
            now=datetime.now(UTC), progress=lambda at: ticker.show(at.step, at.done, at.rows),
        )  # fmt: skip
    except PermissionError as error:
        raise WrongUsage(f"{path} cannot be read: {error.strerror}") from error
    finally:
        ticker.end()
    say(done.counts())
    remove_errors(path)
    if not len(done.problems):
        return 0
    _list(path, done.problems, nothing_taken=not arguments.partial or not done.rows)
    return FAILED


def _list(path: Path, problems: pl.DataFrame, *, nothing_taken: bool) -> None:
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
