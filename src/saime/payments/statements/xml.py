"""XML of strangers: parsed without entities, network or surprises; names without their namespace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from lxml import etree

from saime.payments.statements.errors import UnableToReadStatement

MOST_BYTES = 512 * 1024 * 1024


def parsed(content: bytes) -> Any:
    """The root element. UnableToReadStatement where it is not well-formed, declares a DOCTYPE, or is too large."""
    if len(content) > MOST_BYTES:
        raise UnableToReadStatement(
            f"the file has more than {MOST_BYTES // 1024**2} MB; ask the bank for fewer days"
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise UnableToReadStatement(f"this is not well-formed XML: {_first_line(error)}", line=line) from None
    if root.getroottree().docinfo.doctype:
        raise UnableToReadStatement("a statement has no DOCTYPE; the file is not what a bank sends")
    return root


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def namespace(root: Any) -> str:
    return str(etree.QName(root).namespace or "")


def name(element: Any) -> str:
    return str(etree.QName(element).localname)


class Finder:
    """Finds elements by their path of local names; all of a file's elements share its namespace."""

    def __init__(self, root: Any) -> None:
        space = namespace(root)
        self._prefix = f"{{{space}}}" if space else ""
        self._paths: dict[str, str] = {}

    def _path(self, path: str) -> str:
        found = self._paths.get(path)
        if found is None:
            found = self._paths[path] = "/".join(f"{self._prefix}{part}" for part in path.split("/"))
        return found

    def one(self, element: Any, path: str) -> Any:
        """The first element there; None where there is none."""
        return element.find(self._path(path))

    def all(self, element: Any, path: str) -> Iterator[Any]:
        yield from element.iterfind(self._path(path))

    def text(self, element: Any, *paths: str) -> str:
        """The text at the first of the paths that has any, its white space made single; "" where none has."""
        for path in paths:
            found: str | None = element.findtext(self._path(path))
            if found and (stripped := " ".join(found.split())):
                return stripped
        return ""

    def day(self, element: Any, *paths: str) -> date | None:
        """The day at the first of the paths that has one: of a moment the day as it is written there."""
        text = self.text(element, *paths)
        if not text:
            return None
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            raise UnableToReadStatement(f"{text[:40]!r} is not a date", line=element.sourceline) from None
