"""saime import."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from saime.interchange.cli import FAILED, WrongUsage
from saime.interchange.commands.listing import list_problems
from saime.interchange.commands.session import Ticker, open_installation, say
from saime.interchange.problems import remove_errors


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
    list_problems(path, done.problems, nothing_taken=not arguments.partial or not done.rows)
    return FAILED
