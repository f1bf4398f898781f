"""saime paper evaluate: how well a file of labelled digits is read. Needs no installation."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from saime.interchange.cli import FAILED, WrongUsage
from saime.interchange.commands.session import say, timed

if TYPE_CHECKING:
    from saime.channels.paper.digits.collections import LabelledDigits
    from saime.channels.paper.digits.evaluating import Evaluation

_MOST_WRITERS = 40


def paper_evaluate(arguments: Namespace) -> int:
    """0: evaluated; 1: the file holds no labelled digits; 2: there is no such file."""
    from saime.channels.paper.digits.collections import UnableToReadDigits, read_digits
    from saime.channels.paper.digits.evaluating import evaluate

    file: Path = arguments.file
    if not file.is_file():
        raise WrongUsage(f"there is no file {file}")
    try:
        digits = read_digits(file)
    except (UnableToReadDigits, OSError) as error:
        print(f"saime paper evaluate: {file}: {error}", file=sys.stderr)
        return FAILED
    with timed() as spent:
        found = evaluate(digits)
    if not arguments.json:
        _show(digits, found)
    say(_figures(file, digits, found, full=arguments.json) | spent)
    return 0


def _figures(file: Path, digits: LabelledDigits, found: Evaluation, *, full: bool) -> dict[str, Any]:
    figures = {
        "file": str(file), "digits": found.digits, "wrong": found.wrong, "accuracy": round(found.accuracy, 5),
        "left_out": digits.left_out, "black_on_white": digits.is_inverted,
    }  # fmt: skip
    if full:
        rounded = {key: _rounded(value) for key, value in asdict(found).items() if key not in figures}
        figures |= rounded
    return figures


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value


def _show(digits: LabelledDigits, found: Evaluation) -> None:
    lines = [f"{found.digits:,} digits, {found.wrong:,} read wrongly: {found.accuracy:.2%} right"]
    lines += [f"{digits.left_out:,} left out: the file itself doubts their labels"] if digits.left_out else []
    lines += ["", "threshold   to review   wrong among the accepted"]
    lines += [
        f"{at.threshold:9.3f}   {at.review_share:9.2%}   {at.wrong_share:9.3%}" for at in found.thresholds
    ]
    if found.writers:
        lines += ["", "writer      digits   right"]
        lines += [
            f"{of.writer:10} {of.digits:7,}   {of.accuracy:.2%}" for of in found.writers[:_MOST_WRITERS]
        ]
        if len(found.writers) > _MOST_WRITERS:
            lines.append(f"… and {len(found.writers) - _MOST_WRITERS} more writers; all are in --json")
    lines += ["", "written, and how often it was read as …"]
    lines.append("   " + "".join(f"{name:>7}" for name in (*range(10), "blank", "crossed")))
    lines += [
        f"{digit:2} " + "".join(f"{n or '·':>7}" for n in row) for digit, row in enumerate(found.confusion)
    ]
    print("\n".join(lines), file=sys.stderr)
