"""What is wrong with a statement that cannot be read."""

from __future__ import annotations


class UnableToReadStatement(Exception):
    """The file is no statement that can be booked. The text says what is wrong, where, and what to do.

    `line`: of the file, where it is known.
    """

    def __init__(self, text: str, *, line: int | None = None) -> None:
        super().__init__(text if line is None else f"line {line}: {text}")
        self.line = line
