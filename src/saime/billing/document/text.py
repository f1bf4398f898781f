"""Text that the bill's fonts can show, and how wide it is."""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
MISSING = "□"
_LONGEST_WORD = 24
_BREAK = "\u200b"  # zero-width space: a line may break here
_LONG_WORD = re.compile(rf"[^\s\u00a0\u202f]{{{_LONGEST_WORD + 1},}}")
_LINE_BREAKS = re.compile(r"[\t\r\n\v\f\u0085\u2028\u2029]+")


def printable(tree: Any) -> Any:
    """A tree of JSON values with every string made printable."""
    if isinstance(tree, str):
        return printable_text(tree)
    if isinstance(tree, dict):
        return {name: printable(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [printable(value) for value in tree]
    return tree


def printable_text(text: str) -> str:
    """Composed, on one line, □ for what the fonts lack, very long words breakable.

    PDF/UA refuses a character without a glyph, and one odd letter in a name must not cost anybody their bill.
    """
    if text.isascii() and text.isprintable() and len(text) <= _LONGEST_WORD:
        return text
    composed = _LINE_BREAKS.sub(" ", unicodedata.normalize("NFC", text))
    if not _characters().issuperset(composed):
        composed = "".join(char if char in _characters() else MISSING for char in composed)
    if len(composed) <= _LONGEST_WORD:
        return composed
    return _LONG_WORD.sub(lambda word: _BREAK.join(_pieces(word[0])), composed)


def width(text: str, *, size: float) -> float:
    """How wide a printable text is at most, in points, set in `size` points on one line."""
    advances = _advances()
    return sum(advances[char] for char in text) * size / 1000


def _pieces(word: str) -> list[str]:
    return [word[start : start + _LONGEST_WORD] for start in range(0, len(word), _LONGEST_WORD)]


@cache
def _characters() -> frozenset[str]:
    return frozenset(_advances())


@cache
def _advances() -> dict[str, int]:
    """Each character the fonts have, with its advance in thousandths of the size (fonts/advances.json)."""
    by_width = json.loads((FONTS / "advances.json").read_text())
    return {char: int(advance) for advance, chars in by_width.items() for char in chars}
