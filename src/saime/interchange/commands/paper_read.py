"""saime paper read: what is written on a scan. Nothing is kept; an installation helps by what it knows of meters."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from saime.config import installation
from saime.interchange.cli import FAILED, WrongUsage

if TYPE_CHECKING:
    from saime.channels.paper.contracts import FormOnPaper, PageOnPaper, ReadingOnPaper
    from saime.channels.paper.reading.scan import History


def paper_read(arguments: Namespace) -> int:
    """One JSON object with `--json`, lines for people otherwise. 1: the file cannot be read."""
    path: Path = arguments.file
    if not path.is_file():
        raise WrongUsage(f"there is no file {path}")
    from saime.channels.paper.reading.scan import UnableToOpenFile, read_scan

    pages = []
    try:
        for page in read_scan(path, history=_history()):
            pages.append(page)
            if not arguments.json:
                _tell(page)
    except UnableToOpenFile as error:
        print(
            f"saime paper: {path} cannot be read: {_SENTENCES.get(error.reason, error.reason)}",
            file=sys.stderr,
        )
        if arguments.json:
            print(json.dumps({"file": str(path), "error": error.reason, "pages": []}, ensure_ascii=False))
        return FAILED
    except PermissionError as error:
        raise WrongUsage(f"{path} cannot be opened: {error.strerror}") from error
    if arguments.json:
        print(json.dumps(_file(path, pages), ensure_ascii=False))
    return 0


def _history() -> History:
    """What the installation knows, where there is one."""
    from saime.channels.paper.reading.scan import know_nothing

    directory = installation.data_dir()
    env = installation.read_env(directory)
    if not (directory / "saime.env").exists() and not env.get("DATABASE_URL"):
        return know_nothing
    from saime.interchange.commands.session import open_installation

    open_installation()
    from saime.channels.paper.queries.knowledge import known_of

    return known_of


_SENTENCES = {
    "empty": "it is empty",
    "not_a_scan": "it is neither PDF nor TIFF, JPEG or PNG",
    "encrypted": "the PDF is protected by a password; save it without one",
    "broken": "it is damaged or not complete; scan the forms again",
    "no_pages": "it has no pages",
    "too_many_pages": "it has more than 2000 pages; scan fewer at a time",
    "too_large": "its picture is far larger than a scanned page; scan at 200 or 300 dpi",
}


def _file(path: Path, pages: list[PageOnPaper]) -> dict[str, Any]:
    rows = [reading for page in pages for form in page.forms for reading in form.readings]
    routes = Counter(reading.route for reading in rows)
    return {
        "file": str(path),
        "summary": {
            "pages": len(pages), "forms": sum(len(page.forms) for page in pages), "readings": len(rows),
            "accepted": routes["accepted"], "review": routes["review"], "empty": routes["empty"],
        },
        "pages": [_page(page) for page in pages],
    }  # fmt: skip


def _page(page: PageOnPaper) -> dict[str, Any]:
    forms = [_form(form) for form in page.forms]
    return {"page": page.number, "outcome": page.outcome, "reason": page.reason or None, "forms": forms}


def _form(form: FormOnPaper) -> dict[str, Any]:
    return {
        "position": form.position,
        "account_no": form.account_no or None,
        "period": str(form.period) if form.period else None,
        "sheet": form.sheet or None,
        "markers": form.markers,
        "known": form.is_known,
        "reason": form.reason or None,
        "readings": [_reading(reading) for reading in form.readings],
    }


def _reading(reading: ReadingOnPaper) -> dict[str, Any]:
    return {
        "row": reading.number,
        "meter_no": reading.meter_no,
        "medium": reading.medium,
        "text": reading.text,
        "value": _decimal(reading.value),
        "confidence": round(reading.confidence, 5),
        "route": reading.route,
        "reason": reading.reason,
        "previous_reading": _decimal(reading.previous_reading),
    }


def _decimal(value: object) -> str | None:
    """A number with its decimals as it is: never a float."""
    return None if value is None else f"{value}"


def _tell(page: PageOnPaper) -> None:
    print(f"page {page.number}: {page.outcome}{f' ({page.reason})' if page.reason else ''}")
    for form in page.forms:
        print(f"  form {form.position}: account {form.account_no or '?'}, month {form.period or '?'}")
        for reading in form.readings:
            print(f"    {reading.meter_no} ({reading.medium}): {reading.value if reading.value is not None else '-'}"
                  f"  {reading.route}, {reading.reason}, confidence {reading.confidence:.1%}")  # fmt: skip
